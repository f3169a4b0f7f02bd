//! Runs the command on the tested stack, makes files for it, and writes reports in place of the extractor.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use end_to_end::bucket::Upload;
use end_to_end::sample::HEADER;
use end_to_end::stack::path_from_env;
use end_to_end::{Stack, unique};
use serde_json::Value;

/// A command of `tools/` on the tested stack.
pub fn tool(name: &str) -> Command {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools").join(name);
    let outputs = path_from_env("STACK_OUTPUTS");
    let mut command = Command::new(tool);
    command.env("LOCAL_DIR", outputs.parent().expect("a file is in a folder"));
    command
}

/// The command `messages` on the tested stack.
pub fn command(subcommand: &str, arguments: &[&str]) -> Command {
    let mut command = tool("messages");
    // The command waits until the queue is empty, and other tests send messages to the same queue.
    command.args([subcommand, "--patience", "300"]).args(arguments);
    command
}

/// Runs `messages ingest` and returns its exit code, standard output and standard error.
pub fn ingest(arguments: &[&str]) -> (Option<i32>, String, String) {
    ended(command("ingest", arguments))
}

/// Runs `messages follow` and returns its exit code, standard output and standard error.
pub fn follow(objects: &[&str]) -> (Option<i32>, String, String) {
    ended(command("follow", objects))
}

/// Runs `tools/status --json` and returns its exit code and its output.
pub fn status() -> (Option<i32>, Value) {
    let mut command = tool("status");
    command.arg("--json");
    let (code, said, shown) = ended(command);
    (
        code,
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}{shown}")),
    )
}

pub fn ended(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the tool can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// A folder that is deleted when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("ingest-{}", unique::name()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub fn file(&self, content: &str) -> String {
        let path = self.0.join(format!("{}.csv", unique::name()));
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn pattern(&self) -> String {
        self.0.join("*.csv").to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// A file of this many good rows.
pub fn rows(count: i64) -> String {
    let (midnight, _) = unique::midnight();
    (0..count).fold(format!("{HEADER}\n"), |mut csv, second| {
        writeln!(csv, "{},hall,wireless,router-1,4.39,device-1,9.09", midnight + second).unwrap();
        csv
    })
}

/// Writes a report to the extractor's place for it.
pub async fn put_report(stack: &Stack, upload: &Upload, report: &Value) {
    let bucket = &stack.outputs.report_bucket_name;
    stack
        .upload_as(bucket, &upload.report_key(), report.to_string(), "application/json")
        .await;
}

pub fn url(upload: &Upload) -> String {
    format!("s3://{}/{}", upload.bucket, upload.key)
}

/// S3's event for an upload, as if it had just happened.
pub fn event_now(upload: &Upload) -> Value {
    let mut event = upload.created();
    let now = DateTime::from(std::time::SystemTime::now());
    let now = now.fmt(DateTimeFormat::DateTime).expect("a time of this century");
    event["Records"][0]["eventTime"] = now.into();
    event
}

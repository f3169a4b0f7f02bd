//! `tools/messages`: from files or objects to rows in the table, and what it says about them.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is not as expected shall fail the test"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use end_to_end::bucket::Upload;
use end_to_end::sample::{self, HEADER};
use end_to_end::stack::path_from_env;
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

/// The command on the stack that is tested.
fn command(subcommand: &str, arguments: &[&str]) -> Command {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/messages");
    let outputs = path_from_env("STACK_OUTPUTS");
    let mut command = Command::new(tool);
    command.env("LOCAL_DIR", outputs.parent().expect("a file is in a folder"));
    // Other tests put messages on the same queue, and it watches until that is empty.
    command.args([subcommand, "--patience", "300"]).args(arguments);
    command
}

/// Runs `messages ingest`: its exit code, standard output and standard error.
fn ingest(arguments: &[&str]) -> (Option<i32>, String, String) {
    ended(command("ingest", arguments))
}

/// Runs `messages follow`: its exit code, standard output and standard error.
fn follow(objects: &[&str]) -> (Option<i32>, String, String) {
    ended(command("follow", objects))
}

/// Runs `tools/status`: its exit code, and all of it as JSON.
fn status() -> (Option<i32>, Value) {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/status");
    let mut command = Command::new(tool);
    let outputs = path_from_env("STACK_OUTPUTS");
    command.env("LOCAL_DIR", outputs.parent().expect("a file is in a folder"));
    let (code, said, shown) = ended({
        command.arg("--json");
        command
    });
    (
        code,
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}{shown}")),
    )
}

fn ended(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the tool can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("ingest-{}", unique::name()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, content: &str) -> String {
        let path = self.0.join(format!("{}.csv", unique::name()));
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn pattern(&self) -> String {
        self.0.join("*.csv").to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// A file of so many good rows.
fn rows(count: i64) -> String {
    let (midnight, _) = unique::midnight();
    (0..count).fold(format!("{HEADER}\n"), |mut csv, second| {
        writeln!(csv, "{},hall,wireless,router-1,4.39,device-1,9.09", midnight + second).unwrap();
        csv
    })
}

#[tokio::test]
async fn a_good_file_ends_with_0_when_all_of_its_rows_are_in_the_table() {
    let stack = Stack::connect().await;
    let (folder, csv) = (Folder::new(), rows(100));

    let (code, said, shown) = ingest(&[&folder.file(&csv)]);

    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(
        said.contains("  100 rows read, 100 sent, 0 rejected; extracted in "),
        "{said}"
    );
    assert!(
        said.contains("sent 100, written 100, rejected 0, died 0, in "),
        "{said}"
    );
    assert!(
        said.contains("\nAll rows are written. Each replaces the item that had its key, "),
        "{said}"
    );
    assert!(shown.contains("Uploaded "), "{shown}");
    stack.wait_for_items(&sample::items(&csv)).await;
}

#[test]
fn a_file_with_bad_rows_ends_with_1_and_names_them() {
    let folder = Folder::new();
    let csv = rows(3).replacen("4.39", "nine", 1);

    let (code, said, shown) = ingest(&[&folder.file(&csv)]);

    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.contains("  3 rows read, 2 sent, 1 rejected; "), "{said}");
    assert!(
        said.contains("  line 2, local_avg: local_avg must be a decimal number"),
        "{said}"
    );
    assert!(said.contains("  all of them in s3://"), "{said}");
}

#[tokio::test]
async fn rows_of_three_sites_in_the_same_seconds_end_with_1_and_a_remedy() {
    let stack = Stack::connect().await;
    let (folder, (midnight, date)) = (Folder::new(), unique::midnight());
    let rows = (0..30).map(|row| {
        let (second, site) = (midnight + row / 3, row % 3);
        format!("{second}.{site},site-{site},wireless,router-1,4.39,device-1,9.09\n")
    });
    let csv = format!("{HEADER}\n{}", rows.collect::<String>());

    let (code, said, shown) = ingest(&[&folder.file(&csv)]);

    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.contains("  30 rows read, 30 sent, 0 rejected; "), "{said}");
    let lost = "\n  30 rows → 10 items: 20 replaced another row of the same key\n";
    assert!(said.contains(lost), "{said}");
    assert!(said.contains("a finer TimePrecision"), "{said}");
    let end = "\n20 rows not in the table: another row of the same file has the key.\n";
    assert!(said.ends_with(end), "{said}");
    assert!(
        !said.contains('\u{1b}'),
        "no colours where there is no terminal: {said}"
    );
    assert_eq!(stack.items(&date).await.len(), 10);

    let (code, said) = status();
    assert_eq!(code, Some(1), "{said}");
    let wrong = said["wrong"].as_array().expect("a list").iter();
    let mut wrong = wrong.map(|what| what.as_str().expect("a text"));
    assert!(
        wrong.any(|what| what.contains("the key of another row of their file")),
        "{said}"
    );
}

#[tokio::test]
async fn a_second_file_of_the_same_seconds_is_not_called_more_than_it_is() {
    let stack = Stack::connect().await;
    let folder = Folder::new();
    let first = rows(5);
    let second = first.replace(",hall,", ",yard,");
    for csv in [&first, &second] {
        let (code, said, shown) = ingest(&[&folder.file(csv)]);
        assert_eq!(code, Some(0), "{said}{shown}");
        assert!(said.contains("sent 5, written 5, rejected 0, died 0, in "), "{said}");
        assert!(
            said.ends_with("Each replaces the item that had its key, if an earlier file wrote one.\n"),
            "{said}"
        );
    }
    stack.wait_for_items(&sample::items(&second)).await;
}

#[test]
fn a_file_with_a_problem_ends_with_1() {
    let folder = Folder::new();
    let (code, said, shown) = ingest(&[&folder.file("a title\n")]);
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.contains("  problem: the header lacks `timestamp`"), "{said}");
}

#[test]
fn an_empty_file_ends_with_0() {
    let folder = Folder::new();
    let (code, said, shown) = ingest(&[&folder.file("")]);
    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.contains("  0 rows read, 0 sent, 0 rejected; "), "{said}");
}

#[test]
fn a_file_with_suspicious_rows_ends_with_0() {
    let folder = Folder::new();
    let csv = format!("{HEADER}\n36,NULL,wireless,router-1,4.39,device-1,9.09\n");
    let (code, said, shown) = ingest(&[&folder.file(&csv)]);
    assert_eq!(code, Some(0), "{said}{shown}");
    for line in [
        "  suspicious: 1 row with a time before 1990, or more than a year after the upload: line 2\n",
        "  suspicious: 1 row with a word such as NULL or N/A as text: line 2\n",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
}

#[tokio::test]
async fn a_pattern_that_the_shell_left_as_it_was_names_all_files() {
    let stack = Stack::connect().await;
    let (folder, files) = (Folder::new(), [rows(2), rows(3)]);
    let names = files.each_ref().map(|csv| folder.file(csv));
    let prefix = unique::name();

    let (code, said, shown) = ingest(&["--prefix", &prefix, &folder.pattern()]);

    assert_eq!(code, Some(0), "{said}{shown}");
    for name in names {
        let name = Path::new(&name).file_name().unwrap().to_str().unwrap();
        let url = format!("s3://{}/{prefix}/{name}\n", stack.outputs.data_bucket_name);
        assert!(said.contains(&url), "{url} in {said}");
    }
    assert!(
        said.contains("2 objects: sent 5, written 5, rejected 0, died 0, in "),
        "{said}"
    );
    for csv in files {
        stack.wait_for_items(&sample::items(&csv)).await;
    }
}

#[tokio::test]
async fn a_missing_file_ends_with_2_and_nothing_is_uploaded() {
    let stack = Stack::connect().await;
    let folder = Folder::new();
    let file = folder.file(&rows(1));

    let (code, said, shown) = ingest(&[&file, "/nowhere/data.csv"]);

    assert_eq!((code, said.as_str()), (Some(2), ""));
    assert!(
        shown.contains("error: there is no file /nowhere/data.csv\n  Nothing was uploaded."),
        "{shown}"
    );
    let key = Path::new(&file).file_name().unwrap().to_str().unwrap();
    let head = stack.s3.head_object().bucket(&stack.outputs.data_bucket_name).key(key);
    assert!(head.send().await.is_err(), "{key} was uploaded");
}

#[tokio::test]
async fn the_report_of_an_earlier_upload_is_not_taken_for_that_of_the_same_file() {
    let stack = Stack::connect().await;
    let folder = Folder::new();
    let file = folder.file(&rows(2));
    let key = Path::new(&file).file_name().unwrap().to_str().unwrap().to_owned();

    let mut times = Vec::new();
    for _ in 0..2 {
        let (code, said, shown) = ingest(&[&file]);
        assert_eq!(code, Some(0), "{said}{shown}");
        let list = stack.s3.list_objects_v2().bucket(&stack.outputs.report_bucket_name);
        let objects = list
            .prefix(format!("{key}/"))
            .send()
            .await
            .unwrap()
            .contents
            .unwrap_or_default();
        assert_eq!(objects.len(), 1, "{objects:?}");
        times.push(objects[0].last_modified.as_ref().map(DateTime::as_nanos));
    }
    assert!(times[0] < times[1], "{times:?}");
}

#[test]
fn a_file_of_several_parts_is_ingested_whole() {
    let folder = Folder::new();
    let csv = rows(1) + &"\n".repeat(17 * 1024 * 1024) + rows(1).split_once('\n').unwrap().1;
    let (code, said, shown) = ingest(&[&folder.file(&csv)]);
    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.contains("  2 rows read, 2 sent, 0 rejected; "), "{said}");
}

#[test]
fn the_longest_key_is_followed_and_can_be_followed_again() {
    let folder = Folder::new();
    let key = format!("{}{}.csv", unique::name(), "k".repeat(1024 - 16 - 4));

    let (code, said, shown) = ingest(&["--key", &key, &folder.file(&rows(1))]);
    assert_eq!(code, Some(0), "{said}{shown}");

    let url = said.lines().next().unwrap();
    let (code, again, shown) = follow(&[url]);
    assert_eq!(code, Some(0), "{again}{shown}");
    assert!(again.contains("  1 row read, 1 sent, 0 rejected; "), "{again}");
}

#[tokio::test]
async fn objects_that_somebody_else_uploaded_are_followed_until_their_rows_are_in_the_table() {
    let stack = Stack::connect().await;
    let files = [rows(40), rows(2).replacen("4.39", "nine", 1)];
    let mut uploads = Vec::new();
    for csv in &files {
        uploads.push(stack.upload(&format!("{}.csv", unique::name()), csv.as_str()).await);
    }

    // By its URL and by its key: it is one object all the same.
    let (code, said, shown) = follow(&[&url(&uploads[0]), &uploads[0].key]);

    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.contains("  40 rows read, 40 sent, 0 rejected; "), "{said}");
    assert!(
        said.contains("1 object: sent 40, written 40, rejected 0, died 0\n"),
        "{said}"
    );
    assert!(
        said.contains("\nAll rows are written. Each replaces the item that had its key, "),
        "{said}"
    );
    stack.wait_for_items(&sample::items(&files[0])).await;

    let (code, said, shown) = follow(&[&uploads[0].key, &uploads[1].key]);
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.contains("  line 2, local_avg: "), "{said}");
    assert!(
        said.contains("2 objects: sent 41, written 41, rejected 1, died 0\n"),
        "{said}"
    );
}

#[test]
fn an_object_that_is_not_there_ends_with_2_and_is_named() {
    let key = format!("{}.csv", unique::name());
    let (code, said, shown) = follow(&[&key]);
    assert_eq!((code, said.as_str()), (Some(2), ""), "{shown}");
    assert!(shown.contains(&format!("/{key}, which is not there: ")), "{shown}");
    assert!(shown.contains("  Correct the key: "), "{shown}");
}

#[test]
fn tools_ingest_runs_the_subcommands() {
    let outputs = path_from_env("STACK_OUTPUTS");
    for (arguments, usage) in [
        (vec!["data.csv", "--help"], "Usage: messages ingest "),
        (
            vec!["--follow", "s3://bucket/data.csv", "--help"],
            "Usage: messages follow ",
        ),
    ] {
        let mut tool = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/ingest"));
        tool.env("LOCAL_DIR", outputs.parent().expect("a file is in a folder"));
        tool.args(arguments);
        let (code, said, shown) = ended(tool);
        assert_eq!(code, Some(0), "{shown}");
        assert!(said.contains(usage), "{said}");
    }
}

#[tokio::test]
async fn an_interrupted_command_leaves_the_ingest_running_and_says_so() {
    let stack = Stack::connect().await;
    let (folder, csv) = (Folder::new(), rows(1));
    let mut command = command("ingest", &[&folder.file(&csv)]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut shown = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("Uploaded ") {
        line.clear();
        assert_ne!(
            shown.read_line(&mut line).unwrap(),
            0,
            "it ended before the file was uploaded"
        );
    }

    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());

    let mut rest = String::new();
    shown.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{rest}");
    assert!(
        rest.contains("interrupted: the ingest goes on without being watched."),
        "{rest}"
    );
    assert!(rest.contains("  To look again: tools/messages follow s3://"), "{rest}");
    stack.wait_for_items(&sample::items(&csv)).await;
}

#[tokio::test]
async fn an_object_that_could_not_be_extracted_ends_with_1_and_says_why() {
    let stack = Stack::connect().await;
    // The extractor is not told of such a key, so that there is no report.
    let upload = stack.upload(&format!("{}.txt", unique::name()), "").await;
    let (reason, text) = (unique::name(), "it may not read the object");
    let dead_letter = json!({
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": event_now(&upload),
        "responsePayload": {"errorType": reason, "errorMessage": text},
    });
    stack.put_dead_letter(&dead_letter.to_string(), &[]).await;

    let (code, said, shown) = follow(&[&url(&upload)]);

    stack
        .take_dead_letters(1, |dead_letter| dead_letter.body.contains(&reason))
        .await;
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(
        said.contains(&format!("  could not be extracted: {reason}: {text}\n")),
        "{said}"
    );
    assert!(said.contains(&format!("tools/dlq show --reason {reason}\n")), "{said}");
}

#[tokio::test]
async fn an_upload_that_somebody_replaced_is_named_at_once_and_ends_with_1() {
    let stack = Stack::connect().await;
    // The extractor is not told of such a key, so that there is no report but the test's own.
    let key = format!("{}.txt", unique::name());
    let upload = stack.upload(&key, "1").await;
    let successor = stack.upload(&key, "2").await;
    let name = format!("{}#etag={}", url(&upload), upload.etag);
    let mut command = command("follow", &[&name]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut shown = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    let notice = format!("was replaced by another upload (ETag {})", successor.etag);
    while !line.contains(&notice) {
        line.clear();
        assert_ne!(shown.read_line(&mut line).unwrap(), 0, "it ended before it said so");
    }
    let problem = "the object was replaced before it was read";
    let ingest_id = format!("ffffffff-ffff-7000-8000-{:012x}", fastrand::u32(..));
    let report = json!({"rows_read": 0, "rows_sent": 0, "rows_rejected": 0, "ingest_id": ingest_id,
        "duration_ms": 1, "problem": problem});
    put_report(&stack, &upload, &report).await;

    let mut rest = String::new();
    shown.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}{rest}");
    assert!(said.contains(&format!("  problem: {problem}\n")), "{said}");
    // No time was named.
    let doubt = format!(
        "  an upload of this content (ETag {}), this one or an equal one: ",
        upload.etag
    );
    assert!(said.contains(&doubt), "{said}");
}

#[tokio::test]
async fn messages_of_the_ingest_that_died_are_counted_and_those_of_others_are_not() {
    let stack = Stack::connect().await;
    let upload = stack.upload(&format!("{}.txt", unique::name()), "").await;
    // The times of such ids are after any upload.
    let [ours, other] =
        ["ffffffff-ffff-7000-8000-", "ffffffff-fffe-7000-8000-"].map(|id| format!("{id}{:012x}", fastrand::u32(..)));
    let report = json!({"rows_read": 9, "rows_sent": 9, "rows_rejected": 0, "ingest_id": ours, "duration_ms": 1});
    put_report(&stack, &upload, &report).await;
    let reason = unique::name();
    for id in [&ours, &ours, &other] {
        let attributes = [
            ("Method", "POST"),
            ("ReasonCode", &reason),
            ("Reason", "it is too large"),
            ("IngestId", id),
        ];
        stack.put_dead_letter("{}", &attributes).await;
    }

    let (code, said, shown) = follow(&[&url(&upload)]);

    stack
        .take_dead_letters(3, |dead_letter| dead_letter.attribute("ReasonCode") == reason)
        .await;
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(
        said.contains(&format!("2 messages died, {reason}: it is too large\n")),
        "{said}"
    );
    assert!(
        said.contains("1 object: sent 9, written 7, rejected 0, died 2\n"),
        "{said}"
    );
}

#[tokio::test]
async fn functions_that_name_no_ingest_leave_it_unknown_whether_rows_died_and_that_ends_with_1() {
    let stack = Stack::connect().await;
    let upload = stack.upload(&format!("{}.txt", unique::name()), "").await;
    let report = json!({"rows_read": 9, "rows_sent": 9, "rows_rejected": 0, "duration_ms": 1});
    put_report(&stack, &upload, &report).await;

    let (code, said, shown) = follow(&[&url(&upload)]);

    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(
        said.contains("It is not known whether rows died: the deployed functions are older than this command.\n"),
        "{said}"
    );
    assert!(said.contains("  Look: tools/dlq list\n"), "{said}");
    assert!(!said.contains("All rows are"), "{said}");
}

/// Puts a report where the extractor would.
async fn put_report(stack: &Stack, upload: &Upload, report: &Value) {
    let bucket = &stack.outputs.report_bucket_name;
    stack
        .upload_as(bucket, &upload.report_key(), report.to_string(), "application/json")
        .await;
}

fn url(upload: &Upload) -> String {
    format!("s3://{}/{}", upload.bucket, upload.key)
}

/// S3's event about an upload, as if it had just happened.
fn event_now(upload: &Upload) -> Value {
    let mut event = upload.created();
    let now = DateTime::from(std::time::SystemTime::now());
    let now = now.fmt(DateTimeFormat::DateTime).expect("a time of this century");
    event["Records"][0]["eventTime"] = now.into();
    event
}

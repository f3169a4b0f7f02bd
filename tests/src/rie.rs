//! Runs AWS's runtime interface emulator, which `sam local invoke` runs in its container, without a container.

use std::collections::HashMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use http::Request;
use serde_json::Value;

use crate::http_client::{self, Response};
use crate::stack::{OUTPUTS, path_from_env};
use crate::{Stack, unique, wait};

/// The variable with the path of the emulator's program.
const PROGRAM: &str = "AWS_LAMBDA_RIE";
/// The variable with the folder of `sam build`.
const BUILD_DIR: &str = "SAM_BUILD_DIR";
/// The port that the next emulator of this process listens on.
static NEXT_PORT: AtomicU16 = AtomicU16::new(1024);

/// The variables of a deployed function, from the file that `tools/deploy` writes for `sam local` beside the outputs.
#[must_use]
pub fn variables(logical_id: &str) -> Vec<(String, String)> {
    let file = path_from_env(OUTPUTS).with_file_name("env.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut all: HashMap<String, HashMap<String, String>> = serde_json::from_str(&text).expect("variables by function");
    let variables = all.remove(logical_id);
    let variables = variables.unwrap_or_else(|| panic!("no {logical_id} in {}", file.display()));
    variables.into_iter().collect()
}

/// A function under the emulator. Dropping it ends the emulator.
pub struct Emulator {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Emulator {
    /// Starts the `bootstrap` that `sam build` built for the function `logical_id`. Its AWS calls go to the stack.
    pub async fn start(stack: &Stack, logical_id: &str, variables: &[(String, String)]) -> Self {
        let bootstrap = path_from_env(BUILD_DIR).join(logical_id).join("bootstrap");
        assert!(
            bootstrap.is_file(),
            "{} is missing: run `make build`",
            bootstrap.display()
        );
        let [address, runtime_api] = own_addresses();
        let log = std::env::temp_dir().join(format!("end-to-end-{}.log", unique::name()));
        let output = File::create_new(&log).expect("a log file can be made");
        let program = path_from_env(PROGRAM);
        let credentials = &stack.credentials;
        let child = Command::new(&program)
            .args(["--runtime-interface-emulator-address", &address.to_string()])
            .args(["--runtime-api-address", &runtime_api.to_string()])
            .arg(bootstrap)
            .env_clear()
            .env("AWS_REGION", &stack.outputs.region)
            .env("AWS_ACCESS_KEY_ID", credentials.access_key_id())
            .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .envs(variables.iter().cloned())
            .env("AWS_ENDPOINT_URL", &stack.outputs.endpoint)
            .stdin(Stdio::null())
            .stderr(output.try_clone().expect("a file can be written by two"))
            .stdout(output)
            .spawn()
            .unwrap_or_else(|error| panic!("{} ({PROGRAM}) cannot be run: {error}", program.display()));
        let emulator = Self { child, address, log };
        wait::until("the runtime interface emulator to listen", async || {
            tokio::net::TcpStream::connect(address).await
        })
        .await;
        emulator
    }

    /// Invokes the function.
    pub async fn invoke(&self, event: &Value) -> Response {
        let uri = format!("http://{}/2015-03-31/functions/function/invocations", self.address);
        let request = Request::post(uri).header("content-type", "application/json");
        http_client::send(request.body(event.to_string()).expect("a valid request")).await
    }

    /// The output of the emulator and the function so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log is a file")
    }

    /// The peak of the function's resident memory so far, in bytes. The function must have been invoked.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        let read = |path: PathBuf| {
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let threads = PathBuf::from(format!("/proc/{}/task", self.child.id()));
        let threads = threads.read_dir().expect("the emulator runs");
        let children: String = threads
            .map(|thread| read(thread.expect("a thread").path().join("children")))
            .collect();
        let function = children.split_whitespace().next().expect("the function runs");
        let status = read(PathBuf::from(format!("/proc/{function}/status")));
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kibibytes: u64 = kibibytes.and_then(|number| number.parse().ok()).expect("a size");
        kibibytes * 1024
    }
}

impl Drop for Emulator {
    /// Ends the emulator; the function then ends by itself. Prints the output of both, which is shown if the test fails.
    #[expect(clippy::print_stderr, reason = "the test runner keeps it for tests that fail")]
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        eprintln!("{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        let _ = std::fs::remove_file(&self.log);
    }
}

/// Two addresses that no other program uses, now or later. They are in a part of 127.0.0.0/8, all of which is loopback, that
/// belongs to this process: another program could take a free port of 127.0.0.1 at any time.
fn own_addresses() -> [SocketAddr; 2] {
    // A process id has at most 22 bits, so the first bit marks the addresses that are made here.
    let [_, high, middle, low] = (std::process::id() | 1 << 23).to_be_bytes();
    let port = NEXT_PORT.fetch_add(2, Ordering::Relaxed);
    [port, port + 1].map(|port| SocketAddr::from(([127, high, middle, low], port)))
}

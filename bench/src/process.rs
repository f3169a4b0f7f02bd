//! A contender as a process: started as Lambda starts a function, on a core of its own, and watched.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::backend::INGESTS;
use crate::results::{OURS, OURS_PACKED};
use crate::runtime_api::{Answer, RuntimeApi};

/// Where the contender runs.
const CONTENDER_CORE: usize = 0;
/// Where the stub, the runtime API and the one that measures run.
const BENCH_CORE: usize = 1;
/// What `/proc` counts CPU time in: `USER_HZ`, which is 100 on every architecture that Linux runs functions on.
const TICK: Duration = Duration::from_millis(10);

/// How a contender is started.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is called in the results.
    pub name: &'static str,
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables of its environment beside those that every contender has.
    pub variables: Vec<(&'static str, String)>,
    /// Where it runs.
    pub folder: PathBuf,
    /// The peers that it is one of, if any.
    pub peers: Option<Peers>,
}

/// Peers that a run can leave out, because they take an installation or a build of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    /// Those in Python and Node.js.
    OtherLanguages,
    /// Those of the workspace `bench/peers/rust`.
    RustSdk,
}

/// A contender that runs.
pub struct Process {
    child: Child,
    api: RuntimeApi,
    started: Instant,
}

/// What a process has taken.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// User and system time of all its threads.
    pub cpu: Duration,
    /// The most memory that was resident at once, in bytes.
    pub peak_resident: u64,
}

impl Program {
    /// The executable `path` without arguments.
    #[must_use]
    pub fn new(name: &'static str, path: PathBuf) -> Self {
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Self {
            name,
            path,
            arguments: Vec::new(),
            variables: Vec::new(),
            folder,
            peers: None,
        }
    }

    /// Whether it is one of our functions, however it is set.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        [OURS, OURS_PACKED].contains(&self.name)
    }

    /// Starts it with nothing in its environment but what Lambda and the template set. What it says goes to a file in
    /// `logs`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn start(&self, backend: &str, logs: &Path) -> Result<Process> {
        self.start_on(&[CONTENDER_CORE], backend, logs).await
    }

    /// The same on all cores, the bench's too: for contenders that mostly wait.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn start_on_all_cores(&self, backend: &str, logs: &Path) -> Result<Process> {
        self.start_on(&[CONTENDER_CORE, BENCH_CORE], backend, logs).await
    }

    async fn start_on(&self, cores: &[usize], backend: &str, logs: &Path) -> Result<Process> {
        let api = RuntimeApi::start().await?;
        let log = File::create(logs.join(format!("{}.log", self.name))).context("creating a log file")?;
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(environment(backend, &api.address))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(log);
        // A child has the affinity of the thread that makes it.
        pin(cores)?;
        let started = Instant::now();
        let child = command.spawn();
        pin(&[BENCH_CORE])?;
        Ok(Process {
            child: child.with_context(|| format!("starting {}", self.path.display()))?,
            api,
            started,
        })
    }
}

impl Process {
    /// Waits until it asks for its first event; how long after its start that was.
    ///
    /// # Errors
    /// What it says instead.
    pub async fn ready(&mut self) -> Result<Duration> {
        Ok(self.api.ready().await? - self.started)
    }

    /// One invocation: the response, and the time from the event to it. It must be [ready](Self::ready).
    ///
    /// # Errors
    /// What it says when it fails.
    pub async fn invoke(&mut self, event: &[u8]) -> Result<(bytes::Bytes, Duration)> {
        self.api.invoke(bytes::Bytes::copy_from_slice(event)).await
    }

    /// The same where it may fail.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn attempt(&mut self, event: &[u8]) -> Result<(Answer, Duration)> {
        self.api.attempt(bytes::Bytes::copy_from_slice(event)).await
    }

    /// Sets what an invocation may take, of which it is told: as long as an extractor's at first.
    pub fn set_timeout(&self, timeout: Duration) {
        self.api.set_timeout(timeout);
    }

    /// What it has taken so far.
    ///
    /// # Errors
    /// When it is not there any more.
    pub fn usage(&self) -> Result<Usage> {
        let folder = PathBuf::from(format!("/proc/{}", self.child.id()));
        let stat = fs::read_to_string(folder.join("stat"))?;
        // Behind the name, which may have spaces: the state is field 3, user and system time are 14 and 15.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u32 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse().unwrap_or(0))
            .sum();
        let status = fs::read_to_string(folder.join("status"))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = peak.and_then(|text| text.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        Ok(Usage {
            cpu: TICK * ticks,
            peak_resident: kibibytes.context("no VmHWM")? * 1024,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It waits for an event that never comes.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Runs the calling thread on the core for the stub from now on.
///
/// # Errors
/// When the machine has one core only.
pub fn pin_bench() -> Result<()> {
    pin(&[BENCH_CORE])
}

fn pin(cores: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    for &core in cores {
        set.set(core);
    }
    sched_setaffinity(None, &set).with_context(|| format!("cores {cores:?} cannot be used; it takes two"))
}

fn environment(backend: &str, runtime_api: &str) -> BTreeMap<&'static str, String> {
    let fixed = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", "/tmp"),
        // The folder of the peers stays as it is.
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        (
            "AWS_SESSION_TOKEN",
            "IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZ2luX2I",
        ),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2001/01/01/[$LATEST]0"),
        ("TABLE_NAME", "messages"),
        ("STACK_NAME", "bench"),
        ("METRICS_NAMESPACE", "Messages"),
        ("REPORT_BUCKET", "reports"),
        ("MAX_RECEIVE_COUNT", "15"),
        ("INGEST_TABLE", INGESTS),
        ("EVENT_BUS", "default"),
    ];
    let mut environment: BTreeMap<_, _> = fixed.map(|(name, value)| (name, value.to_owned())).into();
    environment.extend([
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
        ("AWS_ENDPOINT_URL", backend.to_owned()),
        ("SQS_QUEUE_URL", format!("{backend}/123456789012/messages")),
        ("DEAD_LETTER_QUEUE_URL", format!("{backend}/123456789012/dead")),
    ]);
    environment
}

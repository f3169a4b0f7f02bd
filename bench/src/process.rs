//! Runs a contender as a process, started as Lambda starts a function, on a core of its own.

mod running;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::backend::INGESTS;
use crate::results::{OURS, OURS_PACKED};
use crate::runtime_api::{Answer, RuntimeApi};
use running::{Running, appended};

/// The core of the contender.
const CONTENDER_CORE: usize = 0;
/// The core of the stub, the runtime API and the measuring thread.
const BENCH_CORE: usize = 1;
/// The unit of CPU time in `/proc`: `USER_HZ` is 100 on every architecture of Lambda.
const TICK: Duration = Duration::from_millis(10);

/// A contender's program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name in the results.
    pub name: &'static str,
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The environment variables that it has in addition to every contender's.
    pub variables: Vec<(&'static str, String)>,
    /// Its working folder.
    pub folder: PathBuf,
    /// The group of peers that it belongs to, if any.
    pub peers: Option<Peers>,
}

/// The groups of peers that a run can leave out, because they need their own installation or build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    /// The peers in Python and Node.js.
    OtherLanguages,
    /// The peers of the workspace `bench/peers/rust`.
    RustSdk,
}

/// A running contender.
pub struct Process {
    running: Running,
    api: RuntimeApi,
    started: Instant,
}

/// The resources that a process has used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// User and system time of all its threads.
    pub cpu: Duration,
    /// The peak of its resident memory, in bytes.
    pub peak_resident: u64,
}

impl Program {
    /// A program that runs the executable `path` without arguments.
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

    /// Whether it is one of our functions, with whatever settings.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        [OURS, OURS_PACKED].contains(&self.name)
    }

    /// Starts it with only the environment variables that Lambda and the template set. Its output replaces its file in `logs`.
    ///
    /// # Errors
    /// The program cannot be started.
    pub async fn start(&self, backend: &str, logs: &Path) -> Result<Process> {
        let log = self.log(logs);
        File::create(&log).context("creating a log file")?;
        self.start_on(&[CONTENDER_CORE], backend, log).await
    }

    /// Starts it on all cores, including the bench's, for contenders that mostly wait. Its output is appended to its file in
    /// `logs`: when a process is started in place of another one, the last lines of the other one stay.
    ///
    /// # Errors
    /// The program cannot be started.
    pub async fn start_on_all_cores(&self, backend: &str, logs: &Path) -> Result<Process> {
        self.start_on(&[CONTENDER_CORE, BENCH_CORE], backend, self.log(logs))
            .await
    }

    fn log(&self, logs: &Path) -> PathBuf {
        logs.join(format!("{}.log", self.name))
    }

    async fn start_on(&self, cores: &[usize], backend: &str, log: PathBuf) -> Result<Process> {
        let api = RuntimeApi::start().await?;
        let output = appended(&log)?;
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(environment(backend, &api.address))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output);
        // A child inherits the affinity of the thread that starts it.
        pin(cores)?;
        let started = Instant::now();
        let child = command.spawn();
        pin(&[BENCH_CORE])?;
        let child = child.with_context(|| format!("starting {}", self.path.display()))?;
        let name = self.name;
        Ok(Process {
            running: Running { name, log, child },
            api,
            started,
        })
    }
}

impl Process {
    /// Waits until it requests its first event, and returns the time since its start.
    ///
    /// # Errors
    /// The contender's message, if it fails instead, or its log, if it ends.
    pub async fn ready(&mut self) -> Result<Duration> {
        let ready = self.running.answered(self.api.ready()).await?;
        Ok(ready - self.started)
    }

    /// Invokes it, and returns the response and the time from the event to the response. It must be [ready](Self::ready).
    ///
    /// # Errors
    /// The contender's message, if it fails, or its log, if it ends.
    pub async fn invoke(&mut self, event: &[u8]) -> Result<(bytes::Bytes, Duration)> {
        let invocation = self.api.invoke(bytes::Bytes::copy_from_slice(event));
        self.running.answered(invocation).await
    }

    /// Invokes it, where a failure is an answer as well.
    ///
    /// # Errors
    /// The contender's log, if it ends without an answer.
    pub async fn attempt(&mut self, event: &[u8]) -> Result<(Answer, Duration)> {
        let attempt = self.api.attempt(bytes::Bytes::copy_from_slice(event));
        self.running.answered(attempt).await
    }

    /// Sets the timeout of an invocation, which the contender gets as its deadline. The extractor's timeout is the default.
    pub fn set_timeout(&self, timeout: Duration) {
        self.api.set_timeout(timeout);
    }

    /// The resources that it has used so far.
    ///
    /// # Errors
    /// The process has ended.
    pub fn usage(&self) -> Result<Usage> {
        let folder = PathBuf::from(format!("/proc/{}", self.running.child.id()));
        let stat = fs::read_to_string(folder.join("stat"))?;
        // The name may contain spaces, so the fields are counted after it: the state is field 3, user and system time are 14 and
        // 15.
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

/// Pins the calling thread to the core of the stub.
///
/// # Errors
/// The machine has only one core.
pub fn pin_bench() -> Result<()> {
    pin(&[BENCH_CORE])
}

fn pin(cores: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    for &core in cores {
        set.set(core);
    }
    sched_setaffinity(None, &set).with_context(|| format!("cores {cores:?} cannot be used; two cores are needed"))
}

fn environment(backend: &str, runtime_api: &str) -> BTreeMap<&'static str, String> {
    let fixed = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", "/tmp"),
        // Keeps Python from writing into the folder of the peers.
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
        ("MIMALLOC_PURGE_DELAY", "10"),
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

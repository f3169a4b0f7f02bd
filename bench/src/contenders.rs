//! Who is measured: our functions, their peers, and their limits.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::process::Program;
use crate::results::OURS;

/// The functions of the API.
pub const API: [&str; 5] = [
    "get-messages",
    "get-message",
    "post-message",
    "put-message",
    "delete-message",
];

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Places {
    /// `NAME/bootstrap` of each function and each limit, as `cargo lambda build` leaves them: it sets flags of its own, so
    /// both are built by it.
    pub bootstraps: PathBuf,
    /// `bench/peers`.
    pub peers: PathBuf,
    /// Python with what `tools/locks/bench.txt` names.
    pub python: PathBuf,
    /// Node.js.
    pub node: PathBuf,
    /// The peer for it, bundled, as those deploy it who care for cold starts.
    pub node_bundle: PathBuf,
}

impl Places {
    /// Our function.
    #[must_use]
    pub fn ours(&self, function: &str) -> Program {
        Program::new(OURS, self.bootstrap(function))
    }

    /// A limit: `bare`, or `lean` with a mode.
    #[must_use]
    pub fn limit(&self, name: &'static str, executable: &str, mode: &str) -> Program {
        let program = Program::new(name, self.bootstrap(executable));
        let arguments = if mode.is_empty() { vec![] } else { vec![mode.to_owned()] };
        Program { arguments, ..program }
    }

    /// A peer in Python: the function `handler` of a module, under AWS's own runtime client.
    #[must_use]
    pub fn python(&self, name: &'static str, module: &str) -> Program {
        Program {
            name,
            path: self.python.clone(),
            arguments: ["-m", "awslambdaric", &format!("{module}.handler")]
                .map(str::to_owned)
                .into(),
            variables: Vec::new(),
            folder: self.peers.join("python"),
            foreign: true,
        }
    }

    /// The peer in Node.js.
    #[must_use]
    pub fn node(&self) -> Program {
        Program {
            name: "node",
            path: self.node.clone(),
            arguments: vec!["runtime.mjs".to_owned(), self.node_bundle.display().to_string()],
            variables: Vec::new(),
            folder: self.peers.join("node"),
            foreign: true,
        }
    }

    /// Whether everything is there that will be started, `foreign` peers too.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self, foreign: bool) -> Result<()> {
        let programs = API.into_iter().chain(["s3-to-sqs", "sqs-to-dynamodb", "bare", "lean"]);
        let ours = programs.map(|program| self.bootstrap(program));
        let peers = [&self.python, &self.node, &self.node_bundle];
        for path in ours.chain(peers.into_iter().filter(|_| foreign).cloned()) {
            ensure!(path.is_file(), "{} is missing; `make bench` makes it", path.display());
        }
        Ok(())
    }

    fn bootstrap(&self, name: &str) -> PathBuf {
        self.bootstraps.join(name).join("bootstrap")
    }
}

//! Who is measured: our functions, their peers, and their limits.

use std::path::{Path, PathBuf};

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
    /// `NAME/bootstrap` of each function, as `cargo lambda build` leaves them.
    pub functions: PathBuf,
    /// The executables of this crate: the limits.
    pub limits: PathBuf,
    /// `bench/peers`.
    pub peers: PathBuf,
    /// Python with what `tools/bench.txt` names.
    pub python: PathBuf,
    /// Node.js.
    pub node: PathBuf,
}

impl Places {
    /// Our function.
    #[must_use]
    pub fn ours(&self, function: &str) -> Program {
        Program::new(OURS, self.functions.join(function).join("bootstrap"))
    }

    /// A limit: `bare`, or `lean` with a mode.
    #[must_use]
    pub fn limit(&self, name: &'static str, executable: &str, mode: &str) -> Program {
        let program = Program::new(name, self.limits.join(executable));
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
            arguments: ["runtime.mjs", "get_message.mjs"].map(str::to_owned).into(),
            folder: self.peers.join("node"),
            foreign: true,
        }
    }

    /// Whether everything is there that will be started, `foreign` peers too.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self, foreign: bool) -> Result<()> {
        let functions = API.into_iter().chain(["s3-to-sqs", "sqs-to-dynamodb"]);
        let ours = functions.map(|function| self.ours(function).path);
        let limits = ["bare", "lean"].map(|limit| self.limits.join(limit));
        let peers = [&self.python, &self.node].into_iter().filter(|_| foreign);
        for path in ours.chain(limits).chain(peers.cloned()) {
            ensure!(is_file(&path), "{} is missing; `make bench` makes it", path.display());
        }
        Ok(())
    }
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}

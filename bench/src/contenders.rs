//! Who is measured: our functions, their peers, and their limits.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::data::ROWS_PER_MESSAGE;
use crate::process::{Peers, Program};
use crate::results::{OURS, OURS_PACKED};

/// The functions of the API.
pub const API: [&str; 5] = [
    "get-messages",
    "get-message",
    "post-message",
    "put-message",
    "delete-message",
];

/// The executables of the peer in Rust.
const RUST_SDK: [&str; 3] = ["rust_sdk_extractor", "rust_sdk_writer", "rust_sdk_get_message"];

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Places {
    /// `NAME/bootstrap` of each function, each limit and each peer in Rust, as `cargo lambda build` leaves them: it sets
    /// flags of its own, so all are built by it.
    pub bootstraps: PathBuf,
    /// `bench/peers`.
    pub peers: PathBuf,
    /// The descriptor of the declared files: `bench/readings.json`.
    pub descriptor: PathBuf,
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

    /// Our function, with many rows a message: the extractor makes such messages, the writer reads them.
    #[must_use]
    pub fn packed(&self, function: &str) -> Program {
        Program {
            variables: vec![("ROWS_PER_MESSAGE", ROWS_PER_MESSAGE.to_string())],
            ..Program::new(OURS_PACKED, self.bootstrap(function))
        }
    }

    /// The extractor with a descriptor.
    #[must_use]
    pub fn declared(&self) -> Program {
        let variables = [("PARTITION_KEY", "pk"), ("SORT_KEY", "sk")].map(|(name, value)| (name, value.to_owned()));
        let mut program = self.ours("s3-to-sqs");
        program.variables.extend(variables);
        program
            .variables
            .push(("DATA_PACKAGE", self.descriptor.display().to_string()));
        program
    }

    /// A limit: `bare`, or `lean` with a mode.
    #[must_use]
    pub fn limit(&self, name: &'static str, executable: &str, mode: &str) -> Program {
        let program = Program::new(name, self.bootstrap(executable));
        let arguments = if mode.is_empty() { vec![] } else { vec![mode.to_owned()] };
        Program { arguments, ..program }
    }

    /// The peer in Rust: one of its executables.
    #[must_use]
    pub fn rust_sdk(&self, executable: &str) -> Program {
        Program {
            peers: Some(Peers::RustSdk),
            ..Program::new("rust_sdk", self.bootstrap(executable))
        }
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
            peers: Some(Peers::OtherLanguages),
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
            peers: Some(Peers::OtherLanguages),
        }
    }

    /// Whether everything is there that will be started, and so what these peers need.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self, peers: &[Peers]) -> Result<()> {
        let programs = API.into_iter().chain(["s3-to-sqs", "sqs-to-dynamodb", "bare", "lean"]);
        let mut needed: Vec<_> = programs.map(|program| self.bootstrap(program)).collect();
        needed.push(self.descriptor.clone());
        if peers.contains(&Peers::OtherLanguages) {
            needed.extend([&self.python, &self.node, &self.node_bundle].map(Clone::clone));
        }
        if peers.contains(&Peers::RustSdk) {
            needed.extend(RUST_SDK.map(|executable| self.bootstrap(executable)));
        }
        for path in needed {
            ensure!(path.is_file(), "{} is missing; `make bench` makes it", path.display());
        }
        Ok(())
    }

    fn bootstrap(&self, name: &str) -> PathBuf {
        self.bootstraps.join(name).join("bootstrap")
    }
}

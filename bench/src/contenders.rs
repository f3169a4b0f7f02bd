//! The contenders: our functions, their peers, and their limits.

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

/// The paths of the contenders and their runtimes.
#[derive(Clone, Debug)]
pub struct Places {
    /// The folder with `NAME/bootstrap` of each function, each limit and each peer in Rust. `cargo lambda build` builds them all,
    /// because it sets flags of its own.
    pub bootstraps: PathBuf,
    /// `bench/peers`.
    pub peers: PathBuf,
    /// The descriptor of the declared files: `bench/readings.json`, or `bench/sharded.json` for a load.
    pub descriptor: PathBuf,
    /// The Python with the packages of `tools/locks/bench.txt`.
    pub python: PathBuf,
    /// Node.js.
    pub node: PathBuf,
    /// The peer in Node.js, bundled, as it is deployed for short cold starts.
    pub node_bundle: PathBuf,
}

impl Places {
    /// Our function.
    #[must_use]
    pub fn ours(&self, function: &str) -> Program {
        Program::new(OURS, self.bootstrap(function))
    }

    /// Our function with many rows a message: the extractor makes such messages, the writer reads them.
    #[must_use]
    pub fn packed(&self, function: &str) -> Program {
        Program {
            variables: vec![("ROWS_PER_MESSAGE", ROWS_PER_MESSAGE.to_string())],
            ..Program::new(OURS_PACKED, self.bootstrap(function))
        }
    }

    /// The same extractor with the descriptor, and with the key of the table of the declared files.
    #[must_use]
    pub fn declared(&self, extractor: Program) -> Program {
        let mut program = with_key(extractor);
        let descriptor = self.descriptor.display().to_string();
        program.variables.push(("DATA_PACKAGE", descriptor));
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

    /// Checks that every program of a run with these peers exists.
    ///
    /// # Errors
    /// The program that is missing.
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
            ensure!(path.is_file(), "{} is missing; `make bench` builds it", path.display());
        }
        Ok(())
    }

    fn bootstrap(&self, name: &str) -> PathBuf {
        self.bootstraps.join(name).join("bootstrap")
    }
}

/// The same function with the key of the table of the declared files.
#[must_use]
pub fn with_key(mut function: Program) -> Program {
    let key = [("PARTITION_KEY", "pk"), ("SORT_KEY", "sk")].map(|(name, value)| (name, value.to_owned()));
    function.variables.extend(key);
    function
}

//! The scenarios. Contenders take turns, round by round, so that a machine that is slow for a while is slow for all of them.

mod api;
mod declared;
mod extractor;
mod growth;
mod size;
mod writer;

use std::fmt::Debug;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::{Context, Result, ensure};

use crate::backend::{Backend, Counts};
use crate::contenders::Places;
use crate::plan::Plan;
use crate::process::{Peers, Process, Program};
use crate::results::{Samples, Unit};

const MEGABYTES: Unit = Unit::of_cost("MB");

/// A run.
pub struct Bench {
    /// The stub.
    pub backend: Rc<Backend>,
    /// The URL of the stub.
    pub url: String,
    /// The paths of the contenders.
    pub places: Places,
    /// The sizes of the run.
    pub plan: Plan,
    /// The peers that are measured.
    pub peers: Vec<Peers>,
    /// The folder for the contenders' logs.
    pub logs: PathBuf,
    /// The samples so far.
    pub samples: Samples,
}

/// The names of all scenarios, in order.
pub const SCENARIOS: [&str; 6] = ["size", "api", "extractor", "declared", "writer", "growth"];

impl Bench {
    /// Runs a scenario of [`SCENARIOS`].
    ///
    /// # Errors
    /// A contender fails or does not do all of its work.
    pub async fn run(&mut self, scenario: &str) -> Result<()> {
        match scenario {
            "size" => self.sizes(),
            "api" => self.api().await,
            "extractor" => self.extractor().await,
            "declared" => self.declared().await,
            "writer" => self.writer().await,
            "growth" => self.growth().await,
            other => anyhow::bail!("there is no scenario {other}"),
        }
    }

    /// Whether this run leaves out a contender.
    fn leaves_out(&self, program: &Program) -> bool {
        program.peers.is_some_and(|peers| !self.peers.contains(&peers))
    }

    /// Starts a contender and waits until it is ready.
    async fn start(&self, program: &Program) -> Result<Process> {
        let mut process = program.start(&self.url, &self.logs).await?;
        process.ready().await.with_context(|| program.name)?;
        self.backend.take_counts();
        Ok(process)
    }

    /// Compares a count of the stub with the expected one.
    fn expect<C: Debug + PartialEq>(
        &self,
        program: &Program,
        counted: impl Fn(Counts) -> C,
        expected: &C,
    ) -> Result<()> {
        let counts = self.backend.take_counts();
        let found = counted(counts);
        ensure!(
            found == *expected,
            "{}: the stub counted {found:?} instead of {expected:?}: {counts:?}",
            program.name
        );
        Ok(())
    }

    fn note_resident(&mut self, scenario: &str, contender: &'static str, process: &Process) -> Result<()> {
        let peak = process.usage()?.peak_resident;
        let metric = format!("{scenario}/peak_rss_mb");
        self.samples.note(&metric, MEGABYTES, contender, megabytes(peak));
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files and processes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and messages")]
fn per_million(value: f64, count: u64) -> f64 {
    value * 1e6 / count as f64
}

//! What is measured. Contenders take turns, round by round, so that a machine that is slower for a while is so for all.

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
    /// Its URL.
    pub url: String,
    /// Who is measured.
    pub places: Places,
    /// How much.
    pub plan: Plan,
    /// The peers that are measured.
    pub peers: Vec<Peers>,
    /// Where contenders' logs go.
    pub logs: PathBuf,
    /// What was measured so far.
    pub samples: Samples,
}

/// The names of all scenarios, in their order.
pub const SCENARIOS: [&str; 6] = ["size", "api", "extractor", "declared", "writer", "growth"];

impl Bench {
    /// Runs a scenario of [`SCENARIOS`].
    ///
    /// # Errors
    /// When a contender fails, or did not do all of its work.
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

    /// Whether a contender is not measured in this run.
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

    /// Compares what the stub has counted with what it must have.
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

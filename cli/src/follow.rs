//! Following uploads until all that came of them is written.

pub mod books;
pub mod dead_letter;
mod dead_letter_queue;
pub mod error;
pub mod outcome;
pub mod progress;
mod queue_depth;
mod records;
pub mod rejected_rows;
pub mod report;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use ledger::Rows;

use crate::cancel::Cancel;
use crate::screen::Screen;
use crate::stack::Stack;
use dead_letter::DeadLetter;
use dead_letter_queue::Looked;
use outcome::{End, Tracked};
use progress::Progress;
use report::Report;
use watch::Watch;

/// The number of last sweeps of the dead-letter queue, where no record counts dead letters. Other readers have some seconds
/// between two sweeps to put back the dead letters that they look at.
const LAST_SWEEPS: u32 = 10;

/// What following found.
#[derive(Debug)]
pub struct Followed {
    /// The uploads, in their order.
    pub tracked: Vec<Tracked>,
    /// The dead letters of the uploads.
    pub dead_letters: Vec<DeadLetter>,
    /// Whether dead messages can be told from those of others, by their ingest.
    pub knows_dead: bool,
    /// Whether every message of the dead-letter queue was looked at.
    pub saw_all_dead: bool,
    /// How far it is.
    pub progress: Progress,
    /// From the upload until nothing was waiting any more, or until now; `None` when it was before this command.
    pub took: Option<Duration>,
    /// How it ended.
    pub end: End,
}

impl Followed {
    /// The names of these very uploads.
    pub fn references(&self) -> impl Iterator<Item = String> {
        self.tracked.iter().map(Tracked::reference)
    }

    /// The reports that are there.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.tracked.iter().filter_map(Tracked::report)
    }

    /// Whether nothing can have died without being counted.
    #[must_use]
    pub fn is_sure_of_dead(&self) -> bool {
        self.progress.by_queue == 0 || self.knows_dead && self.saw_all_dead
    }
}

/// Follows uploads until all of their rows are written, rejected or dead. `uploaded` is when they were, if it was now.
pub async fn follow(
    stack: &Stack,
    uploads: Vec<Tracked>,
    uploaded: Option<Instant>,
    patience: Duration,
    cancel: &Cancel,
    screen: &Screen,
) -> Followed {
    let mut watch = Watch::of(stack, uploads);
    let mut end = watch.until_over(patience, cancel, screen).await;
    let took = uploaded.map(|uploaded| watch.empty_since.unwrap_or_else(Instant::now) - uploaded);
    let mut looked = Looked::default();
    let mut progress = watch.progress;
    // Even when it is said to be empty: such counts are approximate. Records say how many died, and nothing of the reasons.
    let sweeps = match progress {
        Progress { by_queue: 1.., .. } => LAST_SWEEPS,
        Progress {
            counted: Rows { dead: 1.., .. },
            ..
        } => 1,
        _ => 0,
    };
    if sweeps > 0 && !matches!(end, End::Failed(_) | End::Interrupted) {
        match dead_letter_queue::look(stack, sweeps, cancel).await {
            Ok(found) => looked = found,
            Err(error) => end = End::of(error),
        }
    }
    let dead_letters = ours(looked.dead_letters, &watch.tracked);
    let by_queue = || {
        watch
            .tracked
            .iter()
            .filter(|tracked| tracked.books.substitute.is_some())
    };
    let knows_dead = by_queue()
        .filter_map(Tracked::report)
        .all(|report| report.ingest_id.is_some());
    if matches!(end, End::Over | End::Stuck) {
        let ids: HashSet<_> = ids(by_queue()).collect();
        let is_by_queue = |found: &&DeadLetter| found.ingest_id().is_some_and(|id| ids.contains(id));
        progress.dead_by_queue = dead_letters.iter().filter(is_by_queue).map(DeadLetter::rows).sum();
    }
    Followed {
        tracked: watch.tracked,
        dead_letters,
        knows_dead,
        saw_all_dead: looked.is_complete,
        progress,
        took,
        end,
    }
}

/// The dead letters of these uploads.
fn ours(dead_letters: Vec<DeadLetter>, tracked: &[Tracked]) -> Vec<DeadLetter> {
    let ids: HashSet<_> = ids(tracked).collect();
    let is_ours = |found: &DeadLetter| {
        let id = found.ingest_id();
        id.is_some_and(|id| ids.contains(id)) || tracked.iter().any(|tracked| found.is_event_of(&tracked.upload))
    };
    dead_letters.into_iter().filter(is_ours).collect()
}

/// The ingests that the reports of uploads name.
fn ids<'a>(tracked: impl IntoIterator<Item = &'a Tracked>) -> impl Iterator<Item = &'a str> {
    tracked
        .into_iter()
        .filter_map(|tracked| tracked.report()?.ingest_id.as_deref())
}

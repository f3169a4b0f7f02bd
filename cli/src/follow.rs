//! Following uploads until all of their rows are written, rejected or dead.

pub mod books;
pub mod dead_letter;
mod dead_letter_queue;
pub mod error;
pub mod outcome;
pub mod progress;
mod queue_depth;
mod records;
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

/// The number of sweeps of the dead-letter queue at the end, for uploads whose dead letters no record counts. Between two sweeps
/// other readers have time to put back the dead letters that they look at.
const LAST_SWEEPS: u32 = 10;

/// The result of following uploads.
#[derive(Debug)]
pub struct Followed {
    /// The uploads, in the order in which they were named.
    pub tracked: Vec<Tracked>,
    /// The dead letters of the uploads.
    pub dead_letters: Vec<DeadLetter>,
    /// Whether the dead letters of the uploads can be recognised, since every report names its ingest id.
    pub knows_dead: bool,
    /// Whether every dead letter in the queue was looked at.
    pub saw_all_dead: bool,
    /// The progress at the end.
    pub progress: Progress,
    /// The time from the upload until no row was waiting any more, or until now; `None` when this command did not upload.
    pub took: Option<Duration>,
    /// How the watching ended.
    pub end: End,
}

impl Followed {
    /// The references of the uploads, for commands that name exactly these.
    pub fn references(&self) -> impl Iterator<Item = String> {
        self.tracked.iter().map(Tracked::reference)
    }

    /// The reports that were found.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.tracked.iter().filter_map(Tracked::report)
    }

    /// Whether every row that died is counted.
    #[must_use]
    pub fn is_sure_of_dead(&self) -> bool {
        self.progress.by_queue == 0 || self.knows_dead && self.saw_all_dead
    }
}

/// Follows uploads until all of their rows are written, rejected or dead. `uploaded` is the time of the upload, if this command
/// made it.
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
    // The queue is read even when it is said to be empty, since its counts are approximate. Records only count dead rows; the
    // reasons are in the dead letters.
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
        progress.uncounted_dead = Some(dead_letters.iter().filter(is_by_queue).map(DeadLetter::rows).sum());
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

/// The ingest ids in the reports of uploads.
fn ids<'a>(tracked: impl IntoIterator<Item = &'a Tracked>) -> impl Iterator<Item = &'a str> {
    tracked
        .into_iter()
        .filter_map(|tracked| tracked.report()?.ingest_id.as_deref())
}

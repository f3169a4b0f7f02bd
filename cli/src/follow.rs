//! Following uploads until all that came of them is written.

pub mod dead_letter;
mod dead_letter_queue;
pub mod error;
pub mod outcome;
pub mod progress;
mod queue_depth;
pub mod rejected_rows;
pub mod report;
mod watch;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::cancel::Cancel;
use crate::object::UploadedObject;
use crate::screen::Screen;
use crate::stack::Stack;
use dead_letter::DeadLetter;
use dead_letter_queue::Looked;
use outcome::{End, Tracked};
use progress::Progress;
use report::Report;
use watch::Watch;

/// The number of sweeps of the dead-letter queue at the end. Between them, other readers have some seconds to put back the dead
/// letters that they look at.
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
    /// How far it is. `dead` are the messages among `dead_letters`.
    pub progress: Progress,
    /// From the upload until nothing was waiting any more, or until now; `None` when it was before this command.
    pub took: Option<Duration>,
    /// How it ended.
    pub end: End,
}

impl Followed {
    /// The names of these very uploads.
    pub fn references(&self) -> impl Iterator<Item = String> {
        self.tracked.iter().map(|tracked| tracked.upload.reference())
    }

    /// The reports that are there.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.tracked.iter().filter_map(Tracked::report)
    }

    /// Whether nothing can have died without being among `dead_letters`.
    #[must_use]
    pub fn is_sure_of_dead(&self) -> bool {
        self.knows_dead && self.saw_all_dead
    }
}

/// Follows uploads until all of their rows are written, rejected or dead. `uploaded` is when they were, if it was now.
pub async fn follow(
    stack: &Stack,
    uploads: Vec<UploadedObject>,
    uploaded: Option<Instant>,
    patience: Duration,
    cancel: &Cancel,
    screen: &Screen,
) -> Followed {
    let mut watch = Watch::of(stack, uploads);
    let mut end = watch.until_over(patience, cancel, screen).await;
    let took = uploaded.map(|uploaded| watch.empty_since.unwrap_or_else(Instant::now) - uploaded);
    let mut looked = Looked::default();
    if !matches!(end, End::Failed(_) | End::Interrupted) {
        // Even when it is said to be empty: such counts are approximate.
        match dead_letter_queue::look(stack, LAST_SWEEPS, cancel).await {
            Ok(found) => looked = found,
            Err(error) => end = End::of(error),
        }
    }
    let dead_letters = ours(looked.dead_letters, &watch);
    let knows_dead = watch.reports().all(|report| report.ingest_id.is_some());
    let mut progress = watch.progress;
    if matches!(end, End::Over | End::Stuck) {
        let messages = dead_letters.iter().filter(|found| found.is_message());
        progress.dead = messages.count() as u64;
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
fn ours(dead_letters: Vec<DeadLetter>, watch: &Watch<'_>) -> Vec<DeadLetter> {
    let ids = watch.reports().filter_map(|report| report.ingest_id.as_deref());
    let ids: HashSet<_> = ids.collect();
    let is_ours = |found: &DeadLetter| {
        let id = found.ingest_id();
        id.is_some_and(|id| ids.contains(id)) || watch.tracked.iter().any(|tracked| found.is_event_of(&tracked.upload))
    };
    dead_letters.into_iter().filter(is_ours).collect()
}

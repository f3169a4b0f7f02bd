//! Following uploads until all that came of them is written.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures::future::try_join;
use futures::stream::{self, StreamExt};

use crate::cancel::Cancel;
use crate::error::Error;
use crate::letters::Letter;
use crate::progress::Progress;
use crate::queues::{self, Looked};
use crate::report::{self, Report};
use crate::screen::Screen;
use crate::stack::Stack;
use crate::upload::Upload;

/// How long services may be out of reach: the ingest goes on without being watched.
const OUTAGE: Duration = Duration::from_mins(1);
/// Reports that are asked for in one look, and how many of them at once.
const REPORTS_PER_LOOK: usize = 32;
const REPORTS_AT_ONCE: usize = 8;
/// From one look at all dead letters to the next.
const BETWEEN_LETTERS: Duration = Duration::from_secs(5);
/// Sweeps of the dead-letter queue at the end: whoever else looks at letters has some seconds to put them back.
const LAST_SWEEPS: u32 = 10;

/// An upload, and what became of it.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// The upload.
    pub upload: Upload,
    /// `None` as long as nobody knows.
    pub outcome: Option<Outcome>,
}

/// What became of an object.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was extracted.
    Extracted(Report),
    /// The extractor failed on it, for the last time.
    Failed {
        /// The code that `tools/dlq` groups it by.
        reason: String,
        /// The reason in words.
        text: String,
    },
}

/// How following ended.
#[derive(Debug)]
pub enum End {
    /// Nothing is left to be done.
    Over,
    /// Somebody wished to stop.
    Interrupted,
    /// There was no progress for too long.
    Stuck,
    /// It could not be watched any longer.
    Failed(Error),
}

impl End {
    fn of(error: Error) -> Self {
        match error {
            Error::Interrupted => Self::Interrupted,
            error => Self::Failed(error),
        }
    }
}

/// What following found.
#[derive(Debug)]
pub struct Followed {
    /// The uploads, in their order.
    pub tracked: Vec<Tracked>,
    /// Their messages and events in the dead-letter queue.
    pub letters: Vec<Letter>,
    /// Whether dead messages can be told from those of others, by their ingest.
    pub knows_dead: bool,
    /// Whether all that is in the dead-letter queue was looked at.
    pub saw_all_dead: bool,
    /// How far it is. `dead` are the messages among `letters`.
    pub progress: Progress,
    /// From the upload until nothing was waiting any more, or until now; `None` when it was before this command.
    pub took: Option<Duration>,
    /// How it ended.
    pub end: End,
}

impl Followed {
    /// The uploads' URLs.
    pub fn urls(&self) -> impl Iterator<Item = String> {
        self.tracked.iter().map(|tracked| tracked.upload.url())
    }

    /// Whether nothing can have died without being among `letters`.
    #[must_use]
    pub fn is_sure_of_dead(&self) -> bool {
        self.knows_dead && self.saw_all_dead
    }
}

struct Following<'a> {
    stack: &'a Stack,
    tracked: Vec<Tracked>,
    progress: Progress,
    /// Letters in the dead-letter queue when following began, and when all were looked at.
    dead_before: Option<u64>,
    dead_seen: u64,
    looked_at_letters: Option<Instant>,
    /// Looks in a row at which nothing was left, and when the first one was.
    empty_looks: u32,
    empty_since: Option<Instant>,
}

/// Follows uploads until all of their rows are written, rejected or dead. `uploaded` is when they were, if it was now.
pub async fn follow(
    stack: &Stack,
    uploads: Vec<Upload>,
    uploaded: Option<Instant>,
    patience: Duration,
    cancel: &Cancel,
    screen: &Screen,
) -> Followed {
    let objects = uploads.len();
    let tracked = uploads.into_iter().map(|upload| Tracked { upload, outcome: None });
    let mut following = Following {
        stack,
        tracked: tracked.collect(),
        progress: Progress {
            objects,
            ..Progress::default()
        },
        dead_before: None,
        dead_seen: 0,
        looked_at_letters: None,
        empty_looks: 0,
        empty_since: None,
    };
    let mut end = following.until_over(patience, cancel, screen).await;
    let took = uploaded.map(|uploaded| following.empty_since.unwrap_or_else(Instant::now) - uploaded);
    let mut looked = Looked::default();
    if !matches!(end, End::Failed(_) | End::Interrupted) {
        // Even when it is said to be empty: such counts are approximate.
        match queues::look(stack, LAST_SWEEPS, cancel).await {
            Ok(found) => looked = found,
            Err(error) => end = End::of(error),
        }
    }
    let ids = following.ingest_ids();
    let knows_dead = following.reports().all(|report| report.ingest_id.is_some());
    let Looked { letters, complete } = looked;
    let letters: Vec<_> = letters
        .into_iter()
        .filter(|letter| following.is_ours(letter, &ids))
        .collect();
    let Following {
        tracked, mut progress, ..
    } = following;
    if matches!(end, End::Over | End::Stuck) {
        progress.dead = letters.iter().filter(|letter| letter.objects.is_empty()).count() as u64;
    }
    Followed {
        tracked,
        letters,
        knows_dead,
        saw_all_dead: complete,
        progress,
        took,
        end,
    }
}

impl Following<'_> {
    async fn until_over(&mut self, patience: Duration, cancel: &Cancel, screen: &Screen) -> End {
        let mut moved = Instant::now();
        let mut outage = None::<Instant>;
        loop {
            let before = self.progress;
            match self.look(cancel).await {
                Ok(()) => outage = None,
                Err(error) if error.is_passing() && outage.get_or_insert_with(Instant::now).elapsed() < OUTAGE => {}
                Err(error) => return End::of(error),
            }
            screen.show(&self.progress);
            if self.empty_looks >= self.stack.pace.empty_looks {
                return End::Over;
            }
            if self.progress != before {
                moved = Instant::now();
            }
            if moved.elapsed() >= patience {
                return End::Stuck;
            }
            tokio::select! {
                () = tokio::time::sleep(self.stack.pace.pause) => {}
                () = cancel.cancelled() => return End::Interrupted,
            }
        }
    }

    /// Looks at reports and queues.
    async fn look(&mut self, cancel: &Cancel) -> Result<(), Error> {
        cancel.or(self.look_for_reports()).await?;
        let (waiting, dead) = cancel
            .or(try_join(queues::waiting(self.stack), queues::dead(self.stack)))
            .await?;
        self.progress.waiting = waiting;
        self.progress.dead = dead.saturating_sub(*self.dead_before.get_or_insert(dead));
        self.dead_seen = self.dead_seen.min(dead);
        if self.progress.settled < self.progress.objects && dead > self.dead_seen {
            self.look_for_failures(dead, cancel).await?;
        }
        if self.progress.is_over() {
            self.empty_looks += 1;
            self.empty_since.get_or_insert_with(Instant::now);
        } else {
            (self.empty_looks, self.empty_since) = (0, None);
        }
        Ok(())
    }

    async fn look_for_reports(&mut self) -> Result<(), Error> {
        let stack = self.stack;
        let open = self.tracked.iter_mut().filter(|tracked| tracked.outcome.is_none());
        let looks = stream::iter(open.take(REPORTS_PER_LOOK)).map(|tracked| async move {
            let report = report::of(stack, &tracked.upload).await?;
            tracked.outcome = report.map(Outcome::Extracted);
            Ok(())
        });
        let looked: Vec<Result<(), Error>> = looks.buffer_unordered(REPORTS_AT_ONCE).collect().await;
        self.count();
        looked.into_iter().collect()
    }

    /// Looks for objects that will have no report: the extractor failed on them.
    async fn look_for_failures(&mut self, dead: u64, cancel: &Cancel) -> Result<(), Error> {
        if self.looked_at_letters.is_some_and(|at| at.elapsed() < BETWEEN_LETTERS) {
            return Ok(());
        }
        // It comes here again for those that somebody else looks at now.
        let Looked { letters, complete } = queues::look(self.stack, 1, cancel).await?;
        self.looked_at_letters = Some(Instant::now());
        // Those beyond the most that it looks at would not be seen the next time, either.
        if complete || letters.len() >= queues::MOST {
            self.dead_seen = dead;
        }
        for tracked in self.tracked.iter_mut().filter(|tracked| tracked.outcome.is_none()) {
            if let Some(letter) = letters.iter().find(|letter| letter.is_event_of(&tracked.upload)) {
                let (reason, text) = (letter.reason.clone(), letter.text.clone());
                tracked.outcome = Some(Outcome::Failed { reason, text });
            }
        }
        self.count();
        Ok(())
    }

    fn count(&mut self) {
        let settled = self.tracked.iter().filter(|tracked| tracked.outcome.is_some()).count();
        let sent = self.reports().map(|report| report.rows_sent).sum();
        let rejected = self.reports().map(|report| report.rows_rejected).sum();
        self.progress = Progress {
            settled,
            sent,
            rejected,
            ..self.progress
        };
    }

    fn reports(&self) -> impl Iterator<Item = &Report> {
        self.tracked.iter().filter_map(|tracked| match &tracked.outcome {
            Some(Outcome::Extracted(report)) => Some(report),
            _ => None,
        })
    }

    fn ingest_ids(&self) -> HashSet<String> {
        self.reports().filter_map(|report| report.ingest_id.clone()).collect()
    }

    /// Whether a letter is of these uploads.
    fn is_ours(&self, letter: &Letter, ids: &HashSet<String>) -> bool {
        let id = letter.ingest_id.as_ref();
        id.is_some_and(|id| ids.contains(id)) || self.tracked.iter().any(|tracked| letter.is_event_of(&tracked.upload))
    }
}

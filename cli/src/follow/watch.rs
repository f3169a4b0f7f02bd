//! Watching uploads: looking at reports and queues until nothing is left to be done.

use std::time::{Duration, Instant};

use futures::future::try_join;
use futures::stream::{self, StreamExt};

use super::dead_letter_queue::{self, Looked, MOST};
use super::error::FollowError;
use super::outcome::{End, Outcome, Tracked};
use super::progress::Progress;
use super::queue_depth;
use super::report::{self, Report, WriteMode};
use crate::cancel::Cancel;
use crate::object::UploadedObject;
use crate::object::change::Change;
use crate::screen::Screen;
use crate::screen::text::plain;
use crate::stack::Stack;

/// How long services may be out of reach: the ingest goes on without being watched.
const OUTAGE: Duration = Duration::from_mins(1);
/// Reports that are asked for in one look, and how many of them at once.
const REPORTS_PER_LOOK: usize = 32;
const REPORTS_AT_ONCE: usize = 8;
/// From one look at all dead letters to the next.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(5);

/// Uploads that are being watched.
pub struct Watch<'a> {
    stack: &'a Stack,
    /// The uploads, in their order.
    pub tracked: Vec<Tracked>,
    /// How far they are.
    pub progress: Progress,
    /// When nothing was left for the first time in a row.
    pub empty_since: Option<Instant>,
    /// The depth of the dead-letter queue when watching began, and when all of it was looked at.
    dead_before: Option<u64>,
    dead_seen: u64,
    swept: Option<Instant>,
    /// Looks in a row at which nothing was left.
    empty_looks: u32,
}

impl<'a> Watch<'a> {
    /// Begins to watch uploads.
    #[must_use]
    pub fn of(stack: &'a Stack, uploads: Vec<UploadedObject>) -> Self {
        let progress = Progress {
            objects: uploads.len(),
            ..Progress::default()
        };
        let tracked = uploads.into_iter().map(Tracked::new);
        Self {
            stack,
            tracked: tracked.collect(),
            progress,
            empty_since: None,
            dead_before: None,
            dead_seen: 0,
            swept: None,
            empty_looks: 0,
        }
    }

    /// Watches until nothing is left to be done, or until there is a reason to give up.
    pub async fn until_over(&mut self, patience: Duration, cancel: &Cancel, screen: &Screen) -> End {
        let mut moved = Instant::now();
        let mut outage = None::<Instant>;
        loop {
            let before = self.progress;
            match self.look(cancel, screen).await {
                Ok(()) => outage = None,
                Err(error) if error.is_transient() && outage.get_or_insert_with(Instant::now).elapsed() < OUTAGE => {}
                Err(error) => return End::of(error),
            }
            screen.show(self.progress.view());
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
    async fn look(&mut self, cancel: &Cancel, screen: &Screen) -> Result<(), FollowError> {
        cancel.or(self.look_for_reports(screen)).await?;
        let (waiting, dead) = cancel
            .or(try_join(
                queue_depth::waiting(self.stack),
                queue_depth::dead(self.stack),
            ))
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

    async fn look_for_reports(&mut self, screen: &Screen) -> Result<(), FollowError> {
        let stack = self.stack;
        let open = self.tracked.iter_mut().filter(|tracked| tracked.outcome.is_none());
        let looks = stream::iter(open.take(REPORTS_PER_LOOK)).map(|tracked| async move {
            let report = report::of(stack, &tracked.upload).await?;
            if report.is_none() {
                look_for_change(stack, tracked, screen).await;
            }
            tracked.outcome = report.map(Outcome::Extracted).or_else(|| tracked.unreported());
            Ok(())
        });
        let looked: Vec<Result<(), FollowError>> = looks.buffer_unordered(REPORTS_AT_ONCE).collect().await;
        self.count();
        looked.into_iter().collect()
    }

    /// Looks for objects that will have no report: the extractor failed on them.
    async fn look_for_failures(&mut self, dead: u64, cancel: &Cancel) -> Result<(), FollowError> {
        if self.swept.is_some_and(|at| at.elapsed() < BETWEEN_SWEEPS) {
            return Ok(());
        }
        // It comes here again for those that somebody else looks at now.
        let Looked {
            dead_letters,
            is_complete,
        } = dead_letter_queue::look(self.stack, 1, cancel).await?;
        self.swept = Some(Instant::now());
        // Those beyond the most that it looks at would not be seen the next time, either.
        if is_complete || dead_letters.len() >= MOST {
            self.dead_seen = dead;
        }
        for tracked in self.tracked.iter_mut().filter(|tracked| tracked.outcome.is_none()) {
            if let Some(event) = dead_letters.iter().find(|found| found.is_event_of(&tracked.upload)) {
                let (reason, text) = (event.reason.clone(), event.text.clone());
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
        let may_leave_out = self.reports().any(|report| report.write_mode != WriteMode::Replace);
        self.progress = Progress {
            settled,
            sent,
            rejected,
            may_leave_out,
            ..self.progress
        };
    }

    /// The reports that are there.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.tracked.iter().filter_map(Tracked::report)
    }
}

/// Says at once when an object is no longer the one that was uploaded. A version stays what it is.
async fn look_for_change(stack: &Stack, tracked: &mut Tracked, screen: &Screen) {
    let upload = &tracked.upload;
    if tracked.change.is_some() || upload.version_id.is_some() {
        return;
    }
    if let Some(change) = Change::since_upload(stack, &upload.key, &upload.etag).await {
        let url = upload.url();
        screen.say(&format!("{} {change} before there was a report of it", plain(&url)));
        tracked.change = Some((change, Instant::now()));
    }
}

//! Watching uploads: looks at reports, records and queues again and again until nothing is left to be done.

use std::collections::HashSet;
use std::time::{Duration, Instant, SystemTime};

use futures::future::try_join;
use futures::stream::{self, StreamExt};

use super::books::Substitute;
use super::dead_letter_queue::{self, Looked, MAX_DEAD_LETTERS};
use super::error::FollowError;
use super::outcome::{End, Outcome, Tracked};
use super::progress::Progress;
use super::{queue_depth, records, report};
use crate::cancel::Cancel;
use crate::ingests::error::IngestsError;
use crate::object::change::Change;
use crate::screen::Screen;
use crate::screen::text::plain;
use crate::stack::Stack;

/// How long services may be out of reach before the watching ends. The ingest goes on without being watched.
const OUTAGE: Duration = Duration::from_mins(1);
/// The most reports that are asked for in one look.
const REPORTS_PER_LOOK: usize = 32;
/// The most reports that are asked for at once.
const REPORTS_AT_ONCE: usize = 8;
/// The least time from one look at all dead letters to the next.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(5);

/// Uploads that are being watched.
pub struct Watch<'a> {
    stack: &'a Stack,
    /// The uploads, in the order in which they were named.
    pub tracked: Vec<Tracked>,
    /// The progress of the uploads.
    pub progress: Progress,
    /// When the current series of looks began at which nothing was left.
    pub empty_since: Option<Instant>,
    /// The place of the first upload whose report is asked for in the next look.
    next_place: usize,
    /// The depth of the dead-letter queue when watching began.
    dead_before: Option<u64>,
    /// The depth of the dead-letter queue up to which its dead letters are known.
    dead_seen: u64,
    /// When all of the dead-letter queue was last looked at.
    swept: Option<Instant>,
    /// The number of looks in a row at which nothing was left.
    empty_looks: u32,
    /// Since when the queue has been empty without any progress.
    quiet_since: Option<Instant>,
    /// Since when the table of ingests has not answered.
    unread_since: Option<Instant>,
    /// The notes that were printed.
    said: HashSet<String>,
}

impl<'a> Watch<'a> {
    /// Begins to watch uploads.
    #[must_use]
    pub fn of(stack: &'a Stack, tracked: Vec<Tracked>) -> Self {
        Self {
            stack,
            progress: Progress::of(&tracked),
            tracked,
            empty_since: None,
            next_place: 0,
            dead_before: None,
            dead_seen: 0,
            swept: None,
            empty_looks: 0,
            quiet_since: None,
            unread_since: None,
            said: HashSet::new(),
        }
    }

    /// Watches until nothing is left to be done, or until there is a reason to give up.
    pub async fn until_over(&mut self, patience: Duration, cancel: &Cancel, screen: &Screen) -> End {
        let mut moved = Instant::now();
        let mut outage = None::<Instant>;
        loop {
            let before = self.progress.of_uploads_alone();
            match self.look(cancel, screen).await {
                Ok(()) => outage = None,
                Err(error) if error.is_transient() && outage.get_or_insert_with(Instant::now).elapsed() < OUTAGE => {}
                Err(error) => return End::of(error),
            }
            screen.show(self.progress.view());
            if self.is_over() {
                return End::Over;
            }
            if self.progress.of_uploads_alone() != before {
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

    /// Whether nothing is left to be done. The queue's counts, which are approximate, must say so several times.
    fn is_over(&self) -> bool {
        let enough = if self.progress.by_queue == 0 {
            1
        } else {
            self.stack.pace.empty_looks
        };
        self.empty_looks >= enough
    }

    /// Looks at reports, records and queues.
    async fn look(&mut self, cancel: &Cancel, screen: &Screen) -> Result<(), FollowError> {
        let before = self.progress.of_uploads_alone();
        cancel.or(self.look_for_reports(screen)).await?;
        cancel.or(self.look_at_records()).await?;
        self.count();
        let (waiting, dead) = cancel
            .or(try_join(
                queue_depth::waiting(self.stack),
                queue_depth::dead(self.stack),
            ))
            .await?;
        let more_dead = dead.saturating_sub(*self.dead_before.get_or_insert(dead));
        self.progress = self.progress.with_queues(waiting, more_dead);
        self.dead_seen = self.dead_seen.min(dead);
        if self.progress.settled < self.progress.objects && dead > self.dead_seen {
            self.look_for_failures(dead, cancel).await?;
        }
        self.look_for_lost_counts(before);
        self.say_substitutes(screen);
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
        let places = self.tracked.iter_mut().enumerate();
        let mut open: Vec<_> = places.filter(|(_, tracked)| tracked.outcome.is_none()).collect();
        // Each look goes on behind the last one. Otherwise uploads that never get a report would hide all behind them.
        let passed = open.partition_point(|(place, _)| *place < self.next_place);
        open.rotate_left(passed);
        open.truncate(REPORTS_PER_LOOK);
        let next_place = open.last().map_or(0, |(place, _)| place + 1);
        let looks = stream::iter(open).map(|(_, tracked)| async move {
            let report = report::of(stack, &tracked.upload).await?;
            let report = report.filter(|report| tracked.may_have(report));
            if report.is_none() {
                look_for_change(stack, tracked, screen).await;
            }
            let extracted = report
                .map(Box::new)
                .map(Outcome::Extracted)
                .or_else(|| tracked.recorded());
            tracked.outcome = extracted.or_else(|| tracked.unreported());
            Ok::<_, FollowError>(())
        });
        let mut looks = looks.buffer_unordered(REPORTS_AT_ONCE);
        let mut looked = Ok(());
        while let Some(look) = looks.next().await {
            match look {
                // When nothing replies, each of the other calls would wait for its time limit, too.
                Err(error) if error.is_transient() => return Err(error),
                look => looked = looked.and(look),
            }
        }
        self.next_place = next_place;
        looked
    }

    /// Looks at the records of uploads. When they cannot be read, the queue's counts stand in for them.
    async fn look_at_records(&mut self) -> Result<(), FollowError> {
        let read = records::read(self.stack, &mut self.tracked, SystemTime::now()).await;
        let substitute = match read {
            Ok(()) => {
                self.unread_since = None;
                return Ok(());
            }
            Err(error) if error.is_transient() && self.is_short_outage() => return Ok(()),
            Err(IngestsError::NoTable) => Substitute::NoTable,
            Err(error) => Substitute::Unreadable(format!("{error}. {}", error.remedy())),
        };
        for tracked in self.tracked.iter_mut().filter(|tracked| !tracked.is_closed()) {
            tracked.books.substitute.get_or_insert_with(|| substitute.clone());
        }
        Ok(())
    }

    /// Whether the table of ingests may answer soon.
    fn is_short_outage(&mut self) -> bool {
        self.unread_since.get_or_insert_with(Instant::now).elapsed() < OUTAGE
    }

    /// Looks for records that wait for rows although the queue is empty. Either counts were lost, or SQS itself moved the
    /// messages to the dead-letter queue. `before` is the [progress of these uploads alone](Progress::of_uploads_alone) before this
    /// look.
    fn look_for_lost_counts(&mut self, before: Progress) {
        if self.progress.waiting > 0 || self.progress.of_uploads_alone() != before {
            self.quiet_since = None;
            return;
        }
        if self.quiet_since.get_or_insert_with(Instant::now).elapsed() < self.stack.pace.uncounted {
            return;
        }
        for tracked in &mut self.tracked {
            if let (Some(rows), Some(_), false) = (tracked.rows(), tracked.report(), tracked.is_closed()) {
                tracked.books.substitute = Some(Substitute::Uncounted {
                    accounted: rows.accounted(),
                    sent: rows.sent,
                });
            }
        }
        self.count();
    }

    /// Prints, at once, why the queue's counts stand in for a record. A reason that holds for all uploads is printed once.
    fn say_substitutes(&mut self, screen: &Screen) {
        for tracked in &self.tracked {
            let Some(substitute) = tracked.books.substitute.as_ref() else {
                continue;
            };
            let which = if substitute.is_of_stack() {
                String::new()
            } else {
                format!("{}: ", plain(&tracked.upload.url()))
            };
            let note = format!(
                "note: {which}{substitute}.\n  The queue's counts are followed instead: those of all uploads together"
            );
            if !self.said.contains(&note) {
                screen.say(&note);
                self.said.insert(note);
            }
        }
    }

    /// Looks for objects that will have no report, because the extractor failed on them.
    async fn look_for_failures(&mut self, dead: u64, cancel: &Cancel) -> Result<(), FollowError> {
        if self.swept.is_some_and(|at| at.elapsed() < BETWEEN_SWEEPS) {
            return Ok(());
        }
        // Dead letters that another reader holds now are found by a later look.
        let Looked {
            dead_letters,
            is_complete,
        } = dead_letter_queue::look(self.stack, 1, cancel).await?;
        self.swept = Some(Instant::now());
        // Dead letters beyond that limit would not be seen the next time, either.
        if is_complete || dead_letters.len() >= MAX_DEAD_LETTERS {
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
        let Progress {
            waiting, dead_letters, ..
        } = self.progress;
        self.progress = Progress::of(&self.tracked).with_queues(waiting, dead_letters);
    }
}

/// Prints, at once, that an object is no longer the one that was uploaded. Versions are not looked at, since they never change.
/// Nor are objects of a bucket that is no longer the stack's, and uploads without an `ETag`, since nothing is known of them.
async fn look_for_change(stack: &Stack, tracked: &mut Tracked, screen: &Screen) {
    let upload = &tracked.upload;
    let is_named = upload.bucket == stack.data_bucket && !upload.etag.is_empty();
    if tracked.change.is_some() || upload.version_id.is_some() || !is_named {
        return;
    }
    if let Some(change) = Change::since_upload(stack, &upload.key, &upload.etag).await {
        let url = upload.url();
        screen.say(&format!("{} {change} before there was a report of it", plain(&url)));
        tracked.change = Some((change, Instant::now()));
    }
}

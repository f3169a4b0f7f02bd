//! The writer's half of the books: what became of the rows of each ingest goes to the ledger.
//!
//! The counts of a batch are added once, as the last step before the answer. The batch of a writer that is killed before this
//! step is delivered again and counted then. The batch of one that is killed after it is delivered again as well, and counted
//! twice: the step is last so that the time in which that can happen is short. It therefore does not run beside the redelivery,
//! which makes no call at all unless a message has failed.

mod effects;

use std::sync::atomic::Ordering;
use std::time::Duration;

use backoff::Deadline;
use error_chain::ErrorChain;
use futures::stream::{self, StreamExt};

use crate::invocation::Invocation;
use crate::outcomes::Outcomes;
pub use effects::by_attempt;

/// The calls to the ledger under way at once: as many as the calls to the table have opened connections, so that a batch of
/// many ingests opens none.
const CONCURRENCY: usize = 16;
/// The most time spent on the counts, and then on looking at the records of those that may be there. A call takes some ten
/// milliseconds, and a record to which many writers add at once is throttled for a second or two. A ledger that does not answer at
/// all should not hold up the rows of the next batch for longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Adds what became of the messages of the batch to the records of their ingests, and tells of those that are done by it. All are
/// counted before the first is told of, which may take all the time that is left: nobody else does it. No message fails for a
/// ledger that cannot be written: one line of the log and a metric tell.
pub async fn keep(invocation: Invocation<'_>, outcomes: &Outcomes) {
    let Some(ledger) = &invocation.writer.ledger else {
        return;
    };
    let attempts = by_attempt(invocation.records, outcomes);
    let end = invocation.end();
    let count = end.min(Deadline::after(PATIENCE));
    let additions = stream::iter(attempts).map(|((ingest_id, attempt), effects)| async move {
        let added = ledger.add(ingest_id, attempt, &effects, count).await;
        (ingest_id, added)
    });
    let additions: Vec<_> = additions.buffer_unordered(CONCURRENCY).collect().await;
    let look = end.min(Deadline::after(PATIENCE));
    let conclusions = stream::iter(additions).map(|(ingest_id, added)| async move {
        let concluded = match added {
            Ok(added) => ledger.conclude(added, look, end).await,
            Err(error) => Err(error),
        };
        concluded.err().map(|error| (ingest_id, error))
    });
    let failures = conclusions.buffer_unordered(CONCURRENCY);
    let failures: Vec<_> = failures.filter_map(std::future::ready).collect().await;
    let Some((ingest_id, error)) = failures.first() else {
        return;
    };
    let counter = &invocation.tally.ledger_failures;
    counter.fetch_add(failures.len() as u64, Ordering::Relaxed);
    tracing::error!(
        count = failures.len(),
        %ingest_id,
        code = error.code(),
        reason = %ErrorChain(error),
        "the ledger does not know all of the ingest"
    );
}

//! The writer's half of the books: adds the outcomes of the rows of each ingest to the ledger.
//!
//! The counts of a batch are added as the last step before the response. When a writer is killed before this step, its
//! batch is delivered again and counted then. When it is killed after this step, its batch is delivered again and counted twice.
//! The step is last to keep that window short. For this reason it does not run beside the redelivery, which makes no call unless
//! a message has failed.

mod effects;

use std::sync::atomic::Ordering;

use error_chain::ErrorChain;
use futures::stream::{self, StreamExt};

use crate::invocation::Invocation;
use crate::outcomes::Outcomes;
pub use effects::by_ingest;

/// The most concurrent calls to the ledger: as many as the calls to the table have opened connections, so that a batch of many
/// ingests opens no new ones.
const CONCURRENCY: usize = 16;

/// Adds the outcomes of the batch to the records of its ingests, and reports the ingests that are done by it. All counts are
/// added before the first report. Both may take all the time that is left, of which the queues leave a part: a count that is given
/// up leaves its ingest stalled, and nobody else reports its end. A message never fails because the ledger cannot be written: a log
/// line and a metric report it.
pub async fn keep(invocation: Invocation<'_>, outcomes: &Outcomes) {
    let Some(ledger) = &invocation.writer.ledger else {
        return;
    };
    let ingests = by_ingest(invocation.records, outcomes);
    let end = invocation.end();
    let additions = stream::iter(ingests).map(|(ingest_id, attempts)| async move {
        let added = ledger.add(ingest_id, &attempts, end).await;
        (ingest_id, added)
    });
    let additions: Vec<_> = additions.buffer_unordered(CONCURRENCY).collect().await;
    let additions = additions
        .into_iter()
        .flat_map(|(ingest_id, added)| added.into_iter().map(move |added| (ingest_id, added)));
    let conclusions = stream::iter(additions).map(|(ingest_id, added)| async move {
        let concluded = match added {
            Ok(added) => ledger.conclude(added, end).await,
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
        "the ledger could not be updated"
    );
}

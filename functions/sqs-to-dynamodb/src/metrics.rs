//! The metrics of an invocation.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use telemetry::{Line, MILLISECONDS, Metrics};
use uuid::Uuid;

use crate::plan::EffectCounts;
use crate::record::{Record, ingest_id};

/// The most values of one metric in a line of the embedded metric format.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
const MAX_VALUES: usize = 100;

/// Counts that the calls of an invocation increase.
#[derive(Debug, Default)]
pub struct Tally {
    /// Tries of calls to DynamoDB after the first.
    pub dynamodb_retries: AtomicU64,
    /// Tries of calls to SQS after the first.
    pub sqs_retries: AtomicU64,
    /// Writes that DynamoDB handed back in a successful answer: `BatchWriteItem` and `BatchExecuteStatement` do.
    pub unprocessed: AtomicU64,
    /// Writes that were sent again, counted once for each time.
    pub resent: AtomicU64,
    /// Ingests for which the counts of the batch could not be added to the ledger.
    pub ledger_failures: AtomicU64,
}

/// The messages of a batch by their outcome. Each message counts as written, retried or dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageCounts {
    /// Messages of the batch.
    pub received: usize,
    /// Messages whose rows are all carried out or need no write.
    pub written: usize,
    /// Messages to deliver again.
    pub retried: usize,
    /// Messages that are now on the dead-letter queue, as a whole or with some of their rows.
    pub dead: usize,
    /// Rows that are now on the dead-letter queue.
    pub dead_rows: usize,
}

/// Writes the metrics of an invocation. `written` yields the messages that [`MessageCounts::written`] counts.
pub fn write<'m>(
    metrics: &Metrics,
    counts: MessageCounts,
    effects: EffectCounts,
    tally: &Tally,
    written: impl Iterator<Item = &'m Record<'m>>,
) {
    let count = |number: usize| number as u64;
    let line = metrics
        .line()
        .count("MessagesReceived", count(counts.received))
        .count("MessagesWritten", count(counts.written))
        .count("MessagesRetried", count(counts.retried))
        .count("MessagesDead", count(counts.dead))
        .count(
            "RowsWritten",
            count(effects.written + effects.deleted + effects.updated),
        )
        .count("RowsDead", count(counts.dead_rows))
        .count("RowsSuperseded", count(effects.superseded))
        .count("RowsOutdated", count(effects.outdated))
        .count("RowsExisting", count(effects.existing))
        .count("RowsReplaced", count(effects.replaced))
        .count("UnprocessedItems", tally.unprocessed.load(Ordering::Relaxed))
        .count("BatchSize", count(counts.received));
    let line = match tally.ledger_failures.load(Ordering::Relaxed) {
        0 => line,
        failures => line.count("LedgerFailures", failures),
    };
    metrics.write(lag(line, written, SystemTime::now()));
    for (service, retries) in [("DynamoDB", &tally.dynamodb_retries), ("SQS", &tally.sqs_retries)] {
        let retries = retries.load(Ordering::Relaxed);
        if retries > 0 {
            metrics.write(metrics.line_by(&[("Service", service)]).count("Retries", retries));
        }
    }
}

/// Adds the time from the upload to now. The messages of one ingest share a value. A batch hardly has more than a hundred
/// ingests. Their ids are in the order of the uploads: of more than [`MAX_VALUES`], the latest, which lag least, are left out.
#[expect(clippy::cast_precision_loss, reason = "no lag comes near 2^53 milliseconds")]
fn lag<'m>(line: Line, written: impl Iterator<Item = &'m Record<'m>>, now: SystemTime) -> Line {
    let mut messages: BTreeMap<Uuid, u64> = BTreeMap::new();
    for ingest in written.filter_map(ingest_id) {
        *messages.entry(ingest.id).or_default() += 1;
    }
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let lags = messages.into_iter().filter_map(|(id, messages)| {
        let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
        let uploaded = Duration::new(seconds, nanoseconds);
        let lag = now.saturating_sub(uploaded).as_millis();
        Some((lag as f64, messages))
    });
    line.distribution("QueueLag", MILLISECONDS, lags.take(MAX_VALUES))
}

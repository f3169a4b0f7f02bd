//! What is measured of an invocation's work on an object.

use std::time::Duration;

use telemetry::{BYTES, COUNT_PER_SECOND, Line, MILLISECONDS, Metrics, Unit};

use crate::clients::Extractor;
use crate::queue::batch::MAX_ENTRIES;

/// How an invocation's work on an object ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The object is done, or what can be had of it.
    Whole,
    /// Another invocation goes on.
    Part,
    /// The event is repeated from where this invocation began, and its rows are counted then.
    Failure,
}

/// What an invocation did with an object.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// Rows that were read; the sum of the next two when all is done.
    pub read: u64,
    /// Rows that are messages on the queue.
    pub sent: u64,
    /// Rows that are kept as rejected.
    pub rejected: u64,
    /// Rows whose key an earlier row of the object has.
    pub colliding: u64,
    /// Bytes of text.
    pub bytes: u64,
    /// Calls of `SendMessageBatch` by their number of messages.
    pub batches: [u64; MAX_ENTRIES + 1],
    /// Tries of such calls after the first.
    pub retries: u64,
    /// How long it took.
    pub duration: Duration,
}

impl Work {
    /// Writes the metrics, when nothing can fail any more.
    pub fn write(&self, extractor: &Extractor, end: End) {
        let metrics = &extractor.metrics;
        let line = match end {
            End::Whole => self.add_to(metrics.line().count("ObjectsExtracted", 1)),
            End::Part => self.add_to(metrics.line()),
            End::Failure => metrics.line().count("ObjectsFailed", 1),
        };
        metrics.write(line);
        retries(metrics, "SQS", self.retries);
        retries(metrics, "S3", extractor.s3_retries.take());
        retries(metrics, "Lambda", extractor.lambda_retries.take());
    }

    fn add_to(&self, line: Line) -> Line {
        let seconds = self.duration.as_secs_f64();
        let [read, rejected] = [self.read, self.rejected].map(float);
        let sizes = self.batches.iter().enumerate();
        let sizes = sizes.filter_map(|(size, &calls)| (calls > 0).then_some((float(size as u64), calls)));
        let line = line
            .count("RowsRead", self.read)
            .count("RowsSent", self.sent)
            .count("RowsRejected", self.rejected)
            .count("RowsColliding", self.colliding)
            .measured("BytesRead", BYTES, float(self.bytes))
            .measured("ExtractDuration", MILLISECONDS, seconds * 1000.0)
            .distribution("BatchSize", Unit::Count, sizes);
        if self.read == 0 {
            return line;
        }
        line.measured("RejectedShare", Unit::Percent, 100.0 * rejected / read)
            .measured("RowsPerSecond", COUNT_PER_SECOND, read / seconds.max(f64::MIN_POSITIVE))
    }
}

fn retries(metrics: &Metrics, service: &'static str, count: u64) {
    if count > 0 {
        metrics.write(metrics.line_by(&[("Service", service)]).count("Retries", count));
    }
}

#[expect(clippy::cast_precision_loss, reason = "nothing here comes near 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}

//! The metrics of one invocation's work on an object, written once its outcome is final.

use telemetry::{BYTES, COUNT_PER_SECOND, Line, MILLISECONDS, Metrics, Unit};

use crate::clients::Extractor;
use crate::extract::Measurements;

/// Writes the metrics of an object that was extracted whole, or in part with the rest left to another invocation.
pub fn write(extractor: &Extractor, measurements: &Measurements) {
    let line = extractor.metrics.line();
    let line = if measurements.is_complete {
        line.count("ObjectsExtracted", 1)
    } else {
        line
    };
    extractor.metrics.write(add(measurements, line));
    write_retries(extractor, measurements);
}

/// Writes the metrics of an object that failed. They do not count its rows: the event is retried from where this
/// invocation began, and the retry counts them.
pub fn write_failure(extractor: &Extractor, measurements: &Measurements) {
    let line = extractor.metrics.line().count("ObjectsFailed", 1);
    extractor.metrics.write(line);
    write_retries(extractor, measurements);
}

fn add(measurements: &Measurements, line: Line) -> Line {
    let counts = measurements.counts;
    let seconds = measurements.duration.as_secs_f64();
    let [read, rejected] = [counts.read, counts.rejected].map(float);
    let sizes = measurements.batches.iter().enumerate();
    let sizes = sizes.filter_map(|(size, &calls)| (calls > 0).then_some((float(size as u64), calls)));
    let line = line
        .count("RowsRead", counts.read)
        .count("RowsSent", counts.sent)
        .count("RowsRejected", counts.rejected)
        .count("RowsColliding", measurements.colliding)
        .count("RowsSuspicious", measurements.suspicious)
        .measured("BytesRead", BYTES, float(measurements.bytes))
        .measured("ExtractDuration", MILLISECONDS, seconds * 1000.0)
        .distribution("BatchSize", Unit::Count, sizes);
    if counts.read == 0 {
        return line;
    }
    line.measured("RejectedShare", Unit::Percent, 100.0 * rejected / read)
        .measured("RowsPerSecond", COUNT_PER_SECOND, read / seconds.max(f64::MIN_POSITIVE))
}

fn write_retries(extractor: &Extractor, measurements: &Measurements) {
    let metrics = &extractor.metrics;
    retries(metrics, "SQS", measurements.retries);
    retries(metrics, "S3", extractor.s3_retries.take());
    retries(metrics, "Lambda", extractor.lambda_retries.take());
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

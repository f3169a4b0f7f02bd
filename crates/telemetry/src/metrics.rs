//! Metrics in CloudWatch's Embedded Metric Format: lines on standard output from which CloudWatch Logs extracts metrics, without
//! an agent and without calls.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use metrique_writer::format::Format;
use metrique_writer::{Entry, EntryWriter, MetricFlags, Observation, Value, ValueWriter};
use metrique_writer_format_emf::{Emf, EntryDimensions};

use crate::requests::{self, Request};
use crate::units::Unit;

/// A writer of metrics. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    service: &'static str,
    stack: Arc<str>,
    out: Option<Arc<Mutex<Out>>>,
}

struct Out {
    format: Emf,
    /// The format of requests' lines.
    of_requests: Emf,
    to: Box<dyn Write + Send>,
}

/// One line of metrics that share their dimensions. CloudWatch keeps and counts each combination of a metric's name and its
/// dimensions' values, so dimensions have few values: never a key, an id or a name that a client chose.
#[derive(Debug)]
pub struct Line {
    /// Names and values. `Stack` is added to each.
    dimensions: Vec<(&'static str, String)>,
    metrics: Vec<(&'static str, Measured)>,
}

#[derive(Debug)]
struct Measured {
    unit: Unit,
    observations: Vec<Observation>,
}

impl Metrics {
    /// A writer of the metrics of `service` in the stack `stack`, to `namespace`. Without a namespace it writes nothing.
    #[must_use]
    pub fn new(service: &'static str, stack: String, namespace: Option<String>) -> Self {
        Self::to(service, stack, namespace, io::stdout())
    }

    /// A writer that writes nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::new("none", String::new(), None)
    }

    /// Like [`Metrics::new`], but writes to `to` instead of standard output.
    #[must_use]
    pub fn to(
        service: &'static str,
        stack: String,
        namespace: Option<String>,
        to: impl Write + Send + 'static,
    ) -> Self {
        let out = namespace.map(|namespace| {
            let out = Out {
                format: Emf::no_validations(namespace.clone(), vec![vec!["Stack".to_owned()]]),
                of_requests: requests::format(namespace),
                to: Box::new(to),
            };
            Arc::new(Mutex::new(out))
        });
        Self {
            service,
            stack: stack.into(),
            out,
        }
    }

    /// A line of metrics of the function.
    #[must_use]
    pub fn line(&self) -> Line {
        self.line_by(&[])
    }

    /// A line of metrics of the function with further dimensions.
    #[must_use]
    pub fn line_by(&self, more: &[(&'static str, &str)]) -> Line {
        let mut line = Line::by(more);
        line.dimensions.insert(0, ("Function", self.service.to_owned()));
        line
    }

    /// Writes a line, unless it has no metrics.
    pub fn write(&self, line: Line) {
        let Some(out) = &self.out else { return };
        if line.metrics.is_empty() {
            return;
        }
        let entry = Written {
            stack: &self.stack,
            dimensions: EntryDimensions::new(Cow::Owned(vec![Cow::Owned(
                line.dimensions.iter().map(|(name, _)| Cow::Borrowed(*name)).collect(),
            )])),
            line,
        };
        let out = &mut *out.lock().unwrap_or_else(PoisonError::into_inner);
        write(&mut out.format, &entry, &mut *out.to);
    }

    /// Writes the line of a request.
    pub fn write_request(&self, request: Request<'_>) {
        let Some(out) = &self.out else { return };
        let out = &mut *out.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = requests::Written(&self.stack, request);
        write(&mut out.of_requests, &entry, &mut *out.to);
    }
}

fn write(format: &mut Emf, entry: &impl Entry, to: &mut dyn Write) {
    let mut text = Vec::new();
    if let Err(error) = format.format(entry, &mut text) {
        tracing::warn!(reason = %error, "metrics are lost");
    }
    // If writing the log fails there is nobody to tell, so the error is dropped.
    _ = to.write_all(&text);
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("on", &self.out.is_some())
            .finish_non_exhaustive()
    }
}

impl Line {
    fn by(dimensions: &[(&'static str, &str)]) -> Self {
        let dimensions = dimensions.iter().map(|&(name, value)| (name, value.to_owned()));
        Self {
            dimensions: dimensions.collect(),
            metrics: Vec::new(),
        }
    }

    /// Adds a count.
    #[must_use]
    pub fn count(self, name: &'static str, count: u64) -> Self {
        self.one(name, Unit::Count, Observation::Unsigned(count))
    }

    /// Adds another value that was measured once.
    #[must_use]
    pub fn measured(self, name: &'static str, unit: Unit, value: f64) -> Self {
        self.one(name, unit, Observation::Floating(value))
    }

    /// Adds a metric that was measured several times: each value, and the number of its occurrences. CloudWatch takes 100 values
    /// of a metric in a line.
    #[must_use]
    pub fn distribution(
        mut self,
        name: &'static str,
        unit: Unit,
        values: impl IntoIterator<Item = (f64, u64)>,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "there are no 2^53 of anything here")]
        let observed = |(value, occurrences)| Observation::Repeated {
            total: value * occurrences as f64,
            occurrences,
        };
        let observations: Vec<_> = values.into_iter().map(observed).collect();
        if !observations.is_empty() {
            self.metrics.push((name, Measured { unit, observations }));
        }
        self
    }

    fn one(mut self, name: &'static str, unit: Unit, observation: Observation) -> Self {
        let observations = vec![observation];
        self.metrics.push((name, Measured { unit, observations }));
        self
    }
}

/// A line as an entry of the format.
struct Written<'a> {
    stack: &'a str,
    dimensions: EntryDimensions,
    line: Line,
}

impl Entry for Written<'_> {
    fn write<'a>(&'a self, to: &mut impl EntryWriter<'a>) {
        to.config(&self.dimensions);
        to.timestamp(SystemTime::now());
        to.value("Stack", self.stack);
        for (name, value) in &self.line.dimensions {
            to.value(*name, value);
        }
        for (name, measured) in &self.line.metrics {
            to.value(*name, measured);
        }
    }
}

impl Value for Measured {
    fn write(&self, to: impl ValueWriter) {
        to.metric(self.observations.iter().copied(), self.unit, [], MetricFlags::empty());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::units::MILLISECONDS;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(namespace: Option<&str>, line: impl Fn(&Metrics) -> Line) -> Vec<Json> {
        let buffer = Buffer::default();
        let metrics = Metrics::to(
            "s3-to-sqs",
            "stack".to_owned(),
            namespace.map(str::to_owned),
            buffer.clone(),
        );
        metrics.write(line(&metrics));
        let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_says_what_its_metrics_are() {
        let mut lines = written(Some("Messages"), |metrics| {
            metrics
                .line_by(&[("Service", "SQS")])
                .count("Retries", 3)
                .measured("ExtractDuration", MILLISECONDS, 1.5)
                .distribution("BatchSize", Unit::Count, [(10.0, 7), (3.0, 1)])
        });
        assert_eq!(lines.len(), 1);
        let timestamp = lines[0]["_aws"]["Timestamp"].take();
        assert!(timestamp.as_u64().unwrap() > 1_700_000_000_000);
        assert_eq!(
            lines[0],
            json!({
                "_aws": {"Timestamp": null, "CloudWatchMetrics": [{
                    "Namespace": "Messages", "Dimensions": [["Stack", "Function", "Service"]], "Metrics": [
                        {"Name": "Retries", "Unit": "Count"}, {"Name": "ExtractDuration", "Unit": "Milliseconds"},
                        {"Name": "BatchSize", "Unit": "Count"},
                    ]}]},
                "Stack": "stack", "Function": "s3-to-sqs", "Service": "SQS",
                "Retries": 3, "ExtractDuration": 1.5, "BatchSize": {"Values": [10, 3], "Counts": [7, 1]},
            })
        );
    }

    #[test]
    fn a_request_is_one_line_with_two_sets_of_dimensions() {
        let buffer = Buffer::default();
        let namespace = Some("Messages".to_owned());
        let metrics = Metrics::to("get-message", "stack".to_owned(), namespace, buffer.clone());
        metrics.write_request(Request {
            route: "GET /message/{date}",
            status: 404,
            latency_ms: 1.5,
        });
        let mut line: Json = serde_json::from_slice(&buffer.0.lock().unwrap()).unwrap();
        line["_aws"]["Timestamp"].take();
        assert_eq!(
            line,
            json!({
                "_aws": {"Timestamp": null, "CloudWatchMetrics": [
                    {"Namespace": "Messages", "Dimensions": [["Stack", "Route", "StatusClass"]],
                        "Metrics": [{"Name": "Requests", "Unit": "Count"}]},
                    {"Namespace": "Messages", "Dimensions": [["Stack", "Route"]],
                        "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}]},
                ]},
                "Stack": "stack", "Route": "GET /message/{date}", "StatusClass": "4xx", "Requests": 1, "Latency": 1.5,
            })
        );
    }

    #[test]
    fn without_a_namespace_or_a_metric_nothing_is_written() {
        assert!(written(None, |metrics| metrics.line().count("RowsRead", 1)).is_empty());
        assert!(written(Some("Messages"), Metrics::line).is_empty());
        assert!(
            written(Some("Messages"), |metrics| metrics.line().distribution(
                "QueueLag",
                MILLISECONDS,
                []
            ))
            .is_empty()
        );
    }
}

//! The metrics of an HTTP request: one line with two metrics that have different dimensions. The latency is by route; the number
//! of requests is by route and class of status.

use std::time::SystemTime;

use metrique_writer::value::FlagConstructor;
use metrique_writer::{Entry, EntryWriter, MetricFlags, Observation, Unit, Value, ValueWriter};
use metrique_writer_format_emf::{Emf, MetricDefinition, MetricDirective, flags};

use crate::units::MILLISECONDS;

/// The names of the classes of statuses in metrics.
const STATUS_CLASSES: [&str; 6] = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// A request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Method and path, such as `GET /message/{date}`.
    pub route: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The time that the request took in the function, in milliseconds.
    pub latency_ms: f64,
}

/// The stack's name and a request, as an entry of the format.
pub(crate) struct Written<'a>(pub &'a str, pub Request<'a>);

struct Count;

struct Latency(f64);

/// A format whose lines have both sets of dimensions.
pub(crate) fn format(namespace: String) -> Emf {
    let latency = MetricDefinition {
        name: "Latency",
        unit: MILLISECONDS,
        storage_resolution: None,
    };
    let by_route = MetricDirective {
        dimensions: vec![vec!["Stack", "Route"]],
        metrics: vec![latency],
        namespace: &namespace.clone(),
    };
    let by_class = ["Stack", "Route", "StatusClass"].map(str::to_owned);
    Emf::builder(namespace, vec![by_class.into()])
        .directive(by_route)
        .skip_all_validations(true)
        .build()
}

impl Entry for Written<'_> {
    fn write<'a>(&'a self, to: &mut impl EntryWriter<'a>) {
        let Self(stack, request) = self;
        let class = usize::from(request.status / 100).min(STATUS_CLASSES.len() - 1);
        to.timestamp(SystemTime::now());
        to.value("Stack", *stack);
        to.value("Route", request.route);
        to.value("StatusClass", STATUS_CLASSES[class]);
        to.value("Requests", &Count);
        to.value("Latency", &Latency(request.latency_ms));
    }
}

impl Value for Count {
    fn write(&self, to: impl ValueWriter) {
        to.metric([Observation::Unsigned(1)], Unit::Count, [], MetricFlags::empty());
    }
}

impl Value for Latency {
    fn write(&self, to: impl ValueWriter) {
        // Its own directive makes it a metric; the flag keeps it out of the common directive.
        let flags = flags::NoMetric::construct();
        to.metric([Observation::Floating(self.0)], MILLISECONDS, [], flags);
    }
}

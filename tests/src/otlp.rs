//! A receiver of spans, in place of a collector.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span as Received;
use prost::Message;
use tokio::net::TcpListener;

/// The fields of a span that tests look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The function that sent it.
    pub service: String,
    /// Its name.
    pub name: String,
    /// OpenTelemetry's number for its kind: 2 is a server, 3 a client, 4 a producer, 5 a consumer.
    pub kind: i32,
    /// The id of its trace. All ids are in hexadecimal digits.
    pub trace: String,
    /// Its own id.
    pub id: String,
    /// The id of its parent; empty for a root span.
    pub parent: String,
    /// The linked spans: trace and id.
    pub links: Vec<(String, String)>,
    /// Its attributes: text, and whole numbers in brackets, such as `[12]`.
    pub attributes: BTreeMap<String, String>,
}

/// The receiver.
#[derive(Debug)]
pub struct Receiver {
    /// The value for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub endpoint: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Receiver {
    /// Starts to receive.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let spans = Arc::<Mutex<Vec<Span>>>::default();
        let received = Arc::clone(&spans);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let received = Arc::clone(&received);
                let service = service_fn(move |request| receive(Arc::clone(&received), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
            }
        });
        Self {
            endpoint: format!("http://{address}"),
            spans,
        }
    }

    /// The spans since the last call. Functions export their spans before they answer.
    ///
    /// # Panics
    /// Never, since nothing panics while it holds the lock.
    #[must_use]
    pub fn take(&self) -> Vec<Span> {
        std::mem::take(&mut self.spans.lock().expect("no panic"))
    }
}

async fn receive(
    spans: Arc<Mutex<Vec<Span>>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.uri().path(), "/v1/traces");
    assert_eq!(request.headers()["content-type"], "application/x-protobuf");
    let body = request.into_body().collect().await.expect("a whole request").to_bytes();
    let export = ExportTraceServiceRequest::decode(body).expect("protocol buffers");
    for resource in export.resource_spans {
        let about = resource.resource.unwrap_or_default();
        let service = texts(about.attributes)
            .remove("service.name")
            .expect("a service has a name");
        let received = resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
        let mut spans = spans.lock().expect("no panic");
        spans.extend(received.map(|span| read(&service, span)));
    }
    Ok(Response::new(Full::default()))
}

fn read(service: &str, span: Received) -> Span {
    let links = span.links.iter();
    Span {
        service: service.to_owned(),
        name: span.name,
        kind: span.kind,
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        links: links.map(|link| (hex(&link.trace_id), hex(&link.span_id))).collect(),
        attributes: texts(span.attributes),
    }
}

fn texts(attributes: Vec<opentelemetry_proto::tonic::common::v1::KeyValue>) -> BTreeMap<String, String> {
    let text = |value| match value {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(format!("[{number}]")),
        _ => None,
    };
    let attributes = attributes.into_iter();
    attributes
        .filter_map(|attribute| Some((attribute.key, text(attribute.value?.value?)?)))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

//! The limits of the extractor: the least code that turns the object of the benchmark into messages. It handles no quotes, bad
//! rows or retries, writes no report, and knows one order of columns. It is for measuring only.
//!
//! `signed` makes calls of `SendMessageBatch` with hand-serialised bodies, signed by `aws-sigv4`, over pooled hyper connections.
//! `unsigned` does the same without the signature. `parse` only parses and serialises.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use csv_core::{ReadRecordResult, Reader};
use futures::stream::{FuturesUnordered, StreamExt};
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use time::OffsetDateTime;

/// The number of messages in a call.
const BATCH: usize = 10;
/// The number of calls in flight, as in our extractor.
const CALLS: usize = 180;

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Signed,
    Unsigned,
    Parse,
}

/// Sends bodies to SQS.
struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    queue: Uri,
    credentials: Credentials,
    mode: Mode,
}

/// A body of `SendMessageBatch` that is being built.
#[derive(Default)]
struct Batch {
    body: String,
    messages: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let mode = match std::env::args().nth(1).as_deref() {
        Some("signed") => Mode::Signed,
        Some("unsigned") => Mode::Unsigned,
        Some("parse") => Mode::Parse,
        other => return Err(format!("the mode must be signed, unsigned or parse, not {other:?}").into()),
    };
    let variable = |name: &str| std::env::var(name).map_err(|error| format!("{name}: {error}"));
    let sender = Arc::new(Sender {
        client: Client::builder(TokioExecutor::new()).build_http(),
        queue: variable("SQS_QUEUE_URL")?.parse()?,
        credentials: Credentials::new(
            variable("AWS_ACCESS_KEY_ID")?,
            variable("AWS_SECRET_ACCESS_KEY")?,
            variable("AWS_SESSION_TOKEN").ok(),
            None,
            "environment",
        ),
        mode,
    });
    let endpoint = variable("AWS_ENDPOINT_URL")?;
    run(service_fn(async |event: LambdaEvent<Value>| {
        extract(&sender, &endpoint, &event.payload).await
    }))
    .await
}

/// Extracts the object of an event and returns the number of messages.
async fn extract(sender: &Arc<Sender>, endpoint: &str, event: &Value) -> Result<u64, Error> {
    let named = &event["Records"][0]["s3"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (bucket, key) = (text(&named["bucket"]["name"]), text(&named["object"]["key"]));
    let request = Request::get(format!("{endpoint}/{bucket}/{key}")).body(Full::default())?;
    let mut object = sender.client.request(request).await?.into_body();

    let (mut reader, mut fields, mut ends) = (Reader::new(), [0; 4096], [0; 16]);
    let (mut written, mut ended, mut messages) = (0, 0, 0);
    let mut batch = Batch::default();
    let mut calls = FuturesUnordered::new();
    while let Some(frame) = object.frame().await {
        let Ok(bytes) = frame?.into_data() else { continue };
        let mut input = &bytes[..];
        while !input.is_empty() {
            let (result, read, bytes, count) = reader.read_record(input, &mut fields[written..], &mut ends[ended..]);
            (input, written, ended) = (&input[read..], written + bytes, ended + count);
            if result != ReadRecordResult::Record {
                continue;
            }
            if fields.first() != Some(&b't') {
                messages += 1;
                batch.push(&fields, &ends)?;
            }
            (written, ended) = (0, 0);
            if batch.messages < BATCH {
                continue;
            }
            let body = std::mem::take(&mut batch).end(&sender.queue);
            if sender.mode == Mode::Parse {
                std::hint::black_box(&body);
                continue;
            }
            calls.push(tokio::spawn(Arc::clone(sender).send(body)));
            if calls.len() >= CALLS
                && let Some(sent) = calls.next().await
            {
                sent??;
            }
        }
    }
    if batch.messages > 0 && sender.mode != Mode::Parse {
        calls.push(tokio::spawn(Arc::clone(sender).send(batch.end(&sender.queue))));
    }
    while let Some(sent) = calls.next().await {
        sent??;
    }
    Ok(messages)
}

impl Batch {
    /// Adds the message of a record whose columns are in the documented order.
    fn push(&mut self, fields: &[u8], ends: &[usize]) -> Result<(), Error> {
        let field = |index: usize| {
            let start = if index == 0 { 0 } else { ends[index - 1] };
            std::str::from_utf8(&fields[start..ends[index]])
        };
        let seconds = field(0)?.split('.').next().unwrap_or_default().parse()?;
        let instant = OffsetDateTime::from_unix_timestamp(seconds)?;
        let (date, time) = (instant.date(), instant.time());
        let separator = if self.messages == 0 { "" } else { "," };
        write!(
            self.body,
            r#"{separator}{{"Id":"{}","MessageBody":"{{\"TableName\":\"messages\",\"Item\":{{\"date\":{{\"S\":\"{}-{:02}-{:02}\"}},\"time\":{{\"S\":\"{:02}:{:02}:{:02}\"}}"#,
            self.messages,
            date.year(),
            u8::from(date.month()),
            date.day(),
            time.hour(),
            time.minute(),
            time.second(),
        )?;
        for (index, name, kind) in [
            (1, "location", 'S'),
            (2, "source", 'S'),
            (3, "local_dest", 'S'),
            (4, "local_avg", 'N'),
            (5, "remote_dest", 'S'),
            (6, "remote_avg", 'N'),
        ] {
            self.body.push_str(",\\\"");
            self.body.push_str(name);
            self.body.push_str("\\\":{\\\"");
            self.body.push(kind);
            self.body.push_str("\\\":\\\"");
            self.body.push_str(field(index)?);
            self.body.push_str("\\\"}");
        }
        self.body
            .push_str(r#"}}","MessageAttributes":{"Method":{"DataType":"String","StringValue":"POST"}}}"#);
        self.messages += 1;
        Ok(())
    }

    fn end(self, queue: &Uri) -> String {
        format!(r#"{{"QueueUrl":"{queue}","Entries":[{}]}}"#, self.body)
    }
}

impl Sender {
    async fn send(self: Arc<Self>, body: String) -> Result<(), Error> {
        let mut request = Request::post(&self.queue)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", "AmazonSQS.SendMessageBatch")
            .body(body)?;
        if self.mode == Mode::Signed {
            self.sign(&mut request)?;
        }
        let response = self.client.request(request.map(|body| Full::new(body.into()))).await?;
        if !response.status().is_success() {
            return Err(format!("SQS answers {}", response.status()).into());
        }
        let reply = response.into_body().collect().await?.to_bytes();
        if !reply.ends_with(b"\"Failed\":[]}") {
            return Err("SQS refuses a message".into());
        }
        Ok(())
    }

    fn sign(&self, request: &mut Request<String>) -> Result<(), Error> {
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("sqs")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        let uri = self.queue.to_string();
        let signable = SignableRequest::new("POST", uri, headers, SignableBody::Bytes(request.body().as_bytes()))?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}

//! The table of ingests, and the events that announce an ingest's end.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use aws_sdk_dynamodb::types::AttributeValue;
use http::Request;
use serde_json::{Value, json};

use crate::http_client::{self, Response};
use crate::{Stack, unique, wait};

/// The outcomes of a row that was sent. `replaced` is a part of `written`.
const OUTCOMES: [&str; 5] = ["written", "superseded", "outdated", "existing", "dead"];

/// The record of an ingest.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(HashMap<String, AttributeValue>);

/// A queue to which a rule sends the events of some objects.
#[derive(Debug)]
pub struct Listener {
    rule: String,
    queue_url: String,
}

impl Record {
    /// A text; empty if the record has none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|value| value.as_s().ok())
            .map_or("", String::as_str)
    }

    /// A number; 0 if the record has none.
    #[must_use]
    pub fn number(&self, name: &str) -> i64 {
        let value = self.0.get(name).and_then(|value| value.as_n().ok());
        value.map_or(0, |digits| digits.parse().expect("a whole number"))
    }

    /// The attempts that count: those whose messages make up the rows that were sent.
    #[must_use]
    pub fn counted(&self) -> Vec<String> {
        let counted = self.0.get("counted").and_then(|value| value.as_l().ok());
        let numbers = counted
            .into_iter()
            .flatten()
            .map(|value| value.as_n().expect("a number"));
        numbers.cloned().collect()
    }

    /// The number of rows with one outcome, of the attempts that count.
    #[must_use]
    pub fn outcome(&self, name: &str) -> i64 {
        let counted = self.counted();
        let counts = counted.iter().map(|attempt| self.number(&format!("{name}_{attempt}")));
        counts.sum()
    }

    /// The number of rows with any outcome, of the attempts that count.
    #[must_use]
    pub fn outcomes(&self) -> i64 {
        OUTCOMES.iter().map(|name| self.outcome(name)).sum()
    }
}

impl Listener {
    /// The type and detail of every event since the last call, of any type.
    pub async fn take(&self, stack: &Stack) -> Vec<(String, Value)> {
        let mut taken = Vec::new();
        loop {
            let receive = stack.sqs.receive_message().queue_url(&self.queue_url);
            let received = receive.max_number_of_messages(10).send().await;
            let messages = received.expect("the queue can be read").messages.unwrap_or_default();
            if messages.is_empty() {
                return taken;
            }
            for message in messages {
                let delete = stack.sqs.delete_message().queue_url(&self.queue_url);
                let delete = delete.set_receipt_handle(message.receipt_handle).send();
                delete.await.expect("a message that was received can be deleted");
                let event: Value = serde_json::from_str(&message.body.unwrap_or_default()).expect("an event is JSON");
                assert_eq!(event["source"], "messages", "{event}");
                let kind = event["detail-type"].as_str().expect("a text").to_owned();
                taken.push((kind, event["detail"].clone()));
            }
        }
    }

    /// Waits for events of at least this many ingests, and returns all events until then.
    pub async fn wait_for(&self, stack: &Stack, ingests: usize) -> Vec<(String, Value)> {
        let taken = std::cell::RefCell::new(Vec::new());
        wait::until(&format!("the events of {ingests} ingests"), async || {
            let more = self.take(stack).await;
            let mut taken = taken.borrow_mut();
            taken.extend(more);
            let mut ids: Vec<_> = taken
                .iter()
                .map(|(_, detail)| detail["ingest_id"].to_string())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.len() < ingests { Err(ids) } else { Ok(()) }
        })
        .await;
        taken.into_inner()
    }

    /// Deletes the rule and the queue.
    pub async fn end(self, stack: &Stack) {
        let targets = json!({"Rule": self.rule, "Ids": ["queue"]});
        stack.call_events("RemoveTargets", &targets).await;
        stack.call_events("DeleteRule", &json!({"Name": self.rule})).await;
        let delete = stack.sqs.delete_queue().queue_url(self.queue_url).send();
        delete.await.expect("the queue can be deleted");
    }
}

/// The rows read, sent, rejected, written and dead in the detail of an event.
#[must_use]
pub fn rows(detail: &Value) -> [u64; 5] {
    let count = |name: &str| detail["rows"][name].as_u64().expect("a count");
    ["read", "sent", "rejected", "written", "dead"].map(count)
}

/// The ingest id of a report.
#[must_use]
pub fn ingest_id_of(report: &Value) -> &str {
    report["ingest_id"].as_str().expect("a text")
}

/// Checks details against the schema in `docs/`, and checks their sums.
pub fn assert_sound<'d>(details: impl IntoIterator<Item = &'d Value>) {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/lib");
    // The Python of the tools, which comes first in the PATH of `tools/test`.
    let mut command = Command::new("python");
    command.args(["-m", "stack.event_schema"]).env("PYTHONPATH", tools);
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut checker = command.spawn().expect("python can be started");
    let mut input = checker.stdin.take().expect("it is piped");
    for detail in details {
        writeln!(input, "{detail}").expect("the checker reads all details");
    }
    drop(input);
    let output = checker.wait_with_output().expect("the checker ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Stack {
    /// The record of an ingest.
    pub async fn record(&self, ingest_id: &str) -> Option<Record> {
        let get = self.dynamodb.get_item().table_name(&self.outputs.ingest_table_name);
        let get = get.key("ingest_id", AttributeValue::S(ingest_id.to_owned()));
        let reply = get.consistent_read(true).send().await;
        reply.expect("the table can be read").item.map(Record)
    }

    /// The ids of the ingests of a day, in the order of the uploads.
    pub async fn ids_of_day(&self, day: &str) -> Vec<String> {
        let query = self.dynamodb.query().table_name(&self.outputs.ingest_table_name);
        let query = query.index_name("by_day").key_condition_expression("#d = :d");
        let query = query.expression_attribute_names("#d", "day");
        let query = query.expression_attribute_values(":d", AttributeValue::S(day.to_owned()));
        let items = query
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await;
        let items = items.expect("the index can be queried").into_iter().map(Record);
        items.map(|record| record.text("ingest_id").to_owned()).collect()
    }

    /// Waits until the record of an ingest fulfils a condition.
    pub async fn wait_for_record(&self, ingest_id: &str, what: &str, is_wanted: impl Fn(&Record) -> bool) -> Record {
        wait::until(&format!("{what} of {ingest_id}"), async || {
            match self.record(ingest_id).await {
                Some(record) if is_wanted(&record) => Ok(record),
                other => Err(other),
            }
        })
        .await
    }

    /// Waits until an ingest is done and its end is announced.
    pub async fn wait_until_told(&self, ingest_id: &str) -> Record {
        let is_told = |record: &Record| record.text("state") == "done" && !record.text("completed").is_empty();
        self.wait_for_record(ingest_id, "the end", is_told).await
    }

    /// Writes the record that an extractor leaves after a complete extraction, with this many messages of attempt 1. Returns the
    /// ingest id.
    pub async fn put_extracted(&self, object: &str, rows_sent: usize) -> String {
        const TIME: &str = "2026-11-28T22:45:48.123Z";
        // The time of the upload, followed by random digits.
        let ingest_id = format!("01a22456-09db-7000-8000-{:012x}", fastrand::u64(..1 << 48));
        let texts = [
            ("ingest_id", ingest_id.as_str()),
            ("day", "2026-11-28"),
            ("updated", TIME),
            ("bucket", &self.outputs.data_bucket_name),
            ("object", object),
            ("etag", "d41d8cd98f00b204e9800998ecf8427e"),
            ("uploaded", TIME),
            ("started", TIME),
            ("extracted", TIME),
            ("write_mode", "replace"),
            ("state", "writing"),
            ("request_id", "8f507cfc-6c6a-4d5c-9f0e-000000000000"),
            ("opening", "5d41402a"),
            ("report", "report.json"),
        ];
        let rows = rows_sent.to_string();
        let numbers = [
            ("expires", "4102444800"),
            ("size", "1000"),
            ("attempts", "1"),
            ("tries", "1"),
            ("rows_read", &rows),
            ("rows_sent", &rows),
            ("rows_rejected", "0"),
            ("invocations", "1"),
        ];
        let texts = texts.map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())));
        let numbers = numbers.map(|(name, digits)| (name.to_owned(), AttributeValue::N(digits.to_owned())));
        let lists = [
            (
                "counted".to_owned(),
                AttributeValue::L(vec![AttributeValue::N("1".to_owned())]),
            ),
            ("warnings".to_owned(), AttributeValue::L(Vec::new())),
        ];
        let put = self.dynamodb.put_item().table_name(&self.outputs.ingest_table_name);
        let item = texts.into_iter().chain(numbers).chain(lists).collect();
        put.set_item(Some(item)).send().await.expect("the table can be written");
        ingest_id
    }

    /// Sends messages of an ingest's attempt 1, each with the method POST and a body.
    pub async fn send_of(&self, ingest_id: &str, bodies: &[String]) {
        for body in bodies {
            let attributes = [("Method", "POST"), ("IngestId", &format!("{ingest_id}/1"))];
            self.send_with(&self.outputs.queue_url, body, &attributes).await;
        }
    }

    /// Makes a rule that sends the events of objects with this prefix to a queue.
    pub async fn listen(&self, key_prefix: &str) -> Listener {
        let rule = format!("end-to-end-{}", unique::name());
        let queue_url = self.queue_without_reader().await;
        let attributes = self.sqs.get_queue_attributes().queue_url(&queue_url);
        let attributes = attributes.attribute_names(aws_sdk_sqs::types::QueueAttributeName::QueueArn);
        let attributes = attributes.send().await.expect("the queue is there").attributes;
        let arn = attributes.and_then(|found| found.into_values().next());
        let pattern = json!({"source": ["messages"], "detail": {
            "stack": [self.outputs.stack_name],
            "object": [{"prefix": key_prefix}],
        }});
        let put = json!({"Name": rule, "EventPattern": pattern.to_string()});
        self.call_events("PutRule", &put).await;
        let targets = json!({"Rule": rule, "Targets": [{"Id": "queue", "Arn": arn.expect("an ARN")}]});
        self.call_events("PutTargets", &targets).await;
        Listener { rule, queue_url }
    }

    async fn call_events(&self, operation: &str, request: &Value) {
        let response = self.events_response(operation, request).await;
        assert_eq!(response.status, 200, "{operation}: {response:?}");
    }

    /// Calls `EventBridge` and returns its response.
    pub(crate) async fn events_response(&self, operation: &str, request: &Value) -> Response {
        let mut request = Request::post(format!("{}/", self.outputs.endpoint))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSEvents.{operation}"))
            .body(request.to_string())
            .expect("a valid request");
        http_client::sign_request(&mut request, &self.credentials, &self.outputs.region, "events");
        http_client::send(request).await
    }
}

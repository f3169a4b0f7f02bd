//! From an event's records to operations, and from operations to the bodies of calls.

use std::hint::black_box;

use attributes::KeySchema;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bench::data;
use message::WriteMode;
use sqs_to_dynamodb::operation::{Change, Table, parse};
use sqs_to_dynamodb::plan::{Action, Plan, Task, Ticket};
use sqs_to_dynamodb::table::batch_write::request;

use crate::{TABLE, counted, tidy_heap};

/// Writes of a call.
const CALL: usize = 25;

/// Records that are read, checked and planned.
pub fn event_to_operations(messages: usize) {
    let planned = |records: Vec<SqsMessage>| {
        let plan = plan(&records);
        (records, plan)
    };
    all_are_planned(counted(planned, records(messages)));
}

#[expect(clippy::expect_used, reason = "the event is made here, too")]
fn records(messages: usize) -> Vec<SqsMessage> {
    let event: SqsEvent = serde_json::from_slice(&data::sqs_event(messages as u64, 0)).expect("an event");
    tidy_heap();
    event.records
}

/// As the handler makes it.
fn plan(records: &[SqsMessage]) -> Plan {
    let table = Table {
        name: TABLE,
        keys: &KeySchema::Messages,
    };
    let mut operations = Vec::with_capacity(records.len());
    for (message, record) in records.iter().enumerate() {
        if let Ok(operation) = parse(record, table, WriteMode::Replace) {
            operations.push((message, operation));
        }
    }
    Plan::new(operations)
}

fn all_are_planned((records, plan): (Vec<SqsMessage>, Plan)) {
    assert_eq!(writes_of(plan).len(), records.len());
}

/// Planned writes that are put into the bodies of calls.
pub fn operations_to_json(messages: usize) {
    let called = |writes: Vec<(Ticket, Change)>| {
        for call in writes.chunks(CALL) {
            black_box(request(TABLE, call));
        }
        writes
    };
    drop(counted(called, writes(messages)));
}

fn writes(messages: usize) -> Vec<(Ticket, Change)> {
    let writes = writes_of(plan(&records(messages)));
    assert_eq!(writes.len(), messages);
    tidy_heap();
    writes
}

/// The writes of the first round, which is all when no two have one key.
fn writes_of(mut plan: Plan) -> Vec<(Ticket, Change)> {
    let tasks = plan.next_round().unwrap_or_default();
    let writes = tasks.into_iter().filter_map(|Task { ticket, action }| match action {
        Action::Write(change) => Some((ticket, change)),
        Action::OrderedPut(_) | Action::Update(_) | Action::Get => None,
    });
    writes.collect()
}

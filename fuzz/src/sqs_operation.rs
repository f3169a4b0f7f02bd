//! SQS messages -> operations, and the plan of a batch of them.
//!
//! An input is text. Each character of its first line is the result of the next task of the plan: `f` is a transient failure, `r`
//! a refusal by DynamoDB, and `o` means that an ordered put finds a newer item. Any other character, and the end of the line,
//! means success. Each further line is a message: the attribute `Method` up to the first space, then the body.

use std::collections::HashSet;
use std::ops::Range;

use attributes::{Attributes, ItemKey, KeySchema, item_size};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::error::ErrorMetadata;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use message::{KeyAttribute, KeyType, MAX_ITEM_BYTES, Order, TableKey, WriteMode, names};
use serde_json::{Map, Value, json};
use sqs_to_dynamodb::failure::{PermanentFailure, TransientFailure};
use sqs_to_dynamodb::operation::{Change, Operation, Table, Write, alone, elements, parse};
use sqs_to_dynamodb::plan::{Action, Effect, EffectCounts, Plan, Row, Task, TaskResult, Ticket};
use sqs_to_dynamodb::record::{METHOD, MessageAttribute, Record};

use crate::table::TABLE;

/// The documented reason codes of messages that become dead letters before any call.
const CODES: [&str; 14] = [
    "NoMethod",
    "UnknownMethod",
    "NoBody",
    "NotJson",
    "UnknownField",
    "DuplicateField",
    "MissingField",
    "InvalidField",
    "WrongTable",
    "MissingKey",
    "InvalidKey",
    "InvalidItem",
    "ItemTooLarge",
    "InvalidExpression",
];

/// Checks an input.
///
/// # Panics
/// If an invalid message is accepted, a message changes on a second way through the queue, a refusal gives no reason, or the plan
/// loses a message.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let partition = KeyAttribute {
        name: names::DATE.to_owned(),
        key_type: KeyType::S,
    };
    let declared = TableKey { partition, sort: None };
    for keys in [KeySchema::Messages, KeySchema::from(Some(declared))] {
        let (name, keys) = (TABLE, &keys);
        check_for(Table { name, keys }, &input);
    }
}

fn check_for(table: Table<'_>, input: &str) {
    let mut lines = input.split('\n');
    let outcomes = lines.next().unwrap_or_default();
    let mut operations = Vec::new();
    for line in lines {
        match parse(&record(line), table, WriteMode::Replace) {
            Ok(operation) => {
                check_operation(&operation, table);
                check_rows(&operation, line, table);
                operations.push(operation);
            }
            Err(failure) => check_failure(&failure),
        }
    }
    check_plan(&operations, outcomes);
}

fn record(line: &str) -> Record<'_> {
    let (method, body) = line.split_once(' ').unwrap_or((line, ""));
    let attribute = MessageAttribute {
        data_type: Some("String".into()),
        string_value: Some(method.into()),
        binary_value: None,
    };
    let mut record = Record {
        body: Some(body.into()),
        ..Record::default()
    };
    if !method.is_empty() {
        record.message_attributes.push((METHOD.into(), attribute));
    }
    record
}

fn check_failure(failure: &PermanentFailure) {
    assert!(CODES.contains(&failure.code()), "undocumented: {}", failure.code());
    assert!(failure.to_string().len() > 10, "no reason: {failure}");
}

fn check_operation(operation: &Operation, table: Table<'_>) {
    if let Operation::OrderedPut(key, put) = operation {
        let change = Change::Put(put.item.clone());
        let key = key.clone();
        check_operation(&Operation::Write(Write { key, change }), table);
        let bytes = item_size(&put.item.attributes()) + Order::ATTRIBUTE.len() + put.order.as_str().len();
        assert!(
            bytes <= MAX_ITEM_BYTES,
            "an item of {bytes} bytes with its order is taken"
        );
    }
    let writes: Vec<_> = match operation {
        Operation::Write(write) => vec![write],
        Operation::BatchWrite(rows) => {
            rows.iter()
                .filter_map(|row| row.as_ref().err())
                .for_each(|failure| check_failure(failure));
            rows.iter().flatten().collect()
        }
        _ => return,
    };
    assert!(operation.rows() > 0, "a write of nothing");
    for Write { key, change } in writes {
        let Change::Put(item) = change else { continue };
        let item = item.attributes();
        assert_eq!(table.keys.key_in(&item).as_ref(), Ok(key));
        let texts: usize = item
            .iter()
            .map(|(name, value)| name.len() + value.as_s().map_or(0, String::len))
            .sum();
        assert!(texts <= MAX_ITEM_BYTES, "an item of at least {texts} bytes is taken");

        let body = json!({"TableName": TABLE, "Item": object(&item)}).to_string();
        let again = parse(&record(&format!("POST {body}")), table, WriteMode::Replace);
        let Ok(Operation::Write(Write {
            key: key_again,
            change: Change::Put(item_again),
        })) = again
        else {
            panic!("{body}: {again:?}");
        };
        assert_eq!((&key_again, item_again.attributes()), (key, item));
    }
}

/// Checks that each row of a `BATCH_WRITE` means the same in a message of its own, as in a dead letter.
fn check_rows(operation: &Operation, line: &str, table: Table<'_>) {
    let Operation::BatchWrite(rows) = operation else { return };
    let (_, body) = line.split_once(' ').unwrap_or_default();
    let elements = elements(body, table.name).unwrap_or_default();
    assert_eq!(elements.len(), rows.len(), "a row is lost");
    for (element, row) in elements.into_iter().zip(rows) {
        let body = alone(element.get(), table.name);
        let again = parse(&record(&format!("BATCH_WRITE {body}")), table, WriteMode::Replace);
        let Ok(Operation::BatchWrite(again)) = again else {
            panic!("{body}: {again:?}");
        };
        match (&again[..], row) {
            ([Ok(again)], Ok(row)) => assert_eq!(again, row),
            ([Err(again)], Err(row)) => assert_eq!(again.code(), row.code()),
            _ => panic!("{body}: {again:?}, {row:?}"),
        }
    }
}

/// The attributes as DynamoDB JSON.
fn object(attributes: &Attributes) -> Value {
    let members = attributes.iter().map(|(name, value)| (name.clone(), typed(value)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn typed(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(bytes) => json!({"B": BASE64_STANDARD.encode(bytes)}),
        AttributeValue::Bool(value) => json!({ "BOOL": value }),
        AttributeValue::Null(value) => json!({ "NULL": value }),
        AttributeValue::L(elements) => json!({"L": elements.iter().map(typed).collect::<Value>()}),
        AttributeValue::M(members) => json!({"M": object(members)}),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Bs(blobs) => {
            json!({"BS": blobs.iter().map(|bytes| BASE64_STANDARD.encode(bytes)).collect::<Value>()})
        }
        unknown => panic!("no message can have {unknown:?}"),
    }
}

/// The rows of a message, each with its key and with the messages whose execution may count as its own.
fn by_whom(message: usize, operation: &Operation, messages: usize) -> Vec<(Row, &ItemKey, Range<usize>)> {
    let of_key = |key, by| vec![(Row::from(message), key, by)];
    match operation {
        Operation::Write(write) => of_key(&write.key, message..messages),
        Operation::OrderedPut(key, _) => of_key(key, 0..messages),
        Operation::BatchWrite(rows) => {
            let rows = rows.iter().enumerate();
            rows.filter_map(|(index, row)| Some((Row { message, index }, &row.as_ref().ok()?.key, message..messages)))
                .collect()
        }
        Operation::Update(key, _) | Operation::Get(key) => of_key(key, message..message + 1),
        Operation::Scan => Vec::new(),
    }
}

/// The number of rows that the plan has no task for.
fn unreadable(operation: &Operation) -> usize {
    match operation {
        Operation::BatchWrite(rows) => rows.iter().filter(|row| row.is_err()).count(),
        _ => 0,
    }
}

fn check_plan(operations: &[Operation], outcomes: &str) {
    let mut plan = Plan::new(operations.iter().cloned().enumerate());
    let mut outcomes = outcomes.bytes();
    let mut carried_out: HashSet<(usize, ItemKey)> = HashSet::new();
    let mut updated = HashSet::new();
    let mut all_done = true;
    let asked: usize = operations
        .iter()
        .map(|operation| match operation {
            Operation::Scan => 0,
            operation => operation.rows(),
        })
        .sum();
    let mut rounds = 0;
    while let Some(tasks) = plan.next_round() {
        rounds += 1;
        assert!(rounds <= asked, "{rounds} rounds for {asked} actions");
        let keys: HashSet<_> = tasks.iter().map(|task| &task.ticket.key).collect();
        assert_eq!(keys.len(), tasks.len(), "a key twice in a round");
        let settled: Vec<(Ticket, TaskResult)> = tasks
            .into_iter()
            .map(|Task { ticket, action }| {
                let result = match outcomes.next() {
                    Some(b'f') => Err(TransientFailure::unprocessed().into()),
                    Some(b'r') => Err(PermanentFailure::UpdateRefused(ErrorMetadata::builder().build()).into()),
                    Some(b'o') if matches!(action, Action::OrderedPut(_)) => Ok(Effect::Outdated.into()),
                    _ => Ok(ticket.asked.into()),
                };
                if result.is_ok() {
                    carried_out.insert((ticket.row.message, ticket.key.clone()));
                    if matches!(action, Action::Update(_)) {
                        updated.insert(ticket.row.message);
                    }
                } else {
                    all_done = false;
                }
                (ticket, result)
            })
            .collect();
        plan.settle(settled);
    }

    let results = plan.into_results();
    let counts = EffectCounts::of(&results.effects);
    let counted = counts.written
        + counts.deleted
        + counts.updated
        + counts.read
        + counts.superseded
        + counts.outdated
        + counts.existing;
    let mut ended = 0;
    for (message, operation) in operations.iter().enumerate() {
        if results.transient.contains_key(&message) {
            assert!(!updated.contains(&message), "{message} would be updated twice");
            continue;
        }
        if !matches!(operation, Operation::Scan) {
            ended += operation.rows();
        }
        for (row, key, mut messages) in by_whom(message, operation, operations.len()) {
            let done = messages.any(|by| carried_out.contains(&(by, key.clone())));
            assert!(
                done || results.refused.contains_key(&row),
                "{row:?} is lost: {operation:?}"
            );
        }
    }
    assert_eq!(
        counted + results.refused.len(),
        ended,
        "each row ends in one way: {counts:?}"
    );
    let unreadable = operations.iter().map(unreadable).sum::<usize>();
    let nothing_failed = results.transient.is_empty() && results.refused.len() == unreadable;
    assert!(!all_done || nothing_failed, "nothing was in the way: {results:?}");
}

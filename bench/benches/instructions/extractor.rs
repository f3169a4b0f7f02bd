//! The extractor's paths: from an object's bytes to messages, and from messages to the bodies of calls.

use std::hint::black_box;

use bench::data;
use bytes::Bytes;
use message::{KeyAttribute, KeyType, Precision, TableKey, WriteMode};
use s3_to_sqs::convert::{Converted, Converter};
use s3_to_sqs::data_package;
use s3_to_sqs::object::Object;
use s3_to_sqs::queue::batch::Batch;
use s3_to_sqs::queue::message::{Body, Envelope, MAX_ENTRIES};
use s3_to_sqs::rows::{Row, Rows, Unreadable};
use schema::{Package, Table};
use uuid::Uuid;

use crate::{TABLE, counted, tidy_heap};

const QUEUE_URL: &str = "https://sqs.us-east-1.amazonaws.com/000000000000/messages";
/// The trace header of an invocation whose trace X-Ray does not sample, as for most invocations.
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";
/// The two examples of `crates/schema`.
const SAMPLE: &str = include_str!("../../../crates/schema/tests/descriptors/sample.json");
const READINGS: &str = include_str!("../../../crates/schema/tests/descriptors/readings.json");
/// The time of the uploads, in milliseconds since the Unix epoch: in 2026.
const UPLOADED: u64 = 1_780_000_000_000;
/// About the number of bytes that one read from a connection returns.
const PIECE_BYTES: usize = 16 * 1024;
const ALL: [usize; MAX_ENTRIES] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/// An object whose header is read, and the number of its rows that have become messages.
struct Begun {
    rows: Rows,
    converter: Converter,
    rest: Bytes,
    messages: usize,
    of: usize,
}

/// Converts rows of the sample's form.
pub fn row_to_message(rows: usize) {
    all_are_messages(&counted(convert_all, begun(rows)));
}

/// Converts the same rows by the sample's descriptor.
pub fn declared_row_to_message(rows: usize) {
    all_are_messages(&counted(convert_all, begun_as_declared(rows)));
}

/// Converts rows with a local time, a decimal comma, a set, a shard and a map.
pub fn hard_row_to_message(rows: usize) {
    all_are_messages(&counted(convert_all, begun_readings(rows)));
}

fn convert_all(mut object: Begun) -> Begun {
    for mut piece in object.rest.chunks(PIECE_BYTES) {
        while object.rows.advance(&mut piece) {
            let converted = object.converter.convert(&object.rows.row());
            object.messages += usize::from(matches!(black_box(converted), Converted::Message(_)));
        }
    }
    object
}

fn begun(rows: usize) -> Begun {
    let converter = Converter::new(TABLE, Precision::Seconds);
    begin(converter, data::object(rows as u64), rows)
}

fn begun_as_declared(rows: usize) -> Begun {
    begin(declared(SAMPLE, "date", "time"), data::object(rows as u64), rows)
}

fn begun_readings(rows: usize) -> Begun {
    let row = |row: usize| {
        let (minute, second) = (row / 60 % 60, row % 60);
        format!("2024-03-12T01:{minute:02}:{second:02};DE-01;1.234,5;ok;ja;a|b\n")
    };
    let rest: String = (0..rows).map(row).collect();
    let file = format!("Zeitpunkt;Messstelle;Wert;Status;Aktiv;Tags\n{rest}");
    begin(declared(READINGS, "pk", "sk"), file.into(), rows)
}

/// The converter for the first resource of a descriptor, for a table with these keys.
fn declared(descriptor: &str, partition: &str, sort: &str) -> Converter {
    let attribute = |name: &str| KeyAttribute {
        name: name.to_owned(),
        key_type: KeyType::S,
    };
    let table = Table {
        name: TABLE.to_owned(),
        key: TableKey {
            partition: attribute(partition),
            sort: Some(attribute(sort)),
        },
    };
    let Ok(package) = Package::load(descriptor, &table) else {
        panic!("the descriptor is wrong");
    };
    let resource = package.resources()[0].clone();
    let object = Object {
        key: "readings/2024.csv".to_owned(),
        uploaded: UPLOADED,
        ..Object::default()
    };
    Converter::new(TABLE, Precision::Seconds).declared(data_package::declared(
        resource,
        &table,
        &object,
        WriteMode::Replace,
    ))
}

fn begin(converter: Converter, mut rest: Bytes, rows: usize) -> Begun {
    let header = rest.iter().take_while(|&&byte| byte != b'\n').count() + 1;
    let mut object = Begun {
        rows: Rows::new(converter.shape().dialect()),
        converter,
        rest: rest.split_off(header),
        messages: 0,
        of: rows,
    };
    assert!(object.rows.advance(&mut &rest[..]));
    let header = object.converter.convert(&object.rows.row());
    assert!(matches!(header, Converted::Header));
    tidy_heap();
    object
}

fn all_are_messages(Begun { messages, of, .. }: &Begun) {
    assert_eq!(messages, of);
}

/// Puts messages into batches, and writes full batches as calls.
pub fn batch_to_json(messages: usize) {
    all_are_called(&counted(call_all, coming(messages)));
}

/// Messages that arrive at full batches: every ten of them push out the ten before.
struct Coming {
    batch: Batch,
    messages: Vec<(Body<'static>, Row<'static>)>,
    calls: usize,
}

fn call_all(mut coming: Coming) -> Coming {
    for (body, row) in &coming.messages {
        if let Some(full) = coming.batch.push(*body, row) {
            black_box(full.body(&ALL));
            coming.calls += 1;
        }
    }
    coming
}

/// Makes the messages and leaks the data that they borrow, since the process ends with them.
fn coming(messages: usize) -> Coming {
    let mut object = begun(messages);
    let mut messages = Vec::with_capacity(messages);
    let mut rest = &object.rest[..];
    while object.rows.advance(&mut rest) {
        let row = object.rows.row();
        if let Converted::Message(Body { json, bytes, method }) = object.converter.convert(&row) {
            let json = json.to_owned().leak();
            let row = Row {
                position: row.position,
                length: row.length,
                text: row.text.to_vec().leak(),
                has_line_ends: row.has_line_ends,
                is_ended: row.is_ended,
                // The batch does not read the record.
                record: Err(Unreadable::CutOff),
            };
            messages.push((Body { json, bytes, method }, row));
        }
    }
    let mut batch = Batch::new(Envelope::new(QUEUE_URL, Uuid::nil().into(), "POST", Some(TRACE)));
    for (body, row) in &messages[..MAX_ENTRIES] {
        assert!(batch.push(*body, row).is_none());
    }
    drop(object);
    tidy_heap();
    Coming {
        batch,
        messages,
        calls: 0,
    }
}

fn all_are_called(Coming { messages, calls, .. }: &Coming) {
    assert_eq!(calls * MAX_ENTRIES, messages.len());
}

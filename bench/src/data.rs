//! What the contenders are given: made, not stored, and the same every time.

use std::collections::HashSet;
use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::backend::ETAG;

/// When the first row was measured, in Unix seconds: 2019-05-28 00:00:00 UTC.
const START: u64 = 1_559_001_600;
const DAY: u64 = 86_400;
/// The rows of a message where there are many in one.
pub const ROWS_PER_MESSAGE: u64 = 100;
/// The message attribute of an ingest whose first attempt is counted.
const INGEST: (&str, &str) = ("IngestId", "016afcad-7a00-7000-8000-000000000000/1");

/// An object of so many rows like those of the sample, one for each second, and so no two with one key.
#[must_use]
pub fn object(rows: u64) -> Bytes {
    object_of((0..rows).map(|row| START + row))
}

/// An object of so many rows of so many dates from 2019-05-28 on, and how many different keys they have: the seconds of a
/// date come again after 86,400 rows of it. The rows come date by date, or `mixed`: each of another date than the one before.
#[must_use]
pub fn dated_object(rows: u64, dates: u64, mixed: bool) -> (Bytes, u64) {
    let of_a_date = rows.div_ceil(dates);
    let timestamp = |row| {
        let (date, number) = if mixed {
            (row % dates, row / dates)
        } else {
            (row / of_a_date, row % of_a_date)
        };
        START + date * DAY + number % DAY
    };
    let keys: HashSet<_> = (0..rows).map(timestamp).collect();
    (object_of((0..rows).map(timestamp)), keys.len() as u64)
}

/// An object of rows with these timestamps.
fn object_of(timestamps: impl Iterator<Item = u64>) -> Bytes {
    let mut text = String::from("timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg\n");
    for (row, timestamp) in (0_u64..).zip(timestamps) {
        // Writing to a string cannot fail.
        _ = writeln!(
            text,
            "{}.{:07},location-{:02},wireless,router-{},{}.{:02},device-{},{}.{}",
            timestamp,
            row * 7919 % 10_000_000,
            row % 20,
            row % 3,
            row % 9,
            row % 97,
            row % 5,
            row % 19,
            row % 10,
        );
    }
    text.into()
}

/// An object of so many rows like the hard one of a declared file: local times, decimal commas, sets. One for each second
/// from 2019-05-28 on, in the local time of Berlin.
#[must_use]
pub fn readings(rows: u64) -> Bytes {
    let mut text = String::from("Zeitpunkt;Messstelle;Wert;Status;Aktiv;Tags\n");
    for row in 0..rows {
        let (day, second) = (27 + row / DAY, row % DAY);
        // Writing to a string cannot fail.
        _ = writeln!(
            text,
            "2019-{:02}-{:02}T{:02}:{:02}:{:02};DE-{:02};{}.{:03},{};ok;{};a{}|b",
            5 + day / 31,
            day % 31 + 1,
            second / 3600,
            second / 60 % 60,
            second % 60,
            row % 20,
            row % 9 + 1,
            row % 997,
            row % 10,
            if row % 3 == 0 { "nein" } else { "ja" },
            row % 7,
        );
    }
    text.into()
}

/// The event for the creation of an object of this key.
#[must_use]
pub fn s3_event(key: &str, object: &[u8]) -> Vec<u8> {
    let mut event: Value = sample(include_str!("../../events/s3-to-sqs.json"));
    let named = &mut event["Records"][0]["s3"]["object"];
    named["key"] = json!(key);
    named["size"] = json!(object.len());
    named["eTag"] = json!(ETAG);
    event.to_string().into_bytes()
}

/// The event of a batch of messages, each of a key of its own; the first one is `first` seconds after the start.
#[must_use]
pub fn sqs_event(messages: u64, first: u64) -> Vec<u8> {
    event_of((first..first + messages).map(|message| (message, body(message))), &[])
}

/// The same of messages that name their ingest and the attempt that they are of, so that they are counted.
#[must_use]
pub fn counted_sqs_event(messages: u64, first: u64) -> Vec<u8> {
    event_of(
        (first..first + messages).map(|message| (message, body(message))),
        &[INGEST],
    )
}

/// The same rows with [`ROWS_PER_MESSAGE`] of them in each message.
#[must_use]
pub fn packed_sqs_event(rows: u64, first: u64) -> Vec<u8> {
    let end = first + rows;
    let bodies = (0..rows.div_ceil(ROWS_PER_MESSAGE)).map(|message| {
        let start = first + message * ROWS_PER_MESSAGE;
        let writes = (start..end.min(start + ROWS_PER_MESSAGE))
            .map(|row| format!(r#"{{"PutRequest":{{"Item":{}}}}}"#, item(row)));
        let writes = writes.collect::<Vec<_>>().join(",");
        (start, format!(r#"{{"RequestItems":{{"messages":[{writes}]}}}}"#))
    });
    event_of(bodies, &[INGEST, ("Method", "BATCH_WRITE")])
}

/// The same of messages of the mode `latest`.
#[must_use]
pub fn ordered_sqs_event(messages: u64, first: u64) -> Vec<u8> {
    let bodies = (first..first + messages).map(|message| {
        let mut body = body(message);
        body.pop();
        let order = format!(
            r#","Mode":"latest","Order":"016afcad-7a00-7000-8000-000000000000-{:012}"}}"#,
            message + 2
        );
        (message, body + &order)
    });
    event_of(bodies, &[INGEST])
}

/// The event of messages, each with its number and its body, and all with these attributes.
fn event_of(messages: impl Iterator<Item = (u64, String)>, attributes: &[(&str, &str)]) -> Vec<u8> {
    let event: Value = sample(include_str!("../../events/sqs-to-dynamodb.json"));
    let mut record = event["Records"][0].clone();
    let method = record["messageAttributes"]["Method"].clone();
    for (name, value) in attributes {
        let mut attribute = method.clone();
        attribute["stringValue"] = json!(value);
        record["messageAttributes"][name] = attribute;
    }
    let records = messages.map(|(message, body)| {
        let mut record = record.clone();
        record["messageId"] = json!(format!("11111111-1111-4111-8111-{message:012}"));
        record["body"] = json!(body);
        record
    });
    json!({ "Records": records.collect::<Value>() })
        .to_string()
        .into_bytes()
}

/// The sample event of a function of the API.
#[must_use]
pub fn api_event(function: &str) -> Option<&'static [u8]> {
    let text = match function {
        "get-messages" => include_str!("../../events/get-messages.json"),
        "get-message" => include_str!("../../events/get-message.json"),
        "post-message" => include_str!("../../events/post-message.json"),
        "put-message" => include_str!("../../events/put-message.json"),
        "delete-message" => include_str!("../../events/delete-message.json"),
        _ => return None,
    };
    Some(text.as_bytes())
}

fn body(message: u64) -> String {
    format!(r#"{{"TableName":"messages","Item":{}}}"#, item(message))
}

fn item(message: u64) -> String {
    let (day, second) = (message / DAY, message % DAY);
    format!(
        r#"{{"date":{{"S":"2019-05-{:02}"}},"time":{{"S":"{:02}:{:02}:{:02}"}},"location":{{"S":"location-03"}},"source":{{"S":"wireless"}},"local_dest":{{"S":"router-1"}},"local_avg":{{"N":"5.55"}},"remote_dest":{{"S":"device-1"}},"remote_avg":{{"N":"10.10"}}}}"#,
        day % 28 + 1,
        second / 3600,
        second / 60 % 60,
        second % 60,
    )
}

#[expect(
    clippy::expect_used,
    reason = "the sample events are read by the tests of the functions, too"
)]
fn sample(text: &str) -> Value {
    serde_json::from_str(text).expect("a sample event is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_its_rows_and_a_header() {
        let object = object(3);
        let lines: Vec<_> = std::str::from_utf8(&object).unwrap().lines().collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(
            lines[2],
            "1559001601.0007919,location-01,wireless,router-1,1.01,device-1,1.1"
        );
    }

    #[test]
    fn dates_come_one_after_the_other_or_mixed() {
        let dates = |mixed| {
            let (object, keys) = dated_object(7, 3, mixed);
            let text = std::str::from_utf8(&object).unwrap();
            let seconds = text.lines().skip(1).map(|line| line[..10].parse::<u64>().unwrap());
            (seconds.map(|second| (second - START) / DAY).collect::<Vec<_>>(), keys)
        };
        assert_eq!(dates(false), (vec![0, 0, 0, 1, 1, 1, 2], 7));
        assert_eq!(dates(true), (vec![0, 1, 2, 0, 1, 2, 0], 7));
        assert_eq!(dated_object(86_401, 1, false).1, 86_400);
    }

    #[test]
    fn readings_go_on_in_the_next_month() {
        let object = readings(4 * DAY + 1);
        let lines: Vec<_> = std::str::from_utf8(&object).unwrap().lines().collect();
        assert_eq!(lines[1], "2019-05-28T00:00:00;DE-00;1.000,0;ok;nein;a0|b");
        assert_eq!(lines[4 * 86_400], "2019-05-31T23:59:59;DE-19;9.637,9;ok;ja;a2|b");
        assert!(lines[4 * 86_400 + 1].starts_with("2019-06-01T00:00:00;"));
    }

    #[test]
    fn an_event_has_its_messages() {
        let event: Value = serde_json::from_slice(&sqs_event(3, 86_399)).unwrap();
        let records = event["Records"].as_array().unwrap();
        assert_eq!(records.len(), 3);
        let body = records[1]["body"].as_str().unwrap();
        assert!(
            body.contains(r#""date":{"S":"2019-05-02"},"time":{"S":"00:00:00"}"#),
            "{body}"
        );
    }

    #[test]
    fn a_packed_event_has_the_same_items_in_fewer_messages() {
        let read = |event: Vec<u8>| serde_json::from_slice::<Value>(&event).unwrap()["Records"].take();
        let (packed, single) = (read(packed_sqs_event(250, 7)), read(counted_sqs_event(250, 7)));
        let bodies_of = |records: &Value| -> Vec<Value> {
            let texts = records.as_array().unwrap().iter().map(|record| record["body"].as_str());
            texts.map(|text| serde_json::from_str(text.unwrap()).unwrap()).collect()
        };
        let messages = bodies_of(&packed);
        let writes = |message: &Value| message["RequestItems"]["messages"].as_array().unwrap().clone();
        assert_eq!(
            messages.iter().map(|message| writes(message).len()).collect::<Vec<_>>(),
            [100, 100, 50]
        );
        let packed_items = messages
            .iter()
            .flat_map(writes)
            .map(|mut write| write["PutRequest"]["Item"].take());
        let single_items = bodies_of(&single).into_iter().map(|mut body| body["Item"].take());
        assert!(packed_items.eq(single_items));
        let attribute = |name: &str| packed[0]["messageAttributes"][name]["stringValue"].clone();
        assert_eq!(
            (attribute("Method"), attribute("IngestId")),
            (json!("BATCH_WRITE"), json!(INGEST.1))
        );
    }
}

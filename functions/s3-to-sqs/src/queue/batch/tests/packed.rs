//! Batches of messages of many rows.

use message::{Key, Message, Number, Precision};
use proptest::prelude::*;
use schema::BatchRequest;

use super::*;
use crate::queue::message::message_bytes;
use crate::queue::packing::METHOD;

/// A name that JSON escapes, so that no test relies on a name without escapes.
const TABLE: &str = "mess\"ages";

/// The body of a message of one row with these texts, as the content of a JSON string, and its unescaped length.
fn body_of(location: &str, source: &str) -> (String, usize) {
    let message = Message {
        key: Key::from_timestamp("978339665.25", Precision::Seconds).unwrap(),
        location,
        source,
        local_dest: "router-1",
        local_avg: Number::parse("5.55").unwrap(),
        remote_dest: "device-1",
        remote_avg: Number::parse("10.10").unwrap(),
    };
    let mut json = String::new();
    let bytes = message.write_body(TABLE, &mut json);
    (json, bytes)
}

fn packing(rows: usize) -> Packing {
    Packing::new(BatchRequest::Put, TABLE, Message::head_bytes(TABLE), rows)
}

fn packed(rows: usize) -> Batch {
    let envelope = Envelope::new(QUEUE_URL, IngestId::from(Uuid::nil()), METHOD, Some(TRACE));
    Batch::packed(envelope, packing(rows))
}

/// The calls for rows with these bodies and texts. The line of a row is its index.
fn calls(rows_per_message: usize, rows: &[((String, usize), Vec<u8>)]) -> Vec<Request> {
    let mut batch = packed(rows_per_message);
    let mut calls = Vec::new();
    for (line, ((json, bytes), text)) in (0..).zip(rows) {
        let body = Body {
            json,
            bytes: *bytes,
            method: "POST",
        };
        let mut row = row(text);
        row.position.line = line;
        calls.extend(batch.push(body, &row));
    }
    batch.end_packed();
    let counted = batch.bytes;
    if let Some(last) = batch.take() {
        assert_eq!(bytes(&last), counted, "what was counted is what there is");
        calls.push(last);
    }
    assert!(batch.is_empty() && batch.take().is_none());
    calls
}

/// The bodies of a call's messages, once the call is found to be within SQS's limits.
fn bodies(call: &Request) -> Vec<String> {
    let all: Vec<_> = (0..call.len()).collect();
    let request: Value = serde_json::from_slice(&call.body(&all)).unwrap();
    let entries = request["Entries"].as_array().unwrap();
    assert!((1..=MAX_ENTRIES).contains(&entries.len()));
    let bodies = entries.iter().zip(0..).map(|(entry, id): (_, u32)| {
        assert_eq!(entry["Id"], id.to_string());
        assert_eq!(entry["MessageAttributes"]["Method"]["StringValue"], METHOD);
        entry["MessageBody"].as_str().unwrap().to_owned()
    });
    let bodies: Vec<_> = bodies.collect();
    assert!(bytes_of(&bodies) <= MAX_BYTES);
    bodies
}

fn bytes(call: &Request) -> usize {
    bytes_of(&bodies(call))
}

/// The size of messages with these bodies, as SQS counts it.
fn bytes_of(bodies: &[String]) -> usize {
    bodies.iter().map(|body| message_bytes(body.len(), METHOD)).sum()
}

/// The items that a message puts.
fn items(body: &str) -> Vec<Value> {
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (
            body.as_object().unwrap().len(),
            body["RequestItems"].as_object().unwrap().len()
        ),
        (1, 1)
    );
    let requests = body["RequestItems"][TABLE].as_array().unwrap().iter();
    requests
        .map(|request| {
            assert_eq!(request, &json!({"PutRequest": {"Item": request["PutRequest"]["Item"]}}));
            request["PutRequest"]["Item"].clone()
        })
        .collect()
}

fn item_of((json, _): &(String, usize)) -> Value {
    let body: String = serde_json::from_str(&format!("\"{json}\"")).unwrap();
    serde_json::from_str::<Value>(&body).unwrap()["Item"].clone()
}

/// The number of rows of each message of each call, for `rows` rows of the sample's length.
fn shape(rows_per_message: usize, rows: usize) -> Vec<Vec<usize>> {
    let body = body_of("location-03", "wireless");
    let row = (body, vec![b'x'; 68]);
    let calls = calls(rows_per_message, &vec![row; rows]);
    let counts = |call: &Request| (0..call.len()).map(|id| call.row_count(id)).collect();
    calls.iter().map(counts).collect()
}

#[test]
fn a_message_has_so_many_rows_and_the_last_one_what_is_left() {
    assert_eq!(shape(10, 125), [vec![10; 10], vec![10, 10, 5]]);
    assert_eq!(shape(1, 12), [vec![1; 10], vec![1; 2]]);
}

#[test]
fn calls_end_where_the_next_message_would_begin_another_64_kib_to_be_billed() {
    assert_eq!(shape(25, 500), [vec![25; 10], vec![25; 10]]);
    let longer = (body_of(&"x".repeat(40), "wireless"), vec![b'x'; 100]);
    let calls = calls(25, &vec![longer; 25 * 18]);
    let counts: Vec<_> = calls.iter().map(Request::len).collect();
    assert_eq!(counts, [9, 9]);
    assert!(calls.iter().all(|call| bytes(call) <= 64 * 1024));
}

#[test]
fn a_message_is_not_begun_that_the_call_cannot_hold_the_rest_of() {
    let row = (body_of(&"x".repeat(4000), "s"), vec![b'x'; 4000]);
    let calls = calls(100, &vec![row; 400]);
    let rows: Vec<_> = calls
        .iter()
        .flat_map(|call| (0..call.len()).map(|id| call.row_count(id)))
        .collect();
    assert_eq!(rows, [100; 4]);
}

#[test]
fn deletions_are_packed_by_their_keys() {
    let head = r#"{\"TableName\":\"t\",\"Key\":"#;
    let plain_bytes = r#"{"TableName":"t","Key":"#.len();
    let packing = Packing::new(BatchRequest::Delete, "t", (head.len(), plain_bytes), 10);
    let envelope = Envelope::new(QUEUE_URL, IngestId::from(Uuid::nil()), METHOD, None);
    let mut batch = Batch::packed(envelope, packing);
    for id in ["1", "2"] {
        let json = format!(r#"{head}{{\"id\":{{\"S\":\"{id}\"}}}}}}"#);
        let bytes = json.replace('\\', "").len();
        let method = "DELETE";
        assert!(
            batch
                .push(
                    Body {
                        json: &json,
                        bytes,
                        method
                    },
                    &row(id.as_bytes())
                )
                .is_none()
        );
    }
    let [body] = bodies(&batch.take().unwrap()).try_into().unwrap();
    let keys = ["1", "2"].map(|id| json!({"DeleteRequest": {"Key": {"id": {"S": id}}}}));
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({"RequestItems": {"t": keys}})
    );
}

#[test]
fn a_message_of_one_row_has_the_size_that_is_foreseen() {
    let body = body_of("location-03", "wireless");
    let single = message_bytes(body.1, "POST");
    let calls = calls(100, &[(body, vec![b'x'])]);
    assert_eq!(bytes(&calls[0]), single + packing(100).excess_bytes("POST"));
}

/// Rows that are mostly short, but some so long that few or none fit beside them.
fn rows() -> impl Strategy<Value = Vec<((String, usize), Vec<u8>)>> {
    let length = prop_oneof![40 => 0..200_usize, 2 => 5_000..60_000_usize, 1 => 100_000..390_000_usize];
    let row = (".{1,8}", length, 0..3_usize).prop_map(|(location, length, longer)| {
        let text = vec![b'x'; 1 + length * longer];
        (body_of(&location, &"y".repeat(1 + length)), text)
    });
    prop::collection::vec(row, 1..150)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn all_rows_are_in_one_message_each_in_their_order(limit in 1..=100_usize, rows in rows()) {
        let calls = calls(limit, &rows);
        let (mut found, mut lines) = (Vec::new(), Vec::new());
        for call in &calls {
            for (id, body) in bodies(call).iter().enumerate() {
                let items = items(body);
                prop_assert!((1..=limit).contains(&items.len()));
                prop_assert_eq!(items.len(), call.row_count(id));
                found.extend(items);
                lines.extend(call.rows(id).map(|row| (row.position.line, row.text)));
            }
            let texts: Vec<_> = (0..call.len()).flat_map(|id| call.rows(id)).map(|row| row.text.len()).collect();
            prop_assert!(texts.len() == 1 || bytes(call) + texts.iter().sum::<usize>() <= MAX_HELD_BYTES);
        }
        let expected: Vec<_> = rows.iter().map(|(body, _)| item_of(body)).collect();
        prop_assert!(found == expected, "the items of messages of one row");
        let kept: Vec<_> = (0..).zip(&rows).map(|(line, (_, text))| (line, text[..].into())).collect();
        prop_assert!(lines == kept, "positions and texts");
    }
}

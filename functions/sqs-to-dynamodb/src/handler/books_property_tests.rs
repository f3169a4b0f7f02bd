//! The books of a batch agree with its metrics, and count each row once.

use message::Order;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::failure_tests::delivered;
use super::*;
use crate::books::by_ingest;
use crate::outcomes;
use crate::testing::{
    Answer, Aws, Rule, TABLE, delete, event, item_json, key_json, packed, post, put_row, text_attribute, update,
};

/// The texts that decide the outcome of a write.
const FATES: [&str; 5] = ["good", "good", "bad", "slow", "there"];

const IDS: [&str; 6] = [
    "0195d0c2-6a40-7000-8000-000000000001/1",
    "0195d0c2-6a40-7000-8000-000000000001/2",
    "0195d0c2-6a40-7000-8000-000000000002/1",
    "0195d0c2-6a40-7000-8000-000000000003",
    "0195d0c2-6a40-4000-8000-000000000004/1",
    "secret/1",
];
/// The number of ids with an attempt; they stand first.
const COUNTED: usize = 3;

type Message = (&'static str, Value);

fn any_message() -> impl Strategy<Value = Message> {
    let second = || 0..12_u8;
    let fate = || prop::sample::select(&FATES[..]);
    let row = prop_oneof![
        8 => (second(), fate()).prop_map(|(second, fate)| put_row(second, fate)),
        1 => second().prop_map(|second| json!({"DeleteRequest": {"Key": key_json(second)}})),
        1 => Just(json!({"PutRequest": {"Item": {}}})),
    ];
    prop_oneof![
        4 => (second(), fate()).prop_map(|(second, fate)| post(second, fate)),
        4 => (second(), fate(), prop::sample::select(vec!["latest", "create"]), 0..4_u64).prop_map(
            |(second, fate, mode, upload)| {
                let order = Order::at_millis(1_559_040_909_000 + upload).to_string();
                ("POST", json!({"Item": item_json(second, fate), "Mode": mode, "Order": order}))
            }
        ),
        1 => second().prop_map(update),
        1 => second().prop_map(delete),
        4 => prop::collection::vec(row, 1..8).prop_map(packed),
        1 => Just(packed([])),
        1 => Just(("BATCH_WRITE", json!({"RequestItems": {"other": [{}, {}], TABLE: [{}], "none": {}}}))),
        1 => Just(("SMASH", json!({}))),
    ]
}

/// A table that answers each write as the text in it says.
fn rules(aws: &Aws) -> Vec<Rule> {
    let says = |request: &Value, fate: &str| request.to_string().contains(&format!("\"{fate}\""));
    let batches = aws.batches(move |_, requests| {
        if requests.iter().any(|request| says(request, "bad")) {
            return Answer::Error(400, "ValidationException");
        }
        Answer::Unprocessed(
            requests
                .iter()
                .filter(|request| says(request, "slow"))
                .cloned()
                .collect(),
        )
    });
    let inserts = Rule::on("BatchExecuteStatement").reply(move |request| {
        let answer = |statement: &Value| {
            let codes = [
                ("bad", "ValidationError"),
                ("slow", "ThrottlingError"),
                ("there", "DuplicateItem"),
            ];
            match codes.iter().find(|(fate, _)| says(statement, fate)) {
                Some((_, code)) => json!({"Error": {"Code": code, "Message": "something is wrong"}}),
                None => json!({"TableName": TABLE}),
            }
        };
        let answers = request["Statements"].as_array().unwrap().iter().map(answer);
        (200, json!({"Responses": answers.collect::<Value>()}))
    });
    let bad = Rule::on("PutItem").when(move |request| says(request, "bad"));
    let newest = Order::at_millis(1_559_040_909_002).to_string();
    let there = Rule::on("PutItem").reply(move |request| {
        let order = request
            .pointer("/ExpressionAttributeValues/:o/S")
            .and_then(Value::as_str);
        if order.is_some_and(|order| order > newest.as_str()) {
            return (200, json!({"Attributes": {"location": {"S": "older"}}}));
        }
        let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        (
            400,
            json!({"__type": kind, "message": "something is wrong", "Item": {"$order": {"S": newest}}}),
        )
    });
    vec![
        batches,
        inserts,
        bad.fail(400, "ValidationException"),
        there,
        crate::testing::updates(),
    ]
}

/// The number of rows of a message, also of one for other tables. At least one.
fn rows_of((_, body): &Message) -> usize {
    rows_in(&body.to_string())
}

fn rows_in(body: &str) -> usize {
    let body: Value = serde_json::from_str(body).unwrap();
    let tables = body["RequestItems"].as_object().into_iter().flatten();
    let rows: usize = tables.filter_map(|(_, writes)| Some(writes.as_array()?.len())).sum();
    rows.max(1)
}

async fn check(messages: Vec<(Message, usize)>, receives: u32) -> Result<(), TestCaseError> {
    let (aws, books) = (Aws::default(), crate::testing::Books::new());
    let mut writer = aws.writer(&rules(&aws));
    writer.ledger = Some(books.ledger());
    let (messages, ids): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    let rows: Vec<_> = messages.iter().map(rows_of).collect();
    let mut event = event(messages);
    event = delivered(event, &vec![receives; rows.len()]);
    for (record, &id) in event.iter_mut().zip(&ids) {
        record
            .message_attributes
            .push(("IngestId".into(), text_attribute(IDS[id])));
    }
    let invocation = Invocation {
        writer: &writer,
        records: &event,
        deadline: Deadline::after(std::time::Duration::from_hours(1)),
        turns: &Turns::default(),
        tally: &Tally::default(),
    };
    let mut outcomes = outcomes::of(invocation).await;
    let undelivered = dead_letter::send(invocation, &outcomes.dead).await;
    prop_assert!(undelivered.is_empty());
    outcomes.leave_on_queue(undelivered);
    let ingests = by_ingest(&event, &outcomes);
    let attempts: Vec<_> = ingests
        .iter()
        .flat_map(|(id, attempts)| {
            attempts
                .iter()
                .map(move |(attempt, effects)| (format!("{id}/{attempt}"), *effects))
        })
        .collect();

    let is_transient = |message: &usize| outcomes.transient.contains_key(message);
    let ended: usize = (0..ids.len())
        .filter(|message| !is_transient(message))
        .map(|message| rows[message])
        .sum();
    let counts = outcomes.effect_counts();
    let with_effect =
        counts.written + counts.deleted + counts.updated + counts.superseded + counts.outdated + counts.existing;
    let dead_rows = outcomes.all_dead_rows();
    prop_assert_eq!(
        with_effect + dead_rows,
        ended,
        "each row is written or dead, or its message comes back"
    );
    // A dead letter has one row of its message, or all its rows.
    let dead_letters = aws
        .dead
        .lock()
        .unwrap()
        .iter()
        .map(|entry| rows_in(entry.message_body()))
        .sum::<usize>();
    prop_assert_eq!(dead_letters, dead_rows);

    let is_counted = |message: &usize| ids[*message] < COUNTED;
    let ended_in_books = attempts.iter().map(|(_, effects)| {
        let done = effects.written + effects.superseded + effects.outdated + effects.existing;
        i64::try_from(done).unwrap() + effects.dead
    });
    let counted = (0..ids.len()).filter(|message| is_counted(message) && !is_transient(message));
    let counted: usize = counted.map(|message| rows[message]).sum();
    prop_assert_eq!(ended_in_books.sum::<i64>(), i64::try_from(counted).unwrap());
    prop_assert!(attempts.iter().all(|(id, _)| IDS[..COUNTED].contains(&id.as_str())));

    // When all messages have an attempt, the sums equal the metrics.
    if (0..ids.len()).all(|message| is_counted(&message)) {
        let sum = |count: fn(&ledger::Effects) -> u64| {
            let sum: u64 = attempts.iter().map(|(_, effects)| count(effects)).sum();
            usize::try_from(sum).unwrap()
        };
        prop_assert_eq!(
            sum(|effects| effects.written),
            counts.written + counts.deleted + counts.updated
        );
        prop_assert_eq!(sum(|effects| effects.replaced), counts.replaced);
        prop_assert_eq!(sum(|effects| effects.superseded), counts.superseded);
        prop_assert_eq!(sum(|effects| effects.outdated), counts.outdated);
        prop_assert_eq!(sum(|effects| effects.existing), counts.existing);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_row_of_an_attempt_is_counted_once_or_its_message_comes_back(
        messages in prop::collection::vec((any_message(), 0..IDS.len()), 0..30),
        all_counted: bool,
        receives in 1..=3_u32,
    ) {
        let counted = |(message, id)| (message, if all_counted { id % COUNTED } else { id });
        let messages = messages.into_iter().map(counted).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(check(messages, receives))?;
    }
}

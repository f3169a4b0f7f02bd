//! The books of a batch agree with its metrics.

use message::Order;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::books::by_attempt;
use crate::outcomes;
use crate::testing::{Answer, Aws, Rule, TABLE, delete, event, item_json, post, text_attribute, update};

/// What becomes of a write, by the text in it.
const FATES: [&str; 5] = ["good", "good", "bad", "slow", "there"];

const IDS: [&str; 6] = [
    "0195d0c2-6a40-7000-8000-000000000001/1",
    "0195d0c2-6a40-7000-8000-000000000001/2",
    "0195d0c2-6a40-7000-8000-000000000002/1",
    "0195d0c2-6a40-7000-8000-000000000003",
    "0195d0c2-6a40-4000-8000-000000000004/1",
    "secret/1",
];
/// The number of the first of them that name an attempt.
const COUNTED: usize = 3;

type Message = (&'static str, Value);

fn any_message() -> impl Strategy<Value = Message> {
    let second = || 0..12_u8;
    let fate = || prop::sample::select(&FATES[..]);
    let write = (second(), fate()).prop_map(|(second, fate)| json!({"PutRequest": {"Item": item_json(second, fate)}}));
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
        1 => prop::collection::vec(write, 1..4).prop_map(|writes| ("BATCH_WRITE", json!({"RequestItems": {TABLE: writes}}))),
        1 => Just(("SMASH", json!({}))),
    ]
}

/// A table that does with each write as the text in it says.
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

async fn check(messages: Vec<(Message, usize)>) -> Result<(), TestCaseError> {
    let (aws, books) = (Aws::default(), crate::testing::Books::new());
    let mut writer = aws.writer(&rules(&aws));
    writer.ledger = Some(books.ledger());
    let (messages, ids): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    let has_batch_writes = messages.iter().any(|(method, _)| *method == "BATCH_WRITE");
    let mut event = event(messages);
    for (record, &id) in event.records.iter_mut().zip(&ids) {
        record
            .message_attributes
            .insert("IngestId".to_owned(), text_attribute(IDS[id]));
    }
    let invocation = Invocation {
        writer: &writer,
        records: &event.records,
        deadline: Deadline::after(std::time::Duration::from_secs(5)),
        tally: &Tally::default(),
    };
    let outcomes = outcomes::of(invocation).await;
    let attempts = by_attempt(&event.records, &outcomes);

    let is_counted = |message: &usize| ids[*message] < COUNTED;
    let come_back = outcomes.transient.keys().filter(|message| is_counted(message)).count();
    let ended = attempts.values().map(|effects| {
        let done = effects.written + effects.superseded + effects.outdated + effects.existing;
        i64::try_from(done).unwrap() + effects.dead
    });
    let messages = (0..ids.len()).filter(is_counted).count();
    prop_assert_eq!(ended.sum::<i64>(), i64::try_from(messages - come_back).unwrap());
    let is_known = |(id, attempt): &(uuid::Uuid, u32)| IDS[..COUNTED].contains(&format!("{id}/{attempt}").as_str());
    prop_assert!(attempts.keys().all(is_known));

    // Where all messages have an attempt, and each has one write, the sums are the metrics.
    if !has_batch_writes && messages == ids.len() {
        let sum = |count: fn(&ledger::Effects) -> u64| {
            let sum: u64 = attempts.values().map(count).sum();
            usize::try_from(sum).unwrap()
        };
        let counts = outcomes.counts;
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
    fn each_message_of_an_attempt_is_counted_once_or_comes_back(
        messages in prop::collection::vec((any_message(), 0..IDS.len()), 0..30),
        all_counted: bool,
    ) {
        let counted = |(message, id)| (message, if all_counted { id % COUNTED } else { id });
        let messages = messages.into_iter().map(counted).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(check(messages))?;
    }
}

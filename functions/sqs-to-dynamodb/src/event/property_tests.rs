//! The scanner reads from an event what `serde_json` reads from it, or does not read it.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::*;

/// The content of texts, with every way to write a character, and with faults.
const ESCAPES: [&str; 13] = [
    r#"\""#,
    r"\\",
    r"\/",
    r"\b",
    r"\f",
    r"\n",
    r"\r",
    r"\t",
    r"\u0041",
    r"\u00e9",
    r"\uD83D\uDE00",
    r"\ud83d\ude00",
    r"\u0000",
];
const FAULTS: [&str; 11] = [
    r"\x",
    r"\u12",
    r"\u12g4",
    r"\u+123",
    r"\ud83d",
    r"\ude00",
    r"\ud83d\u0041",
    r"\ud83d\n",
    "\n",
    "\u{1f}",
    "\0",
];
/// Values that are not texts.
const NO_TEXTS: [&str; 8] = ["null", "5", "1e400", "true", "{}", "[]", "", "\"a\" \"b\""];
/// White space, and a character that JSON does not take for white space.
const SPACES: [&str; 6] = ["", " ", "\n    ", "\t", "\r\n", "\u{a0}"];

/// A text in JSON.
fn text() -> BoxedStrategy<String> {
    let piece = prop_oneof![
        400 => "[ !#-\\[\\]-~é€😀\u{7f}]{0,20}",
        400 => select(&ESCAPES[..]).prop_map(str::to_owned),
        1 => select(&FAULTS[..]).prop_map(str::to_owned),
    ];
    let text = vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    prop_oneof![300 => text, 1 => select(&NO_TEXTS[..]).prop_map(str::to_owned)].boxed()
}

/// A text in JSON that rarely has an escape, for the members that the writer does not use.
fn unused() -> BoxedStrategy<String> {
    prop_oneof![100 => "\"[ -!#-\\[\\]-~é]{0,20}\"", 1 => text()].boxed()
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![90 => Just(""), 9 => select(&SPACES[..5]), 1 => select(&SPACES[..])]
}

/// An object of some of these members, in any order, and rarely with an odd member.
fn object(
    members: impl Strategy<Value = Vec<(&'static str, String)>> + 'static,
    odd: &'static [(&'static str, &'static str)],
) -> BoxedStrategy<String> {
    let odd = weighted(0.02, select(odd));
    let members = (members, odd).prop_map(|(mut members, odd)| {
        members.extend(odd.map(|(name, value)| (name, value.to_owned())));
        members
    });
    (members.prop_shuffle(), space())
        .prop_map(|(members, space)| {
            let members = members
                .iter()
                .map(|(name, value)| format!("{space}\"{name}\"{space}:{space}{value}{space}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        })
        .boxed()
}

/// This share of the members of these names, each with its own value.
fn members(share: f64, all: Vec<(&'static str, BoxedStrategy<String>)>) -> BoxedStrategy<Vec<(&'static str, String)>> {
    let member = |(name, value)| weighted(share, (Just(name), value));
    let members: Vec<_> = all.into_iter().map(member).collect();
    members
        .prop_map(|members| members.into_iter().flatten().collect())
        .boxed()
}

fn system_attributes() -> BoxedStrategy<String> {
    let used = [
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
        "SentTimestamp",
        "AWSTraceHeader",
    ];
    let mut all = used.map(|name| (name, text())).to_vec();
    all.extend(["SenderId", "New"].map(|name| (name, unused())));
    let odd = &[
        ("SentTimestamp", "\"1\""),
        ("SenderId", "\"1\""),
        ("New", "null"),
        (r"Sent\u0054imestamp", "\"2\""),
    ];
    object(members(0.9, all), odd)
}

fn message_attributes() -> BoxedStrategy<String> {
    let attribute = object(
        members(
            0.98,
            vec![
                ("stringValue", text()),
                ("dataType", text()),
                ("stringListValues", Just("[]".to_owned()).boxed()),
                ("binaryListValues", Just("[ ]".to_owned()).boxed()),
            ],
        ),
        &[
            ("stringValue", "\"twice\""),
            ("stringListValues", "[\"a\"]"),
            ("binaryValue", "\"AP8=\""),
            ("binaryValue", "\"no base64*\""),
            ("binaryValue", "null"),
            ("new", "{}"),
        ],
    );
    let name = select(vec![
        "Method",
        "IngestId",
        "ReasonCode",
        "Number",
        "é",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
    ]);
    let few = proptest::sample::subsequence(vec!["Method", "IngestId", "ReasonCode", "é"], 0..4);
    let few = few.prop_flat_map({
        let attribute = attribute.clone();
        move |names| {
            names
                .into_iter()
                .map(|name| (Just(name), attribute.clone()))
                .collect::<Vec<_>>()
        }
    });
    let many = vec((name, attribute), 0..13);
    object(
        prop_oneof![9 => few, 1 => many],
        &[("Method", "null"), ("Method", "{\"stringValue\":\"PUT\"}")],
    )
}

fn record() -> BoxedStrategy<String> {
    let id = text().prop_map(|id| if id == "\"\"" { "\"id\"".to_owned() } else { id });
    let always = (Just("messageId"), id);
    let others = members(
        0.9,
        vec![
            ("receiptHandle", text()),
            ("body", prop_oneof![text(), body()].boxed()),
            ("attributes", system_attributes()),
            ("messageAttributes", message_attributes()),
            ("md5OfBody", unused()),
            ("md5OfMessageAttributes", unused()),
            ("eventSource", Just("\"aws:sqs\"".to_owned()).boxed()),
            ("eventSourceARN", text()),
            ("awsRegion", unused()),
        ],
    );
    let members = (always, others).prop_map(|(id, mut others)| {
        others.push(id);
        others
    });
    object(
        members,
        &[
            ("messageId", "\"twice\""),
            ("messageId", "\"\""),
            ("body", "\"twice\""),
            ("body", "null"),
            ("md5OfBody", "\"twice\""),
            ("attributes", "{}"),
            ("attributes", "null"),
            ("messageAttributes", "null"),
            ("awsRegion", r#""\ud800""#),
            (r"bod\u0079", "\"b\""),
            ("new", "[1,{\"a\":null}]"),
        ],
    )
}

/// The body of a message, as a text in JSON; now and then one that needs no action.
fn body() -> impl Strategy<Value = String> {
    let item = r#"{"TableName":"messages","Item":{"date":{"S":"2001-01-01"},"time":{"S":"09:01:05"}}}"#;
    let bodies = [item, r#"{"Event":"s3:TestEvent"}"#, "\u{feff}{\"note\":\"é\\\"\"}"];
    select(bodies.map(|body| Value::from(body).to_string()).to_vec())
}

fn event() -> BoxedStrategy<String> {
    let records = (prop_oneof![20 => vec(record(), 1..4), 1 => Just(vec![])], space())
        .prop_map(|(records, space)| format!("[{space}{}{space}]", records.join(&format!("{space},{space}"))));
    let event = records.prop_map(|records| vec![("Records", records)]);
    object(event, &[("Records", "[]"), ("new", "5"), ("Event", "\"s3:TestEvent\"")])
}

/// An event, rarely with a fault at any place.
fn faulty_event() -> impl Strategy<Value = String> {
    let fault = (
        any::<Index>(),
        prop_oneof![Just(""), select(vec!["\"", "\\", "{", "]", ",", ":", " ", "0", "é"])],
    );
    (event(), weighted(0.2, (fault, any::<[bool; 2]>())), space()).prop_map(|(event, fault, space)| {
        let Some(((place, other), [is_cut, is_replaced])) = fault else {
            return event + space;
        };
        let (place, character) = place.get(&event.char_indices().collect::<Vec<_>>()).to_owned();
        let rest = if is_replaced {
            place + character.len_utf8()
        } else {
            place
        };
        let rest = if is_cut { "" } else { &event[rest..] };
        format!("{}{other}{rest}", &event[..place])
    })
}

/// The event with the attributes of each message in the order of their names.
fn sorted(event: Event<'_>) -> Event<'_> {
    let Event::Batch(mut batch) = event else {
        return event;
    };
    for message in &mut batch.messages {
        message.message_attributes.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    Event::Batch(batch)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_event_is_read_alike_on_both_paths(event in faulty_event()) {
        if let Some(messages) = usual::records(&event) {
            let usual = Ok(sorted(batch_of(messages)));
            prop_assert_eq!(usual, read_any(event.as_bytes()).map(sorted));
        }
    }
}

/// The scanner reads many of the events, so the property above is about something.
#[test]
fn many_events_are_usual() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let event = faulty_event();
    let is_usual = |_: &usize| usual::records(&event.new_tree(&mut runner).unwrap().current()).is_some();
    let usual = (0..200).filter(is_usual).count();
    assert!((60..180).contains(&usual), "{usual} of 200");
}

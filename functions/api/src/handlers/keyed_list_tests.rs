//! Lists of tables with a declared key.

use message::KeyType::{N, S};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::Route;
use crate::testing::keyed::{Asked, Keyed};
use crate::testing::{declared, errors, problem};

/// The values of an attribute on all pages of a list, as text.
async fn all(world: &Keyed, query: &[(&str, &str)], name: &str) -> Vec<String> {
    let mut asked = Asked::list(query);
    let mut found = Vec::new();
    for _ in 0..50 {
        let page = world.found(Route::ListMessages, &asked).await;
        let items = page["Items"].as_array().unwrap().iter();
        found.extend(items.map(|item| item[name].to_string()));
        asked.query.retain(|(name, _)| name != "NextToken");
        match page["NextToken"].as_str() {
            Some(token) => asked.query.push(("NextToken".to_owned(), token.to_owned())),
            None => return found,
        }
    }
    panic!("a list without end: {query:?}");
}

#[tokio::test]
async fn numbers_are_listed_by_their_value() {
    let world = Keyed::new(&declared("sensor", N, Some(("at", N))));
    for at in ["10", "9", "-1", "2.50", "1e2", "-0.5"] {
        let item = format!(r#"{{"sensor":1.0,"at":{at},"x":"y"}}"#);
        world.post(&serde_json::from_str(&item).unwrap()).await;
    }
    world.post(&json!({"sensor": 2, "at": 5})).await;
    for (query, expected) in [
        (&[][..], &["-1", "-0.5", "2.5", "9", "10", "100"][..]),
        (&[("order", "desc")], &["100", "10", "9", "2.5", "-0.5", "-1"]),
        (&[("from", "2.5"), ("to", "10.0")], &["2.5", "9", "10"]),
        (&[("from", "-1"), ("to", "-0.50")], &["-1", "-0.5"]),
        (&[("from", "9.5")], &["10", "100"]),
        (&[("to", "1e0")], &["-1", "-0.5"]),
    ] {
        for sensor in ["1", "1.0", "10e-1"] {
            for limit in ["2", "100"] {
                let query = [&[("sensor", sensor), ("limit", limit)], query].concat();
                assert_eq!(all(&world, &query, "at").await, expected, "{query:?}");
            }
        }
    }
    let everything = all(&world, &[("limit", "3"), ("fields", "at")], "at").await;
    assert_eq!(everything.len(), 7, "each item once: {everything:?}");
}

#[tokio::test]
async fn texts_are_listed_in_the_order_of_their_bytes() {
    let world = Keyed::new(&declared("pk", S, Some(("sk", S))));
    for sk in ["READING#10", "READING#9", "A", "ä", "z/%"] {
        world.post(&json!({"pk": "SENSOR#1/ä", "sk": sk})).await;
    }
    for (query, expected) in [
        (&[][..], json!(["A", "READING#10", "READING#9", "z/%", "ä"])),
        (
            &[("from", "READING#"), ("to", "READING#~")],
            json!(["READING#10", "READING#9"]),
        ),
        (&[("from", "b"), ("order", "desc")], json!(["ä", "z/%"])),
    ] {
        let query = [&[("pk", "SENSOR#1/ä"), ("limit", "2")], query].concat();
        let found = all(&world, &query, "sk").await;
        let expected: Vec<_> = expected.as_array().unwrap().iter().map(Value::to_string).collect();
        assert_eq!(found, expected, "{query:?}");
    }
    let query = [("pk", "SENSOR#1/ä"), ("fields", "size"), ("limit", "1")];
    let page = world.found(Route::ListMessages, &Asked::list(&query)).await;
    assert_eq!(page["Items"], json!([{}]), "the key is read and not answered");
}

#[tokio::test]
async fn a_table_without_sort_key_has_one_item_for_each_key() {
    let world = Keyed::new(&declared("id", S, None));
    for id in ["a", "b", "c"] {
        world.post(&json!({"id": id})).await;
        world.post(&json!({"id": id, "x": 1})).await;
    }
    let page = world
        .found(Route::ListMessages, &Asked::list(&[("id", "b"), ("limit", "1")]))
        .await;
    assert_eq!(
        page,
        json!({"Items": [{"id": "b", "x": 1}], "Count": 1, "ScannedCount": 1})
    );
    let mut ids = all(&world, &[("limit", "1")], "id").await;
    ids.sort_unstable();
    assert_eq!(ids, [r#""a""#, r#""b""#, r#""c""#]);

    let query = [("id", "a"), ("from", "a"), ("to", ""), ("order", "asc")];
    let response = world.call(Route::ListMessages, &Asked::list(&query)).await;
    problem(&response, 400, "invocation-1");
    let expected = ["/from", "/to", "/order"].map(|name| {
        let text = "has no meaning here, since the table has no sort key; leave it out";
        ["query".to_owned(), name.to_owned(), text.to_owned()]
    });
    assert_eq!(errors(&response), expected);
    let response = world
        .call(Route::ListMessages, &Asked::list(&[("NextToken", "x")]))
        .await;
    let [[_, _, text]] = &errors(&response)[..] else {
        panic!("one fault")
    };
    assert!(
        text.ends_with("with the same `id` and `fields`, or leave it out"),
        "{text}"
    );
}

#[tokio::test]
async fn a_wrong_list_is_named() {
    let world = Keyed::new(&declared("pk", S, Some(("n", N))));
    for (query, expected) in [
        (
            &[("from", "1"), ("order", "asc")][..],
            &[
                ("/from", "goes with the query parameter `pk`; add it, or leave this out"),
                (
                    "/order",
                    "goes with the query parameter `pk`; add it, or leave this out",
                ),
            ][..],
        ),
        (
            &[("pk", "a"), ("from", "10"), ("to", "9.5")],
            &[("/from", "is greater than `to`; swap them")],
        ),
        (
            &[("pk", ""), ("from", "x")],
            &[
                ("/pk", "is empty; it must be a text of 1 to 2048 bytes in UTF-8"),
                (
                    "/from",
                    "must be a number of at most 38 significant digits, such as 7 or -0.5",
                ),
            ],
        ),
    ] {
        let response = world.call(Route::ListMessages, &Asked::list(query)).await;
        let found = errors(&response).into_iter().map(|[_, pointer, text]| (pointer, text));
        let expected = expected
            .iter()
            .map(|(pointer, text)| ((*pointer).to_owned(), (*text).to_owned()));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{query:?}");
    }
}

#[tokio::test]
async fn a_token_of_another_key_is_no_token() {
    let texts = Keyed::new(&declared("pk", S, Some(("sk", S))));
    for sk in ["1", "2"] {
        texts.post(&json!({"pk": "1", "sk": sk})).await;
    }
    let page = texts.found(Route::ListMessages, &Asked::list(&[("limit", "1")])).await;
    let query = [("limit", "1"), ("NextToken", page["NextToken"].as_str().unwrap())];
    assert_eq!(texts.found(Route::ListMessages, &Asked::list(&query)).await["Count"], 1);
    for schema in [
        declared("pk", S, Some(("sk", N))),
        declared("pk", S, None),
        attributes::KeySchema::Messages,
    ] {
        let response = Keyed::new(&schema)
            .call(Route::ListMessages, &Asked::list(&query))
            .await;
        problem(&response, 400, "invocation-1");
        assert_eq!(errors(&response)[0][1], "/NextToken", "{schema:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Pages of any size together make the whole list, in the order of the numbers.
    #[test]
    fn pages_are_the_whole_list(numbers in prop::collection::btree_set(-10_000..10_000_i32, 1..12), limit in 1..5_u8, descending: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let world = Keyed::new(&declared("pk", S, Some(("n", N))));
        let (limit, order) = (limit.to_string(), if descending { "desc" } else { "asc" });
        let found = runtime.block_on(async {
            for number in &numbers {
                world.post(&json!({"pk": "a", "n": number})).await;
            }
            all(&world, &[("pk", "a"), ("limit", &limit), ("order", order)], "n").await
        });
        let mut expected: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        if descending {
            expected.reverse();
        }
        prop_assert_eq!(found, expected);
    }
}

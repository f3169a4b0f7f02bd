use std::collections::HashMap;

use super::*;

const MESSAGES: KeySchema = KeySchema::Messages;

fn request(date: &str, query: &[(&str, &str)]) -> Request {
    let mut parameters = HashMap::<_, Vec<_>>::new();
    for (name, value) in query {
        let values = parameters.entry((*name).to_owned()).or_default();
        values.push((*value).to_owned());
    }
    let path = HashMap::from([("date".to_owned(), date.to_owned())]);
    Request::default()
        .with_path_parameters(path)
        .with_query_string_parameters(parameters)
}

/// The faults, each as one line.
fn faults<T: std::fmt::Debug>(result: Result<T, Rejection>) -> Vec<String> {
    match result.unwrap_err() {
        Rejection::Invalid(faults) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_key_comes_from_path_and_query() {
    for date in ["2001-01-01", "2001%2D01%2d01"] {
        let key = address(&request(date, &[("time", "09:01:05"), ("unknown", "x")]), &MESSAGES).unwrap();
        let time = key.sort.unwrap();
        assert_eq!((key.partition.as_str(), time.as_str()), ("2001-01-01", "09:01:05"));
    }
}

#[test]
fn a_time_has_any_precision() {
    for time in ["09:01:05.385", "09:01:05.385333", "09:01:05.385333501"] {
        let key = address(&request("2001-01-01", &[("time", time)]), &MESSAGES).unwrap();
        assert_eq!(key.sort.unwrap().as_str(), time);
    }
}

#[test]
fn a_wrong_key_is_named_with_its_form() {
    let date = "a date of the form YYYY-MM-DD, such as 2019-05-28";
    let time = "a UTC time of day of the form HH:MM:SS, such as 10:55:09 or, to the millisecond, 10:55:09.385";
    let good = [("time", "09:01:05")];
    for (request, message) in [
        (
            request("", &good),
            format!("the path parameter `date` is empty; it must be {date}"),
        ),
        (
            request("2001-1-1", &good),
            format!("the path parameter `date` must be {date}"),
        ),
        (
            request("2001-02-29", &good),
            format!("the path parameter `date` must be {date}"),
        ),
        (
            request("2001%2F01%2F01", &good),
            format!("the path parameter `date` must be {date}"),
        ),
        (
            request("%FF", &good),
            format!("the path parameter `date` must be {date}"),
        ),
        (
            request("2001-01-01", &[]),
            format!("the query parameter `time` is missing; it must be {time}"),
        ),
        (
            request("2001-01-01", &[("time", "")]),
            format!("the query parameter `time` is empty; it must be {time}"),
        ),
        (
            request("2001-01-01", &[("time", "9:01:05")]),
            format!("the query parameter `time` must be {time}"),
        ),
        (
            request("2001-01-01", &[("time", "09:01:05"), ("time", "09:01:06")]),
            "the query parameter `time` has different values; give it once".to_owned(),
        ),
    ] {
        assert_eq!(faults(address(&request, &MESSAGES)), [message]);
    }
    assert_eq!(
        faults(address(&Request::default(), &MESSAGES)),
        [
            format!("the path parameter `date` is missing; it must be {date}"),
            format!("the query parameter `time` is missing; it must be {time}")
        ],
        "both at once"
    );
}

#[test]
fn the_limit_has_a_default_and_a_range() {
    assert_eq!(limit(&Request::default()), Ok(100));
    for (text, expected) in [("1", 1), ("1000", 1000), ("0050", 50)] {
        assert_eq!(limit(&request("", &[("limit", text)])), Ok(expected));
    }
    for text in ["", "0", "1001", "-1", "+5", "1.5", " 5", "ten", "99999999999999999999"] {
        let error = limit(&request("", &[("limit", text)])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the query parameter `limit` must be a whole number from 1 to 1000",
            "{text:?}"
        );
    }
}

#[test]
fn a_list_is_the_table_or_a_part_of_a_date() {
    assert_eq!(list(&Request::default(), &MESSAGES).unwrap(), List::default());
    let query = [
        ("date", "2001-01-01"),
        ("from", "09:00:00"),
        ("to", "09:00:00.000"),
        ("order", "desc"),
        ("fields", "source,ä.b,source"),
    ];
    let list = list(&request("", &query), &MESSAGES).unwrap();
    let day = list.partition.unwrap();
    assert_eq!(day.key.as_str(), "2001-01-01");
    assert_eq!(day.from.unwrap().as_str(), "09:00:00");
    assert_eq!(day.to.unwrap().as_str(), "09:00:00.000");
    assert!(day.descending);
    assert_eq!(list.fields.iter().collect::<Vec<_>>(), ["source", "ä.b"]);
    let list = super::list(&request("", &[("date", "2001-01-01"), ("order", "asc")]), &MESSAGES).unwrap();
    assert!(!list.partition.unwrap().descending);
}

#[test]
fn everything_that_is_wrong_with_a_list_is_named() {
    let query = [
        ("date", "28.05.2019"),
        ("from", "9"),
        ("to", ""),
        ("order", "up"),
        ("fields", "a,,b"),
    ];
    let found = faults(list(&request("", &query), &MESSAGES));
    for (found, start) in found.iter().zip([
        "the query parameter `date` must be a date",
        "the query parameter `from` must be a UTC time",
        "the query parameter `to` is empty",
        "the query parameter `order` must be asc or desc",
        "the query parameter `fields` must be 1 to 50 names",
    ]) {
        assert!(found.starts_with(start), "{found}");
    }
    assert_eq!(found.len(), 5, "{found:?}");

    let query = [
        ("date", "2001-01-01"),
        ("from", "10:00:00"),
        ("to", "09:00:00"),
        ("order", "up"),
    ];
    let found = faults(list(&request("", &query), &MESSAGES));
    assert_eq!(
        found,
        [
            "the query parameter `from` is later than `to`; swap them",
            "the query parameter `order` must be asc or desc"
        ]
    );

    let query = [("from", "09:00:00"), ("to", "10:00:00"), ("order", "asc")];
    let found = faults(list(&request("", &query), &MESSAGES));
    let expected = query.map(|(name, _)| {
        format!("the query parameter `{name}` goes with the query parameter `date`; add it, or leave this out")
    });
    assert_eq!(found, expected);
}

#[test]
fn a_range_begins_before_it_ends() {
    let list = |from, to| {
        list(
            &request("", &[("date", "2001-01-01"), ("from", from), ("to", to)]),
            &MESSAGES,
        )
    };
    for (from, to) in [
        ("09:00:00", "09:00:00"),
        ("09:00:00.000", "09:00:00"),
        ("09:00:00.999", "09:00:00"),
        ("09:00:00.999999999", "09:00:00.999"),
    ] {
        assert!(list(from, to).is_ok(), "{from} {to}");
    }
    for (from, to) in [("09:00:01", "09:00:00"), ("09:00:00.001", "09:00:00.000")] {
        assert_eq!(
            faults(list(from, to)),
            ["the query parameter `from` is later than `to`; swap them"]
        );
    }
}

#[test]
fn fields_have_limits() {
    let fields = |text: &str| list(&request("", &[("fields", text)]), &MESSAGES);
    let names = |count: usize| {
        (0..count)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    assert!(fields(&names(50)).is_ok());
    assert!(fields(&"x".repeat(255)).is_ok());
    for text in ["", ",", "a,", &names(51), &"x".repeat(256)] {
        assert_eq!(faults(fields(text)).len(), 1, "{text:?}");
    }
}

#[test]
fn a_token_is_taken_for_its_own_list_only() {
    let list = List::default();
    let ask = |text: &str| next_token(&request("", &[("NextToken", text)]), &list, "messages", &MESSAGES);
    assert_eq!(next_token(&Request::default(), &list, "messages", &MESSAGES), Ok(None));
    let key = attributes::plain_json::to_attributes(
        [
            ("date".to_owned(), "2001-01-01".into()),
            ("time".to_owned(), "09:01:05".into()),
        ]
        .into_iter()
        .collect(),
    );
    let token = NextToken::after(&key.unwrap(), &MESSAGES).unwrap();
    assert_eq!(
        ask(&token.encode(&list, "messages", &MESSAGES)),
        Ok(Some(token.clone()))
    );
    for text in ["", "x", "e30", &token.encode(&list, "other", &MESSAGES)] {
        let error = ask(text).unwrap_err().to_string();
        assert!(
            error.ends_with("with the same `date`, `from`, `to`, `order` and `fields`, or leave it out"),
            "{text:?}: {error}"
        );
    }
}

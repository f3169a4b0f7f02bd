use super::*;
use crate::request::key::KeyForm;
use crate::testing::declared;

const MESSAGES: KeySchema = KeySchema::Messages;

fn token(date: &str, time: &str) -> NextToken {
    NextToken {
        partition: date.to_owned(),
        sort: Some(time.to_owned()),
    }
}

fn day() -> Partition {
    Partition {
        key: KeyForm::Date.parse("2001-01-01").unwrap(),
        from: KeyForm::Time.parse("09:00:00"),
        to: None,
        descending: false,
    }
}

fn list(partition: Option<Partition>, fields: &[&str]) -> List {
    let fields = fields.iter().map(|name| (*name).to_owned()).collect();
    List { partition, fields }
}

#[test]
fn tokens_of_messages_stay_as_they_are() {
    // Clients continue with tokens of the previous version.
    assert_eq!(
        token("2001-01-01", "09:01:05").encode(&list(Some(day()), &["source"]), "messages", &MESSAGES),
        "9WA0nbhaDgwkqrCIxkMkZHsiZGF0ZSI6IjIwMDEtMDEtMDEiLCJ0aW1lIjoiMDk6MDE6MDUifQ"
    );
}

#[test]
fn a_token_of_another_key_is_none() {
    let schemas = [
        MESSAGES,
        declared("date", KeyType::S, Some(("time", KeyType::S))),
        declared("pk", KeyType::S, Some(("sk", KeyType::S))),
        declared("pk", KeyType::S, Some(("sk", KeyType::N))),
        declared("pk", KeyType::N, Some(("sk", KeyType::N))),
        declared("pk", KeyType::S, None),
    ];
    for of in &schemas {
        let mut token = token("1", "2");
        token.sort = token.sort.filter(|_| of.sort().is_some());
        let text = token.encode(&List::default(), "messages", of);
        for asked in &schemas {
            let found = NextToken::decode(&text, &List::default(), "messages", asked);
            assert_eq!(found.is_some(), of == asked, "{of:?} {asked:?}");
            if let Some(found) = found {
                assert_eq!(found, token);
                assert_eq!(NextToken::after(&found.into_start_key(of), of), Some(token.clone()));
            }
        }
    }
}

#[test]
fn a_token_survives_the_way_to_the_client_and_back() {
    for list in [List::default(), list(Some(day()), &["source"])] {
        let token = token("2001-01-01", "ä/?&=+");
        let text = token.encode(&list, "messages", &MESSAGES);
        let url_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        assert!(text.bytes().all(url_safe), "{text}");
        let back = NextToken::decode(&text, &list, "messages", &MESSAGES).unwrap();
        let key = back.into_start_key(&MESSAGES);
        assert_eq!(key["time"], AttributeValue::S("ä/?&=+".into()));
        assert_eq!(NextToken::after(&key, &MESSAGES), Some(token));
    }
}

#[test]
fn a_token_of_another_list_or_table_is_none() {
    let with = |change: fn(&mut Partition)| {
        let mut day = day();
        change(&mut day);
        Some(day)
    };
    let lists = [
        List::default(),
        list(None, &["source"]),
        list(with(|_| {}), &[]),
        list(with(|_| {}), &["source"]),
        list(with(|_| {}), &["source", "time"]),
        list(with(|day| day.key = KeyForm::Date.parse("2001-01-02").unwrap()), &[]),
        list(with(|day| day.from = None), &[]),
        list(with(|day| std::mem::swap(&mut day.from, &mut day.to)), &[]),
        list(with(|day| day.from = KeyForm::Time.parse("09:00:00.000")), &[]),
        list(with(|day| day.descending = true), &[]),
    ];
    for given in &lists {
        let text = token("2001-01-01", "09:01:05").encode(given, "messages", &MESSAGES);
        for asked in &lists {
            let found = NextToken::decode(&text, asked, "messages", &MESSAGES).is_some();
            assert_eq!(found, given == asked, "{given:?} {asked:?}");
        }
        assert_eq!(NextToken::decode(&text, given, "other", &MESSAGES), None);
    }
}

#[test]
fn an_altered_token_is_none() {
    let list = List::default();
    let text = token("2001-01-01", "09:01:05").encode(&list, "messages", &MESSAGES);
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut altered = bytes.clone();
            altered[at] ^= 1 << bit;
            let altered = BASE64_URL_SAFE_NO_PAD.encode(altered);
            assert_eq!(
                NextToken::decode(&altered, &list, "messages", &MESSAGES),
                None,
                "bit {bit} of {at}"
            );
        }
    }
    for cut in 0..text.len() {
        assert_eq!(
            NextToken::decode(&text[..cut], &list, "messages", &MESSAGES),
            None,
            "{cut}"
        );
    }
    for text in [
        format!("{text}="),
        format!("{text}AA"),
        format!(" {text}"),
        "e30".to_owned(),
    ] {
        assert_eq!(NextToken::decode(&text, &list, "messages", &MESSAGES), None, "{text}");
    }
}

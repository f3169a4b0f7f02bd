//! Events that ask for nothing: they are answered with success.

use serde_json::{Map, Value};

/// The longest text that is taken for a ping.
const MAX_PING_BYTES: usize = 64;
/// The words of pings, and the parts of such words, without what is no letter or digit.
const PINGS: [&str; 7] = [
    "ping",
    "warm",
    "warming",
    "prewarm",
    "keepalive",
    "heartbeat",
    "healthcheck",
];
const PARTS_OF_PINGS: [&str; 4] = ["warmup", "warmer", "warmingup", "keepwarm"];

/// Something that asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harmless {
    /// Its name, as the log says it.
    pub name: String,
    /// The bucket that it is about.
    pub bucket: Option<String>,
    /// The key that it is about.
    pub key: Option<String>,
}

impl Harmless {
    /// Something that is about no object.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            bucket: None,
            key: None,
        }
    }

    /// A ping that keeps an execution environment warm.
    #[must_use]
    pub fn ping() -> Self {
        Self::new("a warm-up ping")
    }
}

/// What the members of an object that is no event of a service say of it: a ping or the console's sample; `None` when it is
/// something else.
#[must_use]
pub fn of_members(members: &Map<String, Value>) -> Option<Harmless> {
    if members.is_empty() || is_ping(members) {
        return Some(Harmless::ping());
    }
    is_console_sample(members).then(|| Harmless::new("the sample event of the Lambda console"))
}

/// Whether a text is a ping.
#[must_use]
pub fn is_ping_text(text: &str) -> bool {
    if text.len() > MAX_PING_BYTES {
        return false;
    }
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let word = letters.to_ascii_lowercase();
    text.trim().is_empty() || PINGS.contains(&word.as_str()) || PARTS_OF_PINGS.iter().any(|part| word.contains(part))
}

/// Whether a member is named as warmers name it, such as `warmer`, or says so, such as
/// `"source":"serverless-plugin-warmup"`.
fn is_ping(members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, value)| {
        let says_so = value
            .as_str()
            .is_some_and(|text| !text.is_empty() && is_ping_text(text));
        !name.is_empty() && is_ping_text(name) || says_so
    })
}

/// Whether all members are named `key1`, `key2` and so on, and have texts.
fn is_console_sample(members: &Map<String, Value>) -> bool {
    members.iter().all(|(name, value)| {
        let number = name.strip_prefix("key");
        value.is_string() && number.is_some_and(|number| number.parse::<u8>().is_ok())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name_of(event: &Value) -> Option<String> {
        of_members(event.as_object().unwrap()).map(|harmless| harmless.name)
    }

    #[test]
    fn what_warmers_send_is_a_ping() {
        for event in [
            json!({}),
            json!({"warmer": true}),
            json!({"warmer": true, "concurrency": 3}),
            json!({"source": "serverless-plugin-warmup"}),
            json!({"warm": 1}),
            json!({"keep_warm": true}),
            json!({"isWarmingUp": 1}),
            json!({"mode": "prewarm"}),
            json!({"action": "warmup"}),
            json!({"__WARMER_INVOCATION__": 1}),
            json!({"ping": true}),
            json!({"type": "keep-alive"}),
        ] {
            assert_eq!(name_of(&event).as_deref(), Some("a warm-up ping"), "{event}");
        }
    }

    #[test]
    fn the_console_s_sample_is_known_and_other_objects_are_not() {
        let sample = json!({"key1": "value1", "key2": "value2", "key3": "value3"});
        assert_eq!(
            name_of(&sample).as_deref(),
            Some("the sample event of the Lambda console")
        );
        for event in [
            json!({"key": "data.csv", "bucket": "data"}),
            json!({"key1": {"a": 1}}),
            json!({"location": "warm room"}),
            json!({"name": "shipping"}),
            json!({"a": ""}),
        ] {
            assert_eq!(name_of(&event), None, "{event}");
        }
    }
}

//! Pings: events that tools send to keep an environment warm or to check that a function answers.

/// Words for pings, in lower case, letters and digits only.
const WORDS: [&str; 8] = [
    "coldstart",
    "healthcheck",
    "heartbeat",
    "keepalive",
    "ping",
    "prewarm",
    "warm",
    "warming",
];
/// Parts of words that occur only in the names of pings and of tools that send them: `serverless-plugin-warmup`, `isWarmingUp`.
const PARTS: [&str; 4] = ["keepwarm", "warmer", "warmingup", "warmup"];
/// Names of members that say what an event is for.
const PURPOSES: [&str; 7] = ["action", "event", "job", "mode", "operation", "source", "type"];
/// The longest text that may be a ping, in bytes.
const MAX_BYTES: usize = 64;

/// Whether a member's name or a text stands for a ping: `warmer`, `keep-warm`, `#warmup wait=50`.
pub fn is_word(text: &str) -> bool {
    plain(text).is_some_and(|word| WORDS.contains(&word.as_str()) || has_part(&word))
}

/// Whether a member of this name says what an event is for.
pub fn names_purpose(name: &str) -> bool {
    PURPOSES.iter().any(|purpose| name.eq_ignore_ascii_case(purpose))
}

/// Whether a text names a tool that sends pings.
pub fn names_tool(text: &str) -> bool {
    plain(text).is_some_and(|word| has_part(&word))
}

fn has_part(word: &str) -> bool {
    PARTS.iter().any(|part| word.contains(part))
}

/// The letters and digits of a text, in lower case; `None` when the text is too long for a ping.
fn plain(text: &str) -> Option<String> {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    let word = || kept.map(|character| character.to_ascii_lowercase()).collect();
    (text.len() <= MAX_BYTES).then(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_spelling() {
        for text in [
            "warmer",
            "keep-warm",
            "WarmUp",
            "is_warmup",
            "#warmup wait=50",
            "PING",
            "warm",
        ] {
            assert!(is_word(text), "{text}");
        }
        let long = format!("warmup {}", "x".repeat(MAX_BYTES));
        for text in ["pinging", "message", "warm room", "shipping", "Item", "", "é", &long] {
            assert!(!is_word(text), "{text}");
        }
        assert!(names_tool("serverless-plugin-lambda-warmup"));
        assert!(!names_tool("aws.s3") && !names_tool("ping"));
    }
}

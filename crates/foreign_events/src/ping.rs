//! Pings: events that tools send in order to keep an environment warm, or to see whether a function answers.

/// Words for pings, in lower case and without anything between their parts.
const WORDS: [&str; 11] = [
    "coldstart",
    "healthcheck",
    "heartbeat",
    "iswarmup",
    "keepalive",
    "keepwarm",
    "ping",
    "prewarm",
    "warmer",
    "warming",
    "warmup",
];
/// Parts of words that only stand in the names of such tools: `serverless-plugin-warmup`, `lambda-warmer`.
const PARTS: [&str; 3] = ["keepwarm", "warmer", "warmup"];
/// The most bytes of a word.
const MAX_BYTES: usize = 100;

/// Whether a member's name, or a text by itself, is a word for a ping: `warmer`, `keep-warm`, `#warmup wait=50`.
pub fn is_word(text: &str) -> bool {
    let word = plain(text);
    WORDS.contains(&word.as_str()) || names_tool(text)
}

/// Whether a text, such as that of `source`, names a tool that sends pings.
pub fn names_tool(text: &str) -> bool {
    let word = plain(text);
    PARTS.iter().any(|part| word.contains(part))
}

/// The letters and digits of a text, in lower case.
fn plain(text: &str) -> String {
    let start = &text[..text.floor_char_boundary(MAX_BYTES)];
    let kept = start.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|character| character.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_spelling() {
        for text in ["warmer", "keep-warm", "WarmUp", "is_warmup", "#warmup wait=50", "PING"] {
            assert!(is_word(text), "{text}");
        }
        for text in ["pinging", "message", "warm", "Item", "", "é"] {
            assert!(!is_word(text), "{text}");
        }
        assert!(names_tool("serverless-plugin-lambda-warmup"));
        assert!(!names_tool("aws.s3"));
    }
}

//! Escapes text for JSON, and JSON for a JSON string: the call that sends a message has its body as a string.

use std::fmt::Write;

/// Appends a text as the content of a JSON string. Escapes what JSON requires, and also U+FFFE and U+FFFF, which XML and
/// therefore SQS forbid.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub fn push_json_text(out: &mut String, text: &str) {
    if !text.bytes().any(may_need_escape) {
        return out.push_str(text);
    }
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            // Writing to a string always succeeds.
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => _ = write!(out, "\\u{:04x}", u32::from(character)),
            _ => out.push(character),
        }
    }
}

/// Appends JSON as the content of a JSON string, and returns the number of bytes that the escapes add. Only quotation marks
/// and backslashes need one: [`push_json_text`] has already escaped everything else.
pub fn push_json(out: &mut String, json: &str) -> usize {
    let mut escapes = 0;
    let mut rest = json;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\')) {
        out.push_str(&rest[..at]);
        out.push('\\');
        out.push_str(&rest[at..=at]);
        rest = &rest[at + 1..];
        escapes += 1;
    }
    out.push_str(rest);
    escapes
}

/// Appends a text as the content of a JSON string within a JSON string, and returns the number of bytes that the escapes of
/// the outer string add.
pub fn push_text(out: &mut String, text: &str) -> usize {
    if is_plain(text) {
        out.push_str(text);
        return 0;
    }
    let mut json = String::with_capacity(text.len() + 16);
    push_json_text(&mut json, text);
    push_json(out, &json)
}

/// Whether a text certainly needs no escape. Checks 16 bytes at once, or 8.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    // The last chunk overlaps the one before.
    if let Some(last) = bytes.last_chunk::<16>() {
        let (chunks, _) = bytes.as_chunks::<16>();
        return escapes_in(last) == 0 && chunks.iter().all(|chunk| escapes_in(chunk) == 0);
    }
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => escapes_in(first) | escapes_in(last) == 0,
        _ => !bytes.iter().copied().any(may_need_escape),
    }
}

/// Not 0 when one of the bytes may need an escape.
#[inline]
fn escapes_in<const N: usize>(chunk: &[u8; N]) -> u8 {
    chunk
        .iter()
        .fold(0, |found, byte| found | u8::from(may_need_escape(*byte)))
}

/// Whether a byte is escaped in JSON, or is the first one of the two characters that SQS forbids.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "only without branches is it compiled to instructions for 16 bytes at once"
)]
fn may_need_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0xEF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_that_sqs_forbids_are_escaped() {
        let mut out = String::new();
        let text = "\u{0}\u{1}\t\n\u{1f}\"\\/é\u{7f}\u{FFFD}\u{FFFE}\u{FFFF}😀";
        push_json_text(&mut out, text);
        assert!(
            out.chars()
                .all(|c| !matches!(c, '\0'..='\u{1f}' | '\u{FFFE}' | '\u{FFFF}'))
        );
        assert_eq!(serde_json::from_str::<String>(&format!("\"{out}\"")).unwrap(), text);
    }

    proptest! {
        #[test]
        fn several_bytes_at_once_find_the_same(text in "[ -~]{0,20}|.{0,12}|[ !#-]{0,40}[\"\\\\\u{1f}\u{F000}]?[a-z]{0,40}") {
            prop_assert_eq!(is_plain(&text), !text.bytes().any(may_need_escape));
        }

        #[test]
        fn a_text_comes_back(text in ".{0,20}") {
            let mut out = String::new();
            let escapes = push_text(&mut out, &text);
            let json: String = serde_json::from_str(&format!("\"{out}\"")).unwrap();
            prop_assert_eq!(json.len(), out.len() - escapes);
            prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{json}\"")).unwrap(), text);
        }

        #[test]
        fn text_is_escaped_as_serde_json_does(text in "\\PC{0,20}|[\\x00-\\x7f]{0,20}") {
            let mut out = String::new();
            push_json_text(&mut out, &text);
            prop_assert_eq!(format!("\"{out}\""), serde_json::to_string(&text).unwrap());
        }
    }
}

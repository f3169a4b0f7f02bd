//! Searches JSON without parsing it. A member name with its quotation marks cannot occur within a text, where quotation marks are
//! escaped.

use memchr::memmem;

/// Counts the occurrences of `name`, with its quotation marks, in `json`.
pub fn occurrences(json: &[u8], name: &[u8]) -> usize {
    memmem::find_iter(json, name)
        .filter(|&at| !is_escaped(json, at))
        .count()
}

/// The texts of all members called `name`, which includes its quotation marks. The texts must not contain escapes.
pub fn texts_of<'j>(json: &'j [u8], name: &'static [u8]) -> impl Iterator<Item = &'j [u8]> {
    memmem::find_iter(json, name)
        .filter(|&at| !is_escaped(json, at))
        .filter_map(move |at| {
            let rest = json[at + name.len()..].trim_ascii_start().strip_prefix(b":")?;
            let text = rest.trim_ascii_start().strip_prefix(b"\"")?;
            text.split(|&byte| byte == b'"').next()
        })
}

fn is_escaped(json: &[u8], at: usize) -> bool {
    at > 0 && json[at - 1] == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_texts_are_not_taken_for_them() {
        let json = br#"{"Entries": [{"Id": "0", "MessageBody": "{\"Id\":\"7\"}"},{"MessageBody":"x","Id":"ab"}]}"#;
        assert_eq!(occurrences(json, b"\"MessageBody\""), 2);
        let ids: Vec<_> = texts_of(json, b"\"Id\"").collect();
        assert_eq!(ids, [b"0".as_slice(), b"ab"]);
    }
}

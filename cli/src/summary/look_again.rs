//! The command that follows uploads again.

use crate::screen::text::plain;
use crate::stack::Stack;

/// The command that follows these URLs again.
#[must_use]
pub fn look_again(stack: &Stack, urls: impl IntoIterator<Item = String>) -> String {
    let urls: Vec<_> = urls.into_iter().map(|url| quoted(&url)).collect();
    stack.command("messages follow", &urls.join(" "))
}

/// A word of a shell's command. A `#` begins a comment only where it begins a word.
fn quoted(word: &str) -> String {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,#".contains(letter);
    if word.chars().all(harmless) {
        return word.to_owned();
    }
    format!("'{}'", plain(word).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::testing::stack;

    #[test]
    fn urls_are_quoted_for_a_shell() {
        let urls = ["s3://b/a.csv", "s3://b/it's.csv"].map(Into::into);
        assert_eq!(
            look_again(&stack(None), urls),
            r"tools/messages follow s3://b/a.csv 's3://b/it'\''s.csv'"
        );
    }
}

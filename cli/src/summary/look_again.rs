//! The command that follows uploads again.

use std::ffi::OsStr;

use crate::shell_word::quoted;
use crate::stack::Stack;

/// The command that follows the uploads with these URLs again.
#[must_use]
pub fn look_again(stack: &Stack, urls: impl IntoIterator<Item = String>) -> String {
    let urls: Vec<_> = urls.into_iter().map(|url| quoted(OsStr::new(&url))).collect();
    stack.command("messages follow", &urls.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::testing::stack;

    #[test]
    fn urls_are_quoted_for_a_shell() {
        let urls = ["s3://b/a.csv#etag=e@7", "s3://b/it's.csv"].map(Into::into);
        assert_eq!(
            look_again(&stack(None), urls),
            r"tools/messages follow s3://b/a.csv#etag=e@7 's3://b/it'\''s.csv'"
        );
    }
}

//! The proposed name of the stack for a descriptor.

/// The names of the default stacks. To deploy another key to one of them would make a new, empty table.
const DEFAULTS: [&str; 2] = ["messages", "messages-local"];
/// The longest proposed name: half of what `CloudFormation` takes, since resources have longer names than their stack.
const MAX_LENGTH: usize = 64;
/// The name for a descriptor whose names have no ASCII letter.
const NAMELESS: &str = "declared-files";

/// The name of the stack for a descriptor with this name. It has lower-case letters, digits and hyphens, begins with a letter and
/// is never that of a default stack.
#[must_use]
pub fn of(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let joined = words.join("-").to_ascii_lowercase();
    let from_a_letter = joined.trim_start_matches(|letter: char| !letter.is_ascii_lowercase());
    let short: String = from_a_letter.chars().take(MAX_LENGTH).collect();
    match short.trim_end_matches('-') {
        "" => NAMELESS.to_owned(),
        name if DEFAULTS.contains(&name) => format!("{name}-files"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_called_as_its_files_and_never_as_a_default_one() {
        for (name, stack) in [
            ("mine", "mine"),
            ("Sales 2024 (EU)", "sales-2024-eu"),
            ("2024_readings", "readings"),
            ("Messages", "messages-files"),
            ("messages_local", "messages-local-files"),
            ("注文; rm -rf", "rm-rf"),
            ("42", "declared-files"),
        ] {
            assert_eq!(of(name), stack);
        }
        assert_eq!(of(&"a".repeat(200)).len(), MAX_LENGTH);
    }
}

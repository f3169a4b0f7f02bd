//! Values and texts, written for people.

use std::time::Duration;

/// A text from a file or a service, in which control characters are replaced, so that it cannot steer the terminal.
#[must_use]
pub fn plain(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
    text.chars().map(shown).collect()
}

/// The beginning of a text, [`plain`], of at most `most` characters.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    let mut shown = plain(&text.chars().take(most).collect::<String>());
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// A duration such as `41 ms`, `3.2 s` or `2 min 5 s`.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds / 100 % 10),
        _ => format!("{} min {} s", milliseconds / 60_000, milliseconds / 1_000 % 60),
    }
}

/// The rate of a count, per second. A duration below a millisecond counts as one.
#[must_use]
pub fn per_second(count: u64, duration: Duration) -> u64 {
    let milliseconds = duration.as_millis().max(1);
    u64::try_from(u128::from(count) * 1_000 / milliseconds).unwrap_or(u64::MAX)
}

/// A count with its noun, such as `1 row` or `2 rows`.
#[must_use]
pub fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", indicatif::HumanCount(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_as_people_read_them() {
        assert_eq!(duration(Duration::from_millis(41)), "41 ms");
        assert_eq!(duration(Duration::from_millis(3_250)), "3.2 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 5 s");
        assert_eq!(per_second(50, Duration::from_millis(250)), 200);
        assert_eq!(per_second(5, Duration::ZERO), 5_000);
        assert_eq!(
            (counted(1, "row"), counted(1_000, "row")),
            ("1 row".into(), "1,000 rows".into())
        );
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
        assert_eq!(excerpt("äbc", 2), "äb…");
        assert_eq!(excerpt("äb", 2), "äb");
    }
}

//! A line of progress with a bar, for a terminal of 80 columns.

use std::time::Duration;

use super::remaining::in_words;

/// Characters of a line: those of the narrowest terminal that is common, without the indentation and the last column, behind
/// which some terminals begin a new line.
const WIDTH: usize = 80 - 2 - 1;
/// The most and the least characters of a bar within its brackets. Where there is no room for the least, there is no bar.
const LONGEST: usize = 20;
const SHORTEST: usize = 6;

/// A line with the remaining time, when it is known and there is room for it, behind a bar that takes the rest.
#[must_use]
pub fn with_bar(line: &str, done: u64, total: u64, left: Option<Duration>) -> String {
    let with_time = left.map(|left| format!("{line}, {} left", in_words(left)));
    let with_time = with_time.filter(|text| text.chars().count() <= WIDTH);
    let text = with_time.unwrap_or_else(|| line.to_owned());
    let room = WIDTH.saturating_sub(text.chars().count() + "[] ".len()).min(LONGEST);
    if room < SHORTEST || total == 0 {
        return text;
    }
    let whole = u128::from(done.min(total)) * room as u128 / u128::from(total);
    let filled = usize::try_from(whole).unwrap_or(room);
    let head = if filled < room { ">" } else { "" };
    let bar = format!("{}{head}", "=".repeat(filled));
    format!("[{bar:<room$}] {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_takes_the_room_that_is_left() {
        let line = "writing: 700 of 1,000 rows written";
        assert_eq!(
            with_bar(line, 700, 1_000, Some(Duration::from_secs(18))),
            "[==============>     ] writing: 700 of 1,000 rows written, about 20 s left"
        );
        assert_eq!(
            with_bar(line, 1_000, 1_000, None),
            format!("[{}] {line}", "=".repeat(20))
        );
        assert_eq!(with_bar("done", 0, 0, None), "done");
    }

    #[test]
    fn a_bar_never_makes_a_line_wrap() {
        for length in 0..=WIDTH {
            for (done, total) in [(0, 1), (u64::MAX, u64::MAX), (5, 9)] {
                let line = with_bar(&"x".repeat(length), done, total, None);
                assert!(line.chars().count() <= WIDTH, "{line}");
            }
        }
        let long = "12,345,678 of 23,456,789 rows written, 1,234 superseded, 4,321 rejected, 17 died";
        assert_eq!(
            with_bar(long, 1, 2, None),
            long,
            "the screen cuts what no bar can make fit"
        );
    }
}

//! Reasons in words, as they are shown.

use crate::screen::text::excerpt;

/// The most characters of a reason that are shown.
const LONGEST: usize = 200;

/// The beginning of a reason, which fits into a few lines of a terminal.
#[must_use]
pub fn shown(reason: &str) -> String {
    excerpt(reason, LONGEST)
}

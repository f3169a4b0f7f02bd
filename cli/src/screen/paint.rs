//! Colours.

use std::env;
use std::io::{IsTerminal, stdout};

const GREEN: &str = "\u{1b}[1;32m";
const YELLOW: &str = "\u{1b}[1;33m";
const RESET: &str = "\u{1b}[0m";

/// Whether texts are coloured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paint {
    is_on: bool,
}

impl Paint {
    /// Colours on standard output: those of a terminal that has them, unless `NO_COLOR` forbids them.
    #[must_use]
    pub fn of_stdout() -> Self {
        let forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        Self {
            is_on: stdout().is_terminal() && !forbidden && !dumb,
        }
    }

    /// Colours, wherever they go.
    #[cfg(test)]
    #[must_use]
    pub fn on() -> Self {
        Self { is_on: true }
    }

    /// A text that people shall not overlook.
    #[must_use]
    pub fn warning(self, text: &str) -> String {
        self.in_colour(YELLOW, text)
    }

    /// A text that says that all is well.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.in_colour(GREEN, text)
    }

    fn in_colour(self, colour: &str, text: &str) -> String {
        if self.is_on {
            format!("{colour}{text}{RESET}")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_coloured_where_colours_are_wanted() {
        assert_eq!(Paint::on().warning("lost"), "\u{1b}[1;33mlost\u{1b}[0m");
        assert_eq!(Paint::default().warning("lost"), "lost");
        assert_eq!(Paint::on().good("done"), "\u{1b}[1;32mdone\u{1b}[0m");
    }
}

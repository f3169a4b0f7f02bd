//! An error with its causes on one line, for the log.
//!
//! The SDK's `DisplayErrorContext` would add the whole reply, including its headers.

use std::error::Error;
use std::fmt;

/// Displays an error, its cause, the cause of that, and so on, with `: ` between them.
#[derive(Clone, Copy, Debug)]
pub struct ErrorChain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Level(u8);

    impl fmt::Display for Level {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "level {}", self.0)
        }
    }

    impl Error for Level {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            const BELOW: [Level; 2] = [Level(0), Level(1)];
            self.0.checked_sub(1).map(|below| &BELOW[usize::from(below)] as _)
        }
    }

    #[test]
    fn every_cause_is_there() {
        assert_eq!(ErrorChain(&Level(2)).to_string(), "level 2: level 1: level 0");
    }
}

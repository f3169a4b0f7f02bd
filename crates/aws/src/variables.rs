//! A function's settings: environment variables, read by name.

use std::fmt;

type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The environment variables of a process. A blank variable counts as not set.
pub struct Variables<'a>(Box<Lookup<'a>>);

/// Why a variable cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// The variable is not set, or blank.
    #[error("the environment variable {name} is missing or empty; set it to {meaning}")]
    Missing {
        /// The variable's name.
        name: &'static str,
        /// What the variable must hold, as a noun phrase.
        meaning: &'static str,
    },
    /// The variable holds a wrong value, which is not shown because it may contain a secret.
    #[error("the environment variable {name} is malformed; set it to {meaning}")]
    Malformed {
        /// The variable's name.
        name: &'static str,
        /// What the variable must hold, as a noun phrase.
        meaning: &'static str,
    },
    /// The variable holds a wrong value.
    #[error("the environment variable {name} is `{value}`; set it to {meaning}")]
    Invalid {
        /// The variable's name.
        name: &'static str,
        /// What the variable holds.
        value: String,
        /// What the variable must hold, as a noun phrase.
        meaning: &'static str,
    },
}

impl Variables<'static> {
    /// The variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }
}

impl<'a> Variables<'a> {
    /// Variables that `lookup` finds by their names.
    pub fn new(lookup: impl Fn(&str) -> Option<String> + 'a) -> Self {
        Self(Box::new(lookup))
    }

    /// The value of a variable, if it has one.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// The value of a variable that must have one. `meaning` says what it must hold, as a noun phrase.
    ///
    /// # Errors
    /// [`VariableError::Missing`]
    pub fn required(&self, name: &'static str, meaning: &'static str) -> Result<String, VariableError> {
        self.optional(name).ok_or(VariableError::Missing { name, meaning })
    }

    /// What `parse` makes of the value of a variable, if it has one.
    ///
    /// # Errors
    /// [`VariableError::Invalid`] when `parse` returns `None`.
    pub fn parsed<T>(
        &self,
        name: &'static str,
        meaning: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, VariableError> {
        let Some(value) = self.optional(name) else {
            return Ok(None);
        };
        match parse(&value) {
            Some(parsed) => Ok(Some(parsed)),
            None => Err(VariableError::Invalid { name, value, meaning }),
        }
    }

    /// Whether a variable is `true`, in upper or lower case.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.optional(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

impl fmt::Debug for Variables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be secrets.
        f.write_str("Variables")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables<'a>(set: &'a [(&str, &str)]) -> Variables<'a> {
        Variables::new(|name| {
            let found = set.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_missing_or_blank_variable_is_named_with_its_meaning() {
        for set in [&[][..], &[("TABLE_NAME", "")], &[("TABLE_NAME", " ")]] {
            let error = variables(set)
                .required("TABLE_NAME", "the name of the message table")
                .unwrap_err();
            assert!(
                error.to_string().starts_with(
                    "the environment variable TABLE_NAME is missing or empty; set it to the name of the message table"
                ),
                "{error}"
            );
        }
        assert_eq!(
            variables(&[("TABLE_NAME", "t")])
                .required("TABLE_NAME", "it")
                .as_deref(),
            Ok("t")
        );
    }

    #[test]
    fn a_value_that_cannot_be_used_is_shown() {
        let set = [("COUNT", "five"), ("TEN", "10")];
        let parse = |text: &str| text.parse::<u32>().ok();
        let error = variables(&set).parsed("COUNT", "a number", parse).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment variable COUNT is `five`; set it to a number"
        );
        assert_eq!(variables(&set).parsed("TEN", "a number", parse), Ok(Some(10)));
        assert_eq!(variables(&set).parsed("NONE", "a number", parse), Ok(None));
    }
}

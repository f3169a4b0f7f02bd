//! What can be wrong with a cell.

use message::NumberError;
use message::invisible::OddCharacter;

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellProblem {
    /// There is no value in it, but there must be one.
    #[error("is empty")]
    Empty,
    /// It is not UTF-8 from this byte of the cell on, counted from 0.
    #[error("is not UTF-8 at byte {0} of the cell")]
    Utf8(usize),
    /// It is no number in the notation of its field.
    #[error("must be a number such as {0}")]
    NumberForm(String),
    /// Its groups of digits are not all of three.
    #[error(
        "has the group character `{0}` where there is no group of three digits; a number that has it must be grouped rightly"
    )]
    Grouping(char),
    /// It is a number that DynamoDB cannot hold.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// It is one number with a decimal point, and another one with a thousands separator.
    #[error(
        "has a point before three digits, which may be a thousands separator: the other numbers of the file do not show \
         a decimal point; write it with another digit behind it, or {0}"
    )]
    DoubtfulPoint(&'static str),
    /// It is no integer.
    #[error("must be an integer such as {0}")]
    IntegerForm(String),
    /// It is none of the texts of a boolean.
    #[error("must be one of {0}")]
    Boolean(String),
    /// It has not the form of its type.
    #[error("must be {0}")]
    Form(&'static str),
    /// It has not the form that the field's directives say.
    #[error("must be a {kind} of the form {format}")]
    TimeFormat {
        /// The type.
        kind: &'static str,
        /// The directives.
        format: String,
    },
    /// The calendar or the clock does not have it.
    #[error("names no day of the calendar or no time of day")]
    Calendar,
    /// It is outside the years that can be named.
    #[error("must lie in the years 0001 to 9999{0}")]
    Years(&'static str),
    /// Its fraction of a second is too long.
    #[error("has more than nine digits of a second")]
    TooFine,
    /// The clocks were put forward over it.
    #[error("does not exist in {0}: the clocks were put forward over it")]
    NoSuchLocalTime(String),
    /// The clocks were put back over it.
    #[error(
        "exists twice in {0}, when the clocks were put back; say which with `dynamodb:ambiguous`, or write the offset"
    )]
    AmbiguousLocalTime(String),
    /// An element of it is bad.
    #[error("[{index}] {problem}")]
    Element {
        /// Its place in the list, from 0.
        index: usize,
        /// What is wrong with it.
        problem: Box<CellProblem>,
    },
    /// An element of a set stands in it before.
    #[error("has `{0}` twice; a set has each element once")]
    DuplicateElement(String),
    /// It is no JSON, or not of the right type.
    #[error("must be a JSON {kind}: {why}")]
    Json {
        /// The type.
        kind: &'static str,
        /// What is wrong.
        why: String,
    },
    /// It is none of the values that are allowed.
    #[error("must be one of {0}")]
    Enum(String),
    /// It is shorter than allowed.
    #[error("has a length of {found}, the least is {least}")]
    TooShort {
        /// Its length.
        found: usize,
        /// The least length.
        least: u64,
    },
    /// It is longer than allowed.
    #[error("has a length of {found}, the most is {most}")]
    TooLong {
        /// Its length.
        found: usize,
        /// The greatest length.
        most: u64,
    },
    /// It is less than the minimum.
    #[error("is less than the minimum {0}")]
    BelowMinimum(String),
    /// It is greater than the maximum.
    #[error("is greater than the maximum {0}")]
    AboveMaximum(String),
    /// It is bad, and has a character that looks like another one or like nothing.
    #[error("{problem}; it has {character}")]
    Disguised {
        /// What is wrong with it.
        problem: Box<CellProblem>,
        /// The character.
        character: OddCharacter,
    },
}

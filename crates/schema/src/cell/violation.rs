//! What can be wrong with a cell.

use message::NumberError;
use message::invisible::OddCharacter;

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellViolation {
    /// It has no value, but must have one.
    #[error("is empty")]
    Empty,
    /// It is not UTF-8 from this byte of the cell on, counted from 0.
    #[error("is not UTF-8 at byte {0} of the cell")]
    Utf8(usize),
    /// It is not a number in the notation of its field.
    #[error("must be a number such as {0}")]
    NumberForm(String),
    /// Its digits are not in groups of three.
    #[error(
        "has the group character `{0}` where there is no group of three digits; a number that has it must be grouped rightly"
    )]
    Grouping(char),
    /// It is a number with a point or comma as group character, and begins with a zero, as no number above 999 does.
    #[error(
        "has the group character `{0}` in a number that begins with 0, where it may be meant as the decimal sign: leave it out, or \
         write the decimal sign of the field"
    )]
    GroupedZero(char),
    /// Its number, which has something around it, has a separator beside its digits.
    #[error(
        "has `{0}` beside its digits, which may be a part of the number: write the number with a digit at both ends, and \
         separate it from other text by a space"
    )]
    SeparatorBeside(char),
    /// It is a number that DynamoDB cannot hold.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The point in its number may be a decimal point or a thousands separator.
    #[error(
        "has a point before three digits, which may be a thousands separator: the other numbers of the file do not show \
         a decimal point; write it with another digit behind it, or {0}"
    )]
    DoubtfulPoint(&'static str),
    /// It is not an integer.
    #[error("must be an integer such as {0}")]
    IntegerForm(String),
    /// It is not one of the texts of a boolean.
    #[error("must be one of {0}")]
    Boolean(String),
    /// It does not have the form of its type.
    #[error("must be {0}")]
    Form(&'static str),
    /// It does not have the form of the field's directives.
    #[error("must be a {kind} of the form {format}")]
    TimeFormat {
        /// The type.
        kind: &'static str,
        /// The directives.
        format: String,
    },
    /// There is no such date or time of day.
    #[error("is a date or a time of day that does not exist")]
    Calendar,
    /// It is outside the years 0001 to 9999.
    #[error("must lie in the years 0001 to 9999{0}")]
    Years(&'static str),
    /// Its fraction of a second is too long.
    #[error("has more than nine digits of a second")]
    TooFine,
    /// The local time does not exist: the clocks were put forward over it.
    #[error("does not exist in {0}: the clocks were put forward over it")]
    NoSuchLocalTime(String),
    /// The local time exists twice: the clocks were put back over it.
    #[error(
        "exists twice in {0}, when the clocks were put back; say which with `dynamodb:ambiguous`, or write the offset"
    )]
    AmbiguousLocalTime(String),
    /// An element of its list is bad.
    #[error("[{index}] {violation}")]
    Element {
        /// Its place in the list, from 0.
        index: usize,
        /// What is wrong with it.
        violation: Box<CellViolation>,
    },
    /// Its set has an element twice.
    #[error("has `{0}` twice; a set has each element once")]
    DuplicateElement(String),
    /// It is not JSON, or not of the right type.
    #[error("must be a JSON {kind}: {why}")]
    Json {
        /// The type.
        kind: &'static str,
        /// What is wrong.
        why: String,
    },
    /// It is not one of the allowed values.
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
    /// It is bad, and has a character that is invisible or looks like another one.
    #[error("{violation}; it has {character}")]
    Disguised {
        /// What is wrong with it.
        violation: Box<CellViolation>,
        /// The character.
        character: OddCharacter,
    },
}

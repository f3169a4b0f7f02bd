//! A set of columns of numbers.

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The columns that are told apart. Those behind them are one.
const TOLD_APART: usize = u64::BITS as usize;
/// The members that its form has at least: as many as the built-in shape has columns of numbers.
const LEAST: usize = message::names::NUMBERS.len();

/// A set of columns of numbers, by their places among them. It goes along from invocation to invocation as a list that says of
/// each column whether it is in the set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnSet(u64);

impl ColumnSet {
    /// Adds a column.
    pub fn add(&mut self, column: usize) {
        self.0 |= 1 << column.min(TOLD_APART - 1);
    }

    /// Adds the columns of another set.
    pub fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether a column is in it.
    #[must_use]
    pub fn has(self, column: usize) -> bool {
        self.0 & 1 << column.min(TOLD_APART - 1) != 0
    }

    /// Whether both have a column.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no column is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number that stands for the set among all sets: 0 is the empty one.
    pub(super) fn number(self) -> u64 {
        self.0
    }

    pub(super) fn of_number(number: u64) -> Self {
        Self(number)
    }
}

impl FromIterator<bool> for ColumnSet {
    fn from_iter<I: IntoIterator<Item = bool>>(columns: I) -> Self {
        let mut set = Self::default();
        for (column, _) in columns.into_iter().enumerate().filter(|(_, is_in)| *is_in) {
            set.add(column);
        }
        set
    }
}

impl Serialize for ColumnSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = (TOLD_APART - self.0.leading_zeros() as usize).max(LEAST);
        let mut list = serializer.serialize_seq(Some(length))?;
        for column in 0..length {
            list.serialize_element(&self.has(column))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for ColumnSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<bool>::deserialize(deserializer).map(Self::from_iter)
    }
}

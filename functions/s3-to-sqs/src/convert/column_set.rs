//! A set of number columns.

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of columns that are distinguished. All further columns count as the last of these.
const TOLD_APART: usize = u64::BITS as usize;
/// The least length of the serialized list: the number of number columns of the built-in shape.
const LEAST: usize = message::names::NUMBERS.len();

/// A set of number columns, by their index among the number columns. In JSON it is a list that says for each column
/// whether it is in the set.
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

    /// Whether a column is in the set.
    #[must_use]
    pub fn has(self, column: usize) -> bool {
        self.0 & 1 << column.min(TOLD_APART - 1) != 0
    }

    /// Whether the two sets have a column in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set as a number; 0 is the empty set.
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

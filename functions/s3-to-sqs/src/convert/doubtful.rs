//! Counts rows in which points may separate thousands, by their columns. Plain data.

use message::names;
use serde::{Deserialize, Serialize};

use super::column_set::ColumnSet;
use super::warnings::Lines;

/// The number of non-empty sets of the first number columns. The built-in shape has no other sets.
const FIRST: usize = (1 << names::NUMBERS.len()) - 1;
/// The most other sets that are distinguished. Rows of any further set are added to the last one, whose columns then
/// include theirs.
const MAX_OTHERS: usize = 64;

/// Rows in which a point may separate thousands, by the set of columns that have such a point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Stored>", into = "Vec<Stored>")]
pub(super) struct Doubtful {
    first: [Lines; FIRST],
    others: Vec<(u64, Lines)>,
}

/// Rows as they travel from invocation to invocation: those of the first sets, each at its index, and after them the
/// others.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// The set; 0 for the first sets.
    #[serde(default, skip_serializing_if = "is_zero")]
    set: u64,
    rows: u64,
    first_lines: Vec<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_zero(set: &u64) -> bool {
    *set == 0
}

impl From<Doubtful> for Vec<Stored> {
    fn from(doubtful: Doubtful) -> Self {
        let first = doubtful.first.into_iter().map(|lines| (0, lines));
        let stored = first.chain(doubtful.others).map(|(set, lines)| Stored {
            set,
            rows: lines.rows,
            first_lines: lines.first_lines,
        });
        stored.collect()
    }
}

impl From<Vec<Stored>> for Doubtful {
    fn from(stored: Vec<Stored>) -> Self {
        let mut doubtful = Self::default();
        for (place, Stored { set, rows, first_lines }) in stored.into_iter().enumerate() {
            let lines = Lines { rows, first_lines };
            match doubtful.first.get_mut(place) {
                Some(first) if set == 0 => *first = lines,
                _ => doubtful.others.push((set, lines)),
            }
        }
        doubtful
    }
}

impl Doubtful {
    /// Counts a row that starts in this line.
    pub fn add(&mut self, columns: ColumnSet, line: u64) {
        let number = columns.number();
        let first = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        if let Some(lines) = first.and_then(|first| self.first.get_mut(first)) {
            return lines.add(line);
        }
        let place = self.others.iter().position(|(set, _)| *set == number);
        let place = place.unwrap_or_else(|| {
            if self.others.len() < MAX_OTHERS {
                self.others.push((number, Lines::default()));
            }
            self.others.len() - 1
        });
        let (set, lines) = &mut self.others[place];
        *set |= number;
        lines.add(line);
    }

    /// The rows with a doubtful point in one of these columns.
    pub fn of_columns(&self, columns: ColumnSet) -> Lines {
        let mut found = Lines::default();
        let others = self.others.iter().map(|(set, lines)| (*set, lines));
        for (set, lines) in (1..).zip(&self.first).chain(others) {
            if ColumnSet::of_number(set).meets(columns) {
                found.join(lines);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Doubtful {
        /// The most that an invocation hands on.
        pub fn fullest() -> Self {
            let mut doubtful = Self::default();
            for set in 1..=200 {
                for line in u64::MAX - 100..u64::MAX {
                    doubtful.add(ColumnSet::of_number(set), line);
                }
            }
            doubtful
        }
    }

    #[test]
    fn a_row_counts_once_whichever_of_its_columns_is_meant() {
        let set = |columns: &[usize]| {
            let mut set = ColumnSet::default();
            for column in columns {
                set.add(*column);
            }
            set
        };
        let mut doubtful = Doubtful::default();
        doubtful.add(set(&[0, 5]), 2);
        doubtful.add(set(&[0]), 3);
        doubtful.add(set(&[70]), 4);
        assert_eq!(doubtful.of_columns(set(&[0, 5])).rows, 2);
        assert_eq!(doubtful.of_columns(set(&[5])).first_lines, [2]);
        assert_eq!(doubtful.of_columns(set(&[99])).rows, 1);
        assert_eq!(doubtful.of_columns(ColumnSet::default()).rows, 0);
        assert!(Doubtful::fullest().others.len() <= MAX_OTHERS);
    }
}

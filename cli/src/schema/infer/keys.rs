//! The search for columns whose values make the rows of a file unique, by hashes, in bounded memory.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The most hashes that are kept for all columns together: about 64 MiB.
const MAX_HASHES: usize = 4_000_000;
/// The most columns that are tried alone.
const MAX_ALONE: usize = 48;
/// The most columns without times that are tried in pairs.
const MAX_GROUPS: usize = 12;
/// The most columns of times that are tried in pairs.
const MAX_TIMES: usize = 4;
/// The most identifiers that are tried in pairs with other columns.
const MAX_IDS: usize = 6;
/// The words that names of identifiers end with.
const ID_WORDS: [&str; 14] = [
    "id",
    "key",
    "uuid",
    "guid",
    "nr",
    "no",
    "number",
    "nummer",
    "code",
    "sku",
    "isin",
    "iban",
    "reference",
    "ref",
];

/// Pairs of columns that have the usual names of a table's key.
const NAMED: [[&str; 2]; 2] = [["PK", "SK"], ["pk", "sk"]];

/// A column that may be in a key.
#[derive(Clone, Debug)]
pub struct KeyColumn {
    /// The index of the column in the file.
    pub column: usize,
    /// The name of its field.
    pub name: String,
    /// Whether its values are times.
    pub is_time: bool,
    /// Whether its values are times of day, which are no key without a date.
    pub is_clock: bool,
    /// Whether its values are texts.
    pub is_text: bool,
}

/// The columns that make rows unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One column, not of times, by its index in the file.
    One(usize),
    /// Two columns: the partition key and the sort key.
    Pair(usize, usize),
    /// A column of times.
    Time(usize),
    /// No column or pair that was tried.
    Nothing,
}

/// A search for columns that make rows unique.
#[derive(Debug)]
pub struct KeySearch {
    columns: Vec<KeyColumn>,
    sets: Vec<Set>,
    hashes: usize,
    /// The number of rows.
    pub rows: u64,
    /// Whether the last rows were not looked at, because there were too many hashes.
    pub is_cut: bool,
}

#[derive(Debug)]
struct Set {
    /// One or two columns, by their index in `KeySearch::columns`.
    columns: Vec<usize>,
    seen: HashSet<u64>,
    is_unique: bool,
}

impl KeySearch {
    /// Begins a search among these columns, which have a value in every row.
    pub fn among(columns: Vec<KeyColumn>) -> Self {
        let all = || 0..columns.len();
        let times = || all().filter(|index| columns[*index].is_time).take(MAX_TIMES);
        let clocks = || all().filter(|index| columns[*index].is_clock).take(MAX_TIMES);
        let is_other = |index: &usize| !columns[*index].is_time && !columns[*index].is_clock;
        let others = || all().filter(is_other).take(MAX_GROUPS);
        // A column of measured numbers does not divide the rows into groups.
        let groups = || others().filter(|index| columns[*index].is_text || is_id(&columns[*index].name));
        let ids = || others().filter(|index| is_id(&columns[*index].name)).take(MAX_IDS);
        let alone = all().filter(|index| !columns[*index].is_clock);
        let alone = alone.take(MAX_ALONE).map(|index| vec![index]);
        let in_day = times().flat_map(|day| clocks().map(move |clock| vec![day, clock]));
        let in_time = groups().flat_map(|group| times().map(move |time| vec![group, time]));
        let by_ids = ids().flat_map(|id| {
            others()
                .filter(move |other| *other != id)
                .map(move |other| vec![id, other])
        });
        let place = |name: &str| columns.iter().position(|column| column.name == name);
        let named = NAMED
            .into_iter()
            .filter_map(|[partition, sort]| Some(vec![place(partition)?, place(sort)?]));
        let set = |columns| Set {
            columns,
            seen: HashSet::new(),
            is_unique: true,
        };
        Self {
            sets: named
                .chain(alone)
                .chain(in_time)
                .chain(in_day)
                .chain(by_ids)
                .map(set)
                .collect(),
            columns,
            hashes: 0,
            rows: 0,
            is_cut: false,
        }
    }

    /// Takes a row. `value` returns the text of the value in a column of the file.
    pub fn take<'v>(&mut self, value: impl Fn(usize) -> &'v str) {
        self.rows += 1;
        if self.hashes >= MAX_HASHES {
            self.is_cut = true;
            return;
        }
        for set in self.sets.iter_mut().filter(|set| set.is_unique) {
            let mut hasher = DefaultHasher::new();
            for index in &set.columns {
                value(self.columns[*index].column).hash(&mut hasher);
            }
            if set.seen.insert(hasher.finish()) {
                self.hashes += 1;
            } else {
                set.is_unique = false;
                self.hashes -= set.seen.len();
                set.seen = HashSet::new();
            }
        }
    }

    /// The columns that make the rows unique. They are, in this order of preference: columns with the usual names of a key, an
    /// identifier, the first column, a column with a time, a date with a time of day, another column, another pair, a column of
    /// times.
    pub fn found(&self) -> Found {
        let unique = |wanted: &dyn Fn(&[usize]) -> bool| {
            let mut sets = self.sets.iter().filter(|set| set.is_unique);
            sets.find(|set| wanted(&set.columns)).map(|set| &set.columns[..])
        };
        let is_time = |index: usize| self.columns[index].is_time;
        let is_clock = |index: usize| self.columns[index].is_clock;
        let is_id = |index: usize| is_id(&self.columns[index].name);
        let is_first = |index: usize| self.columns[index].column == 0;
        let is_named = |names: &[&str; 2], set: &[usize]| set.iter().map(|index| &self.columns[*index].name).eq(names);
        let found = unique(&|set| NAMED.iter().any(|names| is_named(names, set)))
            .or_else(|| unique(&|set| matches!(*set, [one] if !is_time(one) && is_id(one))))
            .or_else(|| unique(&|set| matches!(*set, [one] if !is_time(one) && is_first(one))))
            .or_else(|| unique(&|set| matches!(*set, [group, time] if is_time(time) && !self.is_unique_alone(group))))
            .or_else(|| unique(&|set| matches!(*set, [day, clock] if is_clock(clock) && !self.is_unique_alone(day))))
            .or_else(|| unique(&|set| matches!(*set, [one] if !is_time(one))))
            .or_else(|| unique(&|set| set.len() == 2))
            .or_else(|| unique(&|set| set.len() == 1));
        let place = |index: usize| self.columns[index].column;
        match found {
            Some(&[one]) if is_time(one) => Found::Time(place(one)),
            Some(&[one]) => Found::One(place(one)),
            Some(&[one, other]) => Found::Pair(place(one), place(other)),
            _ => Found::Nothing,
        }
    }

    fn is_unique_alone(&self, index: usize) -> bool {
        self.sets.iter().any(|set| set.columns == [index] && set.is_unique)
    }
}

/// Whether a name is that of an identifier, such as `order_id`, `orderId` or `Bestell-Nr`.
fn is_id(name: &str) -> bool {
    let folded = name.to_lowercase();
    ID_WORDS.iter().any(|word| {
        let Some(before) = folded.strip_suffix(word) else {
            return false;
        };
        let is_camel = name.chars().rev().nth(word.len() - 1).is_some_and(char::is_uppercase);
        before.is_empty() || before.ends_with(|last: char| !last.is_alphabetic()) || is_camel && !is_upper(name)
    })
}

fn is_upper(name: &str) -> bool {
    !name.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(columns: &[(&str, bool)], rows: &[&[&str]]) -> Found {
        let columns = columns.iter().enumerate().map(|(column, (name, is_time))| KeyColumn {
            column,
            name: (*name).to_owned(),
            is_time: *is_time,
            is_clock: false,
            is_text: !is_time,
        });
        let mut search = KeySearch::among(columns.collect());
        for row in rows {
            search.take(|column| row[column]);
        }
        search.found()
    }

    #[test]
    fn identifiers_count_before_columns_in_time_and_those_before_others() {
        let columns = [("station", false), ("at", true), ("note", false), ("reading_id", false)];
        let rows: [&[&str]; 3] = [&["a", "1", "x", "1"], &["a", "2", "y", "2"], &["b", "1", "z", "3"]];
        assert_eq!(found(&columns, &rows), Found::One(3));
        assert_eq!(found(&columns[..3], &rows), Found::Pair(0, 1));
        assert_eq!(found(&columns[..1], &rows), Found::Nothing);
        let named = [("reading_id", false), ("SK", false), ("PK", false)];
        assert_eq!(found(&named, &[&["1", "x", "a"], &["2", "y", "a"]]), Found::Pair(2, 1));
        assert_eq!(found(&[("at", true)], &[&["1"], &["2"]]), Found::Time(0));
        assert_eq!(found(&[("name", false)], &[&["1"], &["2"]]), Found::One(0));
        let lines: [&[&str]; 3] = [&["1", "a"], &["1", "b"], &["2", "a"]];
        assert_eq!(
            found(&[("order_id", false), ("line", false)], &lines),
            Found::Pair(0, 1)
        );
    }

    #[test]
    fn identifiers_are_known_by_their_names() {
        for name in ["id", "ID", "order_id", "orderId", "Transaction ID", "Bestell-Nr", "SKU"] {
            assert!(is_id(name), "{name}");
        }
        for name in ["paid", "grid", "casino", "CASINO", "monkey", "location"] {
            assert!(!is_id(name), "{name}");
        }
    }
}

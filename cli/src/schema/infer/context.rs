//! Facts about a file that help to choose the form of an ambiguous column.

use super::candidates::Candidate;
use super::column::{Column, Unit};
use super::declaration::Form;

/// Facts about notations, from all columns and the dialect.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Whether the decimal character is a comma; `None` when no column shows it.
    pub decimal_comma: Option<bool>,
    /// Whether days stand before months; `None` when no column shows it.
    pub day_first: Option<bool>,
    /// Whether the delimiter is a semicolon, as is usual where the comma is the decimal character.
    pub semicolons: bool,
    /// The latest plausible time, in seconds since the Unix epoch.
    pub latest: f64,
}

impl Context {
    /// The context of these columns.
    pub fn of(columns: &[Column], candidates: &[Candidate], semicolons: bool, latest: f64) -> Self {
        let shown = |shows: fn(&Column, &[&Form]) -> Option<bool>| {
            columns
                .iter()
                .find_map(|column| shows(column, &forms(column, candidates)))
        };
        Self {
            decimal_comma: shown(decimal_comma),
            day_first: shown(|_, forms| {
                let first = forms.first()?.format.as_deref()?;
                let is_alone = !forms.iter().any(|form| form.format == swapped(first));
                is_alone.then(|| day_is_first(first)).flatten()
            }),
            semicolons,
            latest,
        }
    }

    /// Whether the comma is probably the decimal character.
    pub fn has_decimal_commas(&self) -> bool {
        self.decimal_comma.unwrap_or(self.semicolons)
    }
}

/// Whether a column shows that the decimal character is a comma (`true`) or a point (`false`).
fn decimal_comma(column: &Column, forms: &[&Form]) -> Option<bool> {
    column.separated.as_ref()?;
    let first = forms.first().filter(|form| matches!(form.kind, "number" | "integer"))?;
    // Without a known unit, such cells may be anything, such as names with numbers.
    if first.bare_number.is_some() && !matches!(column.unit, Some(Unit::Same(_))) {
        return None;
    }
    let is_ambiguous = column.all_grouped && first.group_char.is_none();
    (!is_ambiguous).then(|| match first.group_char {
        Some(group) if first.kind == "integer" => group != ',',
        _ => first.decimal_char == Some(','),
    })
}

/// The forms that read all cells of a column so far.
pub fn forms<'c>(column: &Column, candidates: &'c [Candidate]) -> Vec<&'c Form> {
    column.alive.iter().map(|index| &candidates[*index].form).collect()
}

/// The format with day and month exchanged; `None` unless it begins with both.
pub fn swapped(format: &str) -> Option<String> {
    let (day, month) = (format.find("%d")?, format.find("%m")?);
    (day.abs_diff(month) == 3 && day.min(month) == 0).then(|| {
        let exchanged = format.replacen("%d", "%\0", 1).replacen("%m", "%d", 1);
        exchanged.replacen("%\0", "%m", 1)
    })
}

/// Whether the day stands before the month; `None` for a format in which they cannot be exchanged.
pub fn day_is_first(format: &str) -> Option<bool> {
    swapped(format).map(|_| format.starts_with("%d"))
}

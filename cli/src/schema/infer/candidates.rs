//! The forms that the cells of a column may have, in the order of preference. Each has a reader that says which cells it reads.

use schema::{CellReader, Faults};
use serde_json::json;

use super::declaration::Form;

/// Formats of dates, the unambiguous ones first. Formats that begin with day and month as numbers come in pairs.
const DATES: [&str; 18] = [
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%a %b %d %Y",
    "%Y%m%d",
];
/// Formats of a time of day behind a date.
const CLOCKS: [&str; 8] = [
    " %H:%M:%S",
    " %H:%M",
    " %H:%M:%S.%f",
    " %I:%M:%S %p",
    " %I:%M %p",
    ", %H:%M:%S",
    ", %H:%M",
    "T%H:%M:%S",
];
/// Further formats of a date with a time of day.
const MOMENTS: [&str; 14] = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%d %H:%M%z",
    "%Y-%m-%d %H:%M %z",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S.%f %z",
    "%Y-%m-%d %I:%M:%S %p",
    "%d/%b/%Y:%H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y",
    "%Y%m%dT%H%M%S",
    "%Y%m%dT%H%M%S%z",
    "%Y%m%d%H%M%S",
];
/// Formats of times that say by a word that they are in UTC.
const IN_UTC: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S UTC",
    "%Y-%m-%d %H:%M:%S.%f UTC",
    "%Y-%m-%d %H:%M UTC",
    "%a, %d %b %Y %H:%M:%S GMT",
];
/// Formats of a time of day alone.
const TIMES_OF_DAY: [&str; 3] = ["%H:%M", "%I:%M %p", "%I:%M:%S %p"];
/// Characters between groups of digits.
const GROUPS: [char; 7] = [',', '.', ' ', '\u{A0}', '\u{202F}', '\'', '\u{2019}'];

/// The most digits of a plain number on each side of its point: fewer than a number of DynamoDB may have together.
const MAX_PLAIN: usize = 15;

/// A form and its reader.
#[derive(Debug)]
pub struct Candidate {
    /// The form.
    pub form: Form,
    /// The reader of cells of this form.
    pub reader: CellReader,
}

/// A cell that needs no reader to tell which forms of numbers read it. Most cells of large files are such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Digits.
    Integer,
    /// Digits, a point, and digits.
    Decimal,
}

impl Plain {
    /// What a cell without white space around it is; `None` if it needs readers.
    pub fn of(trimmed: &str) -> Option<Self> {
        let is_plain = |text: &str| {
            let is_short = (1..=MAX_PLAIN).contains(&text.len());
            is_short && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let whole = |text: &str| is_plain(text) && (text == "0" || !text.starts_with('0'));
        match trimmed.split_once('.') {
            None => whole(trimmed).then_some(Self::Integer),
            Some((before, behind)) => (whole(before) && is_plain(behind)).then_some(Self::Decimal),
        }
    }
}

impl Candidate {
    /// Whether the form reads a cell. `plain` is what [`Plain::of`] says of it.
    pub fn reads(&self, cell: &str, plain: Option<Plain>, scratch: &mut String) -> bool {
        let form = &self.form;
        let is_number = match plain {
            None => false,
            Some(Plain::Integer) => matches!(form.kind, "integer" | "number"),
            Some(Plain::Decimal) => form.kind == "number" && form.decimal_char.is_none(),
        };
        is_number || self.reader.reads(cell, scratch)
    }
}

/// All candidates, in the order of preference.
///
/// # Errors
/// Never, as long as all of them can be declared.
pub fn all() -> Result<Vec<Candidate>, Faults> {
    let mut forms = numbers();
    forms.extend(times());
    forms.extend(["object", "array"].map(Form::of));
    let candidate = |form: Form| {
        let mut field = json!(form);
        field["name"] = json!("x");
        let reader = CellReader::of_field(&field.to_string())?;
        Ok(Candidate { form, reader })
    };
    forms.into_iter().map(candidate).collect()
}

fn numbers() -> Vec<Form> {
    let number = |decimal: char, group: Option<char>, bare: Option<bool>| Form {
        decimal_char: (decimal != '.').then_some(decimal),
        group_char: group,
        bare_number: bare,
        ..Form::of("number")
    };
    let mut forms = vec![Form::of("integer"), number('.', None, None), number(',', None, None)];
    forms.extend(GROUPS.map(|group| Form {
        group_char: Some(group),
        ..Form::of("integer")
    }));
    for group in GROUPS {
        for decimal in ['.', ','] {
            if decimal != group {
                forms.push(number(decimal, Some(group), None));
            }
        }
    }
    let around = [('.', None), (',', None), ('.', Some(',')), (',', Some('.'))];
    forms.extend(around.map(|(decimal, group)| number(decimal, group, Some(false))));
    forms
}

fn times() -> Vec<Form> {
    let formatted = |kind: &'static str, format: String| Form {
        format: Some(format),
        ..Form::of(kind)
    };
    let mut forms = vec![
        Form::of("date"),
        Form::of("datetime"),
        Form::of("time"),
        Form::of("yearmonth"),
    ];
    forms.extend(DATES.map(|date| formatted("date", date.to_owned())));
    forms.extend(MOMENTS.map(|moment| formatted("datetime", moment.to_owned())));
    for date in DATES {
        forms.extend(CLOCKS.map(|clock| formatted("datetime", format!("{date}{clock}"))));
    }
    forms.extend(IN_UTC.map(|moment| Form {
        time_zone: Some("UTC"),
        ..formatted("datetime", moment.to_owned())
    }));
    forms.extend(TIMES_OF_DAY.map(|time| formatted("time", time.to_owned())));
    forms
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        /// The forms that count as readers of a plain number are those whose readers read it.
        #[test]
        fn plain_numbers_are_read_as_by_readers(
            cells in prop::collection::vec("0|[1-9][0-9]{0,14}|(0|[1-9][0-9]{0,14})\\.[0-9]{1,15}", 64),
        ) {
            for candidate in all().unwrap() {
                for cell in &cells {
                    let plain = Plain::of(cell);
                    prop_assert!(plain.is_some());
                    let by_reader = candidate.reader.reads(cell, &mut String::new());
                    prop_assert_eq!(candidate.reads(cell, plain, &mut String::new()), by_reader, "{:?}", candidate.form);
                }
            }
        }
    }

    #[test]
    fn other_cells_need_readers() {
        for cell in [
            "",
            "-1",
            "007",
            "1,5",
            "1e3",
            "1.",
            ".5",
            "1.2.3",
            "1234567890123456",
            "2024-05-01",
        ] {
            assert_eq!(Plain::of(cell), None, "{cell}");
        }
    }

    #[test]
    fn all_of_them_can_be_declared() {
        assert!(all().unwrap().len() > 180);
    }
}

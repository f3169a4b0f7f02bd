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

/// A form and its reader.
#[derive(Debug)]
pub struct Candidate {
    /// The form.
    pub form: Form,
    /// The reader of cells of this form.
    pub reader: CellReader,
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
    use super::*;

    #[test]
    fn all_of_them_can_be_declared() {
        assert!(all().unwrap().len() > 180);
    }
}

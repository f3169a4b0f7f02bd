//! The choice of a column's form among those that read all its cells.

use super::candidates::Candidate;
use super::column::{Broken, Column, Unit, number_in};
use super::context::{Context, day_is_first, forms, swapped};
use super::declaration::Form;
use super::remark::quoted;

/// The number of values of one form after which a cell of another form is worth a remark.
const MANY: u64 = 10;
/// The beginning of 1990, in seconds since the Unix epoch. Smaller numbers are unlikely to be times.
const EARLIEST: f64 = 631_152_000.0;
/// Pairs of words for true and false.
const BOOLEANS: [(&str, &str); 12] = [
    ("true", "false"),
    ("yes", "no"),
    ("ja", "nein"),
    ("oui", "non"),
    ("sí", "no"),
    ("si", "no"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("on", "off"),
    ("y", "n"),
    ("j", "n"),
    ("t", "f"),
];
/// The spellings that are booleans without a declaration.
const DEFAULT_BOOLEANS: [&str; 6] = ["true", "True", "TRUE", "false", "False", "FALSE"];

/// The form that is chosen for a column.
#[derive(Debug, Default)]
pub struct Choice {
    /// The form.
    pub form: Form,
    /// Remarks that say what to check.
    pub remarks: Vec<String>,
}

impl Choice {
    fn plain(form: Form) -> Self {
        Self {
            form,
            remarks: Vec::new(),
        }
    }

    fn with(form: Form, remark: String) -> Self {
        Self {
            form,
            remarks: vec![remark],
        }
    }

    fn text(remark: String) -> Self {
        Self::with(Form::of("string"), remark)
    }
}

/// Chooses the form of a column.
pub fn choose(name: &str, column: &Column, candidates: &[Candidate], context: &Context) -> Choice {
    if column.values == 0 {
        return Choice::text("has no value in any row; name its type".to_owned());
    }
    if let Some(choice) = column.words().and_then(boolean) {
        return choice;
    }
    let forms = forms(column, candidates);
    let Some(first) = forms.first() else {
        return match &column.broken {
            Some(broken) if broken.values >= MANY => broken_off(broken, candidates),
            _ => Choice::plain(Form::of("string")),
        };
    };
    match first.kind {
        "integer" | "number" => number(name, column, &forms, context),
        "date" | "datetime" => moment(column, &forms, context),
        _ => Choice::plain((*first).clone()),
    }
}

/// The choice for a string column whose first values had another form.
fn broken_off(broken: &Broken, candidates: &[Candidate]) -> Choice {
    let kind = broken
        .candidates
        .first()
        .map_or("string", |index| candidates[*index].form.kind);
    Choice::text(format!(
        "is a string because of line {}, which has {}; the {} values before could be of the type {kind}: correct that cell, or \
         name it in `missingValues`",
        broken.line,
        quoted(&broken.cell),
        broken.values
    ))
}

fn boolean(words: &[String]) -> Option<Choice> {
    let means = |word: &str, text: &String| text.to_lowercase() == word;
    let pair = BOOLEANS.into_iter().find(|(truth, falsehood)| {
        let is_either = |text: &String| means(truth, text) || means(falsehood, text);
        let is_there = |word: &str| words.iter().any(|text| means(word, text));
        // A column may hold only one word of another pair by chance, so both words must be there, except for true and false.
        words.iter().all(is_either) && (*truth == "true" || is_there(truth) && is_there(falsehood))
    })?;
    if words.iter().all(|text| DEFAULT_BOOLEANS.contains(&text.as_str())) {
        return Some(Choice::plain(Form::of("boolean")));
    }
    let spellings = |word: &str| {
        let mut found: Vec<String> = words.iter().filter(|text| means(word, text)).cloned().collect();
        if found.is_empty() {
            found.push(word.to_owned());
        }
        found
    };
    let form = Form {
        true_values: spellings(pair.0),
        false_values: spellings(pair.1),
        ..Form::of("boolean")
    };
    let remark = format!(
        "{} means true, and {} false; other spellings are rejected",
        form.true_values.join(", "),
        form.false_values.join(", ")
    );
    Some(Choice::with(form, remark))
}

fn number(name: &str, column: &Column, forms: &[&Form], context: &Context) -> Choice {
    if let Some(cell) = &column.leading_zero {
        return Choice::text(format!(
            "is a string, because {} would lose its leading zero as a number",
            quoted(cell)
        ));
    }
    if let Some(cell) = &column.telephone {
        return Choice::text(format!(
            "is a string, because {} would lose its sign as a number",
            quoted(cell)
        ));
    }
    if let Some(cell) = &column.address {
        return Choice::text(format!("is a string, because {} is an address", quoted(cell)));
    }
    if column.like_dates
        && let Some(form) = forms.iter().find(|form| matches!(form.kind, "date" | "datetime"))
    {
        let remark = format!(
            "{} is read as a {}; make it an integer if it is a number",
            quoted(&column.first),
            form.kind
        );
        return Choice::with((*form).clone(), remark);
    }
    let form = notation(column, forms, context);
    let mut choice = Choice::plain(form);
    if choice.form.bare_number.is_some() {
        let Some(Unit::Same(unit)) = &column.unit else {
            return Choice::plain(Form::of("string"));
        };
        choice
            .remarks
            .push(format!("{} around the numbers is dropped", quoted(unit)));
    }
    if choice.form.decimal_char.is_some() || choice.form.group_char.is_some() {
        choice.remarks.push(notation_remark(column, &choice.form));
    }
    if let Some(cell) = &column.exponent
        && choice.form.kind == "number"
    {
        choice.remarks.push(format!(
            "{} is read as a number; make it a string if it is a code",
            quoted(cell)
        ));
    }
    if let Some((text, other)) = &column.same_number.pair {
        choice.remarks.push(format!(
            "{} and {} are one value as numbers; make it a string if they are two",
            quoted(text),
            quoted(other)
        ));
    }
    if let Some((unit, words)) = epoch(name, column, context)
        && choice.form.bare_number.is_none()
    {
        choice.form.epoch = Some(unit);
        choice.remarks.push(format!(
            "{} is taken for {words} since 1970; remove `dynamodb:epoch` if it is no time",
            quoted(column.first.trim())
        ));
    }
    choice
}

/// The notation of numbers: the first form that reads them, unless points or commas are ambiguous.
fn notation(column: &Column, forms: &[&Form], context: &Context) -> Form {
    let first = forms[0];
    let grouped = |group: char| {
        forms
            .iter()
            .find(|form| form.group_char == Some(group) && form.bare_number == first.bare_number)
    };
    let is_doubtful = column.separated.is_some() && column.all_grouped && first.group_char.is_none();
    let group = if first.decimal_char.is_some() { ',' } else { '.' };
    let groups = match group {
        ',' => !context.has_decimal_commas(),
        _ => context.has_decimal_commas(),
    };
    match grouped(group) {
        Some(form) if is_doubtful && groups => (*form).clone(),
        // The extractor refuses such numbers, unless the descriptor says what the point is.
        _ if is_doubtful && first.kind == "number" => Form {
            decimal_char: Some(first.decimal_char.unwrap_or('.')),
            ..first.clone()
        },
        _ => first.clone(),
    }
}

fn notation_remark(column: &Column, form: &Form) -> String {
    let cell = column.separated.as_deref().unwrap_or(&column.first);
    let decimal = form.decimal_char.unwrap_or('.');
    let number = number_in(cell);
    let sign = cell.split(number).next().filter(|before| before.contains('-'));
    let meant: String = number
        .chars()
        .filter(|character| Some(*character) != form.group_char)
        .map(|character| if character == decimal { '.' } else { character })
        .collect();
    format!(
        "{} is read as {}{meant}; see `decimalChar` and `groupChar`",
        quoted(cell.trim()),
        sign.map_or("", |_| "-")
    )
}

/// The unit in which all numbers of a column are times between 1990 and next year, with its word.
fn epoch(name: &str, column: &Column, context: &Context) -> Option<(&'static str, &'static str)> {
    let (least, most) = column.range?;
    let folded = name.to_lowercase();
    if ["id", "nr", "no", "number", "nummer", "phone", "tel"]
        .iter()
        .any(|word| folded.ends_with(word))
    {
        return None;
    }
    let units = [
        (1.0, "s", "seconds"),
        (1e3, "ms", "milliseconds"),
        (1e6, "us", "microseconds"),
        (1e9, "ns", "nanoseconds"),
    ];
    units.into_iter().find_map(|(factor, unit, words)| {
        let is_plausible = least >= EARLIEST * factor && most <= context.latest * factor;
        is_plausible.then_some((unit, words))
    })
}

fn moment(column: &Column, forms: &[&Form], context: &Context) -> Choice {
    let first = forms[0];
    let mut form = first.clone();
    let mut remarks = Vec::new();
    if let Some(format) = &first.format {
        let other = swapped(format).and_then(|other| forms.iter().find(|form| form.format.as_deref() == Some(&other)));
        if let Some(other) = other {
            let day_first = context.day_first.unwrap_or(context.has_decimal_commas());
            if day_is_first(format) != Some(day_first) {
                form = (*other).clone();
            }
            remarks.push(format!(
                "day and month can be confused in every cell, such as {}; {} is a guess",
                quoted(&column.first),
                form.format.as_deref().unwrap_or_default()
            ));
        } else {
            remarks.push(format!("{} is read by {format}", quoted(&column.first)));
        }
        if format.contains("%y") {
            remarks.push("years of two digits are those from 1969 to 2068".to_owned());
        }
    }
    if form.kind == "datetime" && form.time_zone.is_none() && column.offsets != Some(true) {
        remarks.push(
            "the times say no offset: name their zone in `dynamodb:timeZone`, such as Europe/Berlin or UTC; without it \
             their instants are not known, and `${…:epoch}` cannot be used"
                .to_owned(),
        );
    }
    Choice { form, remarks }
}

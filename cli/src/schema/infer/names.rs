//! The names of fields, made of the names of columns.

use message::invisible::{is_blank, trim};

use super::remark::{Remark, quoted};

/// Names of placeholders in templates that stand for no column.
const CONTEXT_NAMES: [&str; 5] = ["$line", "$key", "$file", "$ingest", "$uploaded"];
/// Hidden attributes, which the product stores beside those of a row.
const HIDDEN: [&str; 2] = ["$revision", "$order"];

/// The names of the fields of a file.
#[derive(Debug, Default)]
pub struct Names {
    /// The field of each column; `None` for a column without a field.
    pub fields: Vec<Option<String>>,
    /// Whether the fields are the columns in their order, since the names are missing or ambiguous.
    pub by_position: bool,
    /// Remarks about the names.
    pub remarks: Vec<Remark>,
}

impl Names {
    /// The fields of a file without names.
    pub fn numbered(columns: usize) -> Self {
        Self {
            fields: (1..=columns).map(|number| Some(format!("column_{number}"))).collect(),
            by_position: true,
            remarks: vec![Remark::of_property(
                "header",
                "no row has names, so the fields are the columns in their order: name them",
            )],
        }
    }

    /// The fields of columns with these names. `has_values` says of each column whether it has any value.
    pub fn of_header(header: &[String], has_values: &[bool]) -> Self {
        let trimmed: Vec<&str> = header.iter().map(|name| trim(name)).collect();
        let has_value = |column: usize| has_values.get(column).copied().unwrap_or_default();
        let is_twice = |column: &usize| {
            let is_same = |other: usize| other != *column && trimmed[other] == trimmed[*column];
            !is_blank(trimmed[*column]) && (0..trimmed.len()).any(is_same)
        };
        let duplicates: Vec<&str> = (0..trimmed.len())
            .filter(is_twice)
            .map(|column| trimmed[column])
            .collect();
        let nameless = (0..trimmed.len()).find(|column| is_blank(trimmed[*column]) && has_value(*column));
        if duplicates.is_empty() && nameless.is_none() {
            return Self::named(&trimmed);
        }
        let why = match (duplicates.first(), nameless) {
            (Some(name), _) => format!("two columns are called {}", quoted(name)),
            (None, Some(column)) => format!("column {} has values, but no name", column + 1),
            (None, None) => String::new(),
        };
        let remark = Remark::of_property(
            "header",
            format!(
                "{why}; so the row of names is skipped, and the fields are the columns in their order: columns that are \
                 added or moved are not noticed. Better give each column a unique name where the file is made, and \
                 infer again"
            ),
        );
        Self {
            fields: unique(&trimmed),
            by_position: true,
            remarks: vec![remark],
        }
    }

    fn named(trimmed: &[&str]) -> Self {
        let mut names = Self::default();
        for name in trimmed {
            let is_field = !is_blank(name) && !CONTEXT_NAMES.contains(name);
            if !is_field && !is_blank(name) {
                names.remarks.push(Remark::of_column(
                    name,
                    "is left out, since its name is that of another placeholder in templates; rename the column to keep it",
                ));
            }
            names.fields.push(is_field.then(|| (*name).to_owned()));
        }
        names
    }
}

/// Makes the names unique.
fn unique(trimmed: &[&str]) -> Vec<Option<String>> {
    let mut taken: Vec<String> = Vec::new();
    for (column, name) in trimmed.iter().enumerate() {
        let base = match *name {
            name if is_blank(name) => format!("column_{}", column + 1),
            name if CONTEXT_NAMES.contains(&name) => name.trim_start_matches('$').to_owned(),
            name => name.to_owned(),
        };
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let later: Vec<&str> = trimmed[column + 1..].to_vec();
        let is_free = |name: &String| !taken.contains(name) && (*name == base || !later.contains(&name.as_str()));
        let free = std::iter::once(base.clone()).chain(numbered).find(is_free);
        taken.push(free.unwrap_or(base));
    }
    taken.into_iter().map(Some).collect()
}

/// The attribute of a field, if it needs another name than the field: the name is that of a hidden attribute, or it begins with
/// the characters of the comment that has the names. The attribute is none of those in `taken`.
pub fn attribute_of(name: &str, commented: Option<&str>, taken: &[String]) -> Option<String> {
    let in_comment = commented.and_then(|comment| name.strip_prefix(comment)).map(trim);
    let attribute = in_comment.filter(|name| !name.is_empty()).unwrap_or(name);
    if HIDDEN.contains(&attribute) {
        let column = format!("{}_column", attribute.trim_start_matches('$'));
        return Some(free(&column, taken));
    }
    (attribute != name).then(|| free(attribute, taken))
}

/// The name, or if it is taken, the name with the first free number behind it.
pub fn free(name: &str, taken: &[String]) -> String {
    let mut numbered = (2..).map(|number| format!("{name}_{number}"));
    let is_free = |name: &String| !taken.contains(name);
    let first = Some(name.to_owned()).filter(is_free);
    first.or_else(|| numbered.find(is_free)).unwrap_or_default()
}

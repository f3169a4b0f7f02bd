//! Matches the columns of a file with the fields.

use super::header_error::HeaderError;
use crate::descriptor::schema::FieldsMatch;
use crate::names::folded;
use crate::plan::Plan;
use crate::plan::steps::Literal;
use message::{Record, column_name};

/// The columns of a file.
#[derive(Debug)]
pub(crate) struct Columns {
    /// The column of each field.
    pub of_fields: Vec<Option<usize>>,
    /// The number of columns.
    pub width: usize,
    /// The fewest cells that a row may have.
    pub least_width: usize,
    /// The number of columns up to the last known one. When a row has too many cells, all cells after these must be empty.
    pub known_width: usize,
    /// Names of columns without a field.
    pub unknown: Vec<String>,
    /// Columns of the header that have no name and no field. Mostly their cells are empty: a delimiter at the ends of lines
    /// makes such a column, and spreadsheets write them.
    pub nameless: Vec<usize>,
    /// Columns without a field that are kept, with their names as JSON.
    pub kept: Vec<(usize, Literal)>,
}

impl Columns {
    /// Matches the columns of a file by the names in its header.
    pub fn named(plan: &Plan, header: Record<'_>) -> Result<Self, HeaderError> {
        let names: Vec<String> = (0..header.len())
            .map(|column| String::from_utf8_lossy(header.cell(column)).into_owned())
            .collect();
        let of_fields = matched(plan, &names)?;
        let without_field = (0..names.len()).filter(|column| !of_fields.contains(&Some(*column)));
        let (nameless, unknown): (Vec<_>, Vec<_>) = without_field.partition(|column| bare(&names[*column]).is_empty());
        check(plan, &names, &of_fields, &unknown)?;
        let kept = if plan.keeps_unknown {
            kept(plan, header, &names, &unknown)?
        } else {
            Vec::new()
        };
        let of_kept = kept.iter().map(|(column, _)| column);
        let known_width = of_fields
            .iter()
            .flatten()
            .chain(of_kept)
            .max()
            .map_or(0, |last| last + 1);
        let of_last_field = of_fields.iter().flatten().max();
        Ok(Self {
            width: names.len(),
            least_width: of_last_field.map_or(0, |last| last + 1),
            known_width,
            unknown: unknown.into_iter().map(|column| bare(&names[column])).collect(),
            of_fields,
            nameless,
            kept,
        })
    }

    /// The names of the columns that are in no item.
    pub fn left_out(&self) -> &[String] {
        // Either all columns without a field are kept, or none.
        if self.kept.is_empty() { &self.unknown } else { &[] }
    }

    /// The columns of a file without a header: the fields in order.
    pub fn in_order(plan: &Plan) -> Self {
        let width = plan.fields.len();
        Self {
            of_fields: (0..width).map(Some).collect(),
            width,
            least_width: if plan.fields_match.allows_absent() { 0 } else { width },
            known_width: width,
            unknown: Vec::new(),
            nameless: Vec::new(),
            kept: Vec::new(),
        }
    }
}

/// Finds the column of each field: the one of the same name or, failing that, one whose name differs only in letter case and
/// in surrounding white space and quotes.
fn matched(plan: &Plan, names: &[String]) -> Result<Vec<Option<usize>>, HeaderError> {
    let mut of_fields = vec![None; plan.fields.len()];
    let mut taken = vec![false; names.len()];
    let mut duplicates = Vec::new();
    let passes: [fn(&str) -> String; 2] = [str::to_owned, folded];
    for (pass, form) in passes.into_iter().enumerate() {
        let forms: Vec<_> = names.iter().map(|name| form(name)).collect();
        let fields: Vec<_> = plan.fields.iter().map(|field| form(&field.name)).collect();
        let open: Vec<bool> = of_fields.iter().map(Option::is_none).collect();
        for (index, field) in plan.fields.iter().enumerate().filter(|(index, _)| open[*index]) {
            let candidates: Vec<_> = (0..names.len())
                .filter(|column| !taken[*column] && forms[*column] == fields[index])
                .collect();
            let rivals = (0..fields.len())
                .filter(|other| open[*other] && fields[*other] == fields[index])
                .count();
            match candidates[..] {
                [] => {}
                [column] if rivals == 1 || pass == 0 => of_fields[index] = Some(column),
                _ if duplicates.contains(&field.name) => {}
                _ => duplicates.push(field.name.clone()),
            }
        }
        for column in of_fields.iter().flatten() {
            taken[*column] = true;
        }
    }
    if duplicates.is_empty() {
        Ok(of_fields)
    } else {
        Err(HeaderError::Duplicate(duplicates))
    }
}

/// A name without white space and quotes around it.
fn bare(name: &str) -> String {
    column_name(name.as_bytes()).into_owned()
}

fn check(plan: &Plan, names: &[String], of_fields: &[Option<usize>], unknown: &[usize]) -> Result<(), HeaderError> {
    let absent = plan
        .fields
        .iter()
        .zip(of_fields)
        .enumerate()
        .filter(|(_, (_, column))| column.is_none());
    let missing: Vec<_> = absent
        .filter(|(index, _)| plan.needs(*index) || !plan.fields_match.allows_absent())
        .map(|(_, (field, _))| field.name.clone())
        .collect();
    if !missing.is_empty() {
        return Err(HeaderError::Missing(missing));
    }
    if of_fields.iter().all(Option::is_none) {
        return Err(HeaderError::NothingKnown);
    }
    if !plan.fields_match.allows_unknown() && !unknown.is_empty() {
        let columns = unknown.iter().map(|column| bare(&names[*column]));
        return Err(HeaderError::Unknown {
            columns: columns.collect(),
            match_name: plan.fields_match.name(),
        });
    }
    if plan.fields_match == FieldsMatch::Exact && !of_fields.iter().is_sorted() {
        return Err(HeaderError::Order);
    }
    Ok(())
}

fn kept(
    plan: &Plan,
    header: Record<'_>,
    names: &[String],
    unknown: &[usize],
) -> Result<Vec<(usize, Literal)>, HeaderError> {
    let is_text = |column: usize| std::str::from_utf8(header.cell(column)).is_ok();
    let not_text: Vec<_> = unknown
        .iter()
        .filter(|column| !is_text(**column))
        .map(|column| bare(&names[*column]))
        .collect();
    if !not_text.is_empty() {
        return Err(HeaderError::NameEncoding(not_text));
    }
    let mut kept = Vec::new();
    let mut conflicts = Vec::new();
    let mut duplicates = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for &column in unknown {
        let name = &*column_name(names[column].as_bytes());
        if plan.attribute_names.iter().any(|attribute| attribute == name) || matches!(name, "$revision" | "$order") {
            conflicts.push(name.to_owned());
        }
        if seen.iter().any(|seen| seen == name) {
            duplicates.push(name.to_owned());
        }
        seen.push(name.to_owned());
        kept.push((column, Literal::quoted(name)));
    }
    if !conflicts.is_empty() {
        return Err(HeaderError::KeptName(conflicts));
    }
    if duplicates.is_empty() {
        Ok(kept)
    } else {
        Err(HeaderError::Duplicate(duplicates))
    }
}

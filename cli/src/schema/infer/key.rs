//! The key of the table, found in the rows and declared in the descriptor.

use std::collections::BTreeMap;

use s3_to_sqs::rows::Dialect;
use schema::CellReader;
use serde_json::json;

use super::declaration::{Field, Resource};
use super::input::{Input, InputError};
use super::keys::{Found, KeyColumn, KeySearch};
use super::names;
use super::remark::{Remark, quoted};
use super::survey::{Survey, cells};

/// The names of the API's query parameters, which no key attribute may have.
const TAKEN: [&str; 6] = ["from", "to", "order", "limit", "fields", "NextToken"];
/// The length of the longest cell that may be part of a key, in bytes: the limit of a sort key.
const MAX_KEY_CELL: usize = 1024;

/// The remark about a key of the object and the line.
const NOTHING_UNIQUE: &str = "no column is unique, alone or with a time; so each row gets its own key, of object and line, and a \
                              row that is uploaded again in another file is another item. Better name columns that are \
                              unique together, such as \"pk\": \"${station}\", \"sk\": \"${time}#${sensor}\"";

/// Searches for the columns that make rows unique. `fields` has the field of each column.
pub fn search(
    sample: &Input<'_>,
    dialect: &Dialect,
    survey: &Survey,
    fields: &[Option<Field>],
) -> Result<KeySearch, InputError> {
    let can_be = |column: usize, field: &Field| {
        let seen = &survey.columns[column];
        let is_text = ["string", "integer", "date", "datetime", "time", "yearmonth"].contains(&field.form.kind);
        let is_whole = seen.missing == 0 && seen.values > 0 && seen.longest <= MAX_KEY_CELL;
        is_whole && (is_text || field.form.epoch.is_some()) && !field.name.contains('}')
    };
    let candidates = fields.iter().enumerate().filter_map(|(column, field)| {
        let field = field.as_ref().filter(|field| can_be(column, field))?;
        Some(KeyColumn {
            column,
            name: field.name.clone(),
            is_time: field.form.epoch.is_some() || matches!(field.form.kind, "date" | "datetime"),
            is_clock: field.form.kind == "time",
            is_text: field.form.kind == "string",
        })
    });
    let candidates: Vec<KeyColumn> = candidates.collect();
    let readers = readers(&candidates, fields);
    let mut search = KeySearch::among(candidates);
    let mut scratch = String::new();
    let mut names_come = dialect.header_row.is_some();
    sample.rows(dialect, |row| {
        if std::mem::take(&mut names_come) {
            return;
        }
        if let Ok(record) = row.record {
            let cells: Vec<String> = cells(record).collect();
            if survey.header.len() < 2 || cells != survey.header {
                let value = |(column, reader): (&usize, &CellReader)| {
                    let cell = cells.get(*column).map_or("", String::as_str);
                    let text = reader.text(cell, &mut scratch);
                    (*column, text.unwrap_or_else(|| cell.to_owned()))
                };
                // Once: a column is in several sets.
                let values: BTreeMap<usize, String> = readers.iter().map(value).collect();
                search.take(|column| values.get(&column).map_or("", String::as_str));
            }
        }
    })?;
    Ok(search)
}

/// The readers of the candidates' fields, by column. Cells with different texts can be one value: `9/11/2001` and `09/11/2001`.
fn readers(candidates: &[KeyColumn], fields: &[Option<Field>]) -> BTreeMap<usize, CellReader> {
    let reader = |column: usize| CellReader::of_field(&json!(fields.get(column)?).to_string()).ok();
    let columns = candidates.iter().map(|candidate| candidate.column);
    columns.filter_map(|column| Some((column, reader(column)?))).collect()
}

/// Declares the columns that were found as the key, in `primaryKey` or in `dynamodb:item`.
pub fn declare(search: &KeySearch, fields: &[Option<Field>], resource: &mut Resource) -> Vec<Remark> {
    let name = |column: usize| {
        fields
            .get(column)
            .and_then(Option::as_ref)
            .map_or("", |field| &field.name)
    };
    let (columns, attributes, what) = match search.found() {
        Found::One(column) => (
            vec![name(column)],
            vec![place(name(column))],
            format!("{} is unique", quoted(name(column))),
        ),
        Found::Pair(partition, sort) => (
            vec![name(partition), name(sort)],
            vec![place(name(partition)), place(name(sort))],
            format!("{} with {} is unique", quoted(name(partition)), quoted(name(sort))),
        ),
        Found::Time(column) => (
            Vec::new(),
            vec![
                format!("${{{}:{}}}", name(column), period(fields, column)),
                place(name(column)),
            ],
            format!("the times of {} are unique", quoted(name(column))),
        ),
        Found::Nothing => (Vec::new(), vec!["${$key}#${$line}".to_owned()], String::new()),
    };
    let remark = if what.is_empty() {
        NOTHING_UNIQUE.to_owned()
    } else {
        let rows = if search.is_cut { "the first rows" } else { "all rows" };
        format!(
            "{what} in {rows} of this file; if that is by chance, make the key of other columns, or rows will replace each other"
        )
    };
    if !columns.is_empty() && columns.iter().all(|name| is_plain(name)) {
        resource.schema.primary_key = columns.into_iter().map(str::to_owned).collect();
        return vec![Remark::of_property("primaryKey", remark)];
    }
    let is = if attributes.len() == 1 {
        "pk is"
    } else {
        "pk and sk are"
    };
    let names = ["pk", "sk"].map(str::to_owned);
    resource.item = names.into_iter().zip(attributes).collect();
    vec![Remark::of_property(
        "dynamodb:item",
        format!("{is} the key of the table: {remark}"),
    )]
}

/// The template that consists of one field.
fn place(name: &str) -> String {
    format!("${{{name}}}")
}

/// The directives of the period whose times share a partition: a year for dates, otherwise a day.
fn period(fields: &[Option<Field>], column: usize) -> &'static str {
    let is_date = fields
        .get(column)
        .and_then(Option::as_ref)
        .is_some_and(|field| field.form.kind == "date");
    if is_date { "%Y" } else { "%Y-%m-%d" }
}

/// Renames the attributes of fields that have the name of a key attribute from a template.
pub fn make_room(resource: &mut Resource) -> Vec<Remark> {
    if resource.item.is_empty() {
        return Vec::new();
    }
    let fields = &mut resource.schema.fields;
    let attributes = fields.iter().filter_map(|field| field.attribute.clone());
    let mut taken: Vec<String> = fields
        .iter()
        .map(|field| field.name.clone())
        .chain(attributes)
        .collect();
    let mut remarks = Vec::new();
    for field in fields {
        let attribute = field.attribute.as_deref().unwrap_or(&field.name);
        if ["pk", "sk", "PK", "SK"].contains(&attribute) {
            let free = names::free(&format!("{attribute}_column"), &taken);
            taken.push(free.clone());
            field.attribute = Some(free);
            remarks.push(Remark::of_column(
                &field.name,
                "is stored under another attribute, since the key of the table has this name",
            ));
        }
    }
    remarks
}

/// Whether a name can be that of a key attribute without escaping, in parameters, URLs and templates.
fn is_plain(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !TAKEN.contains(&name)
        && name.len() < 128
        && name.bytes().all(is_letter)
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

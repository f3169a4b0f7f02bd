//! The declaration of the texts for a missing value, for the whole file or for a field.

use super::column::Column;
use super::declaration::Field;
use super::missing::Word;
use super::remark::{Remark, quoted};

/// Returns the texts for a missing value in the whole file, and sets those of fields that have other ones.
pub fn missing_values(columns: &[Column], fields: &mut [Option<Field>], remarks: &mut Vec<Remark>) -> Vec<String> {
    let is_text = |field: &Option<Field>| field.as_ref().is_none_or(|field| field.form.kind == "string");
    let texts_of = |text: bool, wanted: Word| {
        let of_kind = columns
            .iter()
            .zip(&*fields)
            .filter(move |(_, field)| is_text(field) == text);
        let nulls = of_kind.flat_map(|(column, _)| &column.nulls);
        nulls
            .filter(move |(_, word)| *word == wanted)
            .map(|(null, _)| null.clone())
    };
    let in_texts: Vec<String> = texts_of(true, Word::Doubtful).collect();
    let mut common: Vec<String> = texts_of(true, Word::Plain)
        .chain(texts_of(false, Word::Plain))
        .collect();
    common.extend(texts_of(false, Word::Doubtful).filter(|null| !in_texts.contains(null)));
    common.sort_unstable();
    common.dedup();
    if !common.is_empty() {
        let seen: Vec<_> = common.iter().map(|null| quoted(null)).collect();
        remarks.push(Remark::of_property(
            "missingValues",
            format!(
                "cells that are {} have no value; remove those that are values",
                seen.join(", ")
            ),
        ));
        common.insert(0, String::new());
    }
    for (column, field) in columns.iter().zip(fields) {
        let Some(field) = field.as_mut().filter(|field| field.form.kind != "string") else {
            continue;
        };
        let own: Vec<String> = column
            .nulls
            .iter()
            .map(|(null, _)| null.clone())
            .filter(|null| !common.contains(null))
            .collect();
        if !own.is_empty() {
            remarks.push(Remark::of_column(
                &field.name,
                format!(
                    "{} means a missing value here, but is a text in other columns",
                    quoted(&own[0])
                ),
            ));
            let schema_texts = if common.is_empty() {
                vec![String::new()]
            } else {
                common.clone()
            };
            field.missing_values = schema_texts.into_iter().chain(own).collect();
        }
    }
    common
}

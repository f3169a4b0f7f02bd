//! Compiles a resource for a table's key.

use message::{KeyAttribute, KeyType, MAX_PARTITION_BYTES, MAX_SORT_BYTES};

use super::Plan;
use super::attributes::{Attribute, AttributeSource, attributes, check_missing_in_key};
use super::body::BodyWriter;
use super::key::{self, Key, KeyPart};
use super::place::{CompiledPlace, Plainness};
use crate::cell::span::{Buffer, Span};
use crate::descriptor::field::Field;
use crate::descriptor::item::ItemValue;
use crate::descriptor::kind::Kind;
use crate::descriptor::resource::{Resource, Write};
use crate::descriptor::spec::Spec;
use crate::descriptor::template::{Place, Source, TemplatePart};
use crate::fault::{Collector, below};
use crate::names::folded;
use crate::table::{MAX_CHANGES, Table};

/// Compiles a resource for a table; `None` when the key cannot be made.
pub(crate) fn compile(resource: &Resource, table: &Table, pointer: &str, faults: &mut Collector) -> Option<Plan> {
    let fields = &resource.schema.fields;
    let attributes = attributes(resource, pointer, faults);
    let partition = key(
        &table.key.partition,
        MAX_PARTITION_BYTES,
        &attributes,
        fields,
        pointer,
        faults,
    );
    let sort = table
        .key
        .sort
        .as_ref()
        .map(|sort| key(sort, MAX_SORT_BYTES, &attributes, fields, pointer, faults));
    check_write(resource, table, &attributes, pointer, faults);
    check_missing_in_key(resource, &table.key, &attributes, faults);
    let (partition, sort) = match sort {
        None => (partition?, None),
        Some(sort) => (partition?, Some(sort?)),
    };
    let body = BodyWriter {
        resource,
        table,
        partition: partition.plainness(),
        sort: sort.as_ref().map_or(Plainness::Unknown, Key::plainness),
        needed_by_key: partition
            .needs
            .iter()
            .chain(sort.iter().flat_map(|sort| &sort.needs))
            .copied()
            .collect(),
    };
    let (defaults, default_spans) = defaults(fields);
    Some(Plan {
        table: body.table_member(),
        body: match resource.write {
            Some(Write::Merge) => body.merge(&attributes),
            Some(Write::Delete) => body.delete(),
            _ => body.put(&attributes),
        },
        fields: fields.clone(),
        folded_names: fields.iter().map(|field| folded(&field.name)).collect(),
        defaults,
        default_spans,
        fields_match: resource.schema.fields_match,
        has_header: resource.dialect.header_row.is_some(),
        missing_values: resource.schema.missing_values.clone(),
        keeps_unknown: resource.keeps_unknown,
        attribute_names: attributes.iter().map(|attribute| attribute.name.to_owned()).collect(),
        partition,
        sort,
        write: resource.write,
    })
}

fn defaults(fields: &[Field]) -> (String, Vec<Option<Span>>) {
    let mut texts = String::new();
    let mut spans = Vec::with_capacity(fields.len());
    for field in fields {
        spans.push(field.default.as_ref().map(|default| {
            let start = texts.len();
            texts.push_str(default);
            Span::new(Buffer::Defaults, start, texts.len())
        }));
    }
    (texts, spans)
}

/// Compiles the text of a key attribute; `None` when the resource does not make it, or makes it of another type.
fn key(
    wanted: &KeyAttribute,
    max_bytes: usize,
    attributes: &[Attribute<'_>],
    fields: &[Field],
    pointer: &str,
    faults: &mut Collector,
) -> Option<Key> {
    let KeyAttribute { name, key_type } = wanted;
    let Some(attribute) = attributes.iter().find(|attribute| attribute.name == name) else {
        let text = format!(
            "makes no attribute \"{name}\", which the table's key has; add it to `dynamodb:item`, or name it as the \
             `dynamodb:attribute` of a field"
        );
        faults.meaning(pointer, text);
        return None;
    };
    if let AttributeSource::Item(ItemValue::Refused) = attribute.source {
        return None;
    }
    let fits = match key_type {
        KeyType::S => attribute.kind == Kind::Text,
        KeyType::N => attribute.kind == Kind::Number,
    };
    if !fits {
        let hint = match (key_type, attribute.kind, attribute.source) {
            (KeyType::S, Kind::Number, AttributeSource::Field(_)) => "; write `\"dynamodb:type\": \"S\"`",
            (KeyType::S, Kind::Number, AttributeSource::Item(_)) => "; put a text before or behind it",
            _ => "",
        };
        let text = format!(
            "makes \"{name}\" of type {}, but the table's key has it of type {key_type}{hint}",
            attribute.kind
        );
        faults.meaning(&attribute.pointer, text);
        return None;
    }
    let place = |place: &Place| KeyPart::Place(CompiledPlace::of(place, fields));
    let parts = match attribute.source {
        AttributeSource::Field(index) => vec![place(&Place {
            source: Source::Field(index),
            spec: Spec::Text,
        })],
        AttributeSource::Item(ItemValue::Number(number)) => vec![KeyPart::Literal(key::constant(number))],
        AttributeSource::Item(ItemValue::Template(parts)) => {
            let parts = parts.iter().map(|part| match part {
                TemplatePart::Literal(text) => KeyPart::Literal(text.clone()),
                TemplatePart::Place(found) => place(found),
            });
            parts.collect()
        }
        // Values of other types have been refused above.
        AttributeSource::Item(_) => Vec::new(),
    };
    check_constant(&parts, name, max_bytes, &attribute.pointer, faults);
    Some(Key {
        attribute: wanted.clone(),
        parts,
        needs: attribute.needs.clone(),
        max_bytes,
    })
}

/// Notes a key that is empty or too long in every row.
fn check_constant(parts: &[KeyPart], name: &str, max_bytes: usize, pointer: &str, faults: &mut Collector) {
    let literals = parts.iter().map(|part| {
        if let KeyPart::Literal(text) = part {
            text.len()
        } else {
            0
        }
    });
    let bytes: usize = literals.sum();
    if parts.is_empty() {
        faults.meaning(pointer, format!("makes an empty \"{name}\", which a key never is"));
    } else if bytes > max_bytes {
        faults.meaning(
            pointer,
            format!("makes \"{name}\" of more than {max_bytes} bytes, the most of a key"),
        );
    }
}

/// Notes what contradicts `dynamodb:write`.
fn check_write(
    resource: &Resource,
    table: &Table,
    attributes: &[Attribute<'_>],
    pointer: &str,
    faults: &mut Collector,
) {
    let is_key = |attribute: &&Attribute<'_>| table.key.has(attribute.name);
    match resource.write {
        Some(Write::Delete) => {
            for attribute in attributes.iter().filter(is_key) {
                let AttributeSource::Item(value) = attribute.source else {
                    continue;
                };
                let of_upload = |place: &&Place| {
                    matches!(
                        place.source,
                        Source::Key | Source::File | Source::Ingest | Source::Uploaded
                    )
                };
                if let Some(place) = value.places().find(of_upload) {
                    let name = key::source_name(place.source, &resource.schema.fields);
                    let text = format!(
                        "has `${{{name}}}`, which differs in each upload, so that no item would be found to delete"
                    );
                    faults.meaning(&attribute.pointer, text);
                }
            }
        }
        Some(Write::Merge) => {
            let set = attributes.iter().filter(|attribute| !is_key(attribute)).count();
            if set > MAX_CHANGES {
                let text = format!("makes {set} attributes beside the key; an update takes {MAX_CHANGES}");
                faults.meaning(below(pointer, "dynamodb:write"), text);
            }
            if set == 0 && !resource.keeps_unknown {
                let text = "there is no attribute beside the key, so that there is nothing to merge";
                faults.meaning(below(pointer, "dynamodb:write"), text);
            }
        }
        _ => {}
    }
}

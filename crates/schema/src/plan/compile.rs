//! A resource and a table's key to a plan.

use super::attributes::{Attribute, AttributeSource, attributes};
use super::key::{self, Key, KeyPart, MAX_PARTITION_BYTES, MAX_SORT_BYTES};
use super::place::{CompiledPlace, Plainness};
use super::steps::{Assembler, Literal, Step, quoted};
use super::{BodyPlan, MergeAttribute, MergePlan, Plan};
use crate::cell::reader::Reader;
use crate::cell::span::{Buffer, Span};
use crate::descriptor::field::{Field, OnMissing};
use crate::descriptor::item::ItemValue;
use crate::descriptor::kind::Kind;
use crate::descriptor::resource::{Resource, Write};
use crate::descriptor::template::{Place, Source, Spec, TemplatePart};
use crate::fault::{Collector, below};
use crate::table::{KeyAttribute, KeyType, Table};

/// The most bytes of an update expression, and the most operators in it.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_EXPRESSION_BYTES: usize = 4096;
const MAX_OPERATORS: usize = 300;

/// Compiles a resource for a table; `None` when the key cannot be made.
pub(crate) fn compile(resource: &Resource, table: &Table, pointer: &str, faults: &mut Collector) -> Option<Plan> {
    let fields = &resource.schema.fields;
    let attributes = attributes(resource, pointer, faults);
    let partition = key(
        &table.partition_key,
        MAX_PARTITION_BYTES,
        &attributes,
        fields,
        pointer,
        faults,
    );
    let sort = table
        .sort_key
        .as_ref()
        .map(|sort| key(sort, MAX_SORT_BYTES, &attributes, fields, pointer, faults));
    check_write(resource, table, &attributes, pointer, faults);
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
        body: match resource.write {
            Some(Write::Merge) => body.merge(&attributes),
            Some(Write::Delete) => body.delete(),
            _ => body.put(&attributes),
        },
        fields: fields.clone(),
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

/// Compiles the text of a key attribute; `None` when it is not made, or is of another type.
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
    let place = |place: &Place| KeyPart::Place(compiled(place, fields));
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
        // Of other types, which have been refused.
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

/// Notes a key that no row can have.
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

/// Notes what contradicts the way in which rows are written.
fn check_write(
    resource: &Resource,
    table: &Table,
    attributes: &[Attribute<'_>],
    pointer: &str,
    faults: &mut Collector,
) {
    let is_key = |attribute: &&Attribute<'_>| {
        let keys = std::iter::once(&table.partition_key).chain(&table.sort_key);
        keys.into_iter().any(|key| key.name == attribute.name)
    };
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
                        "has `${{{name}}}`, which is another for each upload, so that no item would be found to delete"
                    );
                    faults.meaning(&attribute.pointer, text);
                }
            }
        }
        Some(Write::Merge) => {
            let set = attributes.iter().filter(|attribute| !is_key(attribute)).count();
            // `#123=:123,` for each.
            if set > MAX_OPERATORS || set * 10 > MAX_EXPRESSION_BYTES {
                let text = format!("makes {set} attributes beside the key; an update takes {MAX_OPERATORS}");
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

fn compiled(place: &Place, fields: &[Field]) -> CompiledPlace {
    let kind = match place.source {
        Source::Field(index) => fields.get(index).map_or(Kind::Text, |field| field.kind),
        _ => Kind::Text,
    };
    CompiledPlace {
        plainness: Plainness::of_place(place, fields),
        place: place.clone(),
        kind,
    }
}

/// Writes the steps of a body.
struct BodyWriter<'w> {
    resource: &'w Resource,
    table: &'w Table,
    partition: Plainness,
    sort: Plainness,
    /// Fields that every row has that is not rejected for its key.
    needed_by_key: Vec<usize>,
}

impl BodyWriter<'_> {
    fn fields(&self) -> &[Field] {
        &self.resource.schema.fields
    }

    fn put(&self, attributes: &[Attribute<'_>]) -> BodyPlan {
        let mut steps = Assembler::default();
        steps.json(&format!("{{\"TableName\":{},\"Item\":{{", quoted(&self.table.name)));
        for attribute in attributes {
            self.member(attribute, &mut steps);
        }
        if self.resource.keeps_unknown {
            steps.push(Step::Kept);
        }
        steps.close();
        steps.json("}");
        BodyPlan::Put(steps.finish())
    }

    fn delete(&self) -> BodyPlan {
        let mut steps = Assembler::default();
        self.head_with_key(&mut steps);
        steps.json("}");
        BodyPlan::Delete(steps.finish())
    }

    fn merge(&self, attributes: &[Attribute<'_>]) -> BodyPlan {
        let mut head = Assembler::default();
        self.head_with_key(&mut head);
        head.json(",\"UpdateExpression\":\"");
        let set = attributes
            .iter()
            .filter(|attribute| self.key_step(attribute.name).is_none());
        let attributes = set.map(|attribute| {
            let mut value = Assembler::default();
            self.value_of(attribute, &mut value);
            MergeAttribute {
                name: Literal::quoted(attribute.name),
                needs: self.uncertain(&attribute.needs),
                missing: attribute.missing,
                value: value.finish(),
            }
        });
        BodyPlan::Merge(MergePlan {
            attributes: attributes.collect(),
            head: head.finish(),
        })
    }

    /// `{"TableName":…,"Key":{…}`
    fn head_with_key(&self, steps: &mut Assembler) {
        steps.json(&format!("{{\"TableName\":{},\"Key\":{{", quoted(&self.table.name)));
        for key in std::iter::once(&self.table.partition_key).chain(&self.table.sort_key) {
            self.key_member(key, steps);
        }
        steps.close();
        steps.json("}");
    }

    fn key_member(&self, key: &KeyAttribute, steps: &mut Assembler) {
        steps.json(&format!("{}:{{\"{}\":\"", quoted(&key.name), key.key_type));
        let is_partition = key.name == self.table.partition_key.name;
        steps.push(if is_partition {
            Step::Partition(self.partition)
        } else {
            Step::Sort(self.sort)
        });
        steps.json("\"},");
    }

    fn key_step(&self, name: &str) -> Option<&KeyAttribute> {
        let keys = std::iter::once(&self.table.partition_key).chain(&self.table.sort_key);
        keys.into_iter().find(|key| key.name == name)
    }

    /// The fields of these that a row may lack.
    fn uncertain(&self, needs: &[usize]) -> Vec<usize> {
        let is_uncertain = |index: &&usize| {
            let certain = |field: &Field| field.required || field.default.is_some();
            !self.needed_by_key.contains(*index) && !self.fields().get(**index).is_some_and(certain)
        };
        needs.iter().filter(is_uncertain).copied().collect()
    }

    /// An attribute as a member of an item, with a comma behind it.
    fn member(&self, attribute: &Attribute<'_>, steps: &mut Assembler) {
        if let Some(key) = self.key_step(attribute.name) {
            return self.key_member(key, steps);
        }
        let needs = self.uncertain(&attribute.needs);
        let skips = steps.unless_present(&needs);
        steps.json(&format!("{}:", quoted(attribute.name)));
        self.value_of(attribute, steps);
        steps.json(",");
        steps.land(&skips);
        if let (OnMissing::Null, &[field]) = (attribute.missing, &needs[..]) {
            let skips = steps.unless_missing(field);
            steps.json(&format!("{}:{{\"NULL\":true}},", quoted(attribute.name)));
            steps.land(&skips);
        }
    }

    fn value_of(&self, attribute: &Attribute<'_>, steps: &mut Assembler) {
        match attribute.source {
            AttributeSource::Field(field) => self.field(field, steps),
            AttributeSource::Item(value) => self.value(value, attribute.name, steps),
        }
    }

    /// The attribute value of a field.
    fn field(&self, field: usize, steps: &mut Assembler) {
        let Some(declared) = self.fields().get(field) else {
            return;
        };
        let step = Step::Field {
            field,
            kind: declared.kind,
            plainness: Plainness::of_field(declared),
        };
        match declared.reader {
            Reader::List(_) | Reader::Document { .. } => steps.push(Step::Json { field }),
            Reader::Boolean { .. } => {
                steps.json("{\"BOOL\":");
                steps.push(step);
                steps.json("}");
            }
            _ => {
                steps.json(&format!("{{\"{}\":\"", declared.kind));
                steps.push(step);
                steps.json("\"}");
            }
        }
    }

    /// An attribute value of the descriptor.
    fn value(&self, value: &ItemValue, attribute: &str, steps: &mut Assembler) {
        match value {
            ItemValue::Null => steps.json("{\"NULL\":true}"),
            ItemValue::Bool(value) => steps.json(&format!("{{\"BOOL\":{value}}}")),
            ItemValue::Number(number) => steps.json(&format!("{{\"N\":\"{number}\"}}")),
            ItemValue::Template(parts) => self.template(parts, attribute, steps),
            ItemValue::List(elements) => {
                steps.json("{\"L\":[");
                for element in elements {
                    let skips = steps.unless_present(&self.uncertain(&element.needs()));
                    self.value(element, attribute, steps);
                    steps.json(",");
                    steps.land(&skips);
                }
                steps.close();
                steps.json("]}");
            }
            ItemValue::Map(members) => {
                steps.json("{\"M\":{");
                for (name, member) in members {
                    let skips = steps.unless_present(&self.uncertain(&member.needs()));
                    steps.json(&format!("{}:", quoted(name)));
                    self.value(member, attribute, steps);
                    steps.json(",");
                    steps.land(&skips);
                }
                steps.close();
                steps.json("}}");
            }
        }
    }

    fn template(&self, parts: &[TemplatePart], attribute: &str, steps: &mut Assembler) {
        if let [
            TemplatePart::Place(Place {
                source: Source::Field(field),
                spec: Spec::Text,
            }),
        ] = parts
        {
            return self.field(*field, steps);
        }
        let kind = match parts {
            [TemplatePart::Place(place)] => place.kind(self.fields()),
            _ => Kind::Text,
        };
        steps.json(&format!("{{\"{kind}\":\""));
        for part in parts {
            match part {
                TemplatePart::Literal(text) => {
                    let json = quoted(text);
                    steps.json(&json[1..json.len() - 1]);
                }
                TemplatePart::Place(place) => steps.push(Step::Place {
                    place: compiled(place, self.fields()),
                    attribute: attribute.to_owned(),
                }),
            }
        }
        steps.json("\"}");
    }
}

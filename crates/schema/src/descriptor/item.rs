//! Attributes that a resource adds or overrides.

use message::Number;

use super::field::Field;
use super::kind::Kind;
use super::spec::Spec;
use super::template::{self, Place, Source, TemplatePart};
use crate::cell::document::MAX_DEPTH;
use crate::cell::reader::Reader;
use crate::fault::{Collector, below};
use crate::json::Json;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemValue {
    Null,
    Bool(bool),
    /// A number in JSON's notation.
    Number(String),
    Template(Vec<TemplatePart>),
    List(Vec<ItemValue>),
    Map(Vec<(String, ItemValue)>),
    /// A template with a fault in it.
    Refused,
}

impl ItemValue {
    /// Reads a value and everything in it.
    pub fn read(json: &Json, fields: &[Field], depth: usize, pointer: &str, faults: &mut Collector) -> Self {
        if depth > MAX_DEPTH {
            faults.meaning(
                pointer,
                format!("is nested more than {MAX_DEPTH} levels deep, which DynamoDB does not take"),
            );
            return Self::Null;
        }
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(text) => {
                let number = faults.take(pointer, Number::parse(text));
                Self::Number(number.map(|number| number.to_string()).unwrap_or_default())
            }
            Json::Text(text) => {
                let Some(parts) = template::parse(text, fields, pointer, faults) else {
                    return Self::Refused;
                };
                if parts.len() > 1 {
                    template::check_texts(&parts, fields, pointer, faults);
                }
                Self::Template(parts)
            }
            Json::Array(elements) => {
                let elements = elements.iter().enumerate();
                let values = elements
                    .map(|(index, element)| Self::read(element, fields, depth + 1, &below(pointer, index), faults));
                Self::List(values.collect())
            }
            Json::Object(members) => Self::Map(Self::members(members, fields, depth, pointer, faults)),
        }
    }

    /// Reads the members of an object.
    pub fn members(
        members: &[(String, Json)],
        fields: &[Field],
        depth: usize,
        pointer: &str,
        faults: &mut Collector,
    ) -> Vec<(String, Self)> {
        let mut values: Vec<(String, Self)> = Vec::new();
        for (name, value) in members {
            let pointer = below(pointer, name);
            if name.is_empty() {
                faults.meaning(&pointer, "has an empty name, which DynamoDB does not take");
            }
            if name.contains("${") {
                faults.meaning(
                    &pointer,
                    "has a template in its name; templates are filled in only in values: write a plain name",
                );
            }
            // The check of the form has noted duplicates.
            if values.iter().all(|(earlier, _)| earlier != name) {
                values.push((name.clone(), Self::read(value, fields, depth + 1, &pointer, faults)));
            }
        }
        values
    }

    /// Tells fields whose cells are JSON how many levels are around their values. `depth` levels are around this value.
    pub fn deepen(&self, depth: usize, fields: &mut [Field]) {
        match self {
            Self::List(elements) => elements.iter().for_each(|element| element.deepen(depth + 1, fields)),
            Self::Map(members) => members.iter().for_each(|(_, member)| member.deepen(depth + 1, fields)),
            _ => {
                for place in self.places().filter(|place| place.spec == Spec::Text) {
                    if let Source::Field(index) = place.source
                        && let Some(Reader::Document { depth: most, .. }) =
                            fields.get_mut(index).map(|field| &mut field.reader)
                    {
                        *most = depth.max(*most);
                    }
                }
            }
        }
    }

    pub fn kind(&self, fields: &[Field]) -> Kind {
        match self {
            Self::Null | Self::Refused => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Number(_) => Kind::Number,
            Self::Template(parts) => match &parts[..] {
                [TemplatePart::Place(place)] => place.kind(fields),
                _ => Kind::Text,
            },
            Self::List(_) => Kind::List,
            Self::Map(_) => Kind::Map,
        }
    }

    /// The places of a template; empty for any other value.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        let parts = if let Self::Template(parts) = self {
            &parts[..]
        } else {
            &[]
        };
        parts.iter().filter_map(|part| match part {
            TemplatePart::Place(place) => Some(place),
            TemplatePart::Literal(_) => None,
        })
    }

    /// The fields of all places in it, at any depth.
    pub fn fields_within(&self) -> Vec<usize> {
        match self {
            Self::List(elements) => elements.iter().flat_map(Self::fields_within).collect(),
            Self::Map(members) => members.iter().flat_map(|(_, member)| member.fields_within()).collect(),
            _ => self.needs(),
        }
    }

    /// The fields of a template's places. Without a value for each of them, the template makes no attribute.
    pub fn needs(&self) -> Vec<usize> {
        let fields = self.places().filter_map(|place| match place.source {
            Source::Field(index) => Some(index),
            _ => None,
        });
        let mut needs: Vec<_> = fields.collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }
}

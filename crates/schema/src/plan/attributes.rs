//! The attributes that a resource makes, in the order of the item.

use message::TableKey;

use crate::descriptor::field::{Field, OnMissing};
use crate::descriptor::item::ItemValue;
use crate::descriptor::kind::Kind;
use crate::descriptor::resource::{Resource, Write};
use crate::fault::{Collector, below};

/// Attributes that the product itself keeps in items, so that no row can set them.
const HIDDEN: [&str; 2] = ["$revision", "$order"];

/// An attribute that a resource makes.
#[derive(Debug)]
pub(crate) struct Attribute<'r> {
    pub name: &'r str,
    pub source: AttributeSource<'r>,
    pub kind: Kind,
    /// The fields that must have a value; otherwise the attribute is not made.
    pub needs: Vec<usize>,
    pub missing: OnMissing,
    /// Its place in the descriptor, as a JSON Pointer.
    pub pointer: String,
}

/// What an attribute is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttributeSource<'r> {
    Field(usize),
    Item(&'r ItemValue),
}

/// The attributes of `dynamodb:item`, and those of the fields that it does not override.
pub(crate) fn attributes<'r>(resource: &'r Resource, pointer: &str, faults: &mut Collector) -> Vec<Attribute<'r>> {
    let fields = &resource.schema.fields;
    let at_item = below(pointer, "dynamodb:item");
    let added = resource.item.iter().map(|(name, value)| Attribute {
        name,
        source: AttributeSource::Item(value),
        kind: value.kind(fields),
        needs: value.needs(),
        missing: OnMissing::Omit,
        pointer: below(&at_item, name),
    });
    let mut attributes: Vec<Attribute<'r>> = added.collect();
    let overriding = attributes.len();
    for (index, field) in fields.iter().enumerate() {
        let Some(name) = field.attribute.as_deref() else {
            continue;
        };
        let of_fields = || attributes[overriding..].iter();
        if let Some(other) = of_fields().find(|attribute| attribute.name == name) {
            let text = format!(
                "makes the attribute \"{name}\", as {} does; name another in `dynamodb:attribute`",
                other.pointer
            );
            faults.meaning(&field.pointer, text);
        } else if attributes[..overriding].iter().all(|attribute| attribute.name != name) {
            attributes.push(of_field(index, field, name));
        }
    }
    for attribute in &attributes {
        if HIDDEN.contains(&attribute.name) {
            let text = format!(
                "makes the attribute \"{}\", which is reserved for this product",
                attribute.name
            );
            faults.meaning(&attribute.pointer, text);
        }
    }
    check_missing(resource, faults);
    attributes
}

fn of_field<'r>(index: usize, field: &'r Field, name: &'r str) -> Attribute<'r> {
    Attribute {
        name,
        source: AttributeSource::Field(index),
        kind: field.kind,
        needs: vec![index],
        missing: field.missing,
        pointer: field.pointer.clone(),
    }
}

/// Notes properties `dynamodb:missing` that have no effect, whatever the key is.
fn check_missing(resource: &Resource, faults: &mut Collector) {
    for field in &resource.schema.fields {
        if let Some(why) = useless_missing(resource, field) {
            faults.meaning(below(&field.pointer, "dynamodb:missing"), why);
        }
    }
}

/// Notes properties `dynamodb:missing` that have no effect, because the key needs their fields.
pub(crate) fn check_missing_in_key(
    resource: &Resource,
    key: &TableKey,
    attributes: &[Attribute<'_>],
    faults: &mut Collector,
) {
    for (index, field) in resource.schema.fields.iter().enumerate() {
        let needs_it = |attribute: &&Attribute<'_>| key.has(attribute.name) && attribute.needs.contains(&index);
        let is_noted = field.missing == OnMissing::Omit || useless_missing(resource, field).is_some();
        if let Some(attribute) = attributes.iter().find(needs_it).filter(|_| !is_noted) {
            let why = format!(
                "has no effect, since a row without a value is rejected: the key \"{}\" needs one",
                attribute.name
            );
            faults.meaning(below(&field.pointer, "dynamodb:missing"), why);
        }
    }
}

/// Why the property `dynamodb:missing` of a field has no effect, whatever the key is.
fn useless_missing(resource: &Resource, field: &Field) -> Option<String> {
    let overriding = resource
        .item
        .iter()
        .find(|(name, _)| field.attribute.as_ref() == Some(name));
    Some(match (field.missing, &field.attribute, overriding) {
        (OnMissing::Omit, ..) => return None,
        (OnMissing::Remove, ..) if resource.write != Some(Write::Merge) => {
            "`remove` has an effect only with `\"dynamodb:write\": \"merge\"`".to_owned()
        }
        (_, None, _) => "has no effect, since `dynamodb:attribute` says that the field is not stored".to_owned(),
        (_, _, Some((name, _))) => format!("has no effect, since `dynamodb:item` makes the attribute \"{name}\""),
        _ if field.required => "has no effect, since a row without a value is rejected (`required`)".to_owned(),
        _ if field.default.is_some() => "has no effect, since `dynamodb:default` replaces a missing value".to_owned(),
        _ => return None,
    })
}

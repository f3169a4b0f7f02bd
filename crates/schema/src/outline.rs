//! The outline of a descriptor: what it says before the table's key is known.

use crate::descriptor::resource::{Resource, Write};
use crate::fault::{Collector, Faults, below};
use crate::json::Json;
use crate::package::parse;
use crate::plan::attributes::attributes;
use crate::vocabulary::{PACKAGE, check};

/// The resources of a descriptor and the attributes that they make, as far as the descriptor can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The resources, in order.
    pub resources: Vec<ResourceOutline>,
    /// The faults of the descriptor that do not depend on the table's key. [`Package::load`](crate::Package::load) finds the
    /// others, too.
    pub faults: Option<Faults>,
}

/// A resource and the attributes that it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceOutline {
    /// Its name.
    pub name: String,
    /// Its patterns of object keys; empty when it describes every object.
    pub keys: Vec<String>,
    /// How its rows are written; `None` when the stack's mode applies.
    pub write: Option<Write>,
    /// The attributes that the fields of its primary key make; none if one of these fields is not stored, because the others alone
    /// may be the same in several rows.
    pub primary_key: Vec<String>,
    /// The attributes that it makes: those of `dynamodb:item` first, then those of fields.
    pub attributes: Vec<AttributeOutline>,
}

/// An attribute that a resource makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeOutline {
    /// Its name.
    pub name: String,
    /// The descriptor of its type in DynamoDB JSON, such as `S`.
    pub descriptor: &'static str,
}

impl Outline {
    /// Reads the outline of a descriptor. It has no resources when the text is not JSON.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut faults = Collector::default();
        let json = parse(text, &mut faults).unwrap_or(Json::Null);
        if faults.is_empty() {
            check::object(&json, &PACKAGE, "", &mut faults);
        }
        let resources = json.get("resources").map_or(&[][..], Json::elements).iter().enumerate();
        Self {
            resources: resources
                .map(|(index, resource)| ResourceOutline::of(resource, &below("/resources", index), &mut faults))
                .collect(),
            faults: faults.finish(Some(())).err(),
        }
    }
}

impl ResourceOutline {
    fn of(json: &Json, pointer: &str, faults: &mut Collector) -> Self {
        let resource = Resource::read(json, pointer, faults);
        let primary_key = json.get("schema").and_then(|schema| schema.get("primaryKey"));
        let primary_key = primary_key.map_or_else(Vec::new, |key| {
            key.text().map_or_else(|| key.texts(), |name| vec![name.to_owned()])
        });
        let attribute_of = |name: &String| {
            let field = resource.schema.fields.iter().find(|field| field.name == *name)?;
            field.attribute.clone()
        };
        let stored: Option<Vec<_>> = primary_key.iter().map(attribute_of).collect();
        let made = attributes(&resource, pointer, faults);
        Self {
            keys: json.get("s3:keys").map_or_else(Vec::new, Json::texts),
            write: resource.write,
            primary_key: stored.unwrap_or_default(),
            attributes: made
                .iter()
                .map(|attribute| AttributeOutline {
                    name: attribute.name.to_owned(),
                    descriptor: attribute.kind.descriptor(),
                })
                .collect(),
            name: resource.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"resources": [{"name": "r", "title": "Rows", "s3:keys": ["a/*"], "dynamodb:write": "merge",
        "schema": {"primaryKey": ["id", "n"], "fields": [{"name": "id", "type": "string"},
        {"name": "at", "type": "date", "dynamodb:attribute": null},
        {"name": "n", "type": "integer", "dynamodb:attribute": "m"}]}, "dynamodb:item": {"pk": "A#${id}"}, "misspelt": 1}]}"#;

    #[test]
    fn the_attributes_of_a_resource_are_known_before_the_key() {
        let outline = Outline::of(&format!("\u{FEFF}{TEXT}"));
        let [resource] = &outline.resources[..] else {
            panic!("{outline:?}")
        };
        let attributes: Vec<_> = resource
            .attributes
            .iter()
            .map(|attribute| (attribute.name.as_str(), attribute.descriptor))
            .collect();
        assert_eq!(attributes, [("pk", "S"), ("id", "S"), ("m", "N")]);
        assert_eq!(resource.primary_key, ["id", "m"]);
        assert_eq!((resource.name.as_str(), resource.write), ("r", Some(Write::Merge)));
        assert_eq!(resource.keys, ["a/*"]);
        let faults = outline.faults.map(|faults| faults.to_string());
        assert_eq!(
            faults.as_deref(),
            Some("/resources/0/misspelt: no such property; remove it")
        );
    }

    #[test]
    fn what_is_no_descriptor_has_no_outline() {
        for text in ["", "{", "[]", r#"{"resources": 1}"#, r#"{"resources": [1, null]}"#] {
            let outline = Outline::of(text);
            assert!(
                outline.resources.iter().all(|found| found.attributes.is_empty()),
                "{text}"
            );
            assert!(outline.faults.is_some(), "{text}");
        }
    }
}

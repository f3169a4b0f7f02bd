//! The key of the table that a descriptor is for.

mod refusal;

use std::fmt;

use message::{KeyAttribute, TableKey};
use schema::{Outline, ResourceOutline};

pub use refusal::KeyError;
use refusal::check;

use crate::arguments::schema::KeyOptions;

/// The conventional names of keys, the partition key first.
const CONVENTIONS: [(&str, &str); 2] = [("pk", "sk"), ("PK", "SK")];
/// The key of the built-in shape.
const BUILT_IN: (&str, &str) = ("date", "time");

/// The key of a table, and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundKey {
    /// The key.
    pub key: TableKey,
    /// How it was found.
    pub origin: Origin,
}

/// How a key was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The options name it.
    Options,
    /// It is the `primaryKey` of all resources.
    PrimaryKey,
    /// Its attributes have conventional names.
    Names,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Options => "as the options say",
            Self::PrimaryKey => "which is the `primaryKey`",
            Self::Names => "known by the name",
        })
    }
}

/// Finds the key of the table that a descriptor is for. The first of these counts: the key that the options name; the primary
/// key of one or two attributes that all resources share; the attributes `pk` and `sk`; `date` and `time`.
///
/// # Errors
/// [`KeyError`].
pub fn find(options: &KeyOptions, outline: &Outline) -> Result<FoundKey, KeyError> {
    let resources = &outline.resources[..];
    let named = options.partition_key.clone().map(|partition| FoundKey {
        key: TableKey {
            partition,
            sort: options.sort_key.clone(),
        },
        origin: Origin::Options,
    });
    let found = named
        .or_else(|| primary_key(resources))
        .or_else(|| by_convention(resources))
        .or_else(|| built_in(resources))
        .ok_or(KeyError::Unknown)?;
    check(&found.key)?;
    Ok(found)
}

fn primary_key(resources: &[ResourceOutline]) -> Option<FoundKey> {
    let first = &resources.first()?.primary_key;
    if resources.iter().any(|resource| resource.primary_key != *first) {
        return None;
    }
    let (partition, sort) = match &first[..] {
        [partition] => (partition, None),
        [partition, sort] => (partition, Some(sort.as_str())),
        _ => return None,
    };
    Some(FoundKey {
        key: key(resources, partition, sort),
        origin: Origin::PrimaryKey,
    })
}

/// The key of attributes with conventional names. If a resource lacks one of them, that is a fault of the descriptor.
fn by_convention(resources: &[ResourceOutline]) -> Option<FoundKey> {
    let is_made = |name: &str| resources.iter().any(|resource| type_of(resource, name).is_some());
    let (partition, _) = CONVENTIONS.into_iter().find(|(partition, _)| is_made(partition))?;
    let sort = CONVENTIONS.into_iter().map(|(_, sort)| sort).find(|sort| is_made(sort));
    Some(FoundKey {
        key: key(resources, partition, sort),
        origin: Origin::Names,
    })
}

/// The key of the built-in shape. Every resource must make both attributes, since many files have a date that is no key.
fn built_in(resources: &[ResourceOutline]) -> Option<FoundKey> {
    let (partition, sort) = BUILT_IN;
    let makes_both =
        |resource: &ResourceOutline| [partition, sort].iter().all(|name| type_of(resource, name).is_some());
    (!resources.is_empty() && resources.iter().all(makes_both)).then(|| FoundKey {
        key: key(resources, partition, Some(sort)),
        origin: Origin::Names,
    })
}

/// The key of these attributes, each with the type in the first resource that makes it. A type that no key may have becomes a
/// string here; it is a fault of the descriptor.
fn key(resources: &[ResourceOutline], partition: &str, sort: Option<&str>) -> TableKey {
    let attribute = |name: &str| KeyAttribute {
        name: name.to_owned(),
        key_type: resources
            .iter()
            .find_map(|resource| type_of(resource, name))
            .and_then(|descriptor| descriptor.parse().ok())
            .unwrap_or_default(),
    };
    TableKey {
        partition: attribute(partition),
        sort: sort.map(attribute),
    }
}

/// The type of an attribute that a resource makes.
fn type_of(resource: &ResourceOutline, name: &str) -> Option<&'static str> {
    let attribute = resource.attributes.iter().find(|attribute| attribute.name == name)?;
    Some(attribute.descriptor)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The key of a descriptor with these resources, as `name:type` of each attribute, and how it was found.
    fn found(options: &[&str], resources: &Value) -> Result<(String, Origin), KeyError> {
        let attribute = |text: &&str| {
            let (name, key_type) = text.split_once(':').unwrap();
            KeyAttribute {
                name: name.to_owned(),
                key_type: key_type.parse().unwrap(),
            }
        };
        let options = KeyOptions {
            partition_key: options.first().map(attribute),
            sort_key: options.get(1).map(attribute),
        };
        let outline = Outline::of(&json!({ "resources": resources }).to_string());
        let FoundKey { key, origin } = find(&options, &outline)?;
        let attributes = key.attributes().map(|key| format!("{}:{}", key.name, key.key_type));
        Ok((attributes.collect::<Vec<_>>().join(" "), origin))
    }

    fn resource(primary_key: &Value, item: &Value) -> Value {
        let fields = json!([
            {"name": "id", "type": "integer"}, {"name": "at", "type": "date", "dynamodb:attribute": "day"}, {"name": "ok", "type": "boolean"},
            {"name": "left_out", "type": "string", "dynamodb:attribute": null}
        ]);
        let schema = json!({"fields": fields, "primaryKey": primary_key});
        json!({"name": "r", "schema": schema, "dynamodb:item": item})
    }

    #[test]
    fn the_first_rule_that_names_a_key_counts() {
        let nothing = json!({});
        let by_names = json!({"pk": "A#${id}", "sk": "${id}", "date": "${at}", "time": "x"});
        for (options, resources, wanted, origin) in [
            (
                &["x:N", "y:S"][..],
                json!([resource(&json!("id"), &by_names)]),
                "x:N y:S",
                Origin::Options,
            ),
            (
                &["x:S"],
                json!([resource(&json!("id"), &by_names)]),
                "x:S",
                Origin::Options,
            ),
            (
                &[],
                json!([resource(&json!(["id"]), &by_names)]),
                "id:N",
                Origin::PrimaryKey,
            ),
            (
                &[],
                json!([resource(&json!(["at", "id"]), &nothing)]),
                "day:S id:N",
                Origin::PrimaryKey,
            ),
            (
                &[],
                json!([resource(&json!("ok"), &nothing)]),
                "ok:S",
                Origin::PrimaryKey,
            ),
            (
                &[],
                json!([resource(&json!([]), &by_names)]),
                "pk:S sk:N",
                Origin::Names,
            ),
            (
                &[],
                json!([resource(&json!(["id", "left_out"]), &by_names)]),
                "pk:S sk:N",
                Origin::Names,
            ),
            (
                &[],
                json!([resource(&json!([]), &json!({"PK": "${id}"}))]),
                "PK:N",
                Origin::Names,
            ),
            (
                &[],
                json!([
                    resource(&json!("id"), &nothing),
                    resource(&json!("at"), &json!({"pk": "a${id}", "sk": "b"}))
                ]),
                "pk:S sk:S",
                Origin::Names,
            ),
            (
                &[],
                json!([resource(
                    &json!(["id", "at", "ok"]),
                    &json!({"date": "${at}", "time": 1})
                )]),
                "date:S time:N",
                Origin::Names,
            ),
        ] {
            assert_eq!(
                found(options, &resources),
                Ok((wanted.to_owned(), origin)),
                "{resources}"
            );
        }
    }

    #[test]
    fn what_cannot_be_a_key_is_named() {
        let none = json!([resource(&json!([]), &json!({"date": "${at}"}))]);
        assert_eq!(found(&[], &none), Err(KeyError::Unknown));
        assert_eq!(found(&[], &json!([])), Err(KeyError::Unknown));
        assert_eq!(found(&["to:S"], &none), Err(KeyError::Taken("to".into())));
        assert_eq!(found(&["a:S", "a:N"], &none), Err(KeyError::Same("a".into())));
        assert_eq!(found(&["$order:S"], &none), Err(KeyError::Hidden("$order".into())));
        for name in [" a", "a ", "a\t", "a\nb", "a\u{2028}b", " "] {
            assert_eq!(found(&[&format!("{name}:S")], &none), Err(KeyError::Form(name.into())));
        }
        assert!(found(&["a b:S"], &none).is_ok());
        let long = "a".repeat(256);
        assert_eq!(found(&[&format!("{long}:S")], &none), Err(KeyError::LongName(256)));
    }
}

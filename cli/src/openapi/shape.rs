//! The key and the attributes of a table's items.

use message::{KeyAttribute, KeyType, TableKey};
use schema::Outline;
use yaml_serde::Value;

/// The key and the attributes of a table's items.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The key of the table.
    pub key: TableKey,
    /// The attributes beside the key.
    pub attributes: Vec<Attribute>,
}

/// An attribute beside the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute's name.
    pub name: String,
    /// The attribute's types, by their descriptors in DynamoDB JSON. There are several where resources differ.
    pub descriptors: Vec<&'static str>,
}

impl Shape {
    /// The shape of the items that a descriptor makes for a table of this key.
    #[must_use]
    pub fn of(outline: &Outline, key: &TableKey) -> Self {
        let mut attributes: Vec<Attribute> = Vec::new();
        let made = outline.resources.iter().flat_map(|resource| &resource.attributes);
        for made in made.filter(|made| !key.has(&made.name)) {
            match attributes.iter_mut().find(|attribute| attribute.name == made.name) {
                Some(attribute) if attribute.descriptors.contains(&made.descriptor) => {}
                Some(attribute) => attribute.descriptors.push(made.descriptor),
                None => attributes.push(Attribute {
                    name: made.name.clone(),
                    descriptors: vec![made.descriptor],
                }),
            }
        }
        Self {
            key: key.clone(),
            attributes,
        }
    }

    /// The names of the key attributes, in words.
    #[must_use]
    pub fn key_names(&self) -> String {
        let names: Vec<_> = self.key.attributes().map(|part| format!("`{}`", part.name)).collect();
        names.join(" and ")
    }

    /// An example of each part of the key.
    pub fn key_examples(&self) -> impl Iterator<Item = (&str, Value)> {
        let roles = [("a", 1), ("m", 7)];
        let parts = self.key.attributes().zip(roles);
        parts.map(|(KeyAttribute { name, key_type }, (text, number))| {
            let value = match key_type {
                KeyType::S => Value::from(text),
                KeyType::N => Value::from(number),
            };
            (name.as_str(), value)
        })
    }
}

impl Attribute {
    /// An example of the attribute's value, of its first type.
    #[must_use]
    pub fn example(&self) -> Value {
        let text = || Value::from("text");
        match self.descriptors.first().copied() {
            Some("N") => 5.55.into(),
            Some("B") => "AQI=".into(),
            Some("BOOL") => true.into(),
            Some("NULL") => Value::Null,
            Some("L" | "SS") => vec![text()].into(),
            Some("NS") => Value::Sequence(vec![5.55.into()]),
            Some("M") => super::document::object([("name", text())]),
            _ => text(),
        }
    }
}

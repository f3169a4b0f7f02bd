//! A document whose parts are found by their JSON Pointers.

use yaml_serde::{Mapping, Value};

/// A document that is being changed. Parts that are missing are collected, and named at the end.
#[derive(Debug)]
pub struct Document {
    root: Value,
    missing: Vec<String>,
}

/// Why a document cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The source is no YAML.
    #[error("the document of the API is no YAML: {0}")]
    Syntax(#[from] yaml_serde::Error),
    /// The source lacks parts that should be changed.
    #[error("the document of the API lacks {}", .0.join(", "))]
    Missing(Vec<String>),
    /// The document has no JSON form.
    #[error("the document of the API cannot be written as JSON: {0}")]
    Unwritable(#[from] serde_json::Error),
}

/// An object with these members.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().map(|(name, value)| (Value::from(name), value));
    Value::Mapping(members.collect())
}

/// A reference to a part of the document.
pub fn reference(pointer: &str) -> Value {
    object([("$ref", format!("#{pointer}").into())])
}

/// A name as a step of a JSON Pointer.
pub fn pointer_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl Document {
    /// Reads YAML.
    ///
    /// # Errors
    /// [`DocumentError::Syntax`]
    pub fn read(yaml: &str) -> Result<Self, DocumentError> {
        Ok(Self {
            root: yaml_serde::from_str(yaml)?,
            missing: Vec::new(),
        })
    }

    /// Replaces a value.
    pub fn set(&mut self, pointer: &str, value: impl Into<Value>) {
        if let Some(place) = self.at(pointer) {
            *place = value.into();
        }
    }

    /// Replaces a part of a text.
    pub fn replace(&mut self, pointer: &str, old: &str, new: &str) {
        let Some(Value::String(text)) = self.at(pointer) else {
            return;
        };
        if text.contains(old) {
            *text = text.replace(old, new);
        } else {
            self.missing.push(format!("`{old}` at {pointer}"));
        }
    }

    /// Removes a member of an object.
    pub fn remove(&mut self, parent: &str, name: &str) {
        if let Some(members) = self.object(parent)
            && members.remove(name).is_none()
        {
            self.missing.push(format!("{parent}/{name}"));
        }
    }

    /// Renames a member of an object, which keeps its place among the others.
    pub fn rename(&mut self, parent: &str, old: &str, new: &str) {
        let Some(members) = self.object(parent) else {
            return;
        };
        if !members.contains_key(old) {
            self.missing.push(format!("{parent}/{old}"));
            return;
        }
        *members = std::mem::take(members)
            .into_iter()
            .map(|(name, value)| {
                if name == *old {
                    (new.into(), value)
                } else {
                    (name, value)
                }
            })
            .collect();
    }

    /// Renames a component, and changes every reference to it.
    pub fn rename_component(&mut self, kind: &str, old: &str, new: &str) {
        let parent = format!("/components/{kind}");
        self.rename(&parent, old, new);
        let reference = |name| format!("#{parent}/{name}");
        refer(&mut self.root, &reference(old), &reference(new));
    }

    /// Removes a parameter from the components and from every operation.
    pub fn remove_parameter(&mut self, name: &str) {
        self.remove("/components/parameters", name);
        forget(&mut self.root, &format!("#/components/parameters/{name}"));
    }

    /// The document as JSON.
    ///
    /// # Errors
    /// [`DocumentError::Missing`] when parts were missing; [`DocumentError::Unwritable`].
    pub fn into_json(self) -> Result<String, DocumentError> {
        if !self.missing.is_empty() {
            return Err(DocumentError::Missing(self.missing));
        }
        Ok(serde_json::to_string_pretty(&self.root)? + "\n")
    }

    fn object(&mut self, pointer: &str) -> Option<&mut Mapping> {
        self.at(pointer).and_then(Value::as_mapping_mut)
    }

    fn at(&mut self, pointer: &str) -> Option<&mut Value> {
        let found = find(&mut self.root, pointer);
        if found.is_none() {
            self.missing.push(pointer.to_owned());
        }
        found
    }
}

fn find<'v>(root: &'v mut Value, pointer: &str) -> Option<&'v mut Value> {
    pointer.split('/').skip(1).try_fold(root, |value, step| {
        let name = step.replace("~1", "/").replace("~0", "~");
        match value {
            Value::Mapping(members) => members.get_mut(name.as_str()),
            Value::Sequence(elements) => elements.get_mut(name.parse::<usize>().ok()?),
            _ => None,
        }
    })
}

/// Changes every reference to `old` into one to `new`.
fn refer(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::Mapping(members) => {
            for (name, value) in members.iter_mut() {
                if name == "$ref" && value == old {
                    *value = new.into();
                }
                refer(value, old, new);
            }
        }
        Value::Sequence(elements) => elements.iter_mut().for_each(|element| refer(element, old, new)),
        _ => {}
    }
}

/// Removes the elements that refer to `target` from all lists.
fn forget(value: &mut Value, target: &str) {
    match value {
        Value::Mapping(members) => members.values_mut().for_each(|value| forget(value, target)),
        Value::Sequence(elements) => {
            elements.retain(|element| element.get("$ref").is_none_or(|found| found != target));
            for element in elements {
                forget(element, target);
            }
        }
        _ => {}
    }
}

//! The plain form: `Item` has the attributes to set, `Remove` the names of the attributes to remove.

use std::collections::BTreeSet;

use attributes::{Attributes, KeySchema};
use serde_json::{Map, Value};

use super::{ITEM, REMOVE, Update};
use crate::request::body::{Body, object};
use crate::request::fault::{BodyError, MemberError, MemberViolation, pointer};
use crate::request::item;
use crate::request::key::Address;
use crate::request::limits::MAX_CHANGES;
use crate::request::rejection::{Faults, Rejection};
use crate::table::hidden::is_hidden;
use crate::table::revision;

/// Checks the members of this form. A key in `Item` must be that of `address`. An `Item` with nothing but the key makes an update
/// that changes nothing.
///
/// # Errors
/// [`MemberError`] for each fault, [`BodyError::NoChange`], or [`BodyError::TooManyChanges`].
pub fn check(mut body: Body, address: Option<&Address>, schema: &KeySchema) -> Result<Update, Rejection> {
    let mut faults = Faults::default();
    let mut names_key = false;
    let set = match body.take_optional(ITEM) {
        None => Some(Attributes::new()),
        Some(value) => {
            let members = faults.take(object(value, item::POINTER));
            members.and_then(|members| {
                names_key = members.keys().any(|name| schema.has(name));
                faults.take(to_set(members, address, schema))
            })
        }
    };
    let remove = match body.take_optional(REMOVE) {
        None => Some(Vec::new()),
        Some(value) => faults.take(to_remove(value, schema)),
    };
    let (set, remove) = faults.finish(|| set.zip(remove))?;

    let mut faults = Faults::default();
    for (index, name) in remove.iter().enumerate() {
        if set.contains_key(name) {
            faults.add(at_removed(index, MemberViolation::SetAndRemoved));
        }
    }
    faults.finish(|| Some(()))?;
    let remove: BTreeSet<String> = remove.into_iter().collect();
    match set.len() + remove.len() {
        0 if !names_key => Err(BodyError::NoChange.into()),
        ..=MAX_CHANGES => Ok(update(set, remove, schema)),
        _ => Err(BodyError::TooManyChanges(MAX_CHANGES).into()),
    }
}

/// The attributes of `Item` without the key, which no update can change.
fn to_set(members: Map<String, Value>, address: Option<&Address>, schema: &KeySchema) -> Result<Attributes, Rejection> {
    let mut faults = Faults::default();
    for (part, expected) in address.into_iter().flat_map(|address| address.parts(schema)) {
        let given = members.get(part.name).map(|given| part.form.parse_json(given));
        if given.is_some_and(|given| given.as_ref() != Some(expected)) {
            let violation = MemberViolation::UnlikeParameter(part.name.to_owned());
            faults.add(MemberError::at(item::POINTER, part.name, violation));
        }
    }
    let attributes = faults.take(item::attributes(members, schema));
    let mut attributes = faults.finish(|| attributes)?;
    attributes.retain(|name, _| !schema.has(name));
    Ok(attributes)
}

fn to_remove(value: Value, schema: &KeySchema) -> Result<Vec<String>, Rejection> {
    let Value::Array(elements) = value else {
        let violation = MemberViolation::Form("an array of attribute names");
        return Err(MemberError::at("", REMOVE, violation).into());
    };
    let mut faults = Faults::default();
    let mut names = Vec::with_capacity(elements.len());
    for (index, element) in elements.into_iter().enumerate() {
        let violation = match element {
            Value::String(name) if name.is_empty() => MemberViolation::Empty,
            Value::String(name) if schema.has(&name) => MemberViolation::KeyPart,
            Value::String(name) if is_hidden(&name) => MemberViolation::Reserved,
            Value::String(name) => {
                names.push(name);
                continue;
            }
            _ => MemberViolation::Form("a string: the name of an attribute"),
        };
        faults.add(at_removed(index, violation));
    }
    faults.finish(|| Some(names))
}

/// Makes the error of an element of `Remove`.
fn at_removed(index: usize, violation: MemberViolation) -> MemberError {
    MemberError::at(&pointer("", REMOVE), &index.to_string(), violation)
}

/// Makes the update. Every name and value has a placeholder, so that none of their text becomes a part of the expression.
fn update(set: Attributes, remove: BTreeSet<String>, schema: &KeySchema) -> Update {
    let mut update = Update {
        needs_revision: set.keys().any(|name| revision::is_needed_for(name, schema)),
        ..Update::default()
    };
    let mut assignments = Vec::with_capacity(set.len());
    for (number, (name, value)) in set.into_iter().enumerate() {
        assignments.push(format!("#s{number}=:s{number}"));
        update.names.insert(format!("#s{number}"), name);
        update.values.insert(format!(":s{number}"), value);
    }
    let mut removals = Vec::with_capacity(remove.len());
    for (number, name) in remove.into_iter().enumerate() {
        removals.push(format!("#r{number}"));
        update.names.insert(format!("#r{number}"), name);
    }
    let clauses = [("SET", assignments), ("REMOVE", removals)].into_iter();
    let clauses = clauses.filter(|(_, parts)| !parts.is_empty());
    let clauses: Vec<_> = clauses
        .map(|(keyword, parts)| format!("{keyword} {}", parts.join(",")))
        .collect();
    update.expression = clauses.join(" ");
    update.touched = update.names.values().cloned().collect();
    update
}

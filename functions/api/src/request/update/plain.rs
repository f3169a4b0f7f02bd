//! The plain form: `Item` has the attributes to set, `Remove` the names of those to remove.

use std::collections::BTreeSet;

use attributes::Attributes;
use message::{Key, names};
use serde_json::{Map, Value};

use super::{ITEM, REMOVE, Update};
use crate::request::body::{Body, object};
use crate::request::fault::{BodyError, MemberError, MemberViolation, pointer};
use crate::request::item;
use crate::request::limits::MAX_CHANGES;
use crate::request::rejection::{Faults, Rejection};
use crate::table::hidden::is_hidden;
use crate::table::revision;

/// Checks the members of this form. A key in `Item` must be `key`; an `Item` of nothing else is an update that changes nothing.
///
/// # Errors
/// [`MemberError`] for each mistake, or [`BodyError::NoChange`].
pub fn check(mut body: Body, key: Option<Key>) -> Result<Update, Rejection> {
    let mut faults = Faults::default();
    let mut names_key = false;
    let set = match body.take_optional(ITEM) {
        None => Some(Attributes::new()),
        Some(value) => {
            let members = faults.take(object(value, item::POINTER));
            members.and_then(|members| {
                names_key = members.keys().any(|name| is_key(name));
                faults.take(to_set(members, key))
            })
        }
    };
    let remove = match body.take_optional(REMOVE) {
        None => Some(Vec::new()),
        Some(value) => faults.take(to_remove(value)),
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
        ..=MAX_CHANGES => Ok(update(set, remove)),
        _ => Err(BodyError::TooManyChanges(MAX_CHANGES).into()),
    }
}

/// The attributes of `Item` but for the key, which no update can change.
fn to_set(members: Map<String, Value>, key: Option<Key>) -> Result<Attributes, Rejection> {
    let mut faults = Faults::default();
    if let Some(key) = key {
        for (name, expected) in [(names::DATE, key.date.to_string()), (names::TIME, key.time.to_string())] {
            if members.get(name).is_some_and(|given| *given != expected) {
                let violation = MemberViolation::UnlikeParameter(name);
                faults.add(MemberError::at(item::POINTER, name, violation));
            }
        }
    }
    let attributes = faults.take(item::attributes(members));
    let mut attributes = faults.finish(|| attributes)?;
    attributes.retain(|name, _| !is_key(name));
    Ok(attributes)
}

fn to_remove(value: Value) -> Result<Vec<String>, Rejection> {
    let Value::Array(elements) = value else {
        let violation = MemberViolation::Form("an array of attribute names");
        return Err(MemberError::at("", REMOVE, violation).into());
    };
    let mut faults = Faults::default();
    let mut names = Vec::with_capacity(elements.len());
    for (index, element) in elements.into_iter().enumerate() {
        let violation = match element {
            Value::String(name) if name.is_empty() => MemberViolation::Empty,
            Value::String(name) if is_key(&name) => MemberViolation::KeyPart,
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

/// The error at an element of `Remove`.
fn at_removed(index: usize, violation: MemberViolation) -> MemberError {
    MemberError::at(&pointer("", REMOVE), &index.to_string(), violation)
}

fn is_key(name: &str) -> bool {
    [names::DATE, names::TIME].contains(&name)
}

/// As an expression. Every name and value has a placeholder: whatever is in it, it is no part of the expression.
fn update(set: Attributes, remove: BTreeSet<String>) -> Update {
    let mut update = Update {
        needs_revision: set.keys().any(|name| revision::is_needed_for(name)),
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

//! The plain form: `Item` has the attributes to set, `Remove` the names of those to remove.

use std::collections::BTreeSet;

use attributes::Attributes;
use message::{Key, names};
use serde_json::{Map, Value};

use super::{ITEM, REMOVE, Update};
use crate::body::{Body, object};
use crate::error::{all, both};
use crate::fault::{Fault, pointer};
use crate::{BodyError, Error, MemberError, MemberProblem, item, revision};

/// The most attributes that are set and removed at once: as many as fit into DynamoDB's 4 KB of expression with room to
/// spare.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_CHANGES: usize = 200;

/// Checks the members of this form. A key in `Item` must be `key`.
///
/// # Errors
/// [`MemberError`] for each mistake, or [`BodyError::NoChange`].
pub fn check(mut body: Body, key: Option<Key>) -> Result<Update, Error> {
    let set = match body.take_optional(ITEM) {
        None => Ok(Attributes::new()),
        Some(value) => object(value, item::POINTER).and_then(|members| to_set(members, key)),
    };
    let remove = body.take_optional(REMOVE).map_or_else(|| Ok(Vec::new()), to_remove);
    let (set, remove) = both(set, remove)?;
    let twice = remove.iter().enumerate().filter(|(_, name)| set.contains_key(*name));
    let twice = twice.map(|(index, _)| {
        let at = pointer("", REMOVE);
        MemberError::at(&at, &index.to_string(), MemberProblem::SetAndRemoved)
    });
    let twice: Vec<_> = twice.map(Fault::from).collect();
    if !twice.is_empty() {
        return Err(twice.into());
    }
    let remove: BTreeSet<String> = remove.into_iter().collect();
    match set.len() + remove.len() {
        0 => Err(BodyError::NoChange.into()),
        1..=MAX_CHANGES => Ok(update(set, remove)),
        _ => Err(BodyError::TooManyChanges(MAX_CHANGES).into()),
    }
}

/// The attributes of `Item` but for the key, which no update can change.
fn to_set(members: Map<String, Value>, key: Option<Key>) -> Result<Attributes, Error> {
    let unlike = |name, part: &dyn Fn(&Key) -> String| {
        let expected = key.as_ref().map(part);
        let given = members.get(name);
        match (given, expected) {
            (Some(given), Some(expected)) if *given != expected => Err(Error::from(MemberError::at(
                item::POINTER,
                name,
                MemberProblem::UnlikeParameter(name),
            ))),
            _ => Ok(()),
        }
    };
    let like_key = both(
        unlike(names::DATE, &|key| key.date.to_string()),
        unlike(names::TIME, &|key| key.time.to_string()),
    );
    let (_, mut attributes) = both(like_key, item::attributes(members))?;
    attributes.retain(|name, _| !is_key(name));
    Ok(attributes)
}

fn to_remove(value: Value) -> Result<Vec<String>, Error> {
    let at = pointer("", REMOVE);
    let Value::Array(elements) = value else {
        return Err(MemberError::new(at, MemberProblem::Form("an array of attribute names")).into());
    };
    all(elements.into_iter().enumerate().map(|(index, element)| {
        let problem = match element {
            Value::String(name) if name.is_empty() => MemberProblem::Empty,
            Value::String(name) if is_key(&name) => MemberProblem::KeyPart,
            Value::String(name) if name == revision::NAME => MemberProblem::Reserved,
            Value::String(name) => return Ok(name),
            _ => MemberProblem::Form("a string: the name of an attribute"),
        };
        Err(MemberError::at(&at, &index.to_string(), problem).into())
    }))
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

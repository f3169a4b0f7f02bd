//! The form with an update expression and its placeholders.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html>

use std::collections::{BTreeSet, HashMap};

use attributes::{Attributes, plain_json, value_size};
use message::MAX_ITEM_BYTES;
use serde_json::{Map, Value};

use super::{EXPRESSION, NAMES, Update, VALUES};
use crate::body::{Body, object};
use crate::error::{all, both};
use crate::fault::{Fault, pointer};
use crate::item::{below, is_blank, too_large};
use crate::{Error, MemberError, MemberProblem, revision};

/// The most bytes of an expression: DynamoDB takes 4 KB, of which a [`revision`] may need some.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_EXPRESSION_BYTES: usize = 4000;

/// Checks the members of this form.
///
/// # Errors
/// [`MemberError`] for each mistake. The grammar of the expression is left to DynamoDB.
pub fn check(mut body: Body) -> Result<Update, Error> {
    let text = body.take(
        EXPRESSION,
        "an update expression, such as \"SET local_avg = :avg\", or send `Item` and `Remove`",
    );
    let text = text.and_then(expression).map_err(Error::from);
    let names = members(body.take_optional(&NAMES[1..]), NAMES).and_then(attribute_names);
    let values = members(body.take_optional(&VALUES[1..]), VALUES).and_then(attribute_values);
    let ((expression, names), values) = both(both(text, names), values)?;
    let faults: Vec<_> = misused(&expression, '#', NAMES, names.keys())
        .into_iter()
        .chain(misused(&expression, ':', VALUES, values.keys()))
        .collect();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let is_keyword = |word: &str| KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word));
    let attributes = words(&expression)
        .map(|(_, word)| word)
        .filter(|word| !is_keyword(word));
    let touched: BTreeSet<String> = attributes.map(str::to_owned).chain(names.values().cloned()).collect();
    // The other clauses only remove.
    let sets =
        words(&expression).any(|(_, word)| ["SET", "ADD"].iter().any(|clause| clause.eq_ignore_ascii_case(word)));
    let needs_revision = sets && touched.iter().any(|name| revision::is_needed_for(name));
    Ok(Update {
        expression,
        names,
        values,
        touched,
        needs_revision,
    })
}

/// Words that begin a clause or call a function. They are reserved: no attribute has such a name in an expression.
const KEYWORDS: [&str; 6] = ["SET", "REMOVE", "ADD", "DELETE", "if_not_exists", "list_append"];

/// The words of an expression that are no placeholders, and where they begin: keywords, functions, and the attributes that
/// are named at the top of a path.
fn words(expression: &str) -> impl Iterator<Item = (usize, &str)> {
    let separates = |character: char| !(is_placeholder_character(character) || "#:.".contains(character));
    let parts = expression.split(separates);
    let parts = parts.map(move |part| (part.as_ptr().addr() - expression.as_ptr().addr(), part));
    let tops = parts.map(|(at, path)| (at, path.split('.').next().unwrap_or_default()));
    // Of a list's index only the digits are left.
    tops.filter(|(_, word)| word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_'))
}

/// The same expression with one more addition, such as `#count :one`. Each kind of clause stands at most once.
pub fn adding(expression: &str, addition: &str) -> String {
    match words(expression).find(|(_, word)| word.eq_ignore_ascii_case("ADD")) {
        Some((at, word)) => {
            let (before, behind) = expression.split_at(at + word.len());
            format!("{before} {addition},{behind}")
        }
        None => format!("{expression} ADD {addition}"),
    }
}

/// The members of an optional object.
fn members(value: Option<Value>, pointer: &str) -> Result<Map<String, Value>, Error> {
    value.map_or_else(|| Ok(Map::new()), |value| object(value, pointer))
}

fn expression(value: Value) -> Result<String, MemberError> {
    let problem = match value {
        Value::String(text) if text.trim_ascii().is_empty() => {
            MemberProblem::Form("an update expression, such as \"SET local_avg = :avg\"")
        }
        Value::String(text) if text.len() > MAX_EXPRESSION_BYTES => MemberProblem::TooLarge {
            bytes: text.len(),
            limit: MAX_EXPRESSION_BYTES,
        },
        Value::String(text) => return Ok(text),
        _ => MemberProblem::Form("a string"),
    };
    Err(MemberError::at("", EXPRESSION, problem))
}

fn attribute_names(members: Map<String, Value>) -> Result<HashMap<String, String>, Error> {
    all(members.into_iter().map(|(placeholder, value)| {
        let problem = match value {
            _ if !is_placeholder(&placeholder, '#') => MemberProblem::Form("named `#` and letters or digits"),
            Value::String(name) if name.is_empty() => MemberProblem::Empty,
            Value::String(name) if name == revision::NAME => MemberProblem::Reserved,
            Value::String(name) => return Ok((placeholder, name)),
            _ => MemberProblem::Form("a string: the name of an attribute"),
        };
        Err(MemberError::at(NAMES, &placeholder, problem).into())
    }))
}

fn attribute_values(members: Map<String, Value>) -> Result<Attributes, Error> {
    let values: Attributes = all(members.into_iter().map(|(placeholder, value)| {
        let problem = match value {
            _ if !is_placeholder(&placeholder, ':') => MemberProblem::Form("named `:` and letters or digits"),
            value if is_blank(&value) => MemberProblem::Empty,
            value => match plain_json::to_attribute(value) {
                Ok(value) => return Ok((placeholder, value)),
                Err(errors) => return Err(below(&pointer(VALUES, &placeholder), errors)),
            },
        };
        Err(MemberError::at(VALUES, &placeholder, problem).into())
    }))?;
    let bytes = values.values().map(value_size).max().unwrap_or_default();
    if bytes > MAX_ITEM_BYTES {
        return Err(too_large(VALUES, bytes).into());
    }
    Ok(values)
}

fn is_placeholder(text: &str, sign: char) -> bool {
    text.strip_prefix(sign)
        .is_some_and(|name| !name.is_empty() && name.chars().all(is_placeholder_character))
}

fn is_placeholder_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Where the placeholders with this sign in the expression are not those that are defined. Expressions have no string
/// literals, so a sign always begins a placeholder.
fn misused<'a>(
    expression: &str,
    sign: char,
    place: &'static str,
    defined: impl Iterator<Item = &'a String>,
) -> Vec<Fault> {
    let used: BTreeSet<&str> = expression
        .match_indices(sign)
        .map(|(at, _)| {
            let name = &expression[at + 1..];
            let length = name
                .find(|character| !is_placeholder_character(character))
                .unwrap_or(name.len());
            &expression[at..=at + length]
        })
        .collect();
    let defined: BTreeSet<&str> = defined.map(String::as_str).collect();
    let undefined = used.difference(&defined).map(|placeholder| {
        let placeholder = (*placeholder).to_owned();
        MemberError::at("", EXPRESSION, MemberProblem::Undefined { placeholder, place })
    });
    let unused = defined
        .difference(&used)
        .map(|placeholder| MemberError::at(place, placeholder, MemberProblem::Unused));
    undefined.chain(unused).map(Fault::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_may_be_an_attribute() {
        let found = words("SET #s=:s,a.b[0].c = if_not_exists(d_1,:n)-e REMOVE f, #g.h").map(|(_, word)| word);
        let found: Vec<_> = found.collect();
        assert_eq!(found, ["SET", "a", "if_not_exists", "d_1", "e", "REMOVE", "f"]);
    }

    #[test]
    fn an_addition_joins_the_others() {
        for (expression, expected) in [
            ("SET a=:a", "SET a=:a ADD #r :r"),
            ("set a=:ADD add b :b", "set a=:ADD add #r :r, b :b"),
            ("ADD #add :add", "ADD #r :r, #add :add"),
            ("SET x.add=:a REMOVE added", "SET x.add=:a REMOVE added ADD #r :r"),
        ] {
            assert_eq!(adding(expression, "#r :r"), expected);
        }
    }
}

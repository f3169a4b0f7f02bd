//! The form with an update expression and its placeholders.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html>

use std::collections::{BTreeSet, HashMap};

use attributes::{Attributes, plain_json, value_size};
use message::MAX_ITEM_BYTES;
use serde_json::{Map, Value};

use super::{EXPRESSION, NAMES, Update, Updated, VALUES};
use crate::request::body::{Body, object};
use crate::request::fault::{MemberError, MemberViolation, pointer};
use crate::request::item::{add_below, too_large};
use crate::request::limits::MAX_EXPRESSION_BYTES;
use crate::request::rejection::{Faults, Rejection};
use crate::table::hidden::is_hidden;
use crate::table::revision;

/// Checks the members of this form.
///
/// # Errors
/// [`MemberError`] for each fault. The grammar of the expression is left to DynamoDB.
pub fn check(mut body: Body, table: &Updated<'_>) -> Result<Update, Rejection> {
    let text = body.take(
        EXPRESSION,
        "an update expression, such as \"SET local_avg = :avg\", or send `Item` and `Remove`",
    );
    let mut faults = Faults::default();
    let expression = faults.take(text.and_then(expression));
    let names = faults.take(members(body.take_optional(&NAMES[1..]), NAMES).and_then(attribute_names));
    let values = faults.take(members(body.take_optional(&VALUES[1..]), VALUES).and_then(attribute_values));
    let (expression, names, values) = faults.finish(|| Some((expression?, names?, values?)))?;

    let mut faults = Faults::default();
    add_misused(&mut faults, &expression, '#', NAMES, names.keys());
    add_misused(&mut faults, &expression, ':', VALUES, values.keys());
    faults.finish(|| Some(()))?;
    let is_keyword = |word: &str| KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word));
    let attributes = words(&expression)
        .map(|(_, word)| word)
        .filter(|word| !is_keyword(word));
    let touched: BTreeSet<String> = attributes.map(str::to_owned).chain(names.values().cloned()).collect();
    // The other clauses only remove.
    let sets =
        words(&expression).any(|(_, word)| ["SET", "ADD"].iter().any(|clause| clause.eq_ignore_ascii_case(word)));
    let needs_revision = sets && touched.iter().any(|name| revision::is_needed_for(name, table.schema));
    let update = Update {
        expression,
        names,
        values,
        touched,
        needs_revision,
    };
    check_length(&update, table.ordered)?;
    Ok(update)
}

/// Refuses an expression that, once [`stamped`], is longer than DynamoDB allows.
fn check_length(update: &Update, ordered: bool) -> Result<(), MemberError> {
    let bytes = update.expression.len();
    let stamped = stamped(
        &update.expression,
        &update.free_prefix(),
        update.needs_revision,
        ordered,
    );
    let limit = MAX_EXPRESSION_BYTES.saturating_sub(stamped.len() - bytes);
    if bytes > limit {
        return Err(MemberError::at(
            "",
            EXPRESSION,
            MemberViolation::TooLarge { bytes, limit },
        ));
    }
    Ok(())
}

/// Adds the parts that change the [`revision`] of an item and set its order. Their placeholders begin with `prefix`.
pub fn stamped(expression: &str, prefix: &str, revision: bool, order: bool) -> String {
    let mut stamped = expression.to_owned();
    if revision {
        stamped = with(&stamped, "ADD", &format!("#{prefix}r :{prefix}r"));
    }
    if order {
        stamped = with(&stamped, "SET", &format!("#{prefix}o=:{prefix}o"));
    }
    stamped
}

/// Words that begin a clause or call a function. They are reserved: in an expression they never name an attribute.
const KEYWORDS: [&str; 6] = ["SET", "REMOVE", "ADD", "DELETE", "if_not_exists", "list_append"];

/// The words of an expression that are not placeholders, with their positions: keywords, functions, and attributes at the top of
/// a path.
fn words(expression: &str) -> impl Iterator<Item = (usize, &str)> {
    // No blank is needed before a placeholder: `SET#a=:a` has the word `SET`.
    let runs = expression.split(|character| !is_placeholder_character(character));
    let runs = runs.map(|run| (run.as_ptr().addr() - expression.as_ptr().addr(), run));
    runs.filter(|(at, run)| {
        // A list index has only digits.
        let is_name = run.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        is_name && !expression[..*at].ends_with(['#', ':', '.'])
    })
}

/// Adds a part to a clause, such as `#count :one` to `ADD` or `#a=:a` to `SET`. Each kind of clause occurs at most once.
fn with(expression: &str, clause: &str, part: &str) -> String {
    match words(expression).find(|(_, word)| word.eq_ignore_ascii_case(clause)) {
        Some((at, word)) => {
            let (before, behind) = expression.split_at(at + word.len());
            format!("{before} {part},{behind}")
        }
        None => format!("{expression} {clause} {part}"),
    }
}

/// The members of an optional object.
fn members(value: Option<Value>, pointer: &str) -> Result<Map<String, Value>, Rejection> {
    Ok(value.map_or_else(|| Ok(Map::new()), |value| object(value, pointer))?)
}

fn expression(value: Value) -> Result<String, MemberError> {
    let violation = match value {
        Value::String(text) if text.trim_ascii().is_empty() => {
            MemberViolation::Form("an update expression, such as \"SET local_avg = :avg\"")
        }
        Value::String(text) if text.len() > MAX_EXPRESSION_BYTES => MemberViolation::TooLarge {
            bytes: text.len(),
            limit: MAX_EXPRESSION_BYTES,
        },
        Value::String(text) => return Ok(text),
        _ => MemberViolation::Form("a string"),
    };
    Err(MemberError::at("", EXPRESSION, violation))
}

fn attribute_names(members: Map<String, Value>) -> Result<HashMap<String, String>, Rejection> {
    let mut faults = Faults::default();
    let mut names = HashMap::with_capacity(members.len());
    for (placeholder, value) in members {
        let violation = match value {
            _ if !is_placeholder(&placeholder, '#') => MemberViolation::Form("named `#` and letters or digits"),
            Value::String(name) if name.is_empty() => MemberViolation::Empty,
            Value::String(name) if is_hidden(&name) => MemberViolation::Reserved,
            Value::String(name) => {
                names.insert(placeholder, name);
                continue;
            }
            _ => MemberViolation::Form("a string: the name of an attribute"),
        };
        faults.add(MemberError::at(NAMES, &placeholder, violation));
    }
    faults.finish(|| Some(names))
}

fn attribute_values(members: Map<String, Value>) -> Result<Attributes, Rejection> {
    let mut faults = Faults::default();
    let mut values = Attributes::with_capacity(members.len());
    for (placeholder, value) in members {
        let violation = match value {
            _ if !is_placeholder(&placeholder, ':') => MemberViolation::Form("named `:` and letters or digits"),
            value => {
                match plain_json::to_attribute(value) {
                    Ok(value) => {
                        values.insert(placeholder, value);
                    }
                    Err(errors) => add_below(&mut faults, &pointer(VALUES, &placeholder), errors),
                }
                continue;
            }
        };
        faults.add(MemberError::at(VALUES, &placeholder, violation));
    }
    let values = faults.finish(|| Some(values))?;
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

/// Adds a fault for each placeholder with this sign that is used in the expression but not defined, or defined but not used.
/// Expressions have no string literals, so the sign always begins a placeholder.
fn add_misused<'a>(
    faults: &mut Faults,
    expression: &str,
    sign: char,
    place: &'static str,
    defined: impl Iterator<Item = &'a String>,
) {
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
    for placeholder in used.difference(&defined) {
        let placeholder = (*placeholder).to_owned();
        let violation = MemberViolation::Undefined { placeholder, place };
        faults.add(MemberError::at("", EXPRESSION, violation));
    }
    for placeholder in defined.difference(&used) {
        faults.add(MemberError::at(place, placeholder, MemberViolation::Unused));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_may_be_an_attribute() {
        let found = words("SET #s=:s,a.b[0].c = if_not_exists(d_1,:n)-e REMOVE f, #g.h").map(|(_, word)| word);
        let found: Vec<_> = found.collect();
        assert_eq!(found, ["SET", "a", "if_not_exists", "d_1", "e", "REMOVE", "f"]);
        let found: Vec<_> = words("SET#s=:s+a-:b,c[1]=d REMOVE#g[0].h")
            .map(|(_, word)| word)
            .collect();
        assert_eq!(found, ["SET", "a", "c", "d", "REMOVE"]);
    }

    #[test]
    fn a_part_joins_the_others_of_its_clause() {
        for (expression, expected) in [
            ("SET a=:a", "SET a=:a ADD #r :r"),
            ("set a=:ADD add b :b", "set a=:ADD add #r :r, b :b"),
            ("ADD #add :add", "ADD #r :r, #add :add"),
            ("SET x.add=:a REMOVE added", "SET x.add=:a REMOVE added ADD #r :r"),
            ("SET #a=:a ADD#n :v", "SET #a=:a ADD #r :r,#n :v"),
            ("SET#add=:add", "SET#add=:add ADD #r :r"),
        ] {
            assert_eq!(with(expression, "ADD", "#r :r"), expected);
        }
        assert_eq!(with("remove b set a=:a", "SET", "#o=:o"), "remove b set #o=:o, a=:a");
        assert_eq!(with("REMOVE b", "SET", "#o=:o"), "REMOVE b SET #o=:o");
        assert_eq!(with("SET#a=:a", "SET", "#o=:o"), "SET #o=:o,#a=:a");
    }
}

//! Writes the body of an update: attributes that have a value are set; others stay, become NULL or are removed. An attribute
//! that needs a cell which the row does not have stays, even if the field has a default.

use crate::cell::ascii::push_integer;
use crate::descriptor::field::OnMissing;
use crate::plan::MergePlan;
use crate::plan::steps::{Inputs, Output};

/// What the update does with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Set,
    SetNull,
    Remove,
    Stay,
}

/// Writes the body, and returns the number of attributes that it changes. `has_cell` says whether the row has a cell of a
/// field.
pub(crate) fn write(
    plan: &MergePlan,
    inputs: &Inputs<'_>,
    has_cell: impl Fn(usize) -> bool,
    output: &mut Output<'_>,
) -> usize {
    let change = |index: usize| {
        let attribute = &plan.attributes[index];
        if !attribute.needs.iter().all(|field| has_cell(*field)) {
            return Change::Stay;
        }
        let is_complete = !attribute.needs.iter().any(|field| inputs.row.lacks(*field));
        match (is_complete, attribute.missing) {
            (true, _) => Change::Set,
            (false, OnMissing::Null) => Change::SetNull,
            (false, OnMissing::Remove) => Change::Remove,
            (false, OnMissing::Omit) => Change::Stay,
        }
    };
    let declared = plan.attributes.len();
    let is_set = |index: &usize| *index >= declared || matches!(change(*index), Change::Set | Change::SetNull);
    let set = || (0..declared + inputs.kept.cells.len()).filter(is_set);
    let removed = || (0..declared).filter(|index| change(*index) == Change::Remove);

    output.run(&plan.head, inputs);
    clause("SET ", set(), assignment, output);
    if set().next().is_some() && removed().next().is_some() {
        output.text.push(' ');
    }
    clause(
        "REMOVE ",
        removed(),
        |output, index| placeholder(output, '#', index),
        output,
    );
    output.escaped_json("\\\",\\\"ExpressionAttributeNames\\\":{", 3);
    let mut named = 0;
    for index in set().chain(removed()) {
        comma(output, named > 0);
        key(output, '#', index);
        match index.checked_sub(declared) {
            None => output.literal(&plan.attributes[index].name),
            Some(kept) => output.kept_name(kept, inputs),
        }
        named += 1;
    }
    output.text.push('}');
    if set().next().is_some() {
        output.escaped_json(",\\\"ExpressionAttributeValues\\\":{", 2);
        for (place, index) in set().enumerate() {
            comma(output, place > 0);
            key(output, ':', index);
            match index.checked_sub(declared) {
                Some(kept) => output.kept_value(kept, inputs),
                None if change(index) == Change::SetNull => output.escaped_json("{\\\"NULL\\\":true}", 2),
                None => output.run(&plan.attributes[index].value, inputs),
            }
        }
        output.text.push('}');
    }
    output.text.push('}');
    named
}

fn clause(
    keyword: &str,
    indexes: impl Iterator<Item = usize>,
    mut write: impl FnMut(&mut Output<'_>, usize),
    output: &mut Output<'_>,
) {
    for (place, index) in indexes.enumerate() {
        output.text.push_str(if place == 0 { keyword } else { "," });
        write(output, index);
    }
}

fn assignment(output: &mut Output<'_>, index: usize) {
    placeholder(output, '#', index);
    output.text.push('=');
    placeholder(output, ':', index);
}

fn placeholder(output: &mut Output<'_>, sign: char, index: usize) {
    output.text.push(sign);
    push_integer(i64::try_from(index).unwrap_or(i64::MAX), output.text);
}

/// A placeholder as the name of a member.
fn key(output: &mut Output<'_>, sign: char, index: usize) {
    output.text.push_str("\\\"");
    placeholder(output, sign, index);
    output.text.push_str("\\\":");
    output.escapes += 2;
}

fn comma(output: &mut Output<'_>, wanted: bool) {
    if wanted {
        output.text.push(',');
    }
}

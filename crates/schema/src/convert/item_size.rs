//! The size of an item, as DynamoDB counts it. Bodies are longer than their items, so that only long bodies need this check.

use crate::json::Json;

/// Bytes that a list or map takes beside its elements.
const CONTAINER: usize = 3;
/// Bytes that each element of a list or map takes beside its content.
const ELEMENT: usize = 1;

/// The size in bytes of the item in a message body, or of the values that an update sets, as DynamoDB counts it. The body is
/// given as the content of a JSON string. `None` when it has neither.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
#[must_use]
pub fn of_body(escaped_body: &str) -> Option<usize> {
    let body: String = serde_json::from_str(&format!("\"{escaped_body}\"")).ok()?;
    let body = Json::parse(&body).ok()?;
    let values = body.get("Item").or_else(|| body.get("ExpressionAttributeValues"))?;
    Some(of_members(values))
}

fn of_members(members: &Json) -> usize {
    members
        .members()
        .iter()
        .map(|(name, value)| name.len() + of_value(value))
        .sum()
}

fn of_value(value: &Json) -> usize {
    let Some((descriptor, value)) = value.members().first() else {
        return 0;
    };
    let text = value.text().unwrap_or_default();
    let elements = value.elements();
    match descriptor.as_str() {
        "S" => text.len(),
        "N" => of_number(text),
        "B" => text.trim_end_matches('=').len() * 3 / 4,
        "SS" => elements.iter().filter_map(Json::text).map(str::len).sum(),
        "NS" => elements.iter().filter_map(Json::text).map(of_number).sum(),
        "L" => {
            CONTAINER
                + elements
                    .iter()
                    .map(|element| ELEMENT + of_value(element))
                    .sum::<usize>()
        }
        "M" => CONTAINER + value.members().len() * ELEMENT + of_members(value),
        _ => 1,
    }
}

/// The size of a number: one byte for every two significant digits, and one more.
fn of_number(number: &str) -> usize {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len().div_ceil(2) + 1
}

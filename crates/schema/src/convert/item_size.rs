//! The size of an item, as DynamoDB counts it. Bodies are longer than their items, so that only long bodies need this check.

use message::item_size::{CONTAINER, ELEMENT, number_size};

use crate::json::Json;

/// The size in bytes of the item in a message body, or of the values that an update sets, as DynamoDB counts it. The body is
/// given as the content of a JSON string. `None` when it has neither.
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
        "N" => number_size(text),
        "B" => text.trim_end_matches('=').len() * 3 / 4,
        "SS" => elements.iter().filter_map(Json::text).map(str::len).sum(),
        "NS" => elements.iter().filter_map(Json::text).map(number_size).sum(),
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

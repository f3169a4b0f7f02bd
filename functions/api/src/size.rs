//! The size of an item as DynamoDB counts it.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

use attributes::Attributes;
use aws_sdk_dynamodb::types::AttributeValue;

/// A list or map takes this much, and each of its elements one more.
const CONTAINER: usize = 3;

/// The least bytes that DynamoDB counts for an item: names and values.
///
/// Where the documentation says "approximately" the lower figure is taken: an item that DynamoDB would take is never
/// refused for this.
pub fn of_item(item: &Attributes) -> usize {
    item.iter().map(|(name, value)| name.len() + of_value(value)).sum()
}

/// The least bytes that DynamoDB counts for a value.
pub fn of_value(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => of_number(number),
        AttributeValue::L(elements) => CONTAINER + elements.iter().map(|element| 1 + of_value(element)).sum::<usize>(),
        AttributeValue::M(members) => CONTAINER + members.len() + of_item(members),
        // True, false and null take one byte. Binary values and sets do not come from JSON.
        _ => 1,
    }
}

/// One byte for each two significant digits, and one more.
fn of_number(number: &str) -> usize {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len().div_ceil(2) + 1
}

#[cfg(test)]
mod tests {
    use attributes::plain_json::to_attribute;
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_are_as_documented() {
        for (value, bytes) in [
            (json!("héllo"), 6),
            (json!(true), 1),
            (json!(null), 1),
            (json!(0), 1),
            (json!(12), 2),
            (serde_json::from_str("-0.00123000e7").unwrap(), 3),
            (json!([]), 3),
            (json!(["a", [true]]), 3 + (1 + 1) + (1 + 3 + 1 + 1)),
            (json!({"name": "v"}), 3 + 1 + 4 + 1),
        ] {
            assert_eq!(of_value(&to_attribute(value.clone()).unwrap()), bytes, "{value}");
        }
        let item = Attributes::from([("date".to_owned(), AttributeValue::S("2001-01-01".to_owned()))]);
        assert_eq!(of_item(&item), 14);
    }
}

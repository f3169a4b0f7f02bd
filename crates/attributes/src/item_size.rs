//! The size of an item, [as DynamoDB counts it](message::item_size).

use aws_sdk_dynamodb::types::AttributeValue;
use message::item_size::{CONTAINER, ELEMENT, number_size};

use crate::Attributes;

/// The bytes of an item, names and values.
#[must_use]
pub fn item_size(item: &Attributes) -> usize {
    item.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

/// The bytes of one value.
#[must_use]
pub fn value_size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number_size(number),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|number| number_size(number)).sum(),
        AttributeValue::Bs(blobs) => blobs.iter().map(|bytes| bytes.as_ref().len()).sum(),
        AttributeValue::L(elements) => {
            CONTAINER
                + elements
                    .iter()
                    .map(|element| ELEMENT + value_size(element))
                    .sum::<usize>()
        }
        AttributeValue::M(members) => CONTAINER + members.len() * ELEMENT + item_size(members),
        // Booleans and nulls; an unknown type takes at least as much.
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;

    use super::*;

    #[test]
    fn values_are_counted_as_documented() {
        let text = |text: &str| AttributeValue::S(text.into());
        let number = |number: &str| AttributeValue::N(number.into());
        for (value, size) in [
            (text("four"), 4),
            (text("é😀"), 6),
            (number("0"), 1),
            (number("4.39"), 3),
            (number("-4.39"), 3),
            (number("-0.00123000e7"), 3),
            (number("0.00120"), 2),
            (number("1001e5"), 3),
            (number("100000"), 2),
            (AttributeValue::B(Blob::new([0; 5])), 5),
            (AttributeValue::Bool(true), 1),
            (AttributeValue::Null(true), 1),
            (AttributeValue::L(vec![]), 3),
            (
                AttributeValue::L(vec![text("ab"), AttributeValue::Bool(true)]),
                3 + 1 + 2 + 1 + 1,
            ),
            (
                AttributeValue::L(vec![text("a"), AttributeValue::L(vec![AttributeValue::Bool(true)])]),
                3 + (1 + 1) + (1 + 3 + 1 + 1),
            ),
            (AttributeValue::M([("name".into(), text("ab"))].into()), 3 + 1 + 4 + 2),
            (AttributeValue::Ss(vec!["ab".into(), "c".into()]), 3),
            (AttributeValue::Ns(vec!["1".into(), "22".into()]), 4),
            (AttributeValue::Bs(vec![Blob::new([0; 5])]), 5),
        ] {
            assert_eq!(
                item_size(&[("é".to_owned(), value.clone())].into()),
                "é".len() + size,
                "{value:?}"
            );
        }
    }
}

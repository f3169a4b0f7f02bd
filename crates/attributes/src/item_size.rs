//! The size of an item as DynamoDB counts it. Where the documentation says "approximately", the lower figure is taken: the
//! size is never more than DynamoDB's, so that no item is refused that the table would take.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Attributes;

/// Bytes that a list or map takes beside its elements.
const CONTAINER: usize = 3;
/// Bytes that each element of a list or map takes beside its content.
const ELEMENT: usize = 1;

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

/// The bytes of a number: one for each two significant digits, and one more. Zeros at either end do not count. A sign does not
/// count either, because the documentation does not mention it.
#[must_use]
pub fn number_size(number: &str) -> usize {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let mut digits = 0;
    let mut zeros = 0;
    for byte in mantissa.bytes().filter(u8::is_ascii_digit) {
        if byte != b'0' {
            digits += zeros + 1;
            zeros = 0;
        } else if digits > 0 {
            zeros += 1;
        }
    }
    usize::div_ceil(digits, 2) + 1
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

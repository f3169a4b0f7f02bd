//! The size of the parts of an item as DynamoDB counts it. Where the documentation says "approximately", the lower figure is
//! taken: the size is never more than DynamoDB's, so that no item is refused that the table would take.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

/// Bytes that a list or map takes beside its elements.
pub const CONTAINER: usize = 3;
/// Bytes that each element of a list or map takes beside its content.
pub const ELEMENT: usize = 1;

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

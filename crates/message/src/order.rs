//! What a write does when the table already has an item of its key, and the order of writes that decides it.

use std::fmt;
use std::str::FromStr;

/// What a write does when the table already has an item of its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WriteMode {
    /// It replaces the item: the last write wins. Its message has no order.
    #[default]
    Replace,
    /// It replaces the item if the item is older by its [`Order`].
    Latest,
    /// It leaves the item as it is.
    Create,
}

/// The error for a text that is not the name of a [`WriteMode`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be replace, latest or create, not `{0}`")]
pub struct WriteModeError(String);

/// The order of a write among all writes to its key: the ingest id, `-`, and the line of the row in twelve digits. The
/// ingest id is a UUID of version 7, which begins with the time of the upload, so that orders compare as their texts do.
///
/// A body has it in the member [`MEMBER`](Self::MEMBER), an item in the attribute [`ATTRIBUTE`](Self::ATTRIBUTE).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order([u8; Order::LENGTH]);

/// The error for a text that is not an [`Order`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an ingest id (a UUID of version 7 in small letters), `-` and the line of the row in 12 digits, such as \
     0195d0c2-6a40-7000-8000-000000000000-000000000002"
)]
pub struct OrderError;

/// The number of characters in the text of a UUID.
const ID_LENGTH: usize = "00000000-0000-7000-8000-000000000000".len();
/// The number of digits of a line. They suffice for the rows of an object of 5 TiB.
const LINE_LENGTH: usize = 12;
/// The form of an order: `x` stands for a hexadecimal digit in lower case, `v` for such a digit that the variant of a UUID
/// allows, `d` for a decimal digit.
const FORM: &[u8; Order::LENGTH] = b"xxxxxxxx-xxxx-7xxx-vxxx-xxxxxxxxxxxx-dddddddddddd";
/// A UUID with the version 7 and the variant of RFC 9562, whose other bits are zero.
const EMPTY_ID: u128 = 0x7000_8000_0000_0000_0000;
/// The number of bits after the time in a UUID.
const BITS_BEHIND_TIME: u32 = 80;
/// The last millisecond that a UUID can have.
const LAST_MILLIS: u64 = (1 << 48) - 1;

impl WriteMode {
    /// The member of a body that names the mode, unless it is [`Replace`](Self::Replace).
    pub const MEMBER: &str = "Mode";

    const ALL: [Self; 3] = [Self::Replace, Self::Latest, Self::Create];

    /// The name of the mode.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Latest => "latest",
            Self::Create => "create",
        }
    }
}

impl FromStr for WriteMode {
    type Err = WriteModeError;

    fn from_str(text: &str) -> Result<Self, WriteModeError> {
        let named = |mode: &Self| mode.as_str() == text;
        let mode = Self::ALL.into_iter().find(named);
        mode.ok_or_else(|| WriteModeError(text.to_owned()))
    }
}

impl fmt::Display for WriteMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Order {
    /// The length of the text, in bytes.
    pub const LENGTH: usize = ID_LENGTH + 1 + LINE_LENGTH;
    /// The member of a body that has the order.
    pub const MEMBER: &str = "Order";
    /// The hidden attribute of an item that has the order of its last write. Like `$revision`, its name can stand in an
    /// expression only by a placeholder.
    pub const ATTRIBUTE: &str = "$order";

    /// The bytes that the order adds to an item, as DynamoDB counts them.
    pub const BYTES: usize = Self::ATTRIBUTE.len() + Self::LENGTH;

    /// The order of the row in this line of an ingest. `ingest_id` is the UUID as one number.
    #[must_use]
    pub fn of_row(ingest_id: u128, line: u64) -> Self {
        let mut text = *b"00000000-0000-0000-0000-000000000000-000000000000";
        let mut rest = ingest_id;
        for place in text[..ID_LENGTH].iter_mut().rev().filter(|place| **place != b'-') {
            *place = b"0123456789abcdef"[(rest & 0xF) as usize];
            rest >>= 4;
        }
        Self(text).at_line(line)
    }

    /// The order of a write outside of any ingest, at this time in milliseconds since the Unix epoch. It is the order of a row in
    /// line 0 of an ingest whose id has only this time in it.
    #[must_use]
    pub fn at_millis(millis: u64) -> Self {
        let time = u128::from(millis.min(LAST_MILLIS)) << BITS_BEHIND_TIME;
        Self::of_row(time | EMPTY_ID, 0)
    }

    /// The order of another row of the same ingest.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        let mut rest = line;
        for place in self.0[ID_LENGTH + 1..].iter_mut().rev() {
            *place = b"0123456789"[(rest % 10) as usize];
            rest /= 10;
        }
        self
    }

    /// The ingest id, which all orders of one ingest share.
    #[must_use]
    pub fn ingest_id(&self) -> &str {
        &self.as_str()[..ID_LENGTH]
    }

    /// The order as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Every order is ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Order {
    type Err = OrderError;

    fn from_str(text: &str) -> Result<Self, OrderError> {
        let order: [u8; Self::LENGTH] = text.as_bytes().try_into().map_err(|_| OrderError)?;
        let fits = |(byte, form): (&u8, &u8)| match form {
            b'x' => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            b'v' => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            b'd' => byte.is_ascii_digit(),
            _ => byte == form,
        };
        if order.iter().zip(FORM).all(fits) {
            Ok(Self(order))
        } else {
            Err(OrderError)
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Order({self})")
    }
}

#[cfg(test)]
mod tests;

//! Specs: the forms in which places of templates are filled.

use crate::cell::moment::TimePiece;
use crate::cell::written::written;

/// The form in which a place is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    /// The text of the value.
    Text,
    /// A time in this form.
    Time(Vec<TimePiece>),
    /// The seconds or milliseconds since 1970, plus an offset in seconds.
    Epoch { milliseconds: bool, offset: i64 },
    /// An integer, padded with zeros to this number of digits.
    Padded(u32),
    /// The CRC-32 of the text, modulo this number of shards.
    Shard(u32),
}

/// The most shards: as many as the largest tables have partitions.
const MAX_SHARDS: u32 = 1024;
/// The most digits of a padded integer: as many as DynamoDB keeps.
const MAX_WIDTH: u32 = 38;
const SPECS: &str = "specs are strftime directives, `epoch` and `epoch_ms` with an offset such as `+730d`, a width such as `08d`, \
                     and `shard=8`";

/// Reads a spec.
pub(crate) fn parse(text: &str) -> Result<Spec, String> {
    if let Some(rest) = text.strip_prefix("epoch") {
        let (milliseconds, offset) = rest.strip_prefix("_ms").map_or((false, rest), |offset| (true, offset));
        let offset = offset_seconds(offset).ok_or("the offset must be such as +730d, -6h, +30m or -10s")?;
        return Ok(Spec::Epoch { milliseconds, offset });
    }
    if let Some(count) = text.strip_prefix("shard=") {
        let count = count.parse().ok().filter(|count| (2..=MAX_SHARDS).contains(count));
        return count
            .map(Spec::Shard)
            .ok_or_else(|| format!("the number of shards must be 2 to {MAX_SHARDS}"));
    }
    if let Some(width) = text.strip_prefix('0').and_then(|rest| rest.strip_suffix('d')) {
        let width = width.parse().ok().filter(|width| (1..=MAX_WIDTH).contains(width));
        return width
            .map(Spec::Padded)
            .ok_or_else(|| format!("the width must be 1 to {MAX_WIDTH}, as in `08d`"));
    }
    if !text.contains('%') {
        return Err(format!("no spec \"{text}\"; {SPECS}"));
    }
    written(text)
        .map(Spec::Time)
        .map_err(|directive| format!("no directive `%{directive}`; there are %Y %m %d %H %M %S %j %3f %6f %9f"))
}

/// The seconds of an offset; 0 for an empty text.
fn offset_seconds(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (digits, unit) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
    let seconds = match unit {
        "d" => 86_400,
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        _ => return None,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // At most a few thousand years, so that no sum overflows.
    let count: i64 = digits
        .parse()
        .ok()
        .filter(|count| *count <= 100_000_000_000 / seconds)?;
    Some(sign * count * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_units() {
        for (text, seconds) in [
            ("", Some(0)),
            ("+730d", Some(63_072_000)),
            ("-6h", Some(-21_600)),
            ("+30m", Some(1800)),
            ("-10s", Some(-10)),
            ("730d", None),
            ("+d", None),
            ("+1.5d", None),
            ("+1w", None),
            ("+", None),
            ("+9999999999999999999d", None),
            ("+9999999999999d", None),
            ("+é", None),
        ] {
            let found = offset_seconds(text);
            let wanted = if text == "+d" { None } else { seconds };
            assert_eq!(found, wanted, "{text}");
        }
    }
}

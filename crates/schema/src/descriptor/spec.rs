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
/// The most seconds of an offset, about 3,170 years, so that no sum overflows.
const MAX_OFFSET: i64 = 100_000_000_000;
const SPECS: &str = "specs are strftime directives, `epoch` and `epoch_ms` with an offset such as `+730d`, a width such as `08d`, \
                     and `shard=8`";

/// Reads a spec.
pub(crate) fn parse(text: &str) -> Result<Spec, String> {
    if let Some(rest) = text.strip_prefix("epoch") {
        let (milliseconds, offset) = rest.strip_prefix("_ms").map_or((false, rest), |offset| (true, offset));
        let offset = offset_seconds(offset)?;
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
fn offset_seconds(text: &str) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let (sign, digits, unit) = offset_parts(text).ok_or("the offset must be such as +730d, -6h, +30m or -10s")?;
    let seconds = match unit {
        "d" => 86_400,
        "h" => 3600,
        "m" => 60,
        _ => 1,
    };
    let most = MAX_OFFSET / seconds;
    let count: Option<i64> = digits.parse().ok().filter(|count| *count <= most);
    let count = count.ok_or_else(|| format!("the offset must be at most {most}{unit}"))?;
    Ok(sign * count * seconds)
}

/// The sign of an offset, its digits and its unit.
fn offset_parts(text: &str) -> Option<(i64, &str, &str)> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (digits, unit) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && ["d", "h", "m", "s"].contains(&unit)).then_some((sign, digits, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_units() {
        let form = Err("the offset must be such as +730d, -6h, +30m or -10s");
        for (text, seconds) in [
            ("", Ok(0)),
            ("+730d", Ok(63_072_000)),
            ("-6h", Ok(-21_600)),
            ("+30m", Ok(1800)),
            ("-10s", Ok(-10)),
            ("+1157407d", Ok(99_999_964_800)),
            ("+1157408d", Err("the offset must be at most 1157407d")),
            ("-99999999999999999999h", Err("the offset must be at most 27777777h")),
            ("730d", form),
            ("+d", form),
            ("+1.5d", form),
            ("+1w", form),
            ("+", form),
            ("+é", form),
        ] {
            assert_eq!(offset_seconds(text), seconds.map_err(str::to_owned), "{text}");
        }
    }
}

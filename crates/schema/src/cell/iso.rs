//! Reads times in their default forms: those of ISO 8601 that XML Schema and the Data Package standard name.

use super::violation::CellViolation;

/// The parts of a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Date {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

/// The parts of a time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    pub hour: i8,
    pub minute: i8,
    pub second: i8,
    pub nanosecond: i32,
}

pub(crate) const DATE_FORM: &str = "a date of the form YYYY-MM-DD, such as 2024-03-31";
pub(crate) const TIME_FORM: &str =
    "a time of day of the form HH:MM:SS, such as 10:55:09 or 10:55:09.385, without an offset";
pub(crate) const DATETIME_FORM: &str = "a date and time of the form YYYY-MM-DDTHH:MM:SS, such as 2024-03-31T10:55:09, 2024-03-31T10:55:09.385Z or \
     2024-03-31T10:55:09+02:00";

/// Reads `YYYY-MM-DD`. A month or day may have one digit, as strptime reads it.
pub(crate) fn date(text: &[u8]) -> Option<Date> {
    let (year, month_and_day) = year(text)?;
    let (month, day) = match *month_and_day {
        [m1, m2, b'-', d1, d2] => (pair(m1, m2)?, pair(d1, d2)?),
        [m1, m2, b'-', d] => (pair(m1, m2)?, pair(b'0', d)?),
        [m, b'-', d1, d2] => (pair(b'0', m)?, pair(d1, d2)?),
        [m, b'-', d] => (pair(b'0', m)?, pair(b'0', d)?),
        _ => return None,
    };
    Some(Date { year, month, day })
}

/// Reads `YYYY-MM`. A month may have one digit.
pub(crate) fn year_month(text: &[u8]) -> Option<Date> {
    let (year, month) = year(text)?;
    let month = match *month {
        [m1, m2] => pair(m1, m2)?,
        [m] => pair(b'0', m)?,
        _ => return None,
    };
    Some(Date { year, month, day: 1 })
}

/// Reads `YYYY-`. Also returns the rest of the text.
fn year(text: &[u8]) -> Option<(i16, &[u8])> {
    let [y1, y2, y3, y4, b'-', rest @ ..] = text else {
        return None;
    };
    let year = i16::from(pair(*y1, *y2)?) * 100 + i16::from(pair(*y3, *y4)?);
    Some((year, rest))
}

/// Reads `HH:MM:SS`, with an optional fraction of a second after a point or a comma. Also returns the rest of the text.
pub(crate) fn clock(text: &[u8]) -> Result<(Clock, &[u8]), Refusal> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = text else {
        return Err(Refusal::Form);
    };
    let mut clock = Clock {
        hour: pair(*h1, *h2).ok_or(Refusal::Form)?,
        minute: pair(*m1, *m2).ok_or(Refusal::Form)?,
        second: pair(*s1, *s2).ok_or(Refusal::Form)?,
        nanosecond: 0,
    };
    let [b'.' | b',', digits @ ..] = rest else {
        return Ok((clock, rest));
    };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = digits.split_at(length);
    clock.nanosecond = nanoseconds(fraction)?;
    Ok((clock, rest))
}

/// Reads an offset from UTC (`Z`, `+HH:MM`, `+HHMM` or `+HH`), in seconds.
pub(crate) fn offset(text: &[u8]) -> Option<i32> {
    let seconds = |hours: i8, minutes: i8| {
        let in_range = hours < 24 && minutes < 60;
        in_range.then_some(i32::from(hours) * 3600 + i32::from(minutes) * 60)
    };
    let magnitude = match *text {
        [b'Z' | b'z'] => return Some(0),
        [b'+' | b'-', h1, h2, b':', m1, m2] | [b'+' | b'-', h1, h2, m1, m2] => seconds(pair(h1, h2)?, pair(m1, m2)?)?,
        [b'+' | b'-', h1, h2] => seconds(pair(h1, h2)?, 0)?,
        _ => return None,
    };
    Some(if text[0] == b'-' { -magnitude } else { magnitude })
}

/// Why a text is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Form,
    TooFine,
}

impl Refusal {
    pub fn violation(self, form: &'static str) -> CellViolation {
        match self {
            Self::Form => CellViolation::Form(form),
            Self::TooFine => CellViolation::TooFine,
        }
    }
}

/// The nanoseconds of a fraction of a second, from its digits.
pub(crate) fn nanoseconds(digits: &[u8]) -> Result<i32, Refusal> {
    let (kept, rest) = digits.split_at(digits.len().min(9));
    if digits.is_empty() {
        return Err(Refusal::Form);
    }
    if rest.iter().any(|digit| *digit != b'0') {
        return Err(Refusal::TooFine);
    }
    let mut nanoseconds = 0;
    for place in 0..9 {
        let digit = kept.get(place).map_or(0, |digit| i32::from(digit - b'0'));
        nanoseconds = nanoseconds * 10 + digit;
    }
    Ok(nanoseconds)
}

fn pair(tens: u8, ones: u8) -> Option<i8> {
    let digit = |byte: u8| {
        let value = byte.wrapping_sub(b'0');
        (value < 10).then_some(value)
    };
    i8::try_from(digit(tens)? * 10 + digit(ones)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_one_form() {
        let wanted = Date {
            year: 2024,
            month: 3,
            day: 31,
        };
        assert_eq!(date(b"2024-03-31"), Some(wanted));
        for text in ["2024-03-311", "24-03-31", "2024/03/31", "2024-03-31T", "+024-03-31", ""] {
            assert_eq!(date(text.as_bytes()), None, "{text}");
        }
        assert_eq!(date(b"2024-3-31"), Some(wanted));
        assert_eq!(year_month(b"2024-03"), Some(Date { day: 1, ..wanted }));
    }

    #[test]
    fn times_of_day_may_have_fractions() {
        let (found, rest) = clock(b"10:55:09.385Z").unwrap();
        assert_eq!((found.hour, found.minute, found.second), (10, 55, 9));
        assert_eq!((found.nanosecond, rest), (385_000_000, b"Z".as_slice()));
        assert_eq!(clock(b"10:55"), Err(Refusal::Form));
        assert_eq!(clock(b"10:55:09.1234567890").unwrap().0.nanosecond, 123_456_789);
        assert_eq!(clock(b"10:55:09.1234567891"), Err(Refusal::TooFine));
        assert_eq!(clock(b"10:55:09."), Err(Refusal::Form));
        assert_eq!(clock(b"1:55:09"), Err(Refusal::Form));
    }

    #[test]
    fn offsets_have_a_sign() {
        for (text, seconds) in [
            ("Z", Some(0)),
            ("+02:00", Some(7200)),
            ("-0330", Some(-12600)),
            ("+05", Some(18000)),
            ("02:00", None),
            ("+24:00", None),
            ("+02:60", None),
            ("", None),
        ] {
            assert_eq!(offset(text.as_bytes()), seconds, "{text}");
        }
    }
}

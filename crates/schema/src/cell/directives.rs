//! Times in forms that strptime directives describe, as Python reads them.

use super::iso::{Clock, Date, Refusal, nanoseconds, offset};
use super::moment::{MomentKind, TimePiece};

/// A form, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directives {
    /// As written.
    pub text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(char),
    /// White space, as much as there is but at least some.
    Space,
    Year,
    YearOfCentury,
    Month,
    MonthName,
    MonthAbbreviation,
    DayName,
    DayAbbreviation,
    Day,
    DayOfYear,
    Hour,
    Hour12,
    HalfOfDay,
    Minute,
    Second,
    Fraction,
    Offset,
}

/// Why directives describe no form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DirectivesError {
    #[error(
        "has the directive `%{0}`, which is not supported; supported are %Y %y %m %B %b %d %j %A %a %H %I %p %M %S %f %z %%"
    )]
    Unknown(char),
    #[error("ends with `%`; a percent sign is written `%%`")]
    Unfinished,
    #[error("has no directive such as %Y")]
    None,
    #[error("names {0} twice")]
    Twice(&'static str),
    #[error("has no {0}")]
    Lacks(&'static str),
    #[error("has a time of day, which a date does not have; use the type datetime")]
    TimeOfDate,
    #[error("has a day, which a time does not have; use the type datetime")]
    DateOfTime,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub date: Date,
    /// The day of the year, where the form has it instead of month and day.
    pub day_of_year: Option<i16>,
    pub clock: Clock,
    /// Seconds from UTC.
    pub offset: Option<i32>,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const ABBREVIATION: usize = 3;

impl Directives {
    /// Compiles the form of a date, a time or a datetime.
    pub fn parse(text: &str, kind: MomentKind) -> Result<Self, DirectivesError> {
        let mut pieces = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            pieces.push(match character {
                '%' => piece(characters.next().ok_or(DirectivesError::Unfinished)?)?,
                space if space.is_whitespace() => Piece::Space,
                literal => Piece::Literal(literal),
            });
        }
        let directives = Self {
            text: text.to_owned(),
            pieces,
        };
        directives.check(kind)?;
        Ok(directives)
    }

    fn check(&self, kind: MomentKind) -> Result<(), DirectivesError> {
        let count = |wanted: &[Piece]| self.pieces.iter().filter(|piece| wanted.contains(piece)).count();
        let years = count(&[Piece::Year, Piece::YearOfCentury]);
        let months = count(&[Piece::Month, Piece::MonthName, Piece::MonthAbbreviation]);
        let (days, days_of_year) = (count(&[Piece::Day]), count(&[Piece::DayOfYear]));
        let (hours, hours12) = (count(&[Piece::Hour]), count(&[Piece::Hour12]));
        let (minutes, seconds) = (count(&[Piece::Minute]), count(&[Piece::Second]));
        let (halves, fractions, offsets) = (
            count(&[Piece::HalfOfDay]),
            count(&[Piece::Fraction]),
            count(&[Piece::Offset]),
        );
        let in_date = years + months + days + days_of_year + count(&[Piece::DayName, Piece::DayAbbreviation]);
        let in_time = hours + hours12 + minutes + seconds + halves + fractions + offsets;
        if in_date + in_time == 0 {
            return Err(DirectivesError::None);
        }
        for (count, what) in [
            (years, "the year"),
            (months, "the month"),
            (days + days_of_year, "the day"),
            (hours + hours12, "the hour"),
            (minutes, "the minute"),
            (seconds, "the second"),
            (halves, "AM or PM"),
            (fractions, "the fraction"),
            (offsets, "the offset"),
        ] {
            if count > 1 {
                return Err(DirectivesError::Twice(what));
            }
        }
        match kind {
            MomentKind::Time if in_date > 0 => return Err(DirectivesError::DateOfTime),
            MomentKind::Time if offsets > 0 => {
                return Err(DirectivesError::Lacks("day, so that an offset means nothing"));
            }
            MomentKind::Date if in_time > 0 => return Err(DirectivesError::TimeOfDate),
            _ => {}
        }
        let lacks = |absent: bool, what| {
            if absent {
                Err(DirectivesError::Lacks(what))
            } else {
                Ok(())
            }
        };
        if kind != MomentKind::Time {
            lacks(years == 0, "year")?;
            lacks(months + days_of_year == 0, "month")?;
            lacks(days + days_of_year == 0, "day")?;
        }
        if kind != MomentKind::Date {
            lacks(hours + hours12 == 0, "hour")?;
            lacks(
                hours12 != halves,
                if halves == 0 { "%p beside %I" } else { "%I beside %p" },
            )?;
            lacks(minutes == 0 && seconds > 0, "minute")?;
            lacks(seconds == 0 && fractions > 0, "second")?;
        }
        Ok(())
    }

    /// Whether each time of this form says its offset from UTC.
    pub fn has_offset(&self) -> bool {
        self.pieces.contains(&Piece::Offset)
    }

    /// Reads a text of this form.
    pub fn read(&self, text: &str) -> Result<Parts, Refusal> {
        let mut parts = Parts::default();
        let mut afternoon = None;
        let mut rest = text;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => rest = rest.strip_prefix(*literal).ok_or(Refusal::Form)?,
                Piece::Space => {
                    let behind = rest.trim_start();
                    if behind.len() == rest.len() {
                        return Err(Refusal::Form);
                    }
                    rest = behind;
                }
                Piece::Year => parts.date.year = number(&mut rest, 4, 4)?,
                Piece::YearOfCentury => {
                    let year = number(&mut rest, 2, 2)?;
                    // As POSIX divides the centuries.
                    parts.date.year = year + if year < 69 { 2000 } else { 1900 };
                }
                Piece::Month => parts.date.month = small(&mut rest)?,
                Piece::MonthName => parts.date.month = name(&mut rest, &MONTHS, usize::MAX)? + 1,
                Piece::MonthAbbreviation => parts.date.month = name(&mut rest, &MONTHS, ABBREVIATION)? + 1,
                Piece::DayName => _ = name(&mut rest, &DAYS, usize::MAX)?,
                Piece::DayAbbreviation => _ = name(&mut rest, &DAYS, ABBREVIATION)?,
                Piece::Day => parts.date.day = small(&mut rest)?,
                Piece::DayOfYear => parts.day_of_year = Some(number(&mut rest, 1, 3)?),
                Piece::Hour => parts.clock.hour = small(&mut rest)?,
                Piece::Hour12 => {
                    let hour = small(&mut rest)?;
                    if !(1..=12).contains(&hour) {
                        return Err(Refusal::Form);
                    }
                    parts.clock.hour = hour % 12;
                }
                Piece::HalfOfDay => afternoon = Some(name(&mut rest, &["AM", "PM"], usize::MAX)? == 1),
                Piece::Minute => parts.clock.minute = small(&mut rest)?,
                Piece::Second => parts.clock.second = small(&mut rest)?,
                Piece::Fraction => parts.clock.nanosecond = nanoseconds(digits(&mut rest, usize::MAX))?,
                Piece::Offset => {
                    let end = rest
                        .find(|character: char| !matches!(character, '+' | '-' | ':' | 'Z' | 'z' | '0'..='9'))
                        .unwrap_or(rest.len());
                    let (written, behind) = rest.split_at(end);
                    parts.offset = Some(offset(written.as_bytes()).ok_or(Refusal::Form)?);
                    rest = behind;
                }
            }
        }
        if afternoon == Some(true) {
            parts.clock.hour += 12;
        }
        if rest.is_empty() { Ok(parts) } else { Err(Refusal::Form) }
    }
}

fn piece(directive: char) -> Result<Piece, DirectivesError> {
    Ok(match directive {
        '%' => Piece::Literal('%'),
        'Y' => Piece::Year,
        'y' => Piece::YearOfCentury,
        'm' => Piece::Month,
        'B' => Piece::MonthName,
        'b' => Piece::MonthAbbreviation,
        'A' => Piece::DayName,
        'a' => Piece::DayAbbreviation,
        'd' => Piece::Day,
        'j' => Piece::DayOfYear,
        'H' => Piece::Hour,
        'I' => Piece::Hour12,
        'p' => Piece::HalfOfDay,
        'M' => Piece::Minute,
        'S' => Piece::Second,
        'f' => Piece::Fraction,
        'z' => Piece::Offset,
        other => return Err(DirectivesError::Unknown(other)),
    })
}

/// Takes up to `most` digits.
fn digits<'t>(rest: &mut &'t str, most: usize) -> &'t [u8] {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, behind) = rest.split_at(length);
    *rest = behind;
    digits.as_bytes()
}

fn number(rest: &mut &str, least: usize, most: usize) -> Result<i16, Refusal> {
    let digits = digits(rest, most);
    if digits.len() < least {
        return Err(Refusal::Form);
    }
    Ok(digits
        .iter()
        .fold(0, |value, digit| value * 10 + i16::from(digit - b'0')))
}

/// A number of one or two digits.
fn small(rest: &mut &str) -> Result<i8, Refusal> {
    i8::try_from(number(rest, 1, 2)?).map_err(|_| Refusal::Form)
}

/// The index of the name that the text begins with, in any letter case.
fn name(rest: &mut &str, names: &[&str], length: usize) -> Result<i8, Refusal> {
    for (index, name) in (0..).zip(names) {
        let name = &name[..length.min(name.len())];
        if let Some(found) = rest.get(..name.len())
            && found.eq_ignore_ascii_case(name)
        {
            *rest = &rest[name.len()..];
            return Ok(index);
        }
    }
    Err(Refusal::Form)
}

/// The pieces of a written time: `%Y %m %d %H %M %S %j %3f %6f %9f` and text.
pub(crate) fn written(text: &str) -> Result<Vec<TimePiece>, char> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        push_literal(&mut pieces, &rest[..at]);
        let directive = &rest[at + 1..];
        let fraction = [("3f", 3), ("6f", 6), ("9f", 9)]
            .into_iter()
            .find_map(|(name, digits)| Some((TimePiece::Fraction(digits), directive.strip_prefix(name)?)));
        let (piece, behind) = match fraction {
            Some(found) => found,
            None => {
                let name = directive.chars().next().unwrap_or('%');
                let piece = match name {
                    'Y' => TimePiece::Year,
                    'm' => TimePiece::Month,
                    'd' => TimePiece::Day,
                    'H' => TimePiece::Hour,
                    'M' => TimePiece::Minute,
                    'S' => TimePiece::Second,
                    'j' => TimePiece::DayOfYear,
                    other => return Err(other),
                };
                (piece, &directive[1..])
            }
        };
        pieces.push(piece);
        rest = behind;
    }
    push_literal(&mut pieces, rest);
    Ok(pieces)
}

fn push_literal(pieces: &mut Vec<TimePiece>, text: &str) {
    match *text.as_bytes() {
        [] => {}
        [sign] if sign.is_ascii() => pieces.push(TimePiece::Sign(sign)),
        _ => pieces.push(TimePiece::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Result<Parts, Refusal> {
        Directives::parse(format, MomentKind::DateTime).unwrap().read(text)
    }

    #[test]
    fn forms_are_read_as_python_reads_them() {
        let whole = read("%d.%m.%Y %H:%M:%S.%f %z", "31.3.2024  01:30:09.25 +0200").unwrap();
        assert_eq!((whole.date.year, whole.date.month, whole.date.day), (2024, 3, 31));
        assert_eq!(
            (whole.clock.hour, whole.clock.nanosecond, whole.offset),
            (1, 250_000_000, Some(7200))
        );
        let american = read("%a %B %d, %y %I:%M %p", "sun march 31, 24 12:05 pm").unwrap();
        assert_eq!(
            (american.date.year, american.date.month, american.clock.hour),
            (2024, 3, 12)
        );
        assert_eq!(read("%b %d %Y %I%p", "Mar 1 1999 12am").unwrap().clock.hour, 0);
        assert_eq!(read("%y%j%H", "6936500").unwrap().date.year, 1969);
        assert_eq!(read("100%% %Y-%m-%dT%H", "100% 2024-03-31T07").unwrap().clock.hour, 7);
    }

    #[test]
    fn texts_of_another_form_are_refused() {
        for text in [
            "",
            "31.03.24 01",
            "31.03.2024 01x",
            "31.03.2024",
            "31.03.202401",
            "xx.03.2024 01",
        ] {
            assert_eq!(read("%d.%m.%Y %H", text), Err(Refusal::Form), "{text}");
        }
        assert_eq!(read("%Y%m%d%I%p", "2024033113PM"), Err(Refusal::Form));
    }

    #[test]
    fn directives_must_describe_their_type() {
        for (format, kind, error) in [
            ("%d.%m.%Y", MomentKind::DateTime, "has no hour"),
            ("%d.%m %H", MomentKind::DateTime, "has no year"),
            (
                "%H:%M %Y",
                MomentKind::Time,
                "has a day, which a time does not have; use the type datetime",
            ),
            (
                "%Y-%m-%d %H",
                MomentKind::Date,
                "has a time of day, which a date does not have; use the type datetime",
            ),
            ("%Y-%m-%d %I", MomentKind::DateTime, "has no %p beside %I"),
            ("%Y-%Y", MomentKind::Date, "names the year twice"),
            (
                "%H:%M%",
                MomentKind::Time,
                "ends with `%`; a percent sign is written `%%`",
            ),
            ("HH:MM", MomentKind::Time, "has no directive such as %Y"),
        ] {
            assert_eq!(
                Directives::parse(format, kind).unwrap_err().to_string(),
                error,
                "{format}"
            );
        }
        assert_eq!(
            Directives::parse("%s", MomentKind::DateTime),
            Err(DirectivesError::Unknown('s'))
        );
    }

    #[test]
    fn written_times_have_few_directives() {
        assert_eq!(written("%Y-%j.%3f").unwrap().len(), 5);
        assert_eq!(written("%f"), Err('f'));
        assert_eq!(written("%é"), Err('é'));
        assert_eq!(written("100%"), Err('%'));
    }
}

//! Reads times in forms that strptime directives describe, as Python does.

#[cfg(test)]
mod tests;

use super::iso::{Clock, Date, Refusal, nanoseconds, offset};
use super::moment::MomentKind;

/// A compiled form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directives {
    /// The directives, as the descriptor has them.
    pub text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(char),
    /// White space: one character or more.
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

/// Why directives are refused.
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

/// The parts of a time that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub date: Date,
    /// The day of the year, if the form has it instead of month and day.
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
        // Cells have no white space around them.
        let mut characters = text.trim().chars();
        while let Some(character) = characters.next() {
            pieces.push(match character {
                '%' => piece(characters.next().ok_or(DirectivesError::Unfinished)?)?,
                space if space.is_whitespace() => Piece::Space,
                literal => Piece::Literal(literal),
            });
        }
        pieces.dedup_by(|piece, before| *piece == Piece::Space && *before == Piece::Space);
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

    /// Whether the form has an offset from UTC.
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
                    // POSIX reads 69 to 99 as 1969 to 1999.
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

//! A time of some kind, and how it is written.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::problem::CellProblem;

/// What of a time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MomentKind {
    Date,
    Time,
    DateTime,
    Year,
    YearMonth,
}

/// A date, a time of day, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// In UTC where the instant is known.
    pub civil: DateTime,
    /// The instant, where it is known.
    pub instant: Option<Timestamp>,
}

/// A piece of a written time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TimePiece {
    Literal(String),
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    DayOfYear,
    /// So many digits of the fraction of a second, cut.
    Fraction(u32),
}

/// The unit of a time since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EpochUnit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl EpochUnit {
    /// The unit's power of ten to nanoseconds.
    pub fn nanosecond_digits(self) -> u32 {
        match self {
            Self::Seconds => 9,
            Self::Milliseconds => 6,
            Self::Microseconds => 3,
            Self::Nanoseconds => 0,
        }
    }
}

impl Moment {
    /// A time whose place on the time line is not known.
    pub fn local(civil: DateTime) -> Result<Self, CellProblem> {
        if civil.year() < 1 {
            return Err(CellProblem::Years(""));
        }
        Ok(Self { civil, instant: None })
    }

    /// A time that is known as an instant.
    pub fn at(instant: Timestamp) -> Result<Self, CellProblem> {
        let moment = Self::local(Offset::UTC.to_datetime(instant))?;
        Ok(Self {
            instant: Some(instant),
            ..moment
        })
    }

    /// Appends its one text: ISO 8601, with the digits of the fraction that count, and `Z` where the instant is known.
    pub fn write(&self, kind: MomentKind, out: &mut String) {
        let civil = self.civil;
        let date = |out: &mut String| {
            self.write_piece(&TimePiece::Year, out);
            out.push('-');
            self.write_piece(&TimePiece::Month, out);
            out.push('-');
            self.write_piece(&TimePiece::Day, out);
        };
        let time = |out: &mut String| {
            self.write_piece(&TimePiece::Hour, out);
            out.push(':');
            self.write_piece(&TimePiece::Minute, out);
            out.push(':');
            self.write_piece(&TimePiece::Second, out);
            if civil.subsec_nanosecond() != 0 {
                out.push('.');
                self.write_piece(&TimePiece::Fraction(9), out);
                out.truncate(out.trim_end_matches('0').len());
            }
        };
        match kind {
            MomentKind::Date => date(out),
            MomentKind::Time => time(out),
            MomentKind::DateTime => {
                date(out);
                out.push('T');
                time(out);
                if self.instant.is_some() {
                    out.push('Z');
                }
            }
            MomentKind::Year => self.write_piece(&TimePiece::Year, out),
            MomentKind::YearMonth => {
                self.write_piece(&TimePiece::Year, out);
                out.push('-');
                self.write_piece(&TimePiece::Month, out);
            }
        }
    }

    /// Appends a piece of it.
    pub fn write_piece(&self, piece: &TimePiece, out: &mut String) {
        let civil = self.civil;
        let pair = |number: i8, out: &mut String| push_pair(out, number.unsigned_abs());
        match piece {
            TimePiece::Literal(text) => out.push_str(text),
            TimePiece::Year => {
                let year = civil.year().unsigned_abs();
                // Both are below 100.
                push_pair(out, u8::try_from(year / 100).unwrap_or_default());
                push_pair(out, u8::try_from(year % 100).unwrap_or_default());
            }
            TimePiece::Month => pair(civil.month(), out),
            TimePiece::Day => pair(civil.day(), out),
            TimePiece::Hour => pair(civil.hour(), out),
            TimePiece::Minute => pair(civil.minute(), out),
            TimePiece::Second => pair(civil.second(), out),
            TimePiece::DayOfYear => push_digits(out, u64::from(civil.day_of_year().unsigned_abs()), 3),
            TimePiece::Fraction(digits) => {
                let cut = civil.subsec_nanosecond().unsigned_abs() / 10_u32.pow(9 - digits);
                push_digits(out, u64::from(cut), *digits);
            }
        }
    }
}

/// All numbers of two digits.
const PAIRS: &str = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
                     5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/// Appends a number below 100 in two digits.
fn push_pair(out: &mut String, number: u8) {
    let start = usize::from(number) * 2;
    out.push_str(PAIRS.get(start..start + 2).unwrap_or_default());
}

/// Appends the last `width` decimal digits of a number, with zeros before them.
pub(crate) fn push_digits(out: &mut String, number: u64, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_u64.pow(place) % 10;
        // A digit is below 10.
        out.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
    }
}

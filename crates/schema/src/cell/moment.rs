//! Times of all kinds, and how they are written.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::ascii::{Ascii, pair_of};
use super::violation::CellViolation;

/// The kind of a time: the parts of it that count.
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
    /// In UTC, if the instant is known.
    pub civil: DateTime,
    /// Whether the instant is known.
    pub is_instant: bool,
}

/// A piece of a written time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TimePiece {
    /// Text of several characters, or of one that is not ASCII.
    Text(String),
    /// One ASCII character.
    Sign(u8),
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    DayOfYear,
    /// This number of digits of the fraction of a second; the others are cut off.
    Fraction(u32),
    /// Year, month and day with `-` between them, written at once.
    Date,
    /// Hour, minute and second with `:` between them, written at once.
    Clock,
}

/// The unit of a time since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EpochUnit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl TimePiece {
    /// The same pieces, with dates and times of day as one piece each: most keys have one of both.
    pub fn joined(pieces: &[Self]) -> Vec<Self> {
        use TimePiece::{Clock, Date, Day, Hour, Minute, Month, Second, Sign, Year};

        let mut joined = Vec::with_capacity(pieces.len());
        let mut rest = pieces;
        while let Some((first, others)) = rest.split_first() {
            let (piece, others) = match rest {
                [Year, Sign(b'-'), Month, Sign(b'-'), Day, others @ ..] => (Date, others),
                [Hour, Sign(b':'), Minute, Sign(b':'), Second, others @ ..] => (Clock, others),
                _ => (first.clone(), others),
            };
            joined.push(piece);
            rest = others;
        }
        joined
    }
}

impl EpochUnit {
    /// The power of ten that converts the unit to nanoseconds.
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
    /// The beginning of 1970.
    pub const EPOCH: Self = Self {
        civil: DateTime::constant(1970, 1, 1, 0, 0, 0, 0),
        is_instant: true,
    };

    /// A local time, whose instant is not known.
    pub fn local(civil: DateTime) -> Result<Self, CellViolation> {
        if civil.year() < 1 {
            return Err(CellViolation::Years(""));
        }
        Ok(Self {
            civil,
            is_instant: false,
        })
    }

    /// An instant, from its date and time in UTC.
    pub fn in_utc(civil: DateTime) -> Result<Self, CellViolation> {
        Ok(Self {
            is_instant: true,
            ..Self::local(civil)?
        })
    }

    /// The time since 1970, negative before it; `None` when the instant is not known.
    pub fn since_1970(&self) -> Option<SignedDuration> {
        self.is_instant.then(|| self.civil.duration_since(Self::EPOCH.civil))
    }

    /// Appends its text in ISO 8601: with the fraction without trailing zeros, and with `Z` if the instant is known.
    pub fn write(&self, kind: MomentKind, out: &mut String) {
        let mut ascii = Ascii::new();
        match kind {
            MomentKind::Date => self.date(&mut ascii),
            MomentKind::Time => self.time(&mut ascii),
            MomentKind::DateTime => {
                self.date(&mut ascii);
                ascii.push(b'T');
                self.time(&mut ascii);
                if self.is_instant {
                    ascii.push(b'Z');
                }
            }
            MomentKind::Year => self.piece(&TimePiece::Year, &mut ascii),
            MomentKind::YearMonth => self.year_and_month(&mut ascii),
        }
        ascii.write(out);
    }

    fn date(&self, out: &mut Ascii) {
        let civil = self.civil;
        let year = civil.year().unsigned_abs();
        let [c, y] = [year / 100, year % 100].map(|pair| pair_of(u8::try_from(pair).unwrap_or_default()));
        let [m, d] = [civil.month(), civil.day()].map(|pair| pair_of(pair.unsigned_abs()));
        out.push_all([c[0], c[1], y[0], y[1], b'-', m[0], m[1], b'-', d[0], d[1]]);
    }

    fn year_and_month(&self, out: &mut Ascii) {
        self.piece(&TimePiece::Year, out);
        out.push(b'-');
        self.piece(&TimePiece::Month, out);
    }

    fn clock(&self, out: &mut Ascii) {
        let civil = self.civil;
        let [h, m, s] = [civil.hour(), civil.minute(), civil.second()].map(|pair| pair_of(pair.unsigned_abs()));
        out.push_all([h[0], h[1], b':', m[0], m[1], b':', s[0], s[1]]);
    }

    fn time(&self, out: &mut Ascii) {
        self.clock(out);
        if self.civil.subsec_nanosecond() != 0 {
            out.push(b'.');
            self.piece(&TimePiece::Fraction(9), out);
            out.trim_zeros();
        }
    }

    /// Appends its text in the form of these pieces.
    pub fn write_pieces(&self, pieces: &[TimePiece], out: &mut String) {
        let mut ascii = Ascii::new();
        for piece in pieces {
            match piece {
                TimePiece::Text(text) => {
                    ascii.write(out);
                    out.push_str(text);
                }
                piece => {
                    // No piece has more than 10 characters.
                    if ascii.room() < 10 {
                        ascii.write(out);
                    }
                    self.piece(piece, &mut ascii);
                }
            }
        }
        ascii.write(out);
    }

    fn piece(&self, piece: &TimePiece, out: &mut Ascii) {
        let civil = self.civil;
        match piece {
            TimePiece::Text(_) => {}
            TimePiece::Sign(byte) => out.push(*byte),
            TimePiece::Year => {
                let year = civil.year().unsigned_abs();
                // Both are below 100.
                out.push_pair(u8::try_from(year / 100).unwrap_or_default());
                out.push_pair(u8::try_from(year % 100).unwrap_or_default());
            }
            TimePiece::Date => self.date(out),
            TimePiece::Clock => self.clock(out),
            TimePiece::Month => out.push_pair(civil.month().unsigned_abs()),
            TimePiece::Day => out.push_pair(civil.day().unsigned_abs()),
            TimePiece::Hour => out.push_pair(civil.hour().unsigned_abs()),
            TimePiece::Minute => out.push_pair(civil.minute().unsigned_abs()),
            TimePiece::Second => out.push_pair(civil.second().unsigned_abs()),
            TimePiece::DayOfYear => out.push_digits(u64::from(civil.day_of_year().unsigned_abs()), 3),
            TimePiece::Fraction(digits) => {
                let cut = civil.subsec_nanosecond().unsigned_abs() / 10_u32.pow(9 - digits);
                // `digits` is 3, 6 or 9.
                out.push_digits(u64::from(cut), usize::try_from(*digits).unwrap_or_default());
            }
        }
    }
}

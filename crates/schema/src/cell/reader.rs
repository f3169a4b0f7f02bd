//! Types of cells, and how their cells are read.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use message::escape::push_json;
use message::invisible::{odd_character, trim};

use super::directives::{Directives, Parts};
use super::list::List;
use super::moment::{EpochUnit, Moment, MomentKind};
use super::number::Notation;
use super::span::{Buffer, Buffers, Cell, Span};
use super::value::{Size, Value};
use super::violation::CellViolation;
use super::zone::{self, Zone};
use super::{document, epoch, iso};

/// The type of a field's cells, with all that the field says about their form.
#[derive(Clone, Debug)]
pub(crate) enum Reader {
    Text,
    /// Base64.
    Binary,
    Number(Notation),
    /// A number that is a time.
    Epoch {
        notation: Notation,
        unit: EpochUnit,
    },
    Boolean {
        truths: Vec<String>,
        falsehoods: Vec<String>,
    },
    Moment {
        kind: MomentKind,
        /// `None`: the default form.
        format: Option<Directives>,
        zone: Option<Zone>,
    },
    List {
        list: List,
        element: Box<Reader>,
    },
    /// JSON: an object or an array.
    Document {
        object: bool,
        /// The most levels of `dynamodb:item` that are around the value.
        depth: usize,
    },
}

impl Reader {
    /// The reader of a list's elements, by the name of their type; strings are the default.
    pub fn of_elements(name: &str) -> Self {
        let moment = |kind| Self::Moment {
            kind,
            format: None,
            zone: None,
        };
        match name {
            "number" => Self::Number(Notation::default()),
            "integer" => Self::Number(Notation {
                integer: true,
                ..Notation::default()
            }),
            "boolean" => Self::default_boolean(),
            "date" => moment(MomentKind::Date),
            "time" => moment(MomentKind::Time),
            "datetime" => moment(MomentKind::DateTime),
            _ => Self::Text,
        }
    }

    /// Booleans as the standard writes them.
    pub fn default_boolean() -> Self {
        let texts = |texts: [&str; 4]| texts.map(str::to_owned).to_vec();
        Self::Boolean {
            truths: texts(["true", "True", "TRUE", "1"]),
            falsehoods: texts(["false", "False", "FALSE", "0"]),
        }
    }

    /// Reads a cell that is not missing.
    #[inline]
    pub fn read(&self, cell: Cell<'_>, scratch: &mut String) -> Result<Value, CellViolation> {
        match self {
            Self::Text => Ok(Value::Text(cell.span)),
            _ => self
                .value(cell, scratch)
                .map_err(|violation| disguised(violation, cell)),
        }
    }

    fn value(&self, cell: Cell<'_>, scratch: &mut String) -> Result<Value, CellViolation> {
        match self {
            Self::Text => Ok(Value::Text(cell.span)),
            Self::Number(notation) => notation.read(cell, scratch).map(Value::Number),
            Self::Epoch { notation, unit } => epoch(*notation, *unit, cell, scratch),
            Self::Moment { kind, format, zone } => {
                let trimmed = trim(cell.text);
                let moment = match format {
                    Some(directives) => formatted(trimmed, *kind, directives, zone.as_ref())?,
                    None => default_form(trimmed, *kind, zone.as_ref())?,
                };
                Ok(Value::Moment(moment, *kind))
            }
            Self::Boolean { truths, falsehoods } => {
                let trimmed = trim(cell.text);
                let is_in = |texts: &[String]| texts.iter().any(|text| text == trimmed);
                match (is_in(truths), is_in(falsehoods)) {
                    (true, _) => Ok(Value::Bool(true)),
                    (_, true) => Ok(Value::Bool(false)),
                    _ => {
                        let known: Vec<_> = truths
                            .iter()
                            .chain(falsehoods)
                            .map(|text| format!("`{text}`"))
                            .collect();
                        Err(CellViolation::Boolean(known.join(", ")))
                    }
                }
            }
            Self::Binary => {
                let trimmed = cell.trimmed();
                match BASE64_STANDARD.decode(trimmed.text) {
                    Ok(_) => Ok(Value::Text(trimmed.span)),
                    Err(_) => Err(CellViolation::Form("base64 with padding, such as AQI=")),
                }
            }
            Self::List { list, element } => {
                let start = scratch.len();
                let size = list.read(cell, &|cell, scratch| element.read(cell, scratch), scratch)?;
                Ok(json(cell, start, scratch, size))
            }
            Self::Document { object, depth } => {
                let start = scratch.len();
                let mut document = String::new();
                let length = document::read(trim(cell.text), *object, *depth, &mut document)?;
                let escapes = push_json(scratch, &document);
                Ok(json(cell, start, scratch, Size { length, escapes }))
            }
        }
    }
}

/// Adds to a violation the odd character that may be its cause.
#[cold]
fn disguised(violation: CellViolation, cell: Cell<'_>) -> CellViolation {
    match odd_character(trim(cell.text)) {
        Some(character) if !matches!(violation, CellViolation::Json { .. }) => CellViolation::Disguised {
            violation: Box::new(violation),
            character,
        },
        _ => violation,
    }
}

fn epoch(notation: Notation, unit: EpochUnit, cell: Cell<'_>, scratch: &mut String) -> Result<Value, CellViolation> {
    let trimmed = cell.trimmed();
    if notation == Notation::default()
        && let Some(utc) = epoch::plain(trimmed.text, unit)
    {
        return Ok(Value::Epoch(trimmed.span, epoch::moment_at(utc)?));
    }
    let number = notation.read(cell, scratch)?;
    let buffers = Buffers {
        record: "",
        defaults: "",
        scratch,
    };
    // A number that was not rewritten is in the cell.
    let moment = match number.text(buffers) {
        "" => epoch::moment(cell.text_of(number), unit)?,
        rewritten => epoch::moment(rewritten, unit)?,
    };
    Ok(Value::Epoch(number, moment))
}

/// The attribute value that `scratch` has from `start` on.
fn json(cell: Cell<'_>, start: usize, scratch: &str, size: Size) -> Value {
    Value::Json {
        json: Span::new(Buffer::Scratch, start, scratch.len()),
        cell: cell.trimmed().span,
        size,
    }
}

fn default_form(text: &str, kind: MomentKind, zone: Option<&Zone>) -> Result<Moment, CellViolation> {
    let bytes = text.as_bytes();
    let day = |date: Option<iso::Date>, form| {
        let date = date.ok_or(CellViolation::Form(form))?;
        Moment::local(civil(date, iso::Clock::default())?)
    };
    match kind {
        MomentKind::Date => day(iso::date(bytes), iso::DATE_FORM),
        MomentKind::YearMonth => day(iso::year_month(bytes), "a month of the form YYYY-MM, such as 2024-03"),
        MomentKind::Year => {
            let digits = bytes.len() == 4 && bytes.iter().all(u8::is_ascii_digit);
            let year = text.parse().ok().filter(|_| digits);
            let date = year.map(|year| iso::Date { year, month: 1, day: 1 });
            day(date, "a year of four digits, such as 2024")
        }
        MomentKind::Time => match iso::clock(bytes).map_err(|refusal| refusal.violation(iso::TIME_FORM))? {
            (clock, []) => Moment::local(civil(EPOCH_DAY, clock)?),
            _ => Err(CellViolation::Form(iso::TIME_FORM)),
        },
        MomentKind::DateTime => {
            let form = CellViolation::Form(iso::DATETIME_FORM);
            let Some((day, [b'T' | b't' | b' ', rest @ ..])) = bytes.split_at_checked("YYYY-MM-DD".len()) else {
                return Err(form);
            };
            // In ten bytes, month and day have two digits each.
            let date = iso::date(day).ok_or(CellViolation::Form(iso::DATETIME_FORM))?;
            let (clock, rest) = iso::clock(rest).map_err(|refusal| refusal.violation(iso::DATETIME_FORM))?;
            let offset = match rest {
                [] => None,
                rest => Some(iso::offset(rest).ok_or(form)?),
            };
            placed(with_midnight(date, clock)?, offset, zone)
        }
    }
}

fn formatted(
    text: &str,
    kind: MomentKind,
    directives: &Directives,
    zone: Option<&Zone>,
) -> Result<Moment, CellViolation> {
    let parts = directives.read(text).map_err(|refusal| match refusal {
        iso::Refusal::TooFine => CellViolation::TooFine,
        iso::Refusal::Form => CellViolation::TimeFormat {
            kind: match kind {
                MomentKind::Time => "time of day",
                MomentKind::DateTime => "date and time",
                _ => "date",
            },
            format: directives.text.clone(),
        },
    })?;
    if kind == MomentKind::Time {
        return Moment::local(civil(EPOCH_DAY, parts.clock)?);
    }
    placed(civil_of(parts)?, parts.offset, zone)
}

/// The instant of a local time, if an offset or a zone is known; otherwise the local time itself.
fn placed(civil: DateTime, offset: Option<i32>, zone: Option<&Zone>) -> Result<Moment, CellViolation> {
    // Years before 0001 are refused, whatever the offset.
    let local = Moment::local(civil)?;
    match (offset, zone) {
        (Some(seconds), _) => {
            let offset = Offset::from_seconds(seconds).map_err(|_| CellViolation::Calendar)?;
            Moment::in_utc(zone::to_utc(civil, offset)?)
        }
        (None, Some(zone)) => Moment::in_utc(zone.to_utc(civil)?),
        (None, None) => Ok(local),
    }
}

/// An arbitrary day, for times of day.
const EPOCH_DAY: iso::Date = iso::Date {
    year: 1970,
    month: 1,
    day: 1,
};

fn civil(date: iso::Date, clock: iso::Clock) -> Result<DateTime, CellViolation> {
    let iso::Clock {
        hour,
        minute,
        second,
        nanosecond,
    } = clock;
    DateTime::new(date.year, date.month, date.day, hour, minute, second, nanosecond)
        .map_err(|_| CellViolation::Calendar)
}

/// A date and time; 24:00:00 is the beginning of the next day.
fn with_midnight(date: iso::Date, clock: iso::Clock) -> Result<DateTime, CellViolation> {
    let last = iso::Clock {
        hour: 24,
        ..iso::Clock::default()
    };
    if clock != last {
        return civil(date, clock);
    }
    let day = civil(date, iso::Clock::default())?.date();
    let next = day.tomorrow().map_err(|_| CellViolation::Years(""))?;
    Ok(next.at(0, 0, 0, 0))
}

fn civil_of(parts: Parts) -> Result<DateTime, CellViolation> {
    let Some(day) = parts.day_of_year else {
        return civil(parts.date, parts.clock);
    };
    let first = iso::Date {
        month: 1,
        day: 1,
        ..parts.date
    };
    let with_day = civil(first, parts.clock)?.with().day_of_year(day).build();
    with_day.map_err(|_| CellViolation::Calendar)
}

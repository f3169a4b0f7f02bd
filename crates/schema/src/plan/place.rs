//! Fills the places of templates.

use jiff::SignedDuration;
use message::Decimal;
use message::escape::is_plain;

use super::row::Row;
use crate::cell::ascii::push_integer;
use crate::cell::moment::{Moment, MomentKind, TimePiece};
use crate::cell::reader::Reader;
use crate::cell::span::Buffers;
use crate::cell::value::Value;
use crate::descriptor::field::Field;
use crate::descriptor::kind::Kind;
use crate::descriptor::spec::Spec;
use crate::descriptor::template::{Place, Source};

/// A compiled place.
#[derive(Clone, Debug)]
pub(crate) struct CompiledPlace {
    pub place: Place,
    /// The type of the source's attribute, which determines the form of the text.
    pub kind: Kind,
    pub plainness: Plainness,
}

/// Whether a text is plain, so that nothing in it needs an escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plainness {
    Always,
    /// Plain if all cells of the row are.
    WithRow,
    Unknown,
}

impl Plainness {
    pub fn holds(self, row: &Row<'_>) -> bool {
        match self {
            Self::Always => true,
            Self::WithRow => row.is_plain,
            Self::Unknown => false,
        }
    }

    /// The plainness of the texts of a place.
    pub fn of_place(place: &Place, fields: &[Field]) -> Self {
        match (&place.spec, place.source) {
            (Spec::Time(pieces), _) => {
                let plain = |piece: &TimePiece| match piece {
                    TimePiece::Text(text) => is_plain(text),
                    TimePiece::Sign(sign) => is_plain(char::from(*sign).encode_utf8(&mut [0; 4])),
                    _ => true,
                };
                if pieces.iter().all(plain) {
                    Self::Always
                } else {
                    Self::Unknown
                }
            }
            (Spec::Epoch { .. } | Spec::Padded(_) | Spec::Shard(_), _)
            | (Spec::Text, Source::Line | Source::Uploaded) => Self::Always,
            (Spec::Text, Source::Field(index)) => fields.get(index).map_or(Self::Unknown, Self::of_field),
            (Spec::Text, Source::Key | Source::File | Source::Ingest) => Self::Unknown,
        }
    }

    /// The plainness of the texts of a field.
    pub fn of_field(field: &Field) -> Self {
        match field.reader {
            Reader::Text if field.default.as_deref().is_none_or(is_plain) => Self::WithRow,
            Reader::Text | Reader::List { .. } | Reader::Document { .. } => Self::Unknown,
            _ => Self::Always,
        }
    }
}

/// Why a place cannot be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlaceViolation {
    #[error("is negative; negative numbers are not padded")]
    Negative,
    #[error("has more than {0} digits")]
    TooLong(u32),
    #[error("has neither an offset nor a zone, so that its instant is not known")]
    NoInstant,
}

impl CompiledPlace {
    /// Compiles a place.
    pub fn of(place: &Place, fields: &[Field]) -> Self {
        let kind = match place.source {
            Source::Field(index) => fields.get(index).map_or(Kind::Text, |field| field.kind),
            _ => Kind::Text,
        };
        Self {
            plainness: Plainness::of_place(place, fields),
            place: Place {
                source: place.source,
                spec: match &place.spec {
                    Spec::Time(pieces) => Spec::Time(TimePiece::joined(pieces)),
                    other => other.clone(),
                },
            },
            kind,
        }
    }

    /// Appends its text. A source without a value has none.
    pub fn write(&self, row: &Row<'_>, out: &mut String) -> Result<(), PlaceViolation> {
        match &self.place.spec {
            Spec::Text => self.text(row, out),
            Spec::Time(pieces) => {
                if let Some(moment) = self.moment(row) {
                    moment.write_pieces(pieces, out);
                }
            }
            Spec::Epoch { milliseconds, offset } => {
                let since_1970 = self.moment(row).and_then(|moment| moment.since_1970());
                push_epoch(
                    since_1970.ok_or(PlaceViolation::NoInstant)?,
                    *milliseconds,
                    *offset,
                    out,
                );
            }
            Spec::Padded(width) => return self.padded(row, *width, out),
            Spec::Shard(count) => {
                let start = out.len();
                match self.value(row) {
                    Some(Value::Json { cell, .. }) => out.push_str(cell.text(row.buffers)),
                    _ => self.text(row, out),
                }
                let shard = crc32fast::hash(&out.as_bytes()[start..]) % count;
                out.truncate(start);
                push_integer(i64::from(shard), out);
            }
        }
        Ok(())
    }

    /// Whether its text is that of the value itself.
    pub fn is_text(&self) -> bool {
        self.place.spec == Spec::Text
    }

    fn value<'r>(&self, row: &Row<'r>) -> Option<&'r Value> {
        match self.place.source {
            Source::Field(index) => row.values.get(index),
            _ => None,
        }
    }

    fn text(&self, row: &Row<'_>, out: &mut String) {
        match self.place.source {
            Source::Field(index) => {
                if let Some(value) = row.values.get(index) {
                    push_value(value, self.kind, row.buffers, out);
                }
            }
            Source::Line => push_integer(i64::try_from(row.line).unwrap_or(i64::MAX), out),
            Source::Key => out.push_str(&row.object.key),
            Source::File => out.push_str(&row.object.file),
            Source::Ingest => out.push_str(&row.object.ingest),
            Source::Uploaded => row.object.uploaded.write(MomentKind::DateTime, out),
        }
    }

    /// Appends the canonical text of a value: the one that DynamoDB returns.
    pub fn canonical(&self, row: &Row<'_>, out: &mut String) {
        match self.value(row) {
            Some(Value::Number(span) | Value::Epoch(span, _)) if self.kind == Kind::Number => {
                push_canonical(span.text(row.buffers), out);
            }
            _ => self.text(row, out),
        }
    }

    fn moment(&self, row: &Row<'_>) -> Option<Moment> {
        if self.place.source == Source::Uploaded {
            return Some(row.object.uploaded);
        }
        match self.value(row)? {
            Value::Moment(moment, _) | Value::Epoch(_, moment) => Some(*moment),
            _ => None,
        }
    }

    fn padded(&self, row: &Row<'_>, width: u32, out: &mut String) -> Result<(), PlaceViolation> {
        let start = out.len();
        self.text(row, out);
        let digits = &out[start..];
        let (length, is_negative) = (digits.len(), digits.starts_with('-') && digits != "-0");
        let zero = digits == "-0";
        if is_negative {
            return Err(PlaceViolation::Negative);
        }
        if zero {
            out.truncate(start);
            out.push('0');
        }
        let length = if zero { 1 } else { length };
        let wanted = usize::try_from(width).unwrap_or(usize::MAX);
        if length > wanted {
            return Err(PlaceViolation::TooLong(width));
        }
        for _ in length..wanted {
            out.insert(start, '0');
        }
        Ok(())
    }
}

/// Appends the text of a value. A list or map has none.
pub(crate) fn push_value(value: &Value, kind: Kind, buffers: Buffers<'_>, out: &mut String) {
    match value {
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Moment(moment, MomentKind::Year) if kind == Kind::Number => {
            push_integer(i64::from(moment.civil.year()), out);
        }
        Value::Moment(moment, kind) => moment.write(*kind, out),
        Value::Epoch(_, moment) if kind == Kind::Text => moment.write(MomentKind::DateTime, out),
        Value::Text(span) | Value::Number(span) | Value::Epoch(span, _) => out.push_str(span.text(buffers)),
        Value::Missing | Value::Json { .. } => {}
    }
}

/// Appends the canonical text of a number.
pub(crate) fn push_canonical(text: &str, out: &mut String) {
    let is_canonical = text.len() < 40
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    if is_canonical {
        out.push_str(text);
    } else {
        Decimal::of(text).write(out);
    }
}

fn push_epoch(since_1970: SignedDuration, milliseconds: bool, offset: i64, out: &mut String) {
    // `as_secs` rounds towards zero.
    let nanosecond = i64::from(since_1970.subsec_nanos());
    let (second, nanosecond) = match (since_1970.as_secs(), nanosecond) {
        (second, nanosecond) if nanosecond < 0 => (second - 1, nanosecond + 1_000_000_000),
        whole => whole,
    };
    let second = second + offset;
    push_integer(
        if milliseconds {
            second * 1000 + nanosecond / 1_000_000
        } else {
            second
        },
        out,
    );
}

//! Templates: text with places `${field:spec}` for fields and for facts about a row and its object.

use super::field::Field;
use super::kind::Kind;
use super::schema::no_field;
use super::spec::{self, Spec};
use crate::cell::directives::Directives;
use crate::cell::moment::{MomentKind, TimePiece};
use crate::cell::number::Notation;
use crate::cell::reader::Reader;
use crate::fault::{Collector, Violation};

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TemplatePart {
    Literal(String),
    Place(Place),
}

/// A place in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub source: Source,
    pub spec: Spec,
}

/// What fills a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A field, by its index.
    Field(usize),
    /// The line where the row starts.
    Line,
    /// The key of the object.
    Key,
    /// The key of the object after its last slash.
    File,
    /// The ingest id.
    Ingest,
    /// When the object was uploaded.
    Uploaded,
}

/// Reads a template; `None` when there is a fault in it. `$${` is a literal `${`.
pub(crate) fn parse(text: &str, fields: &[Field], pointer: &str, faults: &mut Collector) -> Option<Vec<TemplatePart>> {
    let mut has_fault = false;
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            literal.push_str(&rest[..at - 1]);
            literal.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        literal.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        let Some(end) = inside.find('}') else {
            faults.meaning(pointer, "has a `${` without its `}`; a literal `${` is written `$${`");
            return None;
        };
        rest = &inside[end + 1..];
        if !literal.is_empty() {
            parts.push(TemplatePart::Literal(std::mem::take(&mut literal)));
        }
        match place(&inside[..end], fields, pointer, faults) {
            Some(place) => parts.push(TemplatePart::Place(place)),
            None => has_fault = true,
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(TemplatePart::Literal(literal));
    }
    (!has_fault).then_some(parts)
}

fn place(text: &str, fields: &[Field], pointer: &str, faults: &mut Collector) -> Option<Place> {
    let Some((source, spec_text)) = source(text, fields) else {
        let name = text.split(':').next().unwrap_or_default();
        faults.add(pointer, no_field(name, fields));
        return None;
    };
    let spec = match spec_text {
        None => Spec::Text,
        Some(spec_text) => match spec::parse(spec_text) {
            Ok(spec) => spec,
            Err(why) => {
                faults.meaning(pointer, format!("`${{{text}}}`: {why}"));
                return None;
            }
        },
    };
    let place = Place { source, spec };
    if let Err(why) = place.check(fields) {
        faults.meaning(pointer, format!("`${{{text}}}`: {why}"));
        return None;
    }
    Some(place)
}

/// Splits a place into its source and its spec. A name may contain colons: the longest known name counts.
fn source<'t>(text: &'t str, fields: &[Field]) -> Option<(Source, Option<&'t str>)> {
    let named = |name: &str| {
        let context = match name {
            "$line" => Some(Source::Line),
            "$key" => Some(Source::Key),
            "$file" => Some(Source::File),
            "$ingest" => Some(Source::Ingest),
            "$uploaded" => Some(Source::Uploaded),
            _ => None,
        };
        context.or_else(|| fields.iter().position(|field| field.name == name).map(Source::Field))
    };
    if let Some(source) = named(text) {
        return Some((source, None));
    }
    text.rmatch_indices(':')
        .find_map(|(colon, _)| Some((named(&text[..colon])?, Some(&text[colon + 1..]))))
}

impl Place {
    /// Checks that the spec fits the source.
    fn check(&self, fields: &[Field]) -> Result<(), String> {
        let field = match self.source {
            Source::Field(index) => fields.get(index),
            _ => None,
        };
        if field.is_some_and(|field| !field.has_type) {
            return Ok(());
        }
        let reader = field.map(|field| &field.reader);
        let is_number = self.source == Source::Line;
        match &self.spec {
            Spec::Time(pieces) if self.source != Source::Uploaded => {
                let kind = match reader {
                    Some(Reader::Moment { kind, .. }) => *kind,
                    Some(Reader::Epoch { .. }) => MomentKind::DateTime,
                    _ => return Err("only times take directives".to_owned()),
                };
                let lacking = pieces.iter().find_map(|piece| lacking(piece, kind));
                lacking.map_or(Ok(()), |what| Err(format!("it has no {what}")))
            }
            Spec::Epoch { .. } if self.source != Source::Uploaded => match reader {
                Some(Reader::Epoch { .. }) => Ok(()),
                Some(Reader::Moment {
                    kind: MomentKind::DateTime,
                    format,
                    zone,
                }) => {
                    let known = zone.is_some() || format.as_ref().is_none_or(Directives::has_offset);
                    let why = "its instants are not known; name the zone in `dynamodb:timeZone`";
                    if known { Ok(()) } else { Err(why.to_owned()) }
                }
                _ => Err("only a datetime or a number with `dynamodb:epoch` is an instant".to_owned()),
            },
            Spec::Padded(_) => match reader {
                Some(Reader::Number(Notation { integer: true, .. })) => Ok(()),
                _ if is_number => Ok(()),
                _ => Err("only integers are padded with zeros".to_owned()),
            },
            Spec::Text | Spec::Shard(_) | Spec::Time(_) | Spec::Epoch { .. } => Ok(()),
        }
    }

    /// The type of an attribute that consists of this place only.
    pub fn kind(&self, fields: &[Field]) -> Kind {
        match (&self.spec, self.source) {
            (Spec::Text, Source::Field(index)) => fields.get(index).map_or(Kind::Text, |field| field.kind),
            (Spec::Text, Source::Line) | (Spec::Epoch { .. } | Spec::Shard(_), _) => Kind::Number,
            _ => Kind::Text,
        }
    }
}

/// The part of a time that a piece would write, if this kind of time lacks it.
fn lacking(piece: &TimePiece, kind: MomentKind) -> Option<&'static str> {
    let (what, kinds): (_, &[MomentKind]) = match piece {
        TimePiece::Text(_) | TimePiece::Sign(_) => return None,
        TimePiece::Year => (
            "year",
            &[
                MomentKind::Year,
                MomentKind::YearMonth,
                MomentKind::Date,
                MomentKind::DateTime,
            ],
        ),
        TimePiece::Month => (
            "month",
            &[MomentKind::YearMonth, MomentKind::Date, MomentKind::DateTime],
        ),
        TimePiece::Day | TimePiece::DayOfYear | TimePiece::Date => ("day", &[MomentKind::Date, MomentKind::DateTime]),
        TimePiece::Hour | TimePiece::Minute | TimePiece::Second | TimePiece::Fraction(_) | TimePiece::Clock => {
            ("time of day", &[MomentKind::Time, MomentKind::DateTime])
        }
    };
    (!kinds.contains(&kind)).then_some(what)
}

/// Notes places that cannot be part of a longer text: lists and maps have no text.
pub(crate) fn check_texts(parts: &[TemplatePart], fields: &[Field], pointer: &str, faults: &mut Collector) {
    for part in parts {
        if let TemplatePart::Place(Place {
            source: Source::Field(index),
            spec: Spec::Text,
        }) = part
            && let Some(field) = fields.get(*index)
            && matches!(field.reader, Reader::List { .. } | Reader::Document { .. })
        {
            let text = format!(
                "\"{}\" is a list or a map, which has no text; it can only stand alone",
                field.name
            );
            faults.add(pointer, Violation::Meaning(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_has_names_and_specs() {
        let mut faults = Collector::default();
        let parts = parse("a$${b}${$line:08d}c${$uploaded:%Y:%m}$", &[], "", &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        let [
            TemplatePart::Literal(first),
            TemplatePart::Place(line),
            ..,
            TemplatePart::Literal(last),
        ] = &parts.as_deref().unwrap_or_default()
        else {
            panic!("{parts:?}")
        };
        assert_eq!((first.as_str(), last.as_str()), ("a${b}", "$"));
        assert_eq!(line.spec, Spec::Padded(8));
    }

    #[test]
    fn wrong_places_are_named() {
        for (text, fault) in [
            ("${x}", "/p: no field \"x\"; the fields are in `schema`"),
            ("${$lin}", "/p: no field \"$lin\"; did you mean \"$line\"?"),
            (
                "${$line",
                "/p: has a `${` without its `}`; a literal `${` is written `$${`",
            ),
            ("${$key:08d}", "/p: `${$key:08d}`: only integers are padded with zeros"),
            ("${$key:%Y}", "/p: `${$key:%Y}`: only times take directives"),
            (
                "${$line:shard=1}",
                "/p: `${$line:shard=1}`: the number of shards must be 2 to 1024",
            ),
            (
                "${$line:099d}",
                "/p: `${$line:099d}`: the width must be 1 to 38, as in `08d`",
            ),
            (
                "${$uploaded:%F}",
                "/p: `${$uploaded:%F}`: no directive `%F`; there are %Y %m %d %H %M %S %j %3f %6f %9f",
            ),
        ] {
            let mut faults = Collector::default();
            parse(text, &[], "/p", &mut faults);
            assert_eq!(faults.finish(Some(())).unwrap_err().to_string(), fault);
        }
    }
}

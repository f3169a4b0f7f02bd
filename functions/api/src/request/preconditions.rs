//! Reads the headers `If-Match` and `If-None-Match`.
//!
//! <https://www.rfc-editor.org/rfc/rfc9110#section-13.1>

use lambda_http::Request;

use super::fault::{ParameterError, ParameterViolation};
use super::headers;
use crate::table::etag::ETag;

const IF_MATCH: &str = "If-Match";
const IF_NONE_MATCH: &str = "If-None-Match";

/// The entity tags in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// `*`: any message.
    Any,
    /// These tags, each with its quotation marks and, if it is weak, its `W/`.
    Of(Vec<String>),
}

impl Tags {
    /// Whether one of them is `tag`, by strong comparison.
    #[must_use]
    pub fn match_strongly(&self, tag: &ETag) -> bool {
        let tag = tag.to_string();
        match self {
            Self::Any => true,
            Self::Of(tags) => tags.contains(&tag),
        }
    }

    /// Whether one of them is `tag`, by weak comparison.
    #[must_use]
    pub fn match_weakly(&self, tag: &ETag) -> bool {
        let tag = tag.to_string();
        match self {
            Self::Any => true,
            Self::Of(tags) => tags.iter().any(|other| other.trim_start_matches("W/") == tag),
        }
    }

    /// Whether all of them are weak and so never match strongly.
    #[must_use]
    pub fn are_weak(&self) -> bool {
        match self {
            Self::Any => false,
            Self::Of(tags) => tags.iter().all(|tag| tag.starts_with("W/")),
        }
    }

    fn parse(mut text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        loop {
            // A list may have empty elements.
            text = text.trim_start_matches([' ', '\t', ',']);
            if text.is_empty() {
                return (!tags.is_empty()).then_some(Self::Of(tags));
            }
            let opaque = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?;
            let end = text.len() - opaque.len() + opaque.find('"')? + 1;
            let (tag, rest) = text.split_at(end);
            if tag.contains(|character: char| character.is_ascii_control() || character == ' ') {
                return None;
            }
            tags.push(tag.to_owned());
            text = rest.trim_start_matches([' ', '\t']);
            if !text.is_empty() && !text.starts_with(',') {
                return None;
            }
        }
    }
}

/// Reads the header `If-Match`.
///
/// # Errors
/// [`ParameterError`] when it is not a list of entity tags.
pub fn if_match(request: &Request) -> Result<Option<Tags>, ParameterError> {
    tags(request, IF_MATCH)
}

/// Reads the header `If-None-Match`.
///
/// # Errors
/// [`ParameterError`] when it is not a list of entity tags.
pub fn if_none_match(request: &Request) -> Result<Option<Tags>, ParameterError> {
    tags(request, IF_NONE_MATCH)
}

/// Whether the header `If-None-Match` requires that the message does not exist.
///
/// # Errors
/// [`ParameterError`] when its value is not `*`, or when `If-Match` is present, too.
pub fn creates_only(request: &Request) -> Result<bool, ParameterError> {
    let violation = match tags(request, IF_NONE_MATCH)? {
        None => return Ok(false),
        Some(Tags::Any) if !request.headers().contains_key(IF_MATCH) => return Ok(true),
        Some(Tags::Any) => ParameterViolation::Contradictory,
        Some(Tags::Of(_)) => ParameterViolation::OnlyAny,
    };
    Err(ParameterError::header(IF_NONE_MATCH, violation))
}

/// Refuses `If-None-Match` for a call that would have to ignore it: a client that sends it relies on it.
///
/// # Errors
/// [`ParameterError`] when the header is present.
pub fn refuse_if_none_match(request: &Request) -> Result<(), ParameterError> {
    if request.headers().contains_key(IF_NONE_MATCH) {
        return Err(ParameterError::header(
            IF_NONE_MATCH,
            ParameterViolation::UnknownPrecondition,
        ));
    }
    Ok(())
}

fn tags(request: &Request, name: &'static str) -> Result<Option<Tags>, ParameterError> {
    let values: Vec<_> = headers::values(request, name).collect();
    if values.is_empty() {
        return Ok(None);
    }
    // Several headers of one name make one list.
    let tags = Tags::parse(&values.join(","));
    tags.map(Some)
        .ok_or(ParameterError::header(name, ParameterViolation::Tags))
}

#[cfg(test)]
mod tests {
    use attributes::Attributes;

    use super::*;

    fn tags(text: &str) -> Option<Tags> {
        Tags::parse(text)
    }

    #[test]
    fn a_list_of_tags_is_read() {
        let of = |tags: &[&str]| Some(Tags::Of(tags.iter().map(|tag| (*tag).to_owned()).collect()));
        for (text, expected) in [
            (" * ", Some(Tags::Any)),
            (r#""a""#, of(&[r#""a""#])),
            (r#""a,b" , W/"c",,"""#, of(&[r#""a,b""#, r#"W/"c""#, r#""""#])),
            (",\t\"é\"", of(&["\"é\""])),
        ] {
            assert_eq!(tags(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_tags_is_none() {
        for text in [
            "",
            " ",
            ",",
            "a",
            r#""a"#,
            r#"a""#,
            r#""a" "b""#,
            r#""a"b"#,
            r#"w/"a""#,
            "W/a",
            r#"*, "a""#,
            r#""a", *"#,
            "\"a b\"",
            "\"a\u{7f}\"",
        ] {
            assert_eq!(tags(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_weak_tag_never_matches_strongly() {
        let tag = ETag::of(&Attributes::new());
        let strong = tags(&format!("\"x\", {tag}")).unwrap();
        let weak = tags(&format!("W/{tag}")).unwrap();
        assert!(strong.match_strongly(&tag) && strong.match_weakly(&tag));
        assert!(!weak.match_strongly(&tag) && weak.match_weakly(&tag));
        assert!(weak.are_weak() && !strong.are_weak() && !Tags::Any.are_weak());
        assert!(!tags(&format!("\"x\", W/{tag}")).unwrap().are_weak());
        assert!(Tags::Any.match_strongly(&tag) && Tags::Any.match_weakly(&tag));
        let other = tags("\"x\"").unwrap();
        assert!(!other.match_strongly(&tag) && !other.match_weakly(&tag));
    }
}

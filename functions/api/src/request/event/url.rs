//! Prepares the parts of the URL that `lambda_http` puts together. It panics on parts that are invalid in a URL, or too long for
//! a [`Uri`](lambda_http::http::Uri).

use std::collections::HashMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::request::limits::MAX_URL_BYTES;
use crate::request::rejection::EventError;

/// The ASCII characters that must be percent-encoded in a query string. Characters beyond ASCII always are.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// The most bytes of a domain.
const MAX_DOMAIN_BYTES: usize = 253;

/// Adds the leading slash to a path if it is missing.
pub fn rooted(path: &str) -> String {
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{slash}{path}")
}

/// Percent-encodes the characters that are not allowed in a query string.
pub fn encoded_query(query: &str) -> String {
    utf8_percent_encode(query, NOT_IN_QUERY).to_string()
}

/// Refuses path and query parameters that may be too long for a [`Uri`](lambda_http::http::Uri), where each byte may take three.
pub fn check_length<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    query: &HashMap<String, Vec<String>>,
) -> Result<(), EventError> {
    let texts = texts.into_iter().map(str::len).sum::<usize>();
    let parameters = query.iter().flat_map(|(name, values)| {
        let separators = 2;
        values.iter().map(move |value| name.len() + value.len() + separators)
    });
    if texts + parameters.sum::<usize>() > MAX_URL_BYTES {
        return Err(EventError::TooLong);
    }
    Ok(())
}

/// Whether every parser of URLs takes `domain` for a domain name: labels of letters, digits and hyphens, none of them an encoded
/// label (`xn--`), and the last one not a number.
pub fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(fits) && !label.to_ascii_lowercase().starts_with("xn--")
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    let is_named = top.starts_with(|first: char| first.is_ascii_alphabetic());
    is_named && domain.len() <= MAX_DOMAIN_BYTES && domain.split('.').all(is_label)
}

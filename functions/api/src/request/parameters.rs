//! Path and query parameters. Those that no call knows are ignored.

use std::collections::BTreeSet;

use lambda_http::{Request, RequestExt};
use message::{Date, Key, KeyError, Time, names};
use percent_encoding::percent_decode_str;

use super::fault::{Location, ParameterError, ParameterViolation};
use super::limits::{DEFAULT_LIMIT, MAX_FIELD_BYTES, MAX_FIELDS, MAX_LIMIT};
use super::next_token::{Day, List, NextToken};
use super::rejection::{Faults, Rejection};

/// The names of the query parameters, but for the key.
mod query_names {
    pub const FROM: &str = "from";
    pub const TO: &str = "to";
    pub const ORDER: &str = "order";
    pub const LIMIT: &str = "limit";
    pub const FIELDS: &str = "fields";
    pub const NEXT_TOKEN: &str = "NextToken";
}

/// The key that path and query name together: `/message/{date}?time=`.
///
/// # Errors
/// [`ParameterError`] for each of the two that is missing, empty or of the wrong form.
pub fn key(request: &Request) -> Result<Key, Rejection> {
    let needed = |location, name, error| ParameterError {
        location,
        name,
        violation: ParameterViolation::Missing(error),
    };
    let date = path_date(request);
    let date = date.and_then(|date| date.ok_or(needed(Location::Path, names::DATE, KeyError::Date)));
    let time = query_time(request);
    let time = time.and_then(|time| time.ok_or(needed(Location::Query, names::TIME, KeyError::Time)));
    let mut faults = Faults::default();
    let (date, time) = (faults.take(date), faults.take(time));
    faults.finish(|| {
        Some(Key {
            date: date?,
            time: time?,
        })
    })
}

/// The path parameter `date`, when there is one.
///
/// # Errors
/// [`ParameterError`] when it is none.
pub fn path_date(request: &Request) -> Result<Option<Date>, ParameterError> {
    // A REST API hands path parameters over as they are in the URL, unlike query parameters. No date contains a
    // percent sign, so decoding one that is decoded already changes nothing.
    let parameters = request.path_parameters_ref();
    let text = parameters.and_then(|parameters| parameters.first(names::DATE));
    let text = text.map(|text| percent_decode_str(text).decode_utf8_lossy());
    part(Location::Path, names::DATE, text.as_deref(), KeyError::Date)
}

/// The query parameter `time`, when there is one.
///
/// # Errors
/// [`ParameterError`] when it is none.
pub fn query_time(request: &Request) -> Result<Option<Time>, ParameterError> {
    time(request, names::TIME)
}

/// The list that the query asks for: `date`, `from`, `to`, `order` and `fields`.
///
/// # Errors
/// [`ParameterError`] for each that is wrong.
pub fn list(request: &Request) -> Result<List, Rejection> {
    let mut faults = Faults::default();
    let date = faults.take(query_date(request));
    let range = faults.take(range(request));
    let order = faults.take(order(request));
    let fields = faults.take(fields(request));
    faults.take(only_with_date(request));
    faults.finish(|| {
        let (from, to) = range?;
        let descending = order?.unwrap_or_default();
        let day = date?.map(|date| Day {
            date,
            from,
            to,
            descending,
        });
        Some(List { day, fields: fields? })
    })
}

/// The most items that the client wants.
///
/// # Errors
/// [`ParameterError`] when it is not a number from 1 to [`MAX_LIMIT`].
pub fn limit(request: &Request) -> Result<i32, ParameterError> {
    let Some(text) = query(request, query_names::LIMIT)? else {
        return Ok(DEFAULT_LIMIT);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|limit| digits && (1..=MAX_LIMIT).contains(limit))
        .ok_or(ParameterError::query(query_names::LIMIT, ParameterViolation::Limit))
}

/// Where the page of `list` begins, when it is not the first.
///
/// # Errors
/// [`ParameterError`] when the token is none for that list of `table`.
pub fn next_token(request: &Request, list: &List, table: &str) -> Result<Option<NextToken>, ParameterError> {
    let Some(text) = query(request, query_names::NEXT_TOKEN)? else {
        return Ok(None);
    };
    let token = NextToken::decode(text, list, table);
    token.map(Some).ok_or(ParameterError::query(
        query_names::NEXT_TOKEN,
        ParameterViolation::Token,
    ))
}

fn query_date(request: &Request) -> Result<Option<Date>, ParameterError> {
    let text = query(request, names::DATE)?;
    part(Location::Query, names::DATE, text, KeyError::Date)
}

/// The first and the last time that the client wants.
fn range(request: &Request) -> Result<(Option<Time>, Option<Time>), Rejection> {
    let mut faults = Faults::default();
    let from = faults.take(time(request, query_names::FROM));
    let to = faults.take(time(request, query_names::TO));
    if let (Some(Some(first)), Some(Some(last))) = (from, to)
        && first_of(first) > last_of(last)
    {
        faults.add(ParameterError::query(query_names::FROM, ParameterViolation::Backwards));
    }
    faults.finish(|| from.zip(to))
}

/// Whether the latest comes first.
fn order(request: &Request) -> Result<Option<bool>, ParameterError> {
    match query(request, query_names::ORDER)? {
        None => Ok(None),
        Some("asc") => Ok(Some(false)),
        Some("desc") => Ok(Some(true)),
        Some(_) => Err(ParameterError::query(query_names::ORDER, ParameterViolation::Order)),
    }
}

/// Refuses what narrows down or orders a date, and means nothing for the whole table.
fn only_with_date(request: &Request) -> Result<(), Rejection> {
    let mut faults = Faults::default();
    if !has(request, names::DATE) {
        for name in [query_names::FROM, query_names::TO, query_names::ORDER] {
            if has(request, name) {
                faults.add(ParameterError::query(name, ParameterViolation::NeedsDate));
            }
        }
    }
    faults.finish(|| Some(()))
}

fn fields(request: &Request) -> Result<BTreeSet<String>, ParameterError> {
    let Some(text) = query(request, query_names::FIELDS)? else {
        return Ok(BTreeSet::new());
    };
    let fields: BTreeSet<_> = text.split(',').map(str::to_owned).collect();
    let fit = fields.len() <= MAX_FIELDS && fields.iter().all(|name| (1..=MAX_FIELD_BYTES).contains(&name.len()));
    if fit {
        Ok(fields)
    } else {
        Err(ParameterError::query(query_names::FIELDS, ParameterViolation::Fields))
    }
}

fn time(request: &Request, name: &'static str) -> Result<Option<Time>, ParameterError> {
    part(Location::Query, name, query(request, name)?, KeyError::Time)
}

fn has(request: &Request, name: &str) -> bool {
    let parameters = request.query_string_parameters_ref();
    parameters.is_some_and(|parameters| parameters.first(name).is_some())
}

/// The value of a query parameter, which may be said more than once.
fn query<'r>(request: &'r Request, name: &'static str) -> Result<Option<&'r str>, ParameterError> {
    let values = request
        .query_string_parameters_ref()
        .and_then(|parameters| parameters.all(name));
    match values.as_deref() {
        None | Some([]) => Ok(None),
        Some([value, others @ ..]) if others.iter().all(|other| other == value) => Ok(Some(value)),
        Some(_) => Err(ParameterError::query(name, ParameterViolation::Contradictory)),
    }
}

/// The first key that `time` covers: `10:55:09.000` begins where the second does, and the text of a coarser key comes before
/// its own.
#[must_use]
pub fn first_of(time: Time) -> String {
    let mut text = time.to_string();
    while let Some(coarser) = text.strip_suffix("000") {
        text = coarser.trim_end_matches('.').to_owned();
    }
    text
}

/// The last key that `time` covers: `10:55:09` is a whole second, in which there may be finer keys, and their texts come
/// behind it.
#[must_use]
pub fn last_of(time: Time) -> String {
    const FINEST: &str = "00:00:00.999999999";
    let text = time.to_string();
    let nines = &FINEST[text.len()..];
    text + nines
}

/// A date or a time.
fn part<T>(
    location: Location,
    name: &'static str,
    text: Option<&str>,
    expected: KeyError,
) -> Result<Option<T>, ParameterError>
where
    T: std::str::FromStr<Err = KeyError>,
{
    let result = match text {
        None => Ok(None),
        Some("") => Err(ParameterViolation::Empty(expected)),
        Some(text) => text.parse().map(Some).map_err(ParameterViolation::Key),
    };
    result.map_err(|violation| ParameterError {
        location,
        name,
        violation,
    })
}

#[cfg(test)]
mod tests;

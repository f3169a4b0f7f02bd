//! Reads path and query parameters. Unknown parameters are ignored.

use std::collections::BTreeSet;

use attributes::KeySchema;
use lambda_http::{Request, RequestExt};
use message::names;
use percent_encoding::percent_decode_str;

use super::fault::{Location, ParameterError, ParameterViolation};
use super::key::{Address, KeyPart, KeyValue};
use super::limits::{DEFAULT_LIMIT, MAX_FIELD_BYTES, MAX_FIELDS, MAX_LIMIT};
use super::next_token::{List, NextToken, Partition};
use super::rejection::{Faults, Rejection};
use crate::route::PATH_PARAMETER;

/// The names of the query parameters other than the key.
mod query_names {
    pub const FROM: &str = "from";
    pub const TO: &str = "to";
    pub const ORDER: &str = "order";
    pub const LIMIT: &str = "limit";
    pub const FIELDS: &str = "fields";
    pub const NEXT_TOKEN: &str = "NextToken";
}

/// The parameters that restrict or order the items of one partition key.
const IN_ORDER: [&str; 3] = [query_names::FROM, query_names::TO, query_names::ORDER];

/// Whether a query parameter other than the key has this name. No key attribute may have it.
#[must_use]
pub fn is_taken(name: &str) -> bool {
    let others = [query_names::LIMIT, query_names::FIELDS, query_names::NEXT_TOKEN];
    IN_ORDER.contains(&name) || others.contains(&name)
}

/// Reads the key from path and query together: `/message/{date}?time=`. The sort key has its name in the table; without a sort
/// key the path alone has the key.
///
/// # Errors
/// [`ParameterError`] for each part that is missing, empty or of the wrong form.
pub fn address(request: &Request, schema: &KeySchema) -> Result<Address, Rejection> {
    let needed = |value: Option<KeyValue>, location, part: KeyPart<'_>| {
        value.ok_or_else(|| ParameterError::of_key(location, part, ParameterViolation::Missing(part.form)))
    };
    let mut faults = Faults::default();
    let part = KeyPart::partition(schema);
    let partition = path_key(request, schema).and_then(|value| needed(value, Location::Path, part));
    let partition = faults.take(partition);
    let sort = if let Some(part) = KeyPart::sort(schema) {
        let sort = query_sort_key(request, schema).and_then(|value| needed(value, Location::Query, part));
        faults.take(sort).map(Some)
    } else {
        faults.take(refuse(request, &[names::TIME], &ParameterViolation::NoSortKey));
        Some(None)
    };
    faults.finish(|| Address::of(schema, partition?, sort?))
}

/// Reads the partition key from the path, if there is one.
///
/// # Errors
/// [`ParameterError`] when it has the wrong form.
pub fn path_key(request: &Request, schema: &KeySchema) -> Result<Option<KeyValue>, ParameterError> {
    let part = KeyPart::partition(schema);
    let parameters = request.path_parameters_ref();
    let Some(text) = parameters.and_then(|parameters| parameters.first(PATH_PARAMETER)) else {
        return Ok(None);
    };
    // REST APIs, function URLs and load balancers pass the path as it is in the URL. HTTP APIs decode all of it but `%25`;
    // decoding it here gives the right value for them, too.
    let decoded = percent_decode_str(text).decode_utf8();
    let violation = ParameterViolation::Key(part.form);
    let text = decoded.map_err(|_| ParameterError::of_key(Location::Path, part, violation))?;
    key_value(Location::Path, part, &text).map(Some)
}

/// Reads the sort key from the query string, if the table and the request have one.
///
/// # Errors
/// [`ParameterError`] when it has the wrong form.
pub fn query_sort_key(request: &Request, schema: &KeySchema) -> Result<Option<KeyValue>, ParameterError> {
    match KeyPart::sort(schema) {
        Some(part) => query_key(request, part),
        None => Ok(None),
    }
}

/// Reads the requested list from the query: the partition key by its name, `from`, `to`, `order` and `fields`.
///
/// # Errors
/// [`ParameterError`] for each wrong parameter.
pub fn list(request: &Request, schema: &KeySchema) -> Result<List, Rejection> {
    let mut faults = Faults::default();
    let part = KeyPart::partition(schema);
    let partition = faults.take(query_key(request, part));
    let range = faults.take(range(request, schema));
    let order = faults.take(order(request));
    let fields = faults.take(fields(request));
    if KeyPart::sort(schema).is_none() {
        faults.take(refuse(request, &IN_ORDER, &ParameterViolation::NoSortKey));
    } else if !has(request, part.name) {
        let violation = ParameterViolation::NeedsPartition(part.name.to_owned());
        faults.take(refuse(request, &IN_ORDER, &violation));
    }
    faults.finish(|| {
        let (from, to) = range?;
        let descending = order?.unwrap_or_default();
        let partition = partition?.map(|key| Partition {
            key,
            from,
            to,
            descending,
        });
        Some(List {
            partition,
            fields: fields?,
        })
    })
}

/// Reads the most items that the client wants.
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

/// Reads the token that says where the page of `list` begins; `None` for the first page.
///
/// # Errors
/// [`ParameterError`] when the token is not one for this list of this table.
pub fn next_token(
    request: &Request,
    list: &List,
    table: &str,
    schema: &KeySchema,
) -> Result<Option<NextToken>, ParameterError> {
    let Some(text) = query(request, query_names::NEXT_TOKEN)? else {
        return Ok(None);
    };
    let token = NextToken::decode(text, list, table, schema);
    token.map(Some).ok_or_else(|| {
        let parameters = same_parameters(schema);
        ParameterError::query(query_names::NEXT_TOKEN, ParameterViolation::Token(parameters))
    })
}

/// Reads the first and the last sort key that the client wants.
fn range(request: &Request, schema: &KeySchema) -> Result<(Option<KeyValue>, Option<KeyValue>), Rejection> {
    let Some(KeyPart { form, .. }) = KeyPart::sort(schema) else {
        return Ok((None, None));
    };
    let mut faults = Faults::default();
    let [from, to] =
        [query_names::FROM, query_names::TO].map(|name| faults.take(query_key(request, KeyPart { name, form })));
    if let (Some(Some(first)), Some(Some(last))) = (&from, &to)
        && first.is_behind(last)
    {
        let violation = ParameterViolation::Backwards(first.behind());
        faults.add(ParameterError::query(query_names::FROM, violation));
    }
    faults.finish(|| from.zip(to))
}

/// Reads `order`: whether the order is descending.
fn order(request: &Request) -> Result<Option<bool>, ParameterError> {
    match query(request, query_names::ORDER)? {
        None => Ok(None),
        Some("asc") => Ok(Some(false)),
        Some("desc") => Ok(Some(true)),
        Some(_) => Err(ParameterError::query(query_names::ORDER, ParameterViolation::Order)),
    }
}

/// Refuses parameters with these names.
fn refuse(request: &Request, names: &[&'static str], violation: &ParameterViolation) -> Result<(), Rejection> {
    let mut faults = Faults::default();
    for name in names.iter().filter(|name| has(request, name)) {
        faults.add(ParameterError::query(*name, violation.clone()));
    }
    faults.finish(|| Some(()))
}

/// Lists the parameters that must be the same for every page, in words.
fn same_parameters(schema: &KeySchema) -> String {
    let partition = KeyPart::partition(schema).name;
    let in_order = match KeyPart::sort(schema) {
        Some(_) => ", `from`, `to`, `order`",
        None => "",
    };
    format!("`{partition}`{in_order} and `fields`")
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

fn has(request: &Request, name: &str) -> bool {
    let parameters = request.query_string_parameters_ref();
    parameters.is_some_and(|parameters| parameters.first(name).is_some())
}

/// The value of a query parameter. It may be repeated with the same value.
fn query<'r>(request: &'r Request, name: &str) -> Result<Option<&'r str>, ParameterError> {
    let values = request
        .query_string_parameters_ref()
        .and_then(|parameters| parameters.all(name));
    match values.as_deref() {
        None | Some([]) => Ok(None),
        Some([value, others @ ..]) if others.iter().all(|other| other == value) => Ok(Some(value)),
        Some(_) => Err(ParameterError::query(
            name.to_owned(),
            ParameterViolation::Contradictory,
        )),
    }
}

/// Reads a part of a key from the query string, if it is there.
fn query_key(request: &Request, part: KeyPart<'_>) -> Result<Option<KeyValue>, ParameterError> {
    let text = query(request, part.name)?;
    text.map(|text| key_value(Location::Query, part, text)).transpose()
}

fn key_value(location: Location, part: KeyPart<'_>, text: &str) -> Result<KeyValue, ParameterError> {
    let violation = match text {
        "" => ParameterViolation::Empty(part.form),
        text => match part.form.parse(text) {
            Some(value) => return Ok(value),
            None => ParameterViolation::Key(part.form),
        },
    };
    Err(ParameterError::of_key(location, part, violation))
}

#[cfg(test)]
mod tests;

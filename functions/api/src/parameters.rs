//! Path and query parameters. Those that no call knows are ignored.

use std::collections::BTreeSet;

use message::{Date, Key, KeyError, Time, names};
use percent_encoding::percent_decode_str;

use crate::error::both;
use crate::event::Request;
use crate::next_token::{Day, List, NextToken};
use crate::{Error, Location, ParameterError, ParameterProblem};

/// Items of a page when the client does not say.
pub const DEFAULT_LIMIT: i32 = 100;
/// The most items of a page.
pub const MAX_LIMIT: i32 = 1000;
/// The most attributes that can be asked for by name: DynamoDB's projection takes 4 KB, and each needs a placeholder.
pub const MAX_FIELDS: usize = 50;
/// The most bytes of such a name.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub const MAX_FIELD_BYTES: usize = 255;

/// The query parameters, but for the key.
mod query {
    pub const FROM: &str = "from";
    pub const TO: &str = "to";
    pub const ORDER: &str = "order";
    pub const LIMIT: &str = "limit";
    pub const FIELDS: &str = "fields";
    pub const NEXT_TOKEN: &str = "NextToken";
}

impl Request {
    /// The key that path and query name together: `/message/{date}?time=`.
    ///
    /// # Errors
    /// [`ParameterError`] for each of the two that is missing, empty or of the wrong form.
    pub fn key(&self) -> Result<Key, Error> {
        let needed = |location, name, error| ParameterError {
            location,
            name,
            problem: ParameterProblem::Missing(error),
        };
        let date = self.path_date();
        let date = date.and_then(|date| date.ok_or(needed(Location::Path, names::DATE, KeyError::Date)));
        let time = self.query_time();
        let time = time.and_then(|time| time.ok_or(needed(Location::Query, names::TIME, KeyError::Time)));
        let (date, time) = both(date.map_err(Error::from), time.map_err(Error::from))?;
        Ok(Key { date, time })
    }

    /// The path parameter `date`, when there is one.
    ///
    /// # Errors
    /// [`ParameterError`] when it is none.
    pub fn path_date(&self) -> Result<Option<Date>, ParameterError> {
        // A REST API hands path parameters over as they are in the URL, unlike query parameters. No date contains a
        // percent sign, so decoding one that is decoded already changes nothing.
        let text = self.path_parameters.get(names::DATE);
        let text = text.map(|text| percent_decode_str(text).decode_utf8_lossy());
        part(Location::Path, names::DATE, text.as_deref(), KeyError::Date)
    }

    /// The query parameter `time`, when there is one.
    ///
    /// # Errors
    /// [`ParameterError`] when it is none.
    pub fn query_time(&self) -> Result<Option<Time>, ParameterError> {
        self.time(names::TIME)
    }

    /// The list that the query asks for: `date`, `from`, `to`, `order` and `fields`.
    ///
    /// # Errors
    /// [`ParameterError`] for each that is wrong.
    pub fn list(&self) -> Result<List, Error> {
        let date = self.query(names::DATE);
        let date = date.and_then(|text| part(Location::Query, names::DATE, text, KeyError::Date));
        let date = date.map_err(Error::from);
        let range = both(
            self.time(query::FROM).map_err(Error::from),
            self.time(query::TO).map_err(Error::from),
        );
        let range = range.and_then(|(from, to)| match from.zip(to) {
            Some((first, last)) if first_of(first) > last_of(last) => {
                Err(ParameterError::query(query::FROM, ParameterProblem::Backwards).into())
            }
            _ => Ok((from, to)),
        });
        let rest = both(self.order().map_err(Error::from), self.fields().map_err(Error::from));
        let (((date, (from, to)), (order, fields)), ()) = both(both(both(date, range), rest), self.only_with_date())?;
        let day = date.map(|date| Day {
            date,
            from,
            to,
            descending: order.unwrap_or_default(),
        });
        Ok(List { day, fields })
    }

    /// The most items that the client wants.
    ///
    /// # Errors
    /// [`ParameterError`] when it is not a number from 1 to [`MAX_LIMIT`].
    pub fn limit(&self) -> Result<i32, ParameterError> {
        let Some(text) = self.query(query::LIMIT)? else {
            return Ok(DEFAULT_LIMIT);
        };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|limit| digits && (1..=MAX_LIMIT).contains(limit))
            .ok_or(ParameterError::query(query::LIMIT, ParameterProblem::Limit))
    }

    /// Where the page of `list` begins, when it is not the first.
    ///
    /// # Errors
    /// [`ParameterError`] when the token is none for that list of `table`.
    pub fn next_token(&self, list: &List, table: &str) -> Result<Option<NextToken>, ParameterError> {
        let Some(text) = self.query(query::NEXT_TOKEN)? else {
            return Ok(None);
        };
        let token = NextToken::decode(text, list, table);
        token
            .map(Some)
            .ok_or(ParameterError::query(query::NEXT_TOKEN, ParameterProblem::Token))
    }

    /// Whether the latest comes first.
    fn order(&self) -> Result<Option<bool>, ParameterError> {
        match self.query(query::ORDER)? {
            None => Ok(None),
            Some("asc") => Ok(Some(false)),
            Some("desc") => Ok(Some(true)),
            Some(_) => Err(ParameterError::query(query::ORDER, ParameterProblem::Order)),
        }
    }

    /// What narrows down or orders a date, and means nothing for the whole table.
    fn only_with_date(&self) -> Result<(), Error> {
        if self.query.contains_key(names::DATE) {
            return Ok(());
        }
        let alone = [query::FROM, query::TO, query::ORDER].into_iter();
        let alone = alone.filter(|name| self.query.contains_key(*name));
        let faults: Vec<_> = alone
            .map(|name| ParameterError::query(name, ParameterProblem::NeedsDate).into())
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    fn fields(&self) -> Result<BTreeSet<String>, ParameterError> {
        let Some(text) = self.query(query::FIELDS)? else {
            return Ok(BTreeSet::new());
        };
        let fields: BTreeSet<_> = text.split(',').map(str::to_owned).collect();
        let fit = fields.len() <= MAX_FIELDS && fields.iter().all(|name| (1..=MAX_FIELD_BYTES).contains(&name.len()));
        if fit {
            Ok(fields)
        } else {
            Err(ParameterError::query(query::FIELDS, ParameterProblem::Fields))
        }
    }

    fn time(&self, name: &'static str) -> Result<Option<Time>, ParameterError> {
        part(Location::Query, name, self.query(name)?, KeyError::Time)
    }

    fn query(&self, name: &'static str) -> Result<Option<&str>, ParameterError> {
        match self.query.get(name).map_or(&[] as &[String], Vec::as_slice) {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(ParameterError::query(name, ParameterProblem::Contradictory)),
        }
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
        Some("") => Err(ParameterProblem::Empty(expected)),
        Some(text) => text.parse().map(Some).map_err(ParameterProblem::Key),
    };
    result.map_err(|problem| ParameterError {
        location,
        name,
        problem,
    })
}

#[cfg(test)]
mod tests;

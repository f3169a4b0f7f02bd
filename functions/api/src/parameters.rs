//! Path and query parameters. Those that no call knows are ignored.

use message::{Date, Key, KeyError, Time, names};
use percent_encoding::percent_decode_str;

use crate::event::Request;
use crate::next_token::{List, NextToken};
use crate::{Location, ParameterError, ParameterProblem};

/// Items of a page when the client does not say.
pub const DEFAULT_LIMIT: i32 = 100;
/// The most items of a page.
pub const MAX_LIMIT: i32 = 1000;

/// Query parameter of the page size.
const LIMIT: &str = "limit";
/// Query parameter of the page to begin with.
const NEXT_TOKEN: &str = "NextToken";

impl Request {
    /// The key that path and query name together: `/message/{date}?time=`.
    ///
    /// # Errors
    /// [`ParameterError`] by which one of the two is missing, empty or of the wrong form.
    pub fn key(&self) -> Result<Key, ParameterError> {
        let missing = |location, name, error| ParameterError {
            location,
            name,
            problem: ParameterProblem::Missing(error),
        };
        let date = self.path_date()?;
        let time = self.query_time()?;
        Ok(Key {
            date: date.ok_or(missing(Location::Path, names::DATE, KeyError::Date))?,
            time: time.ok_or(missing(Location::Query, names::TIME, KeyError::Time))?,
        })
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
        part(Location::Query, names::TIME, self.query(names::TIME)?, KeyError::Time)
    }

    /// The query parameter `date`, when there is one.
    ///
    /// # Errors
    /// [`ParameterError`] when it is none.
    pub fn query_date(&self) -> Result<Option<Date>, ParameterError> {
        part(Location::Query, names::DATE, self.query(names::DATE)?, KeyError::Date)
    }

    /// The most items that the client wants.
    ///
    /// # Errors
    /// [`ParameterError`] when it is not a number from 1 to [`MAX_LIMIT`].
    pub fn limit(&self) -> Result<i32, ParameterError> {
        let Some(text) = self.query(LIMIT)? else {
            return Ok(DEFAULT_LIMIT);
        };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|limit| digits && (1..=MAX_LIMIT).contains(limit))
            .ok_or(ParameterError::query(LIMIT, ParameterProblem::Limit))
    }

    /// Where the page of `list` begins, when it is not the first.
    ///
    /// # Errors
    /// [`ParameterError`] when the token is none, or one of another list.
    pub fn next_token(&self, list: List) -> Result<Option<NextToken>, ParameterError> {
        let Some(text) = self.query(NEXT_TOKEN)? else {
            return Ok(None);
        };
        let problem = match NextToken::decode(text) {
            Some(token) if token.belongs_to(list) => return Ok(Some(token)),
            Some(_) => ParameterProblem::TokenOfAnotherList,
            None => ParameterProblem::Token,
        };
        Err(ParameterError::query(NEXT_TOKEN, problem))
    }

    fn query(&self, name: &'static str) -> Result<Option<&str>, ParameterError> {
        match self.query.get(name).map_or(&[] as &[String], Vec::as_slice) {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(ParameterError::query(name, ParameterProblem::Contradictory)),
        }
    }
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
mod tests {
    use super::*;

    fn request(date: &str, query: &[(&str, &str)]) -> Request {
        let mut request = Request::default();
        request.path_parameters.insert("date".to_owned(), date.to_owned());
        for (name, value) in query {
            request
                .query
                .entry((*name).to_owned())
                .or_default()
                .push((*value).to_owned());
        }
        request
    }

    #[test]
    fn the_key_comes_from_path_and_query() {
        for date in ["2001-01-01", "2001%2D01%2d01"] {
            let key = request(date, &[("time", "09:01:05"), ("unknown", "x")]).key().unwrap();
            assert_eq!(
                (key.date.to_string(), key.time.to_string()),
                ("2001-01-01".into(), "09:01:05".into())
            );
        }
    }

    #[test]
    fn a_time_has_any_precision() {
        for time in ["09:01:05.385", "09:01:05.385333", "09:01:05.385333501"] {
            let key = request("2001-01-01", &[("time", time)]).key().unwrap();
            assert_eq!(key.time.to_string(), time);
        }
    }

    #[test]
    fn a_wrong_key_is_named_with_its_form() {
        let date = "a date of the form YYYY-MM-DD, such as 2019-05-28";
        let time = "a UTC time of day of the form HH:MM:SS, such as 10:55:09 or, to the millisecond, 10:55:09.385";
        for (request, message) in [
            (
                Request::default(),
                format!("the path parameter `date` is missing; it must be {date}"),
            ),
            (
                request("", &[]),
                format!("the path parameter `date` is empty; it must be {date}"),
            ),
            (
                request("2001-1-1", &[]),
                format!("the path parameter `date` must be {date}"),
            ),
            (
                request("2001-02-29", &[]),
                format!("the path parameter `date` must be {date}"),
            ),
            (request("%FF", &[]), format!("the path parameter `date` must be {date}")),
            (
                request("2001-01-01", &[]),
                format!("the query parameter `time` is missing; it must be {time}"),
            ),
            (
                request("2001-01-01", &[("time", "")]),
                format!("the query parameter `time` is empty; it must be {time}"),
            ),
            (
                request("2001-01-01", &[("time", "9:01:05")]),
                format!("the query parameter `time` must be {time}"),
            ),
            (
                request("2001-01-01", &[("time", "09:01:05"), ("time", "09:01:06")]),
                "the query parameter `time` has different values; give it once".to_owned(),
            ),
        ] {
            assert_eq!(request.key().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn the_limit_has_a_default_and_a_range() {
        assert_eq!(Request::default().limit(), Ok(100));
        for (text, limit) in [("1", 1), ("1000", 1000), ("0050", 50)] {
            assert_eq!(request("", &[("limit", text)]).limit(), Ok(limit));
        }
        for text in ["", "0", "1001", "-1", "+5", "1.5", " 5", "ten", "99999999999999999999"] {
            let error = request("", &[("limit", text)]).limit().unwrap_err();
            assert_eq!(
                error.to_string(),
                "the query parameter `limit` must be a whole number from 1 to 1000",
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_token_is_taken_for_its_own_list_only() {
        let [first, second] = ["2001-01-01", "2001-01-02"].map(|date| List::OfDate(date.parse().unwrap()));
        let of_first = NextToken::new(first, "2001-01-01", "09:01:05");
        let of_all = NextToken::new(List::All, "2001-01-01", "09:01:05");
        let ask = |token: &str, list| request("", &[("NextToken", token)]).next_token(list);
        assert_eq!(Request::default().next_token(first), Ok(None));
        assert_eq!(ask(&of_first.encode(), first), Ok(Some(of_first.clone())));
        assert_eq!(ask(&of_all.encode(), List::All), Ok(Some(of_all.clone())));
        for (token, list) in [(&of_first, second), (&of_first, List::All), (&of_all, first)] {
            let error = ask(&token.encode(), list).unwrap_err();
            assert_eq!(error.problem, ParameterProblem::TokenOfAnotherList);
        }
        for text in ["", "x", "e30", "WyJhIl0", &format!("{}=", of_all.encode())] {
            assert_eq!(
                ask(text, List::All).unwrap_err().problem,
                ParameterProblem::Token,
                "{text:?}"
            );
        }
    }
}

//! The configuration of a function, and the client that it needs.

use std::time::Duration;

use attributes::KeySchema;
use aws::{Environment, JsonClient, JsonService, VariableError, Variables, connector, table_key};
use lambda_http::http::HeaderValue;

use crate::request::parameters::is_taken;
use crate::table::Table;
use crate::table::hidden::is_hidden;

const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A client is waiting: few retries, soon. It can try again itself after a 503.
const ATTEMPTS: u32 = 4;

/// The configuration of a function.
#[derive(Debug)]
pub struct Config {
    /// The message table.
    pub table: Table,
    /// The origin whose scripts may read responses.
    pub cors_origin: Option<HeaderValue>,
}

impl Config {
    /// Reads the configuration: `TABLE_NAME`, `CORS_ALLOW_ORIGIN`, `WRITE_MODE` and the [key](aws::table_key) of the table, which
    /// may be missing or empty, and what Lambda puts into the environment.
    ///
    /// # Errors
    /// [`VariableError`] names the variable that is missing or wrong.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, VariableError> {
        let table = variables.required("TABLE_NAME", "the name of the message table")?;
        let origin = "an origin such as https://example.com, or *";
        let cors_origin = variables.parsed("CORS_ALLOW_ORIGIN", origin, |text| text.parse().ok())?;
        let write_mode = variables.parsed("WRITE_MODE", "replace, latest or create", |text| text.parse().ok())?;
        let schema = KeySchema::from(table_key(variables)?);
        check_names(&schema)?;
        let environment = Environment::read(variables)?;
        let connector = connector(environment.region.as_ref(), CONNECT_TIMEOUT);
        let client = JsonClient::of(JsonService::DYNAMODB, &environment, connector, ATTEMPT_TIMEOUT);
        let table = Table::new(table, client, ATTEMPTS).writing(write_mode.unwrap_or_default());
        let table = table.keyed(schema);
        Ok(Self { table, cors_origin })
    }
}

/// Refuses a key whose name is one of the API's own parameters or attributes.
fn check_names(schema: &KeySchema) -> Result<(), VariableError> {
    let partition = ("PARTITION_KEY", schema.partition().0);
    let sort = schema.sort().map(|(sort, _)| ("SORT_KEY", sort));
    let mut names = std::iter::once(partition).chain(sort);
    match names.find(|(_, name)| is_taken(name) || is_hidden(name)) {
        None => Ok(()),
        Some((variable, name)) => Err(VariableError::Invalid {
            name: variable,
            value: name.to_owned(),
            meaning: "a name that the API does not use itself: none of from, to, order, limit, fields, NextToken, $order and \
                      $revision",
        }),
    }
}

#[cfg(test)]
mod tests {
    use message::KeyType;

    use super::*;
    use crate::testing::declared;

    #[test]
    fn no_key_has_a_name_that_the_api_uses_itself() {
        let check = |partition, sort| {
            let schema = declared(partition, KeyType::S, Some((sort, KeyType::N)));
            check_names(&schema).map_err(|error| error.to_string())
        };
        assert_eq!(check("pk", "sk"), Ok(()));
        assert_eq!(check("From", "nexttoken"), Ok(()), "names have a letter case");
        for name in [
            "from",
            "to",
            "order",
            "limit",
            "fields",
            "NextToken",
            "$order",
            "$revision",
        ] {
            let expected =
                format!("the environment variable SORT_KEY is `{name}`; set it to a name that the API does not use");
            assert!(check("pk", name).unwrap_err().starts_with(&expected));
            assert!(check(name, "sk").unwrap_err().contains("PARTITION_KEY"));
        }
        assert_eq!(check_names(&KeySchema::Messages), Ok(()));
    }
}

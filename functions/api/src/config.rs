//! The configuration of a function, and the client that it needs.

use std::time::Duration;

use aws::{Environment, JsonClient, StartError, Variables, connector};
use lambda_http::http::HeaderValue;

use crate::table::Table;

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
    /// Reads the configuration: `TABLE_NAME`, `CORS_ALLOW_ORIGIN` and `WRITE_MODE` which may be missing or empty, and what
    /// Lambda puts into the environment.
    ///
    /// # Errors
    /// [`StartError`] names the variable that is missing or wrong.
    pub async fn from_env(variables: &Variables<'_>) -> Result<Self, StartError> {
        let table = variables.required("TABLE_NAME", "the name of the message table")?;
        let origin = "an origin such as https://example.com, or *";
        let cors_origin = variables.parsed("CORS_ALLOW_ORIGIN", origin, |text| text.parse().ok())?;
        let write_mode = variables.parsed("WRITE_MODE", "replace, latest or create", |text| text.parse().ok())?;
        let environment = Environment::read(variables)?;
        let connector = connector(environment.region.as_ref(), CONNECT_TIMEOUT);
        let client = JsonClient::of_dynamodb(&environment, connector, ATTEMPT_TIMEOUT).await?;
        let table = Table::new(table, client, ATTEMPTS).writing(write_mode.unwrap_or_default());
        Ok(Self { table, cors_origin })
    }
}

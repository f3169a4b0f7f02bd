//! DynamoDB.

use std::time::Duration;

use aws_sdk_dynamodb::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;

use super::EndpointError;
use crate::{Environment, JsonClient};

impl JsonClient {
    /// A client of DynamoDB. The targets of its calls are `DynamoDB_20120810.` and the operation's name.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub async fn of_dynamodb(
        environment: &Environment,
        connector: SharedHttpConnector,
        attempt_timeout: Duration,
    ) -> Result<Self, EndpointError> {
        let parameters = Params::builder()
            .region(environment.region.as_ref())
            .use_fips(environment.fips)
            .use_dual_stack(environment.dual_stack)
            .set_endpoint(environment.endpoint("DYNAMODB"))
            .build()
            .map_err(EndpointError::of("DynamoDB", environment))?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
        let endpoint = endpoint.map_err(EndpointError::of("DynamoDB", environment))?;
        let url = endpoint.url().to_owned();
        Ok(Self::new(environment, connector, "dynamodb", url, attempt_timeout))
    }
}

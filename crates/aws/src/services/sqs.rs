//! SQS.

use std::time::Duration;

use aws_sdk_sqs::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;

use super::EndpointError;
use crate::{Environment, JsonClient};

impl JsonClient {
    /// A client of SQS. The targets of its calls are `AmazonSQS.` and the operation's name.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub async fn of_sqs(
        environment: &Environment,
        connector: SharedHttpConnector,
        attempt_timeout: Duration,
    ) -> Result<Self, EndpointError> {
        let parameters = Params::builder()
            .region(environment.region.as_ref())
            .use_fips(environment.fips)
            .use_dual_stack(environment.dual_stack)
            .set_endpoint(environment.endpoint("SQS"))
            .build()
            .map_err(EndpointError::of("SQS", environment))?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
        let endpoint = endpoint.map_err(EndpointError::of("SQS", environment))?;
        let url = endpoint.url().to_owned();
        Ok(Self::new(environment, connector, "sqs", url, attempt_timeout))
    }
}

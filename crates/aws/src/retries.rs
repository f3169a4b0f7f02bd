//! How often the SDK tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Counts the tries that a client makes after the first one of a call: an interceptor for the configuration of an SDK client.
/// Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Retries(Arc<AtomicU64>);

impl Retries {
    /// Their number since this was asked last.
    #[must_use]
    pub fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }

    /// Counts tries of a client that is none of the SDK.
    pub fn add(&self, tries: u32) {
        self.0.fetch_add(tries.into(), Ordering::Relaxed);
    }
}

impl Intercept for Retries {
    fn name(&self) -> &'static str {
        "Retries"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let again = config
            .load::<RequestAttempts>()
            .is_some_and(|attempts| attempts.attempts() > 1);
        self.0.fetch_add(u64::from(again), Ordering::Relaxed);
        Ok(())
    }
}

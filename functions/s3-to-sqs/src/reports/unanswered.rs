//! Whether a try of a call had no answer, so that it may have been carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Notes tries without an answer. It is an interceptor for one call. Clones share what they note.
#[derive(Clone, Debug, Default)]
pub struct Unanswered(Arc<AtomicBool>);

impl Unanswered {
    /// Whether any try had no answer.
    pub fn any(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Intercept for Unanswered {
    fn name(&self) -> &'static str {
        "Unanswered"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_or(context.response().is_none(), Ordering::Relaxed);
        Ok(())
    }
}

//! The context of the running invocation, which all its lines share. A process has one invocation at a time.

use std::sync::{PoisonError, RwLock};

use lambda_runtime::Context;

static NOW: RwLock<Option<InvocationContext>> = RwLock::new(None);

/// Ids of the running invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvocationContext {
    /// Lambda's id of the invocation.
    pub request_id: String,
    /// X-Ray's header: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
    pub trace: Option<String>,
    /// Whether the invocation is the first of its process.
    pub cold_start: bool,
}

impl InvocationContext {
    /// The context of an invocation.
    pub fn of(context: &Context, cold_start: bool) -> Self {
        Self {
            request_id: context.request_id.clone(),
            trace: context.xray_trace_id.clone(),
            cold_start,
        }
    }

    /// X-Ray's id of the trace: `1-5759e988-bd862e3fe1be46a994272793`.
    pub fn trace_id(&self) -> Option<&str> {
        self.trace.as_deref().and_then(root)
    }

    /// Makes this the context of all lines from now on.
    pub fn set(self) {
        *NOW.write().unwrap_or_else(PoisonError::into_inner) = Some(self);
    }
}

/// Calls `read` with the running invocation's context, or with `None` before the first invocation and while the context changes.
pub fn with<T>(read: impl FnOnce(Option<&InvocationContext>) -> T) -> T {
    match NOW.try_read() {
        Ok(context) => read(context.as_ref()),
        Err(_) => read(None),
    }
}

/// The id in `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
fn root(header: &str) -> Option<&str> {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_is_the_header_s_root() {
        for (header, expected) in [
            ("Root=1-5759e988-bd86;Parent=5399;Sampled=1", Some("1-5759e988-bd86")),
            ("Sampled=0; Root=1-a-b", Some("1-a-b")),
            ("Parent=5399", None),
            ("", None),
        ] {
            assert_eq!(root(header), expected, "{header}");
        }
    }
}

//! Why a function cannot start.

use crate::{EndpointError, VariableError};

/// Why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An environment variable is missing or wrong.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// A service cannot be called in this region.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
}

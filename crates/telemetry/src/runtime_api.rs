//! The end of a process whose Runtime API goes away.
//!
//! `sam local invoke` stops its container as soon as it has the answer. The Runtime API then goes away a moment before the
//! function, which already waits for its next invocation.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter::successors;

use hyper_util::client::legacy;

/// What a process is doing with the Runtime API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The process waits for its first invocation.
    Starting,
    /// The process has an invocation that is not answered yet.
    Answering,
    /// The process has answered an invocation and waits for another one.
    Waiting,
}

impl Phase {
    /// Whether `error`, which ended the process in this phase, means that the Runtime API is gone and that no invocation was
    /// lost. The connection was closed or, after an answer, refused.
    pub fn is_ended_by(self, error: &(dyn Error + 'static)) -> bool {
        if self == Self::Answering || !error.is::<legacy::Error>() {
            return false;
        }
        let kind_ends = |kind| match kind {
            ErrorKind::BrokenPipe
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::UnexpectedEof => true,
            ErrorKind::ConnectionRefused => self == Self::Waiting,
            _ => false,
        };
        successors(Some(error), |&error| error.source()).any(|cause| {
            let http = cause.downcast_ref::<hyper::Error>();
            let io = cause.downcast_ref::<io::Error>();
            http.is_some_and(|error| error.is_incomplete_message() || error.is_closed() || error.is_canceled())
                || io.is_some_and(|error| kind_ends(error.kind()))
        })
    }
}

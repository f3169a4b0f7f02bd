//! The reasons that an event is refused.

use foreign_events::Foreign;

/// The events that the function accepts, for error messages.
const EXPECTED: &str = "the extractor takes S3's `ObjectCreated` events, directly or by EventBridge, SNS or SQS";

/// Why an event, or one of its records, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// An event of a service that the function does not support.
    #[error("this is {}; {EXPECTED}", .0.name())]
    Foreign(Foreign),
    /// An `EventBridge` event that is not from S3.
    #[error("this is the EventBridge event `{detail_type}` of `{source_name}`; {EXPECTED}")]
    EventBridge {
        /// The beginning of its `detail-type`.
        detail_type: String,
        /// The beginning of its `source`.
        source_name: String,
    },
    /// A record of an S3 event that does not name an object.
    #[error("a record of the S3 event cannot be read: {0}; it must name a bucket and a key")]
    Record(String),
    /// A key that is not URL-encoded UTF-8, so that S3 did not write it.
    #[error("the key `{0}` is not UTF-8 when decoded")]
    Key(String),
    /// Too many nested envelopes.
    #[error("the event has more than {0} envelopes around it")]
    TooDeep(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_came_and_what_was_expected() {
        assert_eq!(
            EventError::Foreign(Foreign::Kinesis).to_string(),
            "this is an event of a Kinesis stream; the extractor takes S3's `ObjectCreated` events, directly or by \
             EventBridge, SNS or SQS"
        );
    }
}

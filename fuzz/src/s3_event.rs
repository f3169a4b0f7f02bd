//! Events at the extractor -> the uploads that they name.

use s3_to_sqs::event::Entry;
use s3_to_sqs::event::classify::classify;
use s3_to_sqs::event::notification::Event;

/// Checks an input: the event, as text.
///
/// # Panics
/// If a part of an event is lost, a refusal gives no reason, or an upload changes on its way to another invocation.
pub fn check(input: &[u8]) {
    let entries = classify(&String::from_utf8_lossy(input));
    assert!(!entries.is_empty(), "an event asks for something, or has a name");
    for entry in entries {
        match &entry {
            Entry::Upload(job) => {
                let sent = serde_json::to_string(&Event::from((**job).clone())).unwrap_or_default();
                assert_eq!(classify(&sent), [entry]);
            }
            Entry::Harmless(harmless) => assert!(!harmless.name.is_empty()),
            Entry::Refused(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

//! The extractor with real SDK clients, behind which there is no AWS.

#![expect(clippy::unwrap_used, reason = "what is not as expected shall fail the test")]

mod anchors;
mod books;
mod cases;
mod contents;
mod continuation;
mod declared;
mod declared_files;
mod declared_headers;
mod declared_numbers;
mod differential;
mod events;
mod extract;
mod faults;
mod files;
mod hand_on;
mod joined;
mod packed;
mod world;

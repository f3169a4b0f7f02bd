//! Tests the extractor with real SDK clients, without AWS behind them.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

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
mod lost;
mod nameless_columns;
mod packed;
mod time;
mod world;

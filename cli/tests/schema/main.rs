//! `messages schema`, run as a process.

#![expect(clippy::expect_used, reason = "what is not as expected shall fail the test")]

mod deployment;
mod files;
mod folder;
mod keys;
mod wrong;

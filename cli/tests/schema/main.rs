//! `messages schema`, run as a process.

#![expect(clippy::expect_used, reason = "a panic fails the test")]

mod deployment;
mod files;
mod folder;
mod keys;
mod wrong;

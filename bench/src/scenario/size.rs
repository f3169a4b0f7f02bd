//! Measures the sizes of our executables.

use std::fs;

use anyhow::Result;

use super::{Bench, MEGABYTES, megabytes};
use crate::contenders::API;
use crate::results::OURS;

impl Bench {
    pub(super) fn sizes(&mut self) -> Result<()> {
        for function in API.into_iter().chain(["s3-to-sqs", "sqs-to-dynamodb"]) {
            let size = fs::metadata(self.places.ours(function).path)?.len();
            self.samples
                .note(&format!("binary/{function}"), MEGABYTES, OURS, megabytes(size));
        }
        Ok(())
    }
}

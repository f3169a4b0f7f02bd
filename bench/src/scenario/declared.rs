//! Measures the extractor with a descriptor: CSV object of a declared kind -> one SQS message per row.

use std::time::Duration;

use anyhow::Result;

use super::Bench;
use crate::backend::Rows;
use crate::data;

/// The key of the object.
const KEY: &str = "readings/2019.csv";

impl Bench {
    /// Measures our extractor with a descriptor, which it reads at a cold start, and the same work in Python.
    pub(super) async fn declared(&mut self) -> Result<()> {
        let ours = self.places.declared(self.places.ours("s3-to-sqs"));
        let python = self.places.python("python_idiomatic", "extractor_declared");
        let (rows, few) = (self.plan.rows, self.plan.rows / self.plan.slow);
        self.backend.rows.set(Rows::Readings);
        for _ in 0..self.plan.rounds {
            let object = data::readings(10);
            self.backend.object.replace(object.clone());
            for _ in 0..self.plan.starts {
                self.cold_start("s3-to-sqs-declared", &ours, &data::s3_event(KEY, &object))
                    .await?;
            }
            for (program, rows) in [(&ours, rows), (&python, few)] {
                let object = data::readings(rows);
                self.extract("declared", program, KEY, &object, rows, Duration::ZERO)
                    .await?;
            }
        }
        self.backend.rows.set(Rows::Messages);
        Ok(())
    }
}

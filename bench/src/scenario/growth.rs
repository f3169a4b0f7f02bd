//! Measures the cost of a row as the object grows, of a message as the event grows, and of an item as the page grows.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Bench;
use super::extractor::KEY;
use crate::data;
use crate::results::{OURS, Unit};

/// The most rounds. The largest object takes as long as everything else together.
const ROUNDS: usize = 3;
/// The fewest messages of a measurement, which a single small event does not reach.
const MESSAGES: u64 = 10_000;
/// The fewest items of a measurement.
const ITEMS: usize = 10_000;
const MICROSECONDS: Unit = Unit::of_cost("us/item");

impl Bench {
    pub(super) async fn growth(&mut self) -> Result<()> {
        let places = self.places.clone();
        for _ in 0..self.plan.rounds.min(ROUNDS) {
            for &rows in self.plan.objects {
                let scenario = format!("growth/object_{rows}");
                let program = places.ours("s3-to-sqs");
                self.extract(&scenario, &program, KEY, &data::object(rows), rows, Duration::ZERO)
                    .await?;
            }
            for &size in self.plan.events {
                let scenario = format!("growth/event_{size}");
                let program = places.ours("sqs-to-dynamodb");
                self.write(
                    &scenario,
                    &program,
                    data::counted_sqs_event,
                    MESSAGES.max(size).min(size * 1_000),
                    size,
                )
                .await?;
            }
            for &items in self.plan.pages {
                self.page(items).await?;
            }
        }
        Ok(())
    }

    /// Measures several pages of the list.
    async fn page(&mut self, items: usize) -> Result<()> {
        self.backend.page.set(items);
        let event = data::api_event("get-messages").context("the sample event is missing")?;
        let mut process = self.start(&self.places.ours("get-messages")).await?;
        process.invoke(event).await?;
        process.ready().await?;
        let requests = (ITEMS / items).clamp(10, 1_000);
        let mut time = Duration::ZERO;
        for _ in 0..requests {
            let (response, took) = process.invoke(event).await?;
            let response: serde_json::Value = serde_json::from_slice(&response)?;
            let body = response["body"].as_str().unwrap_or_default();
            ensure!(
                body.contains(&format!(r#""Count":{items}"#)),
                "a page of {items}: {response}"
            );
            time += took;
            process.ready().await?;
        }
        #[expect(clippy::cast_precision_loss, reason = "some thousand items")]
        let cost = time.as_secs_f64() * 1e6 / (requests * items) as f64;
        let metric = format!("growth/page_{items}/microseconds_per_item");
        self.samples.note(&metric, MICROSECONDS, OURS, cost);
        self.note_resident(&format!("growth/page_{items}"), OURS, &process)
    }
}

//! Cold starts of every function, and warm requests to one.

use anyhow::{Context, Result, ensure};

use super::Bench;
use super::extractor::KEY;
use crate::contenders::API;
use crate::data;
use crate::process::Program;
use crate::results::Unit;
use crate::stats::percentile;

const MILLISECONDS: Unit = Unit::of_cost("ms");
const MICROSECONDS: Unit = Unit::of_cost("us");
/// Requests before the first that counts.
const WARM_UP: usize = 50;

impl Bench {
    pub(super) async fn api(&mut self) -> Result<()> {
        let places = self.places.clone();
        let get_event = data::api_event("get-message").context("a sample event is missing")?;
        let bare = places.limit("bare", "bare", "");
        let python = places.python("python", "get_message");
        let node = places.node();
        let rust_sdk = places.rust_sdk("rust_sdk_get_message");
        self.backend.object.replace(data::object(10));
        self.backend.page.set(10);
        let object = self.backend.object.borrow().clone();
        let (s3_event, sqs_event) = (data::s3_event(KEY, &object), data::counted_sqs_event(10, 0));
        for _ in 0..self.plan.rounds {
            for _ in 0..self.plan.starts {
                for function in API {
                    let event = data::api_event(function).context("a sample event is missing")?;
                    let ours = places.ours(function);
                    self.cold_start(function, &ours, event).await?;
                    self.cold_start(function, &bare, event).await?;
                }
                self.cold_start("s3-to-sqs", &places.ours("s3-to-sqs"), &s3_event)
                    .await?;
                self.cold_start("s3-to-sqs", &bare, &s3_event).await?;
                self.cold_start("sqs-to-dynamodb", &places.ours("sqs-to-dynamodb"), &sqs_event)
                    .await?;
                self.cold_start("sqs-to-dynamodb", &bare, &sqs_event).await?;
                for program in [&rust_sdk, &python, &node] {
                    self.cold_start("get-message", program, get_event).await?;
                }
            }
            for program in [&places.ours("get-message"), &bare, &rust_sdk, &python, &node] {
                self.warm(program, get_event).await?;
            }
        }
        Ok(())
    }

    /// From the start of a process to its first question for an event, and from that event to its response.
    pub(super) async fn cold_start(&mut self, function: &str, program: &Program, event: &[u8]) -> Result<()> {
        if self.leaves_out(program) {
            return Ok(());
        }
        let mut process = program.start(&self.url, &self.logs).await?;
        let init = process.ready().await.with_context(|| program.name)?;
        let (response, first) = process.invoke(event).await?;
        check(program, function, &response)?;
        for (metric, time) in [("init", init), ("first", first), ("total", init + first)] {
            let metric = format!("cold_start/{function}/{metric}");
            self.samples
                .note(&metric, MILLISECONDS, program.name, time.as_secs_f64() * 1e3);
        }
        Ok(())
    }

    async fn warm(&mut self, program: &Program, event: &[u8]) -> Result<()> {
        if self.leaves_out(program) {
            return Ok(());
        }
        let mut process = self.start(program).await?;
        let mut times = Vec::new();
        for request in 0..self.plan.requests + WARM_UP {
            let (response, time) = process.invoke(event).await?;
            process.ready().await?;
            check(program, "get-message", &response)?;
            if request >= WARM_UP {
                times.push(time.as_secs_f64() * 1e6);
            }
        }
        if program.name != "bare" {
            let requests = (self.plan.requests + WARM_UP) as u64;
            self.expect(program, |counts| counts.items_read, &requests)?;
        }
        for (metric, share) in [("p50", 0.5), ("p99", 0.99)] {
            let time = percentile(&mut times, share);
            self.samples
                .note(&format!("warm/get-message/{metric}"), MICROSECONDS, program.name, time);
        }
        self.note_resident("warm/get-message", program.name, &process)
    }
}

/// Whether a response is one of success.
fn check(program: &Program, function: &str, response: &[u8]) -> Result<()> {
    if program.name == "bare" || !API.contains(&function) {
        return Ok(());
    }
    let response: serde_json::Value = serde_json::from_slice(response)?;
    let status = response["statusCode"].as_u64().unwrap_or_default();
    ensure!(
        (200..300).contains(&status),
        "{} of {function}: {response}",
        program.name
    );
    Ok(())
}

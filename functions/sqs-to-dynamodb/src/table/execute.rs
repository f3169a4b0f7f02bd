//! Carries out the rounds of a plan, many calls at once.

use futures::stream::{self, StreamExt};

use crate::invocation::Invocation;
use crate::operation::{Change, Update};
use crate::plan::{Action, Plan, Task, TaskResult, Ticket};
use crate::table::{batch_write, single};

/// The most writes of a `BatchWriteItem` call. Its 16 MB need no watching: all that an invocation writes came in an
/// event of at most 6 MB.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
const BATCH: usize = 25;
/// The calls under way at once. Sixteen of 25 writes and some ten milliseconds each are more than an environment's CPU
/// can feed; more would only hold more connections and buffers.
const CONCURRENCY: usize = 16;

/// One call, to begin with.
enum Job {
    Batch(Vec<(Ticket, Change)>),
    Update(Ticket, Box<Update>),
    Get(Ticket),
}

/// Carries out the whole plan; the scan comes last.
pub async fn execute(invocation: Invocation<'_>, plan: &mut Plan) {
    while let Some(tasks) = plan.next_round() {
        let results = stream::iter(jobs(tasks)).map(|job| run(invocation, job));
        let mut results = results.buffer_unordered(CONCURRENCY);
        let mut settled = Vec::new();
        while let Some(results) = results.next().await {
            settled.extend(results);
        }
        plan.settle(settled);
    }
    if !plan.scans().is_empty()
        && let Err(failure) = single::scan(invocation, plan.scans()).await
    {
        plan.fail_scans(&failure);
    }
}

async fn run(invocation: Invocation<'_>, job: Job) -> Vec<(Ticket, TaskResult)> {
    match job {
        Job::Batch(writes) => batch_write::write(invocation, writes).await,
        Job::Update(ticket, update) => vec![(ticket, single::update(invocation, ticket, &update).await)],
        Job::Get(ticket) => vec![(ticket, single::get(invocation, ticket).await)],
    }
}

fn jobs(tasks: Vec<Task>) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut batch = Vec::new();
    for Task { ticket, action } in tasks {
        match action {
            Action::Write(change) => batch.push((ticket, change)),
            Action::Update(update) => jobs.push(Job::Update(ticket, update)),
            Action::Get => jobs.push(Job::Get(ticket)),
        }
        if batch.len() == BATCH {
            jobs.push(Job::Batch(std::mem::take(&mut batch)));
        }
    }
    if !batch.is_empty() {
        jobs.push(Job::Batch(batch));
    }
    jobs
}

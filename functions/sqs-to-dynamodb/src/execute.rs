//! Carries out the rounds of a plan, many calls at once.

use futures::stream::{self, StreamExt};

use crate::batch_write;
use crate::invocation::Invocation;
use crate::operation::{Change, Update};
use crate::plan::{Action, Outcome, Plan, Task, Ticket};
use crate::single;

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

/// What has become of a job.
pub struct JobReport {
    pub outcomes: Vec<(Ticket, Outcome)>,
    /// Writes that DynamoDB handed back and that were sent again.
    pub retried: usize,
}

impl Invocation<'_> {
    /// Carries out the whole plan, but for scans. Returns the number of writes that were sent again.
    pub async fn execute(self, plan: &mut Plan) -> usize {
        let mut retried = 0;
        while let Some(tasks) = plan.next_round() {
            let mut reports = stream::iter(jobs(tasks))
                .map(|job| self.run(job))
                .buffer_unordered(CONCURRENCY);
            let mut outcomes = Vec::new();
            while let Some(report) = reports.next().await {
                outcomes.extend(report.outcomes);
                retried += report.retried;
            }
            plan.settle(outcomes);
        }
        retried
    }

    async fn run(self, job: Job) -> JobReport {
        let (ticket, outcome) = match job {
            Job::Batch(writes) => return batch_write::write(self, writes).await,
            Job::Update(ticket, update) => (ticket, single::update(self, ticket, *update).await),
            Job::Get(ticket) => (ticket, single::get(self, ticket).await),
        };
        JobReport {
            outcomes: vec![(ticket, outcome)],
            retried: 0,
        }
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

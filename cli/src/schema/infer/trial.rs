//! The trial of a proposal on its own file, which is read as the extractor reads it.

use message::WriteMode;
use s3_to_sqs::convert::columns::{JUDGED_BYTES, Judgement};
use s3_to_sqs::convert::shape::Declared;
use s3_to_sqs::convert::{Converted, Converter};
use s3_to_sqs::time_limit::now_millis;
use schema::{Outline, Package, Table};

use super::input::{Input, InputError};
use super::remark::Remark;
use crate::arguments::schema::KeyOptions;
use crate::schema::key;
use crate::screen::text::counted;

/// The result of a trial.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// The number of rows.
    pub rows: u64,
    /// The number of rows that are rejected.
    pub rejected: u64,
    /// The line and the reason of the first rejected row.
    pub first_rejected: Option<(u64, String)>,
    /// The number of rows with the key of an earlier row.
    pub collisions: u64,
    /// The lines of the first two rows with one key.
    pub first_collision: Option<(u64, u64)>,
    /// Why no row can be converted.
    pub problem: Option<String>,
}

impl Trial {
    /// Converts the rows of a file with a descriptor.
    pub fn of(descriptor: &str, sample: &Input<'_>) -> Result<Self, InputError> {
        let declared = match declared(descriptor) {
            Ok(declared) => declared,
            Err(problem) => {
                return Ok(Self {
                    problem: Some(problem),
                    ..Self::default()
                });
            }
        };
        let mut converter = Converter::new("", message::Precision::default()).declared(declared);
        converter.encoded(sample.encoding);
        let (head, is_whole) = sample.head(JUDGED_BYTES)?;
        let judgement = Judgement::of(converter.shape(), std::iter::once(&head[..]), is_whole);
        converter.judge(judgement);
        let dialect = converter.shape().dialect();
        let mut trial = Self::default();
        sample.rows(&dialect, |row| match converter.convert(row) {
            Converted::Header | Converted::Blank => {}
            Converted::Message(_) => trial.rows += 1,
            Converted::Rejected(rejection) => {
                trial.rows += 1;
                trial.rejected += 1;
                trial
                    .first_rejected
                    .get_or_insert((row.position.line, rejection.reason));
            }
        })?;
        let collisions = converter.collisions().counted();
        trial.collisions = collisions.rows;
        trial.first_collision = collisions.first.first().map(|pair| (pair.earlier_line, pair.line));
        trial.problem = converter.problem().map(str::to_owned);
        Ok(trial)
    }

    /// The remarks about the trial.
    pub fn remarks(&self) -> Vec<Remark> {
        let remark = |text: String| Remark::of_property("this file", text);
        if let Some(problem) = &self.problem {
            return vec![remark(format!("the proposal does not read it yet: {problem}"))];
        }
        let mut remarks = vec![remark(match &self.first_rejected {
            None => format!("{}, none of which is rejected", counted(self.rows, "row")),
            Some((line, reason)) => format!(
                "{}, of which {} rejected, the first in line {line}: {reason}",
                counted(self.rows, "row"),
                self.rejected
            ),
        })];
        if let Some((earlier, line)) = self.first_collision {
            remarks.push(remark(format!(
                "{} the key of an earlier row, the first in line {line}, which has that of line {earlier}",
                if self.collisions == 1 {
                    "1 row has".to_owned()
                } else {
                    format!("{} rows have", self.collisions)
                }
            )));
        }
        remarks
    }
}

/// The first resource of a descriptor, for an object that is uploaded now; an error text if there is none.
fn declared(descriptor: &str) -> Result<Declared, String> {
    let found = key::find(&KeyOptions::default(), &Outline::of(descriptor)).map_err(|error| error.to_string())?;
    let table = Table {
        name: "messages".to_owned(),
        key: found.key.clone(),
    };
    let package = Package::load(descriptor, &table).map_err(|faults| faults.to_string())?;
    let resource = package.resources().first().ok_or("there is no resource")?;
    Ok(Declared {
        resource: resource.clone(),
        table_key: found.key,
        key: "sample.csv".to_owned(),
        ingest_id: 0,
        uploaded: now_millis(),
        stack: WriteMode::Replace,
    })
}

//! `messages rejected`: fetches rejected rows, to be corrected and uploaded again.

use super::error::Error;
use super::find;
use super::output::result;
use crate::arguments::GetRejected;
use crate::cancel::Cancel;
use crate::exit_code::{GOOD, SOME_LOST};
use crate::follow::report::{self, Report};
use crate::object::report_key::REPORT;
use crate::object_name::ObjectName;
use crate::rejected;
use crate::rejected::error::RejectedError;
use crate::rejected::target::{Target, distinct, targets};
use crate::screen::paint::Paint;
use crate::stack::Stack;
use crate::summary;
use crate::upload_reference::UploadReference;

/// Writes a file to correct for each upload, once it is known that no file is in the way. Returns the exit code.
///
/// # Errors
/// When an upload has no report, or its file cannot be written.
pub async fn get(arguments: &GetRejected) -> Result<u8, Error> {
    let stack = Stack::find(&arguments.stack).await?;
    let cancel = Cancel::on_signals().map_err(Error::Signals)?;
    let mut reports = Vec::with_capacity(arguments.uploads.len());
    for upload in &arguments.uploads {
        reports.push(report_of(&stack, upload, &cancel).await?);
    }
    let reports = distinct(reports);
    if arguments.output.is_some() && reports.len() > 1 {
        return Err(RejectedError::OneFile.into());
    }
    let (rejecting, whole): (Vec<_>, Vec<_>) = reports.into_iter().partition(|report| report.rows_rejected > 0);
    let targets = targets(rejecting, arguments.output.as_deref())?;
    for report in &whole {
        result(&summary::rejected::of_none(report))?;
    }
    let mut code = GOOD;
    for Target { report, path } in targets {
        let write = async { Ok::<_, Error>(rejected::write(&stack, &report, &path).await?) };
        let written = cancel.or(write).await?;
        if written.rows < report.rows_rejected {
            code = SOME_LOST;
        }
        result(&summary::rejected::of_file(
            &stack,
            &report,
            &path,
            &written,
            Paint::of_stdout(),
        ))?;
    }
    Ok(code)
}

/// Reads the report that is named, by its own key or by its upload.
async fn report_of(stack: &Stack, name: &UploadReference, cancel: &Cancel) -> Result<Report, Error> {
    if let UploadReference::Object(object) = name
        && let Some(key) = report_key_in(stack, object)
    {
        let read = async { Ok::<_, Error>(report::stored(stack, &key).await?) };
        let stored = cancel.or(read).await?;
        return Ok(stored.ok_or(RejectedError::NoReport(object.key.clone()))?.report);
    }
    let tracked = find::upload_of(stack, name, cancel).await?;
    let read = async { Ok::<_, Error>(report::of(stack, &tracked.upload).await?) };
    let report = cancel.or(read).await?.filter(|report| tracked.may_have(report));
    Ok(report.ok_or_else(|| RejectedError::NoReport(tracked.reference()))?)
}

/// The key of the report that is named. Any object of the report bucket names the report in its folder, so a file of rejected
/// rows does, too. `None` for an upload.
fn report_key_in(stack: &Stack, ObjectName { bucket, key, .. }: &ObjectName) -> Option<String> {
    let (folder, name) = key.rsplit_once('/')?;
    let is_in_bucket = bucket.as_ref().is_some_and(|bucket| *bucket == stack.report_bucket);
    let is_report = bucket.is_none() && name == REPORT;
    (is_in_bucket || is_report).then(|| format!("{folder}/{REPORT}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::testing;

    #[test]
    fn a_report_is_named_by_itself_or_by_a_file_beside_it() {
        let key = |name: &str| report_key_in(&testing::stack(None), &name.parse().unwrap());
        let report = Some("x/a.csv/e/report.json".to_owned());
        assert_eq!(key("s3://reports/x/a.csv/e/report.json"), report);
        assert_eq!(key("s3://reports/x/a.csv/e/rejected-1-9f2c81aa.csv"), report);
        assert_eq!(key("x/a.csv/e/report.json"), report);
        assert_eq!(key("s3://data/x/a.csv"), None);
        assert_eq!(key("x/rejected-1-9f2c81aa.csv"), None, "an object may have such a key");
    }
}

//! The reports of a key that exist before an upload.

use std::collections::HashMap;

use super::report_key::{REPORT, beginning};
use crate::aws_call::{CallError, failed};
use crate::stack::Stack;

/// The reports of earlier uploads of a key: the `ETag` of each report, by the report's key. No two reports have the same `ETag`,
/// since each names the request that wrote it.
#[derive(Clone, Debug, Default)]
pub struct EarlierReports(HashMap<String, String>);

impl EarlierReports {
    /// Lists the reports of a key that exist now.
    ///
    /// # Errors
    /// When the report bucket cannot be listed.
    pub async fn of(stack: &Stack, key: &str) -> Result<Self, CallError> {
        let list = stack.s3.list_objects_v2().bucket(&stack.report_bucket);
        let mut pages = list.prefix(beginning(key)).into_paginator().send();
        let mut reports = HashMap::new();
        while let Some(page) = pages.next().await {
            let doing = format!("listing s3://{} (s3:ListBucket)", stack.report_bucket);
            let objects = page.map_err(failed(doing))?.contents.unwrap_or_default().into_iter();
            let objects = objects.filter_map(|object| Some((object.key?, object.e_tag?)));
            reports.extend(objects.filter(|(key, _)| key.ends_with(REPORT)));
        }
        Ok(Self(reports))
    }

    /// Whether one of the reports has this key.
    #[must_use]
    pub fn have(&self, report_key: &str) -> bool {
        self.0.contains_key(report_key)
    }

    /// Whether the report with this key and `ETag` is one of the reports.
    #[must_use]
    pub fn contain(&self, report_key: &str, etag: Option<&str>) -> bool {
        etag.is_some() && self.0.get(report_key).map(String::as_str) == etag
    }
}

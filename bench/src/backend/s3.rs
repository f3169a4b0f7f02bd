//! The stub's S3: one object, and a place for reports.

use super::Backend;
use crate::http::{Reply, Request};

/// The `ETag` of the object, which the events name too.
pub const ETAG: &str = "0123456789abcdef0123456789abcdef";

impl Backend {
    pub(super) fn s3(&self, request: &Request) -> Reply {
        match request.method.as_str() {
            // The functions request a range only after a broken connection, which does not occur here.
            "GET" if request.range => Reply::refusal("the stub serves no ranges"),
            "GET" => {
                self.count(|counts| counts.objects_read += 1);
                Reply {
                    status: 200,
                    headers: vec![
                        ("Content-Type", "text/csv".to_owned()),
                        ("ETag", format!("\"{ETAG}\"")),
                        ("Last-Modified", "Mon, 01 Jan 2001 09:01:05 GMT".to_owned()),
                    ],
                    body: self.object.borrow().clone(),
                }
            }
            "PUT" => {
                self.count(|counts| counts.objects_written += 1);
                Reply {
                    headers: vec![("ETag", format!("\"{ETAG}\""))],
                    ..Reply::empty(200)
                }
            }
            method => Reply::refusal(&format!("the stub knows no {method} of an object")),
        }
    }
}

//! The data bucket and the report bucket.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use serde::Deserialize;
use serde_json::Value;

use crate::table::Item;
use crate::{Stack, sample, wait};

/// A line of a file of rejected rows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reject {
    /// The line of the object where the row starts, counted from 1.
    pub line: u64,
    /// The byte of the object where the row starts, counted from 0.
    pub byte: usize,
    /// The length of the row in bytes.
    pub length: usize,
    /// The columns at fault.
    pub column: String,
    /// The reason of the rejection.
    pub reason: String,
    /// The original bytes of the row.
    #[serde(skip)]
    pub row: Vec<u8>,
}

/// An object that has been uploaded.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Its `ETag`, without quotation marks.
    pub etag: String,
    /// Its size in bytes.
    pub size: usize,
}

impl Upload {
    /// The key of its report.
    #[must_use]
    pub fn report_key(&self) -> String {
        format!("{}/{}/report.json", self.key, self.etag)
    }

    /// The keys of the files of rejected rows, one for each invocation that had any, from `report`.
    #[must_use]
    pub fn rejected_keys(&self, report: &Value) -> Vec<String> {
        let keys = report["rejected_keys"].as_array().into_iter().flatten();
        let keys: Vec<_> = keys.map(|key| key.as_str().expect("a text").to_owned()).collect();
        let start = format!("{}/{}/rejected-", self.key, self.etag);
        assert!(
            keys.iter().all(|key| key.starts_with(&start)),
            "{keys:?} are beside the report"
        );
        keys
    }

    /// S3's event for the creation of this object. The key must need no encoding.
    #[must_use]
    pub fn created(&self) -> Value {
        let mut event = Self::event(&self.bucket, &[&self.key]);
        let object = &mut event["Records"][0]["s3"]["object"];
        object["eTag"] = self.etag.as_str().into();
        object["size"] = self.size.into();
        event
    }

    /// S3's event for objects, without their `ETag`s. The keys must be encoded as in an event.
    #[must_use]
    pub fn event(bucket: &str, encoded_keys: &[&str]) -> Value {
        let sample: Value = serde_json::from_str(include_str!("../../events/s3-to-sqs.json")).expect("valid JSON");
        let records = encoded_keys.iter().map(|key| {
            let mut record = sample["Records"][0].clone();
            record["s3"]["bucket"]["name"] = bucket.into();
            record["s3"]["object"]["key"] = (*key).into();
            record
        });
        serde_json::json!({"Records": records.collect::<Vec<_>>()})
    }
}

/// The rows read, sent and rejected in a report.
#[must_use]
pub fn counts(report: &Value) -> [u64; 3] {
    ["rows_read", "rows_sent", "rows_rejected"].map(|name| report[name].as_u64().expect("a count"))
}

impl Stack {
    /// Uploads an object to the data bucket.
    pub async fn upload(&self, key: &str, content: impl Into<Vec<u8>>) -> Upload {
        self.upload_as(&self.outputs.data_bucket_name, key, content, "text/csv")
            .await
    }

    /// Uploads an object to a bucket, with a Content-Type.
    pub async fn upload_as(&self, bucket: &str, key: &str, content: impl Into<Vec<u8>>, content_type: &str) -> Upload {
        let content = content.into();
        let size = content.len();
        let body = ByteStream::from(content);
        let put = self.s3.put_object().bucket(bucket).key(key).content_type(content_type);
        let reply = put.body(body).send().await.expect("the bucket can be written");
        Upload {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            etag: reply.e_tag.expect("S3 gives an ETag").trim_matches('"').to_owned(),
            size,
        }
    }

    /// Uploads one object that repeats `piece`. The piece must have at least 5 MiB; it is sent once and then copied.
    pub async fn upload_repeated(&self, bucket: &str, key: &str, piece: Vec<u8>, times: i32) -> Upload {
        let source = self.upload_as(bucket, &format!("{key}.piece"), piece, "text/csv").await;
        let create = self.s3.create_multipart_upload().bucket(bucket).key(key).send().await;
        let id = create.expect("an upload can begin").upload_id.expect("S3 gives an id");
        let mut parts = CompletedMultipartUpload::builder();
        for number in 1..=times {
            let copy = self.s3.upload_part_copy().bucket(bucket).key(key).upload_id(&id);
            let copy = copy.part_number(number).copy_source(format!("{bucket}/{}", source.key));
            let part = copy.send().await.expect("a part can be copied").copy_part_result;
            let etag = part.and_then(|part| part.e_tag);
            parts = parts.parts(CompletedPart::builder().part_number(number).set_e_tag(etag).build());
        }
        let complete = self
            .s3
            .complete_multipart_upload()
            .bucket(bucket)
            .key(key)
            .upload_id(id);
        let reply = complete
            .multipart_upload(parts.build())
            .send()
            .await
            .expect("all parts are there");
        self.delete_object(bucket, &source.key).await;
        Upload {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            etag: reply.e_tag.expect("S3 gives an ETag").trim_matches('"').to_owned(),
            size: source.size * usize::try_from(times).expect("a number of times"),
        }
    }

    /// Uploads a file of one good row and deletes the results of the upload's own event, so that only the object is left. Returns
    /// the items that the row must become.
    pub async fn upload_untouched(&self, key: &str) -> (Upload, Vec<Item>) {
        let (csv, items) = sample::one_row();
        let upload = self.upload(key, csv).await;
        self.report(&upload).await;
        self.wait_for_items(&items).await;
        self.delete_object(&self.outputs.report_bucket_name, &upload.report_key())
            .await;
        self.delete(&items).await;
        (upload, items)
    }

    /// Waits for the report of an object.
    pub async fn report(&self, upload: &Upload) -> Value {
        let key = upload.report_key();
        let report = wait::until(&format!("the report {key}"), async || self.report_object(&key).await).await;
        serde_json::from_slice(&report).expect("a report is JSON")
    }

    /// The keys of all reports on objects with a key, whatever their `ETag`.
    pub async fn report_keys(&self, key: &str) -> Vec<String> {
        let list = self.s3.list_objects_v2().bucket(&self.outputs.report_bucket_name);
        let listed = list
            .prefix(format!("{key}/"))
            .send()
            .await
            .expect("the bucket can be listed");
        let keys = listed.contents().iter().filter_map(|object| object.key.clone());
        keys.filter(|key| key.ends_with("/report.json")).collect()
    }

    /// The rejected rows of an object whose report is written; `None` if the report names no file of rejected rows.
    pub async fn rejects(&self, upload: &Upload) -> Option<Vec<Reject>> {
        let report = self.report_object(&upload.report_key()).await.expect("a report");
        let keys = upload.rejected_keys(&serde_json::from_slice(&report).expect("a report is JSON"));
        let mut rejects = Vec::new();
        for key in &keys {
            rejects.extend(self.rejects_in(key).await);
        }
        (!keys.is_empty()).then_some(rejects)
    }

    async fn rejects_in(&self, key: &str) -> Vec<Reject> {
        let bytes = self.report_object(key).await.expect("a file that the report names");
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let header = reader.byte_headers().expect("a header").clone();
        assert_eq!(header, vec!["line", "byte", "length", "column", "reason", "row"]);
        let records = reader.byte_records().map(|record| record.expect("a CSV record"));
        let rejects = records.map(|record| Reject {
            row: record[5].to_vec(),
            ..record.deserialize(Some(&header)).expect("a rejected row")
        });
        rejects.collect()
    }

    async fn report_object(&self, key: &str) -> Result<Vec<u8>, String> {
        let get = self.s3.get_object().bucket(&self.outputs.report_bucket_name).key(key);
        let object = get
            .send()
            .await
            .map_err(|error| error.into_service_error().to_string())?;
        let body = object.body.collect().await.expect("the object can be read");
        Ok(body.to_vec())
    }

    /// Deletes an object, whether it exists or not.
    pub async fn delete_object(&self, bucket: &str, key: &str) {
        let delete = self.s3.delete_object().bucket(bucket).key(key);
        delete.send().await.expect("the bucket can be written");
    }
}

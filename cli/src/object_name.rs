//! Objects as users name them.

use std::str::FromStr;

/// What stands between a key and the `ETag` of one of its uploads. No key of a CSV file has it near its end.
const ETAG: &str = "#etag=";

/// An object that a user names: `s3://BUCKET/KEY`, or `KEY` in the data bucket; one of its uploads by `#etag=ETAG` behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// The bucket, when it is named.
    pub bucket: Option<String>,
    /// The key.
    pub key: String,
    /// The `ETag` of the upload that is meant; otherwise it is the present one.
    pub etag: Option<String>,
}

/// A text that names no object.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "give s3://BUCKET/KEY, such as s3://my-bucket/data.csv, or the key alone; #etag=ETAG behind it names one upload"
)]
pub struct NotAnObject;

impl FromStr for ObjectName {
    type Err = NotAnObject;

    fn from_str(name: &str) -> Result<Self, NotAnObject> {
        let (name, etag) = match name.rsplit_once(ETAG) {
            Some((name, etag)) if is_etag(etag) => (name, Some(etag.to_owned())),
            _ => (name, None),
        };
        let Some(path) = name.strip_prefix("s3://") else {
            let key = name.to_owned();
            return if key.is_empty() {
                Err(NotAnObject)
            } else {
                Ok(Self {
                    bucket: None,
                    key,
                    etag,
                })
            };
        };
        match path.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => Ok(Self {
                bucket: Some(bucket.to_owned()),
                key: key.to_owned(),
                etag,
            }),
            _ => Err(NotAnObject),
        }
    }
}

/// Whether a text may be an `ETag`: letters, digits and the number of parts.
fn is_etag(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_named_as_aws_tools_name_it_or_by_its_key() {
        let name = |bucket: Option<&str>, key: &str| {
            Ok(ObjectName {
                bucket: bucket.map(Into::into),
                key: key.into(),
                etag: None,
            })
        };
        assert_eq!("s3://b/x/y.csv".parse(), name(Some("b"), "x/y.csv"));
        assert_eq!("x/y.csv".parse(), name(None, "x/y.csv"));
        assert_eq!("x#etag=/y.csv".parse(), name(None, "x#etag=/y.csv"));
        let of_upload: ObjectName = "s3://b/x/y.csv#etag=0a-2".parse().unwrap();
        assert_eq!(
            (of_upload.key.as_str(), of_upload.etag.as_deref()),
            ("x/y.csv", Some("0a-2"))
        );
        for wrong in ["", "s3://b", "s3:///x.csv", "s3://b/", "#etag=0a"] {
            assert_eq!(wrong.parse::<ObjectName>(), Err(NotAnObject), "{wrong}");
        }
    }
}

//! Names of objects, as users write them.

use std::str::FromStr;

/// The separator between a key and the `ETag` of one of its uploads. A key with a suffix such as `.csv` cannot end like that.
const ETAG: &str = "#etag=";

/// An object that a user names: `s3://BUCKET/KEY`, or `KEY` in the data bucket. `#etag=ETAG@TIME` or `#etag=ETAG` behind it
/// names one of its uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// The bucket, if it is named.
    pub bucket: Option<String>,
    /// The key.
    pub key: String,
    /// The upload, if one is named; otherwise the present one is meant.
    pub upload: Option<UploadName>,
}

/// The name of one upload among the uploads of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadName {
    /// The `ETag`, which uploads of the same content share.
    pub etag: String,
    /// The time of the upload, in seconds since the Unix epoch, if it is named.
    pub at: Option<i64>,
}

/// The error of a text that names no object.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "give s3://BUCKET/KEY, such as s3://my-bucket/data.csv, or the key alone; #etag=ETAG@TIME behind it names one upload"
)]
pub struct NotAnObject;

impl FromStr for ObjectName {
    type Err = NotAnObject;

    fn from_str(name: &str) -> Result<Self, NotAnObject> {
        let named = name
            .rsplit_once(ETAG)
            .and_then(|(name, upload)| Some((name, UploadName::of(upload)?)));
        let (name, upload) = named.map_or((name, None), |(name, upload)| (name, Some(upload)));
        let Some(path) = name.strip_prefix("s3://") else {
            let key = name.to_owned();
            return if key.is_empty() {
                Err(NotAnObject)
            } else {
                Ok(Self {
                    bucket: None,
                    key,
                    upload,
                })
            };
        };
        match path.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => Ok(Self {
                bucket: Some(bucket.to_owned()),
                key: key.to_owned(),
                upload,
            }),
            _ => Err(NotAnObject),
        }
    }
}

impl UploadName {
    /// Parses `ETAG@SECONDS` or `ETAG`.
    fn of(text: &str) -> Option<Self> {
        let (etag, at) = match text.split_once('@') {
            Some((etag, at)) => (etag, Some(at.parse().ok()?)),
            None => (text, None),
        };
        is_etag(etag).then(|| Self {
            etag: etag.to_owned(),
            at,
        })
    }
}

/// Whether a text may be an `ETag`: letters, digits, and a hyphen before the number of parts.
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
                upload: None,
            })
        };
        assert_eq!("s3://b/x/y.csv".parse(), name(Some("b"), "x/y.csv"));
        assert_eq!("x/y.csv".parse(), name(None, "x/y.csv"));
        for key in ["x#etag=/y.csv", "x#etag=0a@", "x#etag=@7", "x#etag=0a@x"] {
            assert_eq!(key.parse(), name(None, key));
        }
        for (of_upload, at) in [
            ("s3://b/x/y.csv#etag=0a-2", None),
            ("x/y.csv#etag=0a-2@1559040909", Some(1_559_040_909)),
        ] {
            let of_upload: ObjectName = of_upload.parse().unwrap();
            let etag = "0a-2".into();
            assert_eq!(
                (of_upload.key.as_str(), of_upload.upload),
                ("x/y.csv", Some(UploadName { etag, at }))
            );
        }
        for wrong in ["", "s3://b", "s3:///x.csv", "s3://b/", "#etag=0a"] {
            assert_eq!(wrong.parse::<ObjectName>(), Err(NotAnObject), "{wrong}");
        }
    }
}

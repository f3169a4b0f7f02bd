//! Objects as users name them.

use std::str::FromStr;

/// An object that a user names: `s3://BUCKET/KEY`, or `KEY` in the data bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// The bucket, when it is named.
    pub bucket: Option<String>,
    /// The key.
    pub key: String,
}

/// A text that names no object.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("give s3://BUCKET/KEY, such as s3://my-bucket/data.csv, or the key alone")]
pub struct NotAnObject;

impl FromStr for ObjectName {
    type Err = NotAnObject;

    fn from_str(name: &str) -> Result<Self, NotAnObject> {
        let Some(path) = name.strip_prefix("s3://") else {
            let key = name.to_owned();
            return if key.is_empty() {
                Err(NotAnObject)
            } else {
                Ok(Self { bucket: None, key })
            };
        };
        match path.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => Ok(Self {
                bucket: Some(bucket.to_owned()),
                key: key.to_owned(),
            }),
            _ => Err(NotAnObject),
        }
    }
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
            })
        };
        assert_eq!("s3://b/x/y.csv".parse(), name(Some("b"), "x/y.csv"));
        assert_eq!("x/y.csv".parse(), name(None, "x/y.csv"));
        for wrong in ["", "s3://b", "s3:///x.csv", "s3://b/"] {
            assert_eq!(wrong.parse::<ObjectName>(), Err(NotAnObject), "{wrong}");
        }
    }
}

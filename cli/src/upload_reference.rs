//! References to uploads, as users write them: by the object or by the ingest.

use std::str::FromStr;

use uuid::Uuid;

use crate::object_name::{NotAnObject, ObjectName};
use crate::short_id::ShortId;

/// A reference to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadReference {
    /// By its object.
    Object(ObjectName),
    /// By its ingest id.
    Ingest(Uuid),
    /// By its short ingest id.
    ShortIngest(ShortId),
}

impl FromStr for UploadReference {
    type Err = NotAnObject;

    /// Parses a reference. A text in the form of an ingest id is one, since no key with a suffix such as `.csv` has that form.
    fn from_str(name: &str) -> Result<Self, NotAnObject> {
        const HYPHENATED: usize = 36;
        if name.len() == HYPHENATED
            && let Ok(id) = name.parse()
        {
            return Ok(Self::Ingest(id));
        }
        match name.parse() {
            Ok(id) => Ok(Self::ShortIngest(id)),
            Err(_) => name.parse().map(Self::Object),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_objects() {
        let id = "019b76da-a800-7000-8000-0123456789ab";
        assert_eq!(id.parse(), Ok(UploadReference::Ingest(id.parse().unwrap())));
        assert_eq!(
            "456789ab".parse(),
            Ok(UploadReference::ShortIngest("456789ab".parse().unwrap()))
        );
        for object in [
            "456789ab.csv",
            "s3://b/456789ab",
            "019b76da-a800-7000-8000-0123456789ab.csv",
        ] {
            assert!(matches!(object.parse(), Ok(UploadReference::Object(_))), "{object}");
        }
        assert_eq!("".parse::<UploadReference>(), Err(NotAnObject));
    }
}

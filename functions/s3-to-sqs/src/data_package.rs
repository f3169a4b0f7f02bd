//! The data package: the descriptor that says what the objects look like, read once at the start.

use std::io;
use std::sync::Arc;

use message::WriteMode;
use schema::{Faults, Package, Resource, Table};

use crate::convert::shape::Declared;
use crate::object::Object;

/// The most patterns of object keys that a reason names.
const SHOWN: usize = 10;

/// What the objects look like. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub enum DataPackage {
    /// They have the built-in shape.
    #[default]
    None,
    /// They are what the resources of a package describe.
    Loaded(Arc<Package>),
    /// It is not known, because the package cannot be used. Nothing is extracted then: an object must not be taken for what it
    /// is not.
    Broken(Arc<DataPackageError>),
}

/// Why a data package cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataPackageError {
    /// The file cannot be read.
    #[error("the data package {path} cannot be read; deploy the stack with a descriptor that is there")]
    Read {
        /// The path of the file.
        path: String,
        /// Why it cannot be read.
        #[source]
        source: io::Error,
    },
    /// The descriptor is wrong, or makes another key than the table has.
    #[error(
        "the data package {path} is wrong; mend it, deploy the stack, and move the events back: {}",
        one_line(faults)
    )]
    Faults {
        /// The path of the file.
        path: String,
        /// Everything that is wrong.
        faults: Faults,
    },
}

/// No resource describes an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no resource of the data package describes the object: its key matches none of {patterns}; none of its rows was read. Add a \
     pattern to `s3:keys` of its resource and deploy the stack, or choose a key that matches, and upload the object again"
)]
pub struct NoResource {
    patterns: String,
}

impl DataPackage {
    /// Reads the package in this file for a table; without a file, objects have the built-in shape.
    #[must_use]
    pub fn read(path: Option<&str>, table: &Table) -> Self {
        let Some(path) = path else {
            return Self::None;
        };
        match load(path, table) {
            Ok(package) => Self::Loaded(Arc::new(package)),
            Err(error) => Self::Broken(Arc::new(error)),
        }
    }

    /// The resource that describes an object; `None` when objects have the built-in shape.
    ///
    /// # Errors
    /// [`NoResource`] when there are resources and none describes it.
    pub fn resource_of(&self, object: &Object) -> Result<Option<&Resource>, NoResource> {
        let Self::Loaded(package) = self else {
            return Ok(None);
        };
        let found = package.resource_for(&object.key);
        found.map(Some).ok_or_else(|| NoResource::of(package))
    }
}

impl NoResource {
    /// The failure of an object that no resource of this package describes.
    #[must_use]
    pub fn of(package: &Package) -> Self {
        let patterns = package.resources().iter().flat_map(Resource::key_patterns);
        let mut shown: Vec<_> = patterns.map(|pattern| format!("`{pattern}`")).collect();
        if shown.len() > SHOWN {
            let more = shown.len() - SHOWN;
            shown.truncate(SHOWN);
            shown.push(format!("{more} more"));
        }
        Self {
            patterns: shown.join(", "),
        }
    }
}

impl DataPackageError {
    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "DataPackageInvalid"
    }
}

/// The shape of an object that a resource of a table describes; `stack` is the mode of a resource that says none.
#[must_use]
pub fn declared(resource: Resource, table: &Table, object: &Object, stack: WriteMode) -> Declared {
    Declared {
        resource,
        table_key: table.key.clone(),
        key: object.key.clone(),
        ingest_id: object.ingest_id().as_u128(),
        uploaded: object.uploaded,
        stack,
        excess_bytes: 0,
    }
}

fn load(path: &str, table: &Table) -> Result<Package, DataPackageError> {
    let text = std::fs::read_to_string(path).map_err(|source| DataPackageError::Read {
        path: path.to_owned(),
        source,
    })?;
    Package::load(&text, table).map_err(|faults| DataPackageError::Faults {
        path: path.to_owned(),
        faults,
    })
}

fn one_line(faults: &Faults) -> String {
    let faults: Vec<_> = faults.all().iter().map(ToString::to_string).collect();
    faults.join("; ")
}

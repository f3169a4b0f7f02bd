//! The data package: the descriptor of the objects, read once at the start.

use std::io;
use std::sync::Arc;

use message::WriteMode;
use schema::{Faults, Package, Resource, Table};

use crate::convert::shape::Declared;
use crate::object::Object;

/// The most patterns of object keys that an error names.
const SHOWN: usize = 10;

/// The declared shapes of the objects. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub enum DataPackage {
    /// No package: objects have the built-in shape.
    #[default]
    None,
    /// Each object has the shape that one of the package's resources describes.
    Loaded(Arc<Package>),
    /// The package cannot be used. Nothing is extracted, since objects could be read in the wrong shape.
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
    /// The descriptor is invalid, or does not produce the key of the table.
    #[error(
        "the data package {path} is invalid; correct it, deploy the stack, and redrive the events from the dead-letter queue: {}",
        one_line(faults)
    )]
    Faults {
        /// The path of the file.
        path: String,
        /// All faults of the descriptor.
        faults: Faults,
    },
}

/// No resource of the package describes the object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no resource of the data package describes the object: its key matches none of {patterns}; none of its rows was read. Add a \
     pattern to `s3:keys` of its resource and deploy the stack, or choose a key that matches, and upload the object again"
)]
pub struct NoResource {
    patterns: String,
}

impl DataPackage {
    /// Reads the package at `path` and checks it against `table`. Without a path, objects have the built-in shape.
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
    /// [`NoResource`] when the package has no resource for the object.
    pub fn resource_of(&self, object: &Object) -> Result<Option<&Resource>, NoResource> {
        let Self::Loaded(package) = self else {
            return Ok(None);
        };
        let found = package.resource_for(&object.key);
        found.map(Some).ok_or_else(|| NoResource::of(package))
    }
}

impl NoResource {
    /// The error for an object that none of this package's resources describes.
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
    /// The stable error code of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "DataPackageInvalid"
    }
}

/// The declared shape of an object. `stack` is the write mode for a resource that declares none.
#[must_use]
pub fn declared(resource: Resource, table: &Table, object: &Object, stack: WriteMode) -> Declared {
    Declared {
        resource,
        table_key: table.key.clone(),
        key: object.key.clone(),
        ingest_id: object.ingest_id().as_u128(),
        uploaded: object.uploaded,
        stack,
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

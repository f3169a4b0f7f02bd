//! A descriptor, read as the extractor reads it.

use std::path::{Path, PathBuf};

use schema::{Faults, Outline, Package, Table};
use serde::Deserialize;

use super::key::{self, FoundKey, KeyError};
use crate::arguments::schema::KeyOptions;
use crate::exit_code::{FAILED, SOME_LOST};
use crate::file_name::shown;
use crate::screen::text::{counted, plain};

/// A name for the table in the messages of a dry run, which are never sent.
const TABLE_NAME: &str = "messages";

/// A descriptor, and the key of the table that it is for.
#[derive(Debug)]
pub struct Descriptor {
    /// The path of its file.
    pub path: PathBuf,
    /// The package's name, or else that of its first resource.
    pub name: String,
    /// The attributes that its resources make.
    pub outline: Outline,
    /// The key of the table.
    pub key: FoundKey,
    /// The descriptor, ready to convert files.
    pub package: Package,
}

/// Why a descriptor cannot be used. [`DescriptorError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum DescriptorError {
    /// The file cannot be read.
    #[error("the descriptor {} cannot be read: {source}", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// No key is found that the items could have.
    #[error("{}: {source}", shown(path))]
    Key {
        /// The file.
        path: PathBuf,
        /// Why no key is found.
        source: KeyError,
    },
    /// The descriptor has faults.
    #[error("{} is wrong in {}{}", shown(path), places(faults), listed(faults))]
    Faults {
        /// The file.
        path: PathBuf,
        /// All of its faults.
        faults: Faults,
    },
}

impl DescriptorError {
    /// What to do about the error, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => {
                "Name a descriptor that exists, or make one: messages schema infer FILE >schema/datapackage.json"
            }
            Self::Key { source, .. } => source.remedy(),
            Self::Faults { .. } => "Each place is a JSON Pointer. docs/any-csv.md lists every property",
        }
    }

    /// The exit code of the command.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Unreadable { .. } => FAILED,
            Self::Key { .. } | Self::Faults { .. } => SOME_LOST,
        }
    }
}

impl Descriptor {
    /// Reads a descriptor. `options` name the key of the table, if the descriptor does not show it.
    ///
    /// # Errors
    /// [`DescriptorError`].
    pub fn read(path: &Path, options: &KeyOptions) -> Result<Self, DescriptorError> {
        let text = std::fs::read_to_string(path).map_err(|source| DescriptorError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let outline = Outline::of(&text);
        let wrong = |faults| DescriptorError::Faults {
            path: path.to_owned(),
            faults,
        };
        let key = match key::find(options, &outline) {
            Ok(key) => key,
            Err(source) => {
                let no_key = DescriptorError::Key {
                    path: path.to_owned(),
                    source,
                };
                // The faults are reported first, since they may be why no key is found.
                return Err(outline.faults.map_or(no_key, wrong));
            }
        };
        let table = Table {
            name: TABLE_NAME.to_owned(),
            key: key.key.clone(),
        };
        let package = Package::load(&text, &table).map_err(wrong)?;
        Ok(Self {
            path: path.to_owned(),
            name: name_of(&text, &outline),
            outline,
            key,
            package,
        })
    }
}

/// The name of a package, or else that of its first resource.
fn name_of(text: &str, outline: &Outline) -> String {
    #[derive(Deserialize)]
    struct Named {
        name: Option<String>,
    }
    // The text is JSON here: `Package::load` has parsed it.
    let named = serde_json::from_str::<Named>(text.trim_start_matches('\u{feff}')).ok();
    let of_resource = || Some(outline.resources.first()?.name.clone());
    named
        .and_then(|named| named.name)
        .or_else(of_resource)
        .unwrap_or_default()
}

fn places(faults: &Faults) -> String {
    counted(faults.all().len() as u64, "place")
}

fn listed(faults: &Faults) -> String {
    let faults = faults.all().iter();
    let lines = faults.map(|fault| plain(&fault.to_string()));
    std::iter::once(String::new())
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n  ")
}

//! The conversion of descriptors that other tools, such as `frictionless describe`, write.

use std::path::{Path, PathBuf};

use schema::{Adapted, Faults, Outline, adapt};

use super::proposal::Proposal;
use super::remark::Remark;
use crate::arguments::schema::KeyOptions;
use crate::file_name::shown;
use crate::schema::key;
use crate::screen::text::plain;

/// Why a descriptor of another tool cannot be converted to one of ours. [`ForeignError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The file is no YAML.
    #[error("{} is no YAML: {source}", shown(path))]
    Yaml {
        /// The file.
        path: PathBuf,
        /// The parser's error.
        source: yaml_serde::Error,
    },
    /// The descriptor has properties that cannot be converted.
    #[error("{} cannot be converted:{}", shown(path), listed(faults))]
    Faults {
        /// The file.
        path: PathBuf,
        /// These properties.
        faults: Faults,
    },
}

impl ForeignError {
    /// What to do about the error, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "Name a CSV file or a descriptor that exists",
            Self::Yaml { .. } => "Write it as JSON: frictionless describe --json FILE",
            Self::Faults { .. } => "Each place is a JSON Pointer. Change it there, or infer from the CSV file itself",
        }
    }
}

/// Whether a file is a descriptor, judging by its name.
#[must_use]
pub fn is_descriptor(path: &Path) -> bool {
    ["json", "yaml", "yml"].iter().any(|ending| has_ending(path, ending))
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// Converts a descriptor of another tool to one of ours.
///
/// # Errors
/// [`ForeignError`].
pub fn of_descriptor(path: &Path) -> Result<Proposal, ForeignError> {
    let text = std::fs::read_to_string(path).map_err(|source| ForeignError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let yaml = |source| ForeignError::Yaml {
        path: path.to_owned(),
        source,
    };
    let json = if has_ending(path, "json") {
        text
    } else {
        let value: yaml_serde::Value = yaml_serde::from_str(&text).map_err(yaml)?;
        serde_json::to_string(&value).map_err(|error| yaml(serde::de::Error::custom(error)))?
    };
    let Adapted { json, remarks } = adapt(&json).map_err(|faults| ForeignError::Faults {
        path: path.to_owned(),
        faults,
    })?;
    let mut remarks: Vec<Remark> = remarks
        .into_iter()
        .map(|change| Remark::of_property(&change.pointer, change.violation.to_string()))
        .collect();
    if let Err(error) = key::find(&KeyOptions::default(), &Outline::of(&json)) {
        remarks.push(Remark::of_property(
            "the key of the table",
            format!("{error}. {}", error.remedy()),
        ));
    }
    Ok(Proposal { json, remarks })
}

fn listed(faults: &Faults) -> String {
    let faults: Vec<_> = faults.all().iter().map(|fault| plain(&fault.to_string())).collect();
    format!("\n  {}", faults.join("\n  "))
}

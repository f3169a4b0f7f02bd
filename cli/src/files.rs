//! The files that the user named, and the keys of their objects. Both are settled before anything is uploaded.

pub mod error;
pub mod local_file;
mod pattern;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use std::os::unix::fs::FileTypeExt;

use crate::key_rules::{MAX_KEY_BYTES, has_suffix};
use error::FileError;

/// A file to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's path.
    pub path: PathBuf,
    /// The key of the object that it becomes.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Finds the files of `names`, each with its key: `key`, or else the file's name in the folder `prefix`.
///
/// # Errors
/// For the first name that is neither a file nor a pattern that matches files, and for the first key that has no suffix of the
/// extractor's event filter, is too long, or is that of another file, too.
pub fn sources(names: &[OsString], prefix: Option<&str>, key: Option<&str>) -> Result<Vec<Source>, FileError> {
    let paths = named(names, key)?;
    let mut sources = Vec::with_capacity(paths.len());
    let mut taken = HashMap::<String, PathBuf>::new();
    for path in paths {
        check_kind(&path)?;
        let key = match key {
            Some(key) => key.to_owned(),
            None => key_of(&path, prefix)?,
        };
        check_key(&key, &path)?;
        if let Some(first) = taken.insert(key.clone(), path.clone()) {
            return Err(FileError::SameKey {
                key,
                first,
                second: path,
            });
        }
        let size = size_of(&path)?;
        sources.push(Source { path, key, size });
    }
    Ok(sources)
}

/// Finds the files of `names`, each once. With a `key` there may be only one.
///
/// # Errors
/// For the first name that is neither a file nor a pattern that matches files, and for the first path that is not a regular
/// file.
pub fn regular(names: &[OsString], key: Option<&str>) -> Result<Vec<PathBuf>, FileError> {
    let paths = named(names, key)?;
    paths.iter().try_for_each(|path| check_kind(path))?;
    Ok(paths)
}

/// Finds the paths of `names`, each once, of whatever kind they are.
fn named(names: &[OsString], key: Option<&str>) -> Result<Vec<PathBuf>, FileError> {
    let mut paths = Vec::<PathBuf>::new();
    for name in names {
        for path in matching(name)? {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    if key.is_some() && paths.len() > 1 {
        return Err(FileError::OneKey(paths.len()));
    }
    Ok(paths)
}

/// Finds the file of that name; otherwise the files that it matches as a pattern, in the order of their names.
fn matching(name: &OsStr) -> Result<Vec<PathBuf>, FileError> {
    let path = PathBuf::from(name);
    // A dangling link exists, too, and gets an error that names its target.
    if path.symlink_metadata().is_ok() {
        return Ok(vec![path]);
    }
    match name.to_str() {
        Some(pattern) if pattern.contains(['*', '?', '[']) => pattern::files_of(pattern),
        _ => Err(FileError::Missing(path)),
    }
}

/// The key of a file: its name in the folder `prefix` of the bucket.
///
/// # Errors
/// When the file has no name, or a name that is not UTF-8.
pub fn key_of(path: &Path, prefix: Option<&str>) -> Result<String, FileError> {
    let name = path.file_name().ok_or_else(|| FileError::Folder(path.to_owned()))?;
    let name = name.to_str().ok_or_else(|| FileError::NotText(path.to_owned()))?;
    let folder = prefix.unwrap_or_default().trim_end_matches('/');
    Ok(match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    })
}

fn check_key(key: &str, path: &Path) -> Result<(), FileError> {
    if !has_suffix(key) {
        return Err(FileError::Suffix { key: key.to_owned() });
    }
    if key.len() > MAX_KEY_BYTES {
        return Err(FileError::LongKey {
            path: path.to_owned(),
            bytes: key.len(),
        });
    }
    Ok(())
}

/// The size of a file. Opens it, so that a file that cannot be read is found before the upload.
fn size_of(path: &Path) -> Result<u64, FileError> {
    let metadata = std::fs::File::open(path).and_then(|file| file.metadata());
    let metadata = metadata.map_err(|source| FileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    Ok(metadata.len())
}

/// Checks that a path is a regular file. Does not open it, since opening a pipe waits for a writer.
fn check_kind(path: &Path) -> Result<(), FileError> {
    let metadata = std::fs::metadata(path).map_err(|source| match std::fs::read_link(path) {
        Ok(target) => FileError::DanglingLink {
            path: path.to_owned(),
            target,
        },
        Err(_) => FileError::Unreadable {
            path: path.to_owned(),
            source,
        },
    })?;
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(FileError::Folder(path.to_owned()));
    }
    let kind = match kind {
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    };
    Err(FileError::NotAFile {
        path: path.to_owned(),
        kind,
    })
}

//! The files that a pattern matches, including names that are not UTF-8, which the glob crate skips.

use std::path::{Component, Path, PathBuf};

use glob::Pattern;

use super::error::FileError;

/// Finds the files that a pattern matches, in the order of their names.
///
/// # Errors
/// When the pattern is malformed or matches no file, or a folder on the way cannot be read.
pub fn files_of(pattern: &str) -> Result<Vec<PathBuf>, FileError> {
    let refused = |source| FileError::Pattern {
        pattern: pattern.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for path in glob::glob(pattern).map_err(refused)? {
        paths.push(path.map_err(|error| FileError::Unreadable {
            path: error.path().to_owned(),
            source: error.into(),
        })?);
    }
    let components: Vec<_> = Path::new(pattern).components().collect();
    passed_over(&PathBuf::new(), &components, &mut paths).map_err(refused)?;
    if paths.is_empty() {
        return Err(FileError::NoMatch(pattern.to_owned()));
    }
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// Adds the paths below a folder that these components match and that are not UTF-8. Each invalid sequence of bytes counts as
/// one character.
fn passed_over(folder: &Path, components: &[Component], found: &mut Vec<PathBuf>) -> Result<(), glob::PatternError> {
    let Some((component, rest)) = components.split_first() else {
        if folder.to_str().is_none() && folder.symlink_metadata().is_ok() {
            found.push(folder.to_owned());
        }
        return Ok(());
    };
    let Component::Normal(name) = component else {
        return passed_over(&folder.join(component), rest, found);
    };
    let name = name.to_string_lossy();
    if !name.contains(['*', '?', '[']) {
        return passed_over(&folder.join(&*name), rest, found);
    }
    let any_depth = name == "**";
    if any_depth {
        passed_over(folder, rest, found)?;
    }
    let pattern = Pattern::new(&name)?;
    for entry in entries(folder) {
        let path = folder.join(entry.file_name());
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if any_depth && is_folder {
            passed_over(&path, components, found)?;
        } else if !any_depth
            && pattern.matches(&entry.file_name().to_string_lossy())
            && (rest.is_empty() || path.is_dir())
        {
            passed_over(&path, rest, found)?;
        }
    }
    Ok(())
}

/// The entries of a folder; none when it cannot be read, which the glob crate reports.
fn entries(folder: &Path) -> impl Iterator<Item = std::fs::DirEntry> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    std::fs::read_dir(folder).into_iter().flatten().flatten()
}

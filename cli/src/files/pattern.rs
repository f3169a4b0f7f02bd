//! The files that a pattern matches, as in a shell: including names that are not UTF-8, which the glob crate skips, and without
//! hidden files, unless the pattern has the dot.

use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

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
    let whole = Pattern::new(&as_text(Path::new(pattern))).map_err(refused)?;
    paths.retain(|path| !is_hidden(&whole, path));
    if paths.is_empty() {
        return Err(FileError::NoMatch(pattern.to_owned()));
    }
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// Whether only a dot at the beginning of a name keeps a path from matching: `*`, `?`, `[…]` and `**` do not match it. The search
/// of the glob crate has an option for this, with which it finds nothing for `.*` and panics at names that are not UTF-8.
fn is_hidden(pattern: &Pattern, path: &Path) -> bool {
    let matches = |require_literal_leading_dot| {
        let options = MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot,
        };
        pattern.matches_with(&as_text(path), options)
    };
    matches(false) && !matches(true)
}

/// A path or a pattern in the form that both have in common: without `./` and doubled separators.
fn as_text(path: &Path) -> String {
    let components = path.components().filter(|component| *component != Component::CurDir);
    components.collect::<PathBuf>().to_string_lossy().into_owned()
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

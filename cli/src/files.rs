//! The files that the user named, and the keys of their objects. Both are settled before anything is uploaded.

pub mod error;
pub mod local_file;
mod pattern;

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

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    /// A folder of files that is deleted after the test.
    struct Folder(PathBuf);

    impl Folder {
        fn with(test: &str, names: &[&str]) -> Self {
            let folder = std::env::temp_dir().join(format!("ingest-{test}-{}", std::process::id()));
            for name in names {
                let path = folder.join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "content").unwrap();
            }
            Self(folder)
        }

        fn name(&self, name: impl AsRef<Path>) -> OsString {
            self.0.join(name).into_os_string()
        }

        fn keys(&self, names: &[&str], prefix: Option<&str>, key: Option<&str>) -> Result<Vec<String>, FileError> {
            let names: Vec<_> = names.iter().map(|name| self.name(name)).collect();
            Ok(sources(&names, prefix, key)?
                .into_iter()
                .map(|source| source.key)
                .collect())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_key_is_the_name_of_the_file_in_the_folder_of_the_bucket() {
        let folder = Folder::with(
            "keys",
            &[
                "a.csv",
                "B.CSV",
                "c.csv.gz",
                "d.csv.zst",
                "e.txt",
                "f.tsv",
                "F.TSV",
                "g.tsv.gz",
                "G.TSV.GZ",
                "h.tsv.zst",
            ],
        );
        assert_eq!(folder.keys(&["a.csv"], None, None).unwrap(), ["a.csv"]);
        assert_eq!(
            folder.keys(&["*.[tT][sS][vV]*"], None, None).unwrap(),
            ["F.TSV", "G.TSV.GZ", "f.tsv", "g.tsv.gz", "h.tsv.zst"]
        );
        assert_eq!(
            folder.keys(&["a.csv"], Some("2019/05"), None).unwrap(),
            ["2019/05/a.csv"]
        );
        assert_eq!(folder.keys(&["a.csv"], Some("2019/"), None).unwrap(), ["2019/a.csv"]);
        assert_eq!(folder.keys(&["e.txt"], None, Some("x/e.csv")).unwrap(), ["x/e.csv"]);
        assert_eq!(
            folder.keys(&["*.csv*", "B.*", "a.csv"], None, None).unwrap(),
            ["a.csv", "c.csv.gz", "d.csv.zst", "B.CSV"]
        );
    }

    #[test]
    fn a_name_with_the_signs_of_a_pattern_is_a_name_when_there_is_such_a_file() {
        let folder = Folder::with("brackets", &["a[1].csv", "a1.csv"]);
        assert_eq!(folder.keys(&["a[1].csv"], None, None).unwrap(), ["a[1].csv"]);
        assert_eq!(folder.keys(&["a[1-9].csv"], None, None).unwrap(), ["a1.csv"]);
    }

    #[test]
    fn what_cannot_be_ingested_is_refused_and_named() {
        let folder = Folder::with("refused", &["a.csv", "x/a.csv", "b.txt", "c.csv.GZ", "d.csv/e"]);
        let said = |names: &[&str], prefix: Option<&str>, key: Option<&str>| {
            folder.keys(names, prefix, key).unwrap_err().to_string()
        };
        assert!(said(&["no.csv"], None, None).ends_with("no.csv"));
        assert!(said(&["no*.csv"], None, None).starts_with("no file matches"));
        assert!(said(&["***"], None, None).ends_with("is no pattern of file names"));
        assert_eq!(
            said(&["a.csv", "b.txt"], None, None),
            "b.txt does not end in .csv, .CSV, .csv.gz, .CSV.GZ, .csv.zst, .CSV.ZST, .tsv, .TSV, .tsv.gz, .TSV.GZ, \
             .tsv.zst, .TSV.ZST"
        );
        assert!(said(&["c.csv.GZ"], None, None).starts_with("c.csv.GZ does not end in"));
        assert!(said(&["d.csv"], None, None).ends_with("d.csv is a folder"));
        assert!(said(&["a.csv", "x/a.csv"], None, None).ends_with("would both become the object a.csv"));
        assert!(said(&["a.csv", "x/a.csv"], None, Some("k.csv")).contains("there are 2 files"));
        assert!(said(&["a.csv"], None, Some("k.txt")).starts_with("k.txt does not end in"));
        assert!(said(&["a.csv"], Some(&"p".repeat(1020)), None).contains("would be 1026 bytes long"));
    }

    #[test]
    fn names_that_are_not_utf_8_are_found_and_can_get_a_key() {
        let folder = Folder::with("latin-1", &["a.csv", "x/b.csv"]);
        let latin_1 = OsStr::from_bytes(b"caf\xe9.csv");
        std::fs::write(folder.0.join(latin_1), "content").unwrap();
        std::fs::write(folder.0.join("x").join(latin_1), "content").unwrap();
        for pattern in ["*.csv", "caf?.csv", "*/*.csv", "**/*.csv", "x/../*"] {
            let error = sources(&[folder.name(pattern)], None, None).unwrap_err();
            assert!(matches!(error, FileError::NotText(_)), "{pattern}: {error}");
            assert!(error.to_string().contains(r"caf\xe9.csv"), "{error}");
        }
        assert_eq!(folder.keys(&["a*.csv"], None, None).unwrap(), ["a.csv"]);
        assert_eq!(folder.keys(&["x/b*"], None, None).unwrap(), ["b.csv"]);
        for name in [folder.name(latin_1), folder.name("caf*")] {
            let named = sources(&[name], None, Some("cafe.csv")).unwrap();
            assert_eq!(
                (named[0].path.as_path(), named[0].key.as_str()),
                (folder.0.join(latin_1).as_path(), "cafe.csv")
            );
        }
    }

    #[test]
    fn what_is_no_file_is_named_for_what_it_is() {
        let folder = Folder::with("kinds", &["a.csv"]);
        std::os::unix::fs::symlink("nowhere.csv", folder.0.join("link.csv")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.0.join("socket.csv")).unwrap();
        let refused = |name: OsString| sources(&[name], None, Some("k.csv")).unwrap_err();
        let dangling = refused(folder.name("link.csv"));
        assert!(
            dangling
                .to_string()
                .ends_with("link.csv is a link to nowhere.csv, which is not there")
        );
        assert!(matches!(refused(folder.name("l*.csv")), FileError::DanglingLink { .. }));
        assert!(
            refused(folder.name("socket.csv"))
                .to_string()
                .ends_with("is a socket, not a file")
        );
        assert!(
            refused("/dev/null".into())
                .to_string()
                .ends_with("is a device, not a file")
        );
    }
}

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
fn hidden_files_are_matched_by_patterns_with_the_dot_alone() {
    let names = ["a.csv", "._a.csv", ".old.csv", ".x/b.csv", "y/c.csv", "y/.c.csv"];
    let folder = Folder::with("hidden", &names);
    let latin_1 = OsStr::from_bytes(b".caf\xe9.csv");
    std::fs::write(folder.0.join(latin_1), "content").unwrap();
    let keys = |pattern: &str| folder.keys(&[pattern], None, None).unwrap();
    assert_eq!(keys("*.csv"), ["a.csv"]);
    assert_eq!(keys("./?.csv"), ["a.csv"]);
    assert_eq!(keys("**/*.csv"), ["a.csv", "c.csv"]);
    assert_eq!(keys("*/*.csv"), ["c.csv"]);
    assert_eq!(keys(".[!c]*.csv"), ["._a.csv", ".old.csv"]);
    assert_eq!(keys(".x/*.csv"), ["b.csv"]);
    assert_eq!(keys(".[a-z]/*.csv"), ["b.csv"]);
    assert_eq!(keys("*/.*.csv"), [".c.csv"]);
    let refused = |pattern: &str| sources(&[folder.name(pattern)], None, None).unwrap_err();
    assert!(matches!(refused("[.]old.csv"), FileError::NoMatch(_)));
    assert!(matches!(refused(".c*.csv"), FileError::NotText(_)));
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

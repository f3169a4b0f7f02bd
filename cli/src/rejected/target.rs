//! The files to correct of several reports, settled before the first one is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::{RejectedError, SameName};
use crate::follow::report::Report;

/// A report and the file for its rejected rows.
#[derive(Debug)]
pub struct Target {
    /// The report.
    pub report: Report,
    /// The file to write.
    pub path: PathBuf,
}

/// The reports without those of an upload that was named before.
#[must_use]
pub fn distinct(reports: Vec<Report>) -> Vec<Report> {
    let mut found = Vec::<Report>::with_capacity(reports.len());
    for report in reports {
        if !found.iter().any(|known| is_same_upload(known, &report)) {
            found.push(report);
        }
    }
    found
}

/// Whether two reports are of one upload. Reports of an early version have no ingest id, but the keys of their files of rejected
/// rows have the `ETag`.
fn is_same_upload(one: &Report, other: &Report) -> bool {
    let is_same_object = (&one.bucket, &one.key) == (&other.bucket, &other.key);
    let is_same_ingest = one.ingest_id == other.ingest_id;
    is_same_object && is_same_ingest && (one.ingest_id.is_some() || one.rejected_keys == other.rejected_keys)
}

/// The file of each report: `output`, or else the file that is named after the object.
///
/// # Errors
/// When several reports would be written to one file, or a file exists.
pub fn targets(reports: Vec<Report>, output: Option<&Path>) -> Result<Vec<Target>, RejectedError> {
    let path_of = |report: &Report| output.map_or_else(|| default_name(&report.key).into(), Path::to_owned);
    let with_path = |report| Target {
        path: path_of(&report),
        report,
    };
    let targets: Vec<_> = reports.into_iter().map(with_path).collect();
    let mut by_path = BTreeMap::<&Path, Vec<&Report>>::new();
    for Target { report, path } in &targets {
        by_path.entry(path).or_default().push(report);
    }
    let shared = by_path.iter().filter(|(_, reports)| reports.len() > 1);
    let shared: Vec<_> = shared.map(|(path, reports)| SameName::of(path, reports)).collect();
    if !shared.is_empty() {
        return Err(RejectedError::SameNames(shared));
    }
    // A link without a target is in the way, too.
    let is_there = |path: &&Path| path.symlink_metadata().is_ok();
    let there: Vec<_> = by_path.into_keys().filter(is_there).map(Path::to_owned).collect();
    if !there.is_empty() {
        return Err(RejectedError::Exist(there));
    }
    Ok(targets)
}

/// The name of the file to correct in the current folder: `data.rejected.csv` for `x/data.csv.gz`, since the file is not compressed.
fn default_name(key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or(key);
    let is_one = |ending: &str, all: &[&str]| all.iter().any(|one| ending.eq_ignore_ascii_case(one));
    let plain = match name.rsplit_once('.') {
        Some((plain, ending)) if is_one(ending, &["gz", "zst"]) => plain,
        _ => name,
    };
    match plain.rsplit_once('.') {
        Some((stem, ending)) if is_one(ending, &["csv", "tsv"]) => format!("{stem}.rejected.{ending}"),
        _ => format!("{plain}.rejected.csv"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(key: &str, ingest_id: Option<&str>) -> Report {
        Report {
            bucket: "data".into(),
            key: key.into(),
            ingest_id: ingest_id.map(Into::into),
            ..Report::default()
        }
    }

    #[test]
    fn a_file_is_named_after_its_object() {
        for (key, name) in [
            ("data.csv", "data.rejected.csv"),
            ("x/y.z/data.CSV.gz", "data.rejected.CSV"),
            ("data.tsv.zst", "data.rejected.tsv"),
            ("data", "data.rejected.csv"),
        ] {
            assert_eq!(default_name(key), name);
        }
    }

    #[test]
    fn an_upload_that_is_named_twice_is_one_and_a_later_upload_of_its_key_another() {
        let with_rows = |etag: &str| Report {
            rejected_keys: vec![format!("a.csv/{etag}/rejected-1-0.csv")],
            ..report("a.csv", None)
        };
        let reports = vec![
            report("a.csv", Some("1")),
            report("b.csv", Some("1")),
            report("a.csv", Some("1")),
            report("a.csv", Some("2")),
            with_rows("e"),
            with_rows("e"),
            with_rows("f"),
        ];
        let found = distinct(reports);
        let found: Vec<_> = found
            .iter()
            .map(|report| (report.key.as_str(), report.ingest_id.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("a.csv", Some("1")),
                ("b.csv", Some("1")),
                ("a.csv", Some("2")),
                ("a.csv", None),
                ("a.csv", None)
            ]
        );
    }

    #[test]
    fn files_of_one_name_are_all_named_before_any_is_written() {
        let reports = vec![
            report("x/a.csv", Some("1")),
            report("b.csv", Some("2")),
            report("y/a.csv.gz", Some("3")),
            report("c.tsv", Some("4")),
            report("c.tsv", None),
        ];
        let refused = targets(reports, None).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "several reports would be written to one file: \
             a.rejected.csv is that of s3://data/x/a.csv (ingest 1) and s3://data/y/a.csv.gz (ingest 3); \
             c.rejected.tsv is that of s3://data/c.tsv (ingest 4) and s3://data/c.tsv"
        );
        assert_eq!(
            refused.remedy(),
            "Get these reports one at a time, each with another -o FILE"
        );
    }

    #[test]
    fn files_that_are_there_are_all_named_before_any_is_written() {
        let folder = std::env::temp_dir().join(format!("targets-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let link = folder.join("it's.csv");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let refused = targets(vec![report("a.csv", None)], Some(&link));
        let new = targets(vec![report("a.csv", None)], Some(&folder.join("new.csv")));
        std::fs::remove_dir_all(&folder).unwrap();
        let refused = refused.unwrap_err();
        assert_eq!(refused.to_string(), format!("{} is there already", link.display()));
        assert_eq!(new.unwrap()[0].path, folder.join("new.csv"));

        let several = RejectedError::Exist(vec!["a.csv".into(), "b c.csv".into()]);
        assert_eq!(several.to_string(), "a.csv and b c.csv are there already");
        assert_eq!(
            several.remedy(),
            "Move what is there away, or get one report at a time into another file: -o FILE. \
             No file is replaced: a.csv 'b c.csv'"
        );
    }
}

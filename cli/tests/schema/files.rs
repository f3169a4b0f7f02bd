//! `messages schema check` on files.

use std::fmt::Write;

use crate::folder::{Folder, READINGS, SAMPLE};

const HEADER: &str = "Zeitpunkt;Messstelle;Wert;Status;Aktiv;Tags\n";

/// A descriptor of rows with an id and a number, whose resource has these further properties.
fn by_id(properties: &str) -> String {
    let fields = r#"[{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}]"#;
    format!(
        r#"{{"resources": [{{"name": "rows", "s3:keys": ["*.csv"], "schema": {{"fields": {fields}, "primaryKey": "id"}}, {properties}}}]}}"#
    )
}

#[test]
fn the_sample_is_shown_as_the_items_that_dynamodb_has() {
    let folder = Folder::with("sample", SAMPLE);
    folder.write("data.csv", include_str!("../../../sample_data/data.csv"));
    folder.schema(&["check", "data.csv"]).is(
        0,
        &[
            "schema/datapackage.json is right: 1 resource\n  key of the table: date (S) and time (S)",
            "data.csv as the object data.csv, of the resource messages\n  20 rows: 20 items, 0 rejected\n  line 2\n    \
             \"date\": {\"S\":\"2019-05-28\"}\n    \"time\": {\"S\":\"10:55:09\"}\n",
            "    \"local_avg\": {\"N\":\"4.39\"}\n",
            "  line 4\n",
            "  largest item: 121 bytes, line 2\n  writes: 20 write units, $0.0000125 on demand in us-east-1\n",
            "hottest partition: date \"2019-05-28\" takes 100% of the writes, 20 ms at 1,000 a second",
        ],
    );
}

#[test]
fn the_sample_of_a_resource_is_checked_without_being_named() {
    let folder = Folder::with("readings", READINGS);
    let row = "2024-03-31T01:30:00;DE-01;1.234,5;ok;ja;a|b\n";
    folder.write("schema/sample_data/readings.csv", format!("{HEADER}{row}"));
    let said = folder.schema(&["check"]);
    said.is(
        0,
        &[
            "schema/sample_data/readings.csv as the object readings/readings.csv, of the resource readings",
            "\"sk\": {\"S\":\"READING#2024-03-31T00:30:00Z\"}",
            "\"origin\": {\"M\":{\"file\":{\"S\":\"readings/readings.csv\"},\"line\":{\"N\":\"2\"}}}",
            "\"expires\": {\"N\":\"1774917000\"}",
        ],
    );
    assert_eq!(said.err, "");
    // The same file is also the sample when it is named by another path.
    let named = folder.schema(&["check", "schema/datapackage.json", "./schema/sample_data/readings.csv"]);
    named.is(
        0,
        &["./schema/sample_data/readings.csv as the object readings/readings.csv"],
    );
}

#[test]
fn rows_that_would_be_rejected_are_shown_by_reason_and_end_with_1() {
    let folder = Folder::with("rejects", READINGS);
    let rows = "2024-03-31T02:30:00;DE-01;1;ok;ja;a\n2024-04-01T00:00:00;;1;ok;ja;a\n2024-04-01T00:00:00;;2;ok;ja;a\n2024-04-01T00:00:00;a;x;ok;ja;a\n";
    folder.write("r.csv", format!("{HEADER}{rows}"));
    folder.schema(&["check", "--prefix", "readings/", "r.csv"]).is(
        1,
        &[
            "r.csv as the object readings/r.csv, of the resource readings\n  4 rows: 0 items, 4 rejected\n",
            "  rejected, 2 rows: Messstelle is empty\n    lines 3, 4: 2024-04-01T00:00:00;;1;ok;ja;a\n",
            "  rejected, 1 row: Zeitpunkt does not exist in Europe/Berlin",
            "  rejected, 1 row: Wert must be a number such as 1.234,5",
        ],
    );
}

#[test]
fn a_file_of_no_resource_is_told_what_the_function_says() {
    let folder = Folder::with("stray", READINGS);
    folder.write("r.csv", HEADER).write("readings/r.csv", HEADER);
    folder.schema(&["check", "r.csv"]).is(
        1,
        &[
            "r.csv as the object r.csv\n  problem: no resource of the data package describes the object",
            "`readings/**`",
            "--prefix FOLDER or --key KEY",
        ],
    );
    folder
        .schema(&["check", "readings/r.csv"])
        .is(0, &["as the object readings/r.csv, of the resource readings"]);
    folder
        .schema(&["check", "--key", "readings/x.csv", "r.csv"])
        .is(0, &["as the object readings/x.csv"]);
}

#[test]
fn a_prefix_makes_the_key_that_an_upload_makes() {
    let folder = Folder::with("prefix", SAMPLE);
    folder.write("data.csv", include_str!("../../../sample_data/data.csv"));
    for (prefix, key) in [
        ("", "data.csv"),
        ("r/", "r/data.csv"),
        ("/r", "/r/data.csv"),
        ("a/b", "a/b/data.csv"),
    ] {
        folder
            .schema(&["check", "--prefix", prefix, "data.csv"])
            .is(0, &[&format!("data.csv as the object {key}, of")]);
    }
}

#[test]
fn a_file_that_the_function_is_not_told_of_is_a_problem() {
    let folder = Folder::with("suffix", READINGS);
    folder
        .write("readings/r.txt", HEADER)
        .write("readings/r.csv.GZ", HEADER);
    for name in ["readings/r.txt", "readings/r.csv.GZ"] {
        folder.schema(&["check", name]).is(
            1,
            &[
                "  problem: the object is not read, and cannot be ingested: its key does not end in .csv, .CSV, ",
                "--prefix FOLDER or --key KEY",
            ],
        );
    }
    folder
        .schema(&["check", "--key", "readings/r.csv", "readings/r.txt"])
        .is(
            0,
            &["readings/r.txt as the object readings/r.csv, of the resource readings"],
        );
}

#[test]
fn a_pattern_of_no_object_that_is_read_is_noted() {
    let folder = Folder::with(
        "patterns",
        &READINGS.replace("\"readings/**\"", "\"a/*.txt\", \"a/**\""),
    );
    folder.write("a/r.csv", HEADER);
    let said = folder.schema(&["check", "a/r.csv"]);
    said.is(
        0,
        &["    note: a/*.txt matches no object that is read, since their keys end in .csv, .CSV, "],
    );
    assert_eq!(said.out.matches("note: ").count(), 1, "{}", said.out);
}

#[test]
fn a_wrong_header_is_a_problem() {
    let folder = Folder::with("header", READINGS);
    folder.write("readings/r.csv", "Zeitpunkt;Wert\n2024-04-01T00:00:00;1\n");
    folder
        .schema(&["check", "readings/r.csv"])
        .is(1, &["problem: the header lacks `Messstelle`"]);
}

#[test]
fn a_file_that_ends_before_its_header_is_a_problem() {
    let folder = Folder::with("unreached", &by_id("\"dialect\": {\"headerRows\": [4]}"));
    folder.write("a.csv", "id,n\n1,2\n");
    folder
        .schema(&["check", "a.csv"])
        .is(1, &["problem: the file ends before its header"]);
}

#[test]
fn rows_of_one_key_are_counted_by_what_becomes_of_them() {
    let rows = "id,n\na,1\nb,2\na,3\na,4\n";
    let folder = Folder::with("collisions", &by_id(r#""title": "x""#));
    folder.write("a.csv", rows);
    folder.schema(&["check", "a.csv"]).is(
        0,
        &["2 rows replaced by a later row of the same key\n    lines 2 and 4: id \"a\"\n    lines 4 and 5: id \"a\"\n"],
    );
    let create = folder.schema(&["check", "a.csv", "--write-mode", "create"]);
    create.is(
        0,
        &["create: a row is left out where its key has an item, as the stack's WriteMode says"],
    );
    create.is(0, &["2 rows not written, since an earlier row has the same key"]);
}

#[test]
fn updates_and_deletes_are_shown_as_what_they_do() {
    let folder = Folder::with("merge", &by_id(r#""dynamodb:write": "merge""#));
    folder.write("a.csv", "id,n\na,1\na,\n");
    folder.schema(&["check", "a.csv"]).is(
        1,
        &[
            "2 rows: 1 update, 1 rejected\n  line 2\n    key \"id\": {\"S\":\"a\"}\n    set \"n\": {\"N\":\"1\"}\n",
            "writes: at least 1 write unit, ",
        ],
    );
    let folder = Folder::with("delete", &by_id(r#""dynamodb:write": "delete""#));
    folder.write("a.csv", "id,n\na,1\n");
    folder.schema(&["check", "a.csv"]).is(
        0,
        &["1 row: 1 delete, 0 rejected\n  line 2\n    key \"id\": {\"S\":\"a\"}\n"],
    );
}

#[test]
fn what_looks_suspicious_is_told() {
    let folder = Folder::with("warnings", &by_id(r#""title": "x""#));
    folder.write("a.csv", "id,n\nNULL,1\n");
    folder.schema(&["check", "a.csv"]).is(
        0,
        &["suspicious: 1 row with a word such as NULL or N/A as text: line 2"],
    );
}

#[test]
fn a_compressed_file_in_another_encoding_is_read_as_the_function_reads_it() {
    let folder = Folder::with("encoding", &by_id(r#""encoding": "windows-1252""#));
    folder.write("a.csv", b"id,n\nM\xfcnchen,1\n");
    folder
        .schema(&["check", "a.csv"])
        .is(0, &["a.csv (windows-1252) as", "\"id\": {\"S\":\"München\"}"]);
    // A gzip file that is cut off.
    folder.write("a.csv", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    folder.schema(&["check", "a.csv"]).is(1, &["a.csv (gzip", "problem: "]);
}

#[test]
fn a_large_file_of_one_partition_is_told_to_divide_it() {
    let resource = r#""dynamodb:item": {"pk": "day", "sk": "${id}"}"#;
    let descriptor = by_id(resource).replace(", \"primaryKey\": \"id\"", "");
    let folder = Folder::with("large", &descriptor);
    let mut rows = "id,n\n".to_owned();
    for row in 0..12_000 {
        writeln!(rows, "r{row},{row}").expect("a string takes it");
    }
    folder.write("a.csv", rows);
    folder.schema(&["check", "a.csv"]).is(
        0,
        &[
            "12,000 rows: 12,000 items, 0 rejected",
            "hottest partition: pk \"day\" takes 100% of the writes, 12.0 s at 1,000 a second\n    the file takes as long. A shard in \
             pk divides it by eight: ${FIELD:shard=8}",
        ],
    );
}

#[test]
fn a_row_is_found_behind_more_keys_than_a_function_remembers() {
    let folder = Folder::with("far-apart", &by_id(r#""dynamodb:unknown": "ignore""#));
    let rows: Vec<_> = (0..230_000).chain([0]).map(|id| format!("{id},1\n")).collect();
    folder.write("rows.csv", format!("id,n\n{}", rows.concat()));
    folder.schema(&["check", "rows.csv"]).is(
        0,
        &["  1 row replaced by a later row of the same key\n    lines 2 and 230002: id \"0\"\n"],
    );
}

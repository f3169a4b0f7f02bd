//! Unusual files of declared shapes follow the same rules as files of the built-in shape.

use serde_json::{Value, json};

use crate::declared::{items, resource, seen, with_fields};

pub fn reading_fields() -> Value {
    json!([
        {"name": "id", "type": "string"},
        {"name": "at", "type": "datetime"},
        {"name": "value", "type": "number"},
        {"name": "note", "type": "string"},
    ])
}

pub fn readings() -> String {
    with_fields(&reading_fields())
}

pub const HEADER: &str = "id,at,value,note\n";

pub fn row(number: u32) -> String {
    format!("r{number},2018-05-28T10:55:0{number}Z,{number}.5,ok\n")
}

pub fn sums(report: &Value) -> [u64; 3] {
    ["rows_read", "rows_sent", "rows_rejected"].map(|member| report[member].as_u64().unwrap())
}

/// The kinds of the warnings, each with its number of rows.
pub fn warnings(report: &Value) -> Vec<(&str, u64)> {
    let warnings = report["warnings"].as_array().into_iter().flatten();
    warnings
        .map(|warning| (warning["kind"].as_str().unwrap(), warning["rows"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn headers_behind_rows_are_no_rows() {
    let shuffled = "note,value,at,id,more\nok,7.5,2018-05-28T10:55:09Z,r7,x\n";
    let file = format!("{HEADER}{}{HEADER}{}{shuffled}", row(1), row(2));
    let (world, report) = seen(file.as_bytes(), &readings()).await;
    assert_eq!(sums(&report), [3, 3, 0], "{:?}", world.rejected());
    assert_eq!(warnings(&report), [("repeated_headers", 2)]);
    assert_eq!(report["unknown_columns"], json!(["more"]));
    assert_eq!(items(&world)[2]["value"], json!({"N": "7.5"}));

    let other = HEADER.replace("value", "mean");
    let descriptor = readings().replace("\"number\"", "\"number\",\"constraints\":{\"required\":true}");
    let file = format!("{HEADER}{}{other}{}{HEADER}{}", row(1), row(2), row(3));
    let (world, report) = seen(file.as_bytes(), &descriptor).await;
    assert_eq!(sums(&report), [3, 2, 1]);
    let problem = report["problem"].as_str().unwrap();
    assert!(
        problem.starts_with("line 3 is a header of other columns: the header lacks `value`"),
        "{problem}"
    );
    assert_eq!(world.rejected()[0][0], "4");
}

#[tokio::test]
async fn a_header_that_could_be_a_row_is_none() {
    let fields =
        json!([{"name": "id", "type": "string"}, {"name": "a", "type": "string"}, {"name": "b", "type": "string"}]);
    let file = "id,a,b\n1,x,y\nid,a,b\n2,x,b\nB, \"A\",ID\nq,p,3\na,1,id\n";
    let (world, report) = seen(file.as_bytes(), &with_fields(&fields)).await;
    assert_eq!(sums(&report), [4, 4, 0], "{:?}", world.rejected());
    let ids: Vec<_> = items(&world)
        .iter()
        .map(|item| item["id"]["S"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["1", "2", "3", "id"]);
    assert_eq!(warnings(&report)[0], ("repeated_headers", 2));
}

#[tokio::test]
async fn a_row_and_a_header_in_one_line_are_a_row_that_is_rejected() {
    let glued = row(2).replace('\n', HEADER.trim_end());
    let file = format!("{HEADER}{}{glued}\n{}", row(1), row(3));
    let (world, report) = seen(file.as_bytes(), &readings()).await;
    assert_eq!(sums(&report), [3, 2, 1], "{:?}", world.rejected());
    assert!(world.rejected()[0][2].starts_with("a row and a header stand in one line"));
    let header = format!("more,{HEADER}");
    let glued = format!("x,{}", row(2)).replace('\n', header.trim_end());
    let file = format!("{header}x,{}{glued}\nx,{}", row(1), row(3));
    let (world, report) = seen(file.as_bytes(), &readings()).await;
    assert_eq!(sums(&report), [3, 2, 1], "{:?}", world.rejected());
    assert_eq!(report["unknown_columns"], json!(["more"]));
}

#[tokio::test]
async fn a_header_further_down_is_named_with_both_remedies() {
    let file = format!("Station 7\nexported today\n{HEADER}{}", row(1));
    let (_, report) = seen(file.as_bytes(), &readings()).await;
    assert_eq!(sums(&report), [3, 0, 3]);
    let problem = report["problem"].as_str().unwrap();
    assert!(
        problem.starts_with("line 3 has the header: remove the lines before it, or write `\"headerRows\": [3]`"),
        "{problem}"
    );
    let declared = resource(&json!({"dialect": {"headerRows": [3]}, "schema": {"fields": reading_fields()}}));
    let (_, report) = seen(file.as_bytes(), &declared).await;
    assert_eq!((sums(&report), &report["problem"]), ([1, 1, 0], &Value::Null));
    assert_eq!(report["header"], HEADER.trim_end());
}

#[tokio::test]
async fn a_file_without_a_header_has_rows_from_its_first_line_on() {
    let declared =
        resource(&json!({"dialect": {"header": false, "delimiter": ";"}, "schema": {"fields": reading_fields()}}));
    let file: String = (1..=9).map(row).collect::<String>().replace(',', ";");
    let (world, report) = seen(file.as_bytes(), &declared).await;
    assert_eq!(
        (sums(&report), &report["header"]),
        ([9, 9, 0], &Value::Null),
        "{:?}",
        world.rejected()
    );
    let (world, report) = seen(format!("{}{file}", HEADER.replace(',', ";")).as_bytes(), &declared).await;
    assert_eq!(sums(&report), [10, 9, 1]);
    assert_eq!(world.rejected()[0][0], "1");
    // The file may break off in its last row.
    let (world, _) = seen(format!("{file}r10;").as_bytes(), &declared).await;
    assert_eq!(world.rejected()[0][2], "the row has 2 fields where the schema has 4");
}

#[tokio::test]
async fn a_declared_encoding_is_read_and_named_in_reasons() {
    let declared = resource(&json!({"encoding": "windows-1252", "schema": {"fields": reading_fields()}}));
    let mut file = format!("{HEADER}{}", row(1).replace("ok", "Z\u{fc}rich \u{20ac}")).into_bytes();
    let text = String::from_utf8(file.clone()).unwrap();
    file = text
        .chars()
        .map(|c| {
            if c == '\u{20ac}' {
                0x80
            } else {
                u8::try_from(u32::from(c)).unwrap()
            }
        })
        .collect();
    let (world, report) = seen(&file, &declared).await;
    assert_eq!(
        (sums(&report), &report["encoding"]),
        ([1, 1, 0], &json!("windows-1252"))
    );
    assert_eq!(items(&world)[0]["note"], json!({"S": "Z\u{fc}rich \u{20ac}"}));
    let (world, report) = seen(&file, &readings()).await;
    assert_eq!(sums(&report), [1, 0, 1]);
    assert!(world.rejected()[0][2].contains("the file is not UTF-8 at byte"));
}

#[tokio::test]
async fn rows_that_lack_or_add_cells_are_told_from_shifted_ones() {
    for (rows, sent) in [
        ("r1,2018-05-28T10:55:01Z,1.5\n", 0),
        ("r1,2018-05-28T10:55:01Z,1.5,\n", 1),
        ("r1,2018-05-28T10:55:01Z,1.5,ok,, \n", 1),
        ("r1,2018-05-28T10:55:01Z,1.5,ok,x\n", 0),
        ("r1,2018-05-28T10:55:01Z,1.5, \"o, k\"\n", 0),
        (",,,\nr1,2018-05-28T10:55:01Z,1.5,ok\n , ,\u{a0},\n", 1),
    ] {
        let (world, report) = seen(format!("{HEADER}{rows}").as_bytes(), &readings()).await;
        assert_eq!(sums(&report), [1, sent, 1 - sent], "{rows}: {:?}", world.rejected());
    }
    let cut = "id,note,more\nr1,ok,x\nr2,ok";
    for (end, sent) in [("", 1), ("\n", 2), (",", 2)] {
        let (world, report) = seen(
            format!("{cut}{end}").as_bytes(),
            &readings().replace("subset", "partial"),
        )
        .await;
        assert_eq!(sums(&report), [2, sent, 2 - sent], "{end:?}: {:?}", world.rejected());
    }
}

#[tokio::test]
async fn a_blank_line_is_no_row_even_where_no_field_needs_a_value() {
    let fields = json!([{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]);
    let declared = resource(&json!({"schema": {"fields": fields}, "dynamodb:item": {"id": "LINE#${$line}"}}));
    let (world, report) = seen("a,b\n,\nx,\n , \u{a0}\n,y\n".as_bytes(), &declared).await;
    assert_eq!(sums(&report), [2, 2, 0]);
    let ids: Vec<_> = items(&world).iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [json!({"S": "LINE#3"}), json!({"S": "LINE#5"})]);
}

#[tokio::test]
async fn null_words_are_suspicious_unless_they_are_declared() {
    let file = format!(
        "{HEADER}{}{}{}",
        row(1).replace("ok", "NULL"),
        row(2).replace("ok", "\\N"),
        row(3)
    );
    let (_, report) = seen(file.as_bytes(), &readings()).await;
    assert_eq!((sums(&report), warnings(&report)), ([3, 3, 0], vec![("null_words", 2)]));
    let mut fields = reading_fields();
    fields[3]["missingValues"] = json!(["", "NULL", "\\N"]);
    let (world, report) = seen(file.as_bytes(), &with_fields(&fields)).await;
    assert_eq!((sums(&report), warnings(&report)), ([3, 3, 0], vec![]));
    assert_eq!(items(&world)[0]["note"], Value::Null);
    fields = reading_fields();
    fields[3]["constraints"] = json!({"enum": ["NULL", "\\N", "ok"]});
    let (_, report) = seen(file.as_bytes(), &with_fields(&fields)).await;
    assert_eq!(warnings(&report), []);
}

#[tokio::test]
async fn times_are_implausible_unless_the_descriptor_says_which_are_not() {
    let fields = json!([
        {"name": "id", "type": "string"},
        {"name": "day", "type": "date", "format": "%d.%m.%Y"},
        {"name": "at", "type": "integer", "dynamodb:epoch": "ms"},
        {"name": "born", "type": "date", "constraints": {"minimum": "1900-01-01"}},
        {"name": "year", "type": "year"},
    ]);
    let file = "id,day,at,born,year\n1,28.05.2019,1559040909385,1950-01-01,1815\n2,01.01.1900,1559040909385,1950-01-01,1815\n\
                3,28.05.2019,1559040909,1950-01-01,1815\n4,28.05.2021,,,\n5,,,,\n";
    let (_, report) = seen(file.as_bytes(), &with_fields(&fields)).await;
    assert_eq!(
        (sums(&report), warnings(&report)),
        ([5, 5, 0], vec![("implausible_times", 3)])
    );
    assert_eq!(report["warnings"][0]["first_lines"], json!([3, 4, 5]));
}

#[tokio::test]
async fn columns_that_are_kept_are_watched_as_those_of_fields_are() {
    let fields = json!([{"name": "id", "type": "string"}]);
    let declared = |missing: Value| {
        let schema = json!({"fields": fields, "missingValues": missing});
        resource(&json!({"dynamodb:unknown": "keep", "schema": schema}))
    };
    let file = "id,note\nr1,NULL\nr2, \"x\"\nr3,C:\\\\temp\nr4,\u{200b}\nr5,ok\nnote,id\n-,r6\n";
    let (world, report) = seen(file.as_bytes(), &declared(json!(["", "-"]))).await;
    assert_eq!(sums(&report), [6, 6, 0], "{:?}", world.rejected());
    let mut found = warnings(&report);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("backslash_escapes", 1),
            ("null_words", 1),
            ("repeated_headers", 1),
            ("spaces_before_quotes", 1)
        ]
    );
    assert_eq!(report["unknown_columns"].as_array().map_or(0, Vec::len), 0);
    assert_eq!(items(&world)[3]["note"], Value::Null);
    assert_eq!(items(&world)[5], json!({"id": {"S": "r6"}}));
    let (world, _) = seen(file.as_bytes(), &declared(json!(["-"]))).await;
    assert_eq!(items(&world)[3]["note"], json!({"S": ""}));
}

#[tokio::test]
async fn quotes_that_are_not_closed_and_spaces_before_quotes_are_suspicious() {
    let swallowed = "r1,2018-05-28T10:55:01Z,1.5,\"hall 3\nr2,2018-05-28T10:55:02Z,2.5,hall 4\"\n";
    let address = "r3,2018-05-28T10:55:03Z,3.5,\"Hall 3, north,\nby the window, left\"\n";
    let spaced = "r4,2018-05-28T10:55:04Z,4.5, \"ok\"\n";
    let (_, report) = seen(format!("{HEADER}{swallowed}{address}{spaced}").as_bytes(), &readings()).await;
    assert_eq!(
        (sums(&report), warnings(&report)),
        ([3, 3, 0], vec![("rows_in_cells", 1), ("spaces_before_quotes", 1)])
    );
    let declared = resource(&json!({"dialect": {"skipInitialSpace": true}, "schema": {"fields": reading_fields()}}));
    let (world, report) = seen(format!("{HEADER}{spaced}").as_bytes(), &declared).await;
    assert_eq!(warnings(&report), []);
    assert_eq!(items(&world)[0]["note"], json!({"S": "ok"}));
}

#[tokio::test]
async fn escapes_by_backslashes_are_suspicious() {
    let escaped = "r1,2018-05-28T10:55:01Z,1.5,C:\\\\temp\n";
    let path = "r2,2018-05-28T10:55:02Z,2.5,C:\\temp\n";
    let (world, report) = seen(format!("{HEADER}{escaped}{path}").as_bytes(), &readings()).await;
    assert_eq!(
        (sums(&report), warnings(&report)),
        ([2, 2, 0], vec![("backslash_escapes", 1)])
    );
    assert_eq!(items(&world)[0]["note"], json!({"S": "C:\\\\temp"}));
}

#[tokio::test]
async fn invisible_characters_do_not_count_and_are_named() {
    let file = "\u{feff}\"id\",\u{a0}at,Value,note\nr1,\u{a0}2018-05-28T10:55:01Z,\u{3000}1.5\u{ad},\u{a0}\n";
    let (world, report) = seen(file.as_bytes(), &readings()).await;
    assert_eq!(sums(&report), [1, 1, 0], "{:?}", world.rejected());
    assert_eq!(items(&world)[0]["note"], Value::Null);
    let file = format!("{HEADER}r1,2018-05-28T10:55:01Z,1\u{202f}234,ok\n");
    let (world, _) = seen(file.as_bytes(), &readings()).await;
    assert!(world.rejected()[0][2].contains("U+202F"));
    let file = format!("{}{}", HEADER.replace("id", "i\u{200b}d"), row(1));
    let (_, report) = seen(file.as_bytes(), &readings()).await;
    assert!(report["problem"].as_str().unwrap().contains("U+200B"), "{report}");
}

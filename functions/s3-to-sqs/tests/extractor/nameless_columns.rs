//! Columns of declared files that have no name: those of files without a header, and those whose name is blank.

use serde_json::{Value, json};

use crate::declared::{resource, seen};
use crate::declared_files::{reading_fields, row, sums};

#[tokio::test]
async fn cells_beyond_the_fields_of_a_file_without_a_header_are_reported_by_their_column() {
    let schema = json!({"fields": reading_fields(), "fieldsMatch": ["subset"]});
    let declared = resource(&json!({"dialect": {"header": false, "delimiter": ","}, "schema": schema}));
    let more = row(2).replace("ok", "ok,more, ,most");
    let (_, report) = seen(format!("{}{more}{more}", row(1)).as_bytes(), &declared).await;
    assert_eq!(sums(&report), [3, 3, 0]);
    assert_eq!(report["unknown_columns"], json!(["column 5", "column 7"]));
}

#[tokio::test]
async fn values_in_columns_without_a_name_are_reported_by_their_column() {
    let fields = ["id", "a", "b"].map(|name| json!({"name": name, "type": "string"}));
    let declared = resource(&json!({"schema": {"fields": fields}}));
    let keeping = resource(&json!({"dynamodb:unknown": "keep", "schema": {"fields": fields}}));
    let rows = |line: &str| {
        (0..40)
            .map(|row| line.replace('#', &row.to_string()))
            .collect::<String>()
    };
    let index = format!(",id,a,b,more,\n{}", rows("#,r#,x,y,m, \n"));
    let trailing = format!("id,a,b,,\n{}", rows("r#,x,y,,\u{a0}\n"));
    let joined = format!(
        "id,a,b\nfirst,x,y\nmore,id,a,b,\n{}last,last,x,y,z\n",
        rows("m,r#,x,y,\n")
    );
    for (file, count, ignored, kept) in [
        (index, 40, json!(["more", "column 1"]), json!(["column 1"])),
        (trailing, 40, json!([]), json!([])),
        (joined, 42, json!(["more", "column 5"]), json!(["column 5"])),
    ] {
        for (descriptor, reported) in [(&declared, ignored), (&keeping, kept)] {
            let (world, report) = seen(file.as_bytes(), descriptor).await;
            assert_eq!(sums(&report), [count, count, 0], "{:?}", world.rejected());
            let found = report["unknown_columns"].as_array().cloned().unwrap_or_default();
            assert_eq!(Value::from(found), reported, "{file}");
        }
    }
    let exact = declared.replace("subset", "exact");
    // A later header may have as many blank cells as a spreadsheet has columns.
    let joined = format!(
        "id,a,b\n{}id,a,b{}\n{}",
        rows("r#,x,y\n"),
        ",".repeat(16_381),
        rows("s#,x,y\n")
    );
    for descriptor in [&declared, &keeping, &exact] {
        let (world, report) = seen(joined.as_bytes(), descriptor).await;
        assert_eq!(sums(&report), [80, 80, 0], "{:?}", world.rejected().first());
        assert_eq!(report.get("unknown_columns"), None);
    }
    let (world, report) = seen(",id,a,b\n0,r1,x,y\n,r2,x,y\n".as_bytes(), &exact).await;
    assert_eq!(sums(&report), [2, 1, 1]);
    assert_eq!(world.rejected()[0][1], "column 1");
}

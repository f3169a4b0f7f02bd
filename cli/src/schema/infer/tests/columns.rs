//! The forms of columns, and the remarks about them.

use serde_json::{Value, json};

use super::proposed;

/// The field of a column of these cells, without its name.
fn field(cells: &[&str]) -> Value {
    let rows = cells.iter().enumerate();
    let rows: Vec<_> = rows.map(|(row, cell)| format!("{row}\t{cell}\n")).collect();
    let (resource, remarks, trial) = proposed(format!("id\tx\n{}", rows.concat()).as_bytes());
    assert_eq!((trial.rejected, trial.problem), (0, None), "{resource:#} {remarks:?}");
    let mut field = resource["schema"]["fields"][1].clone();
    field.as_object_mut().unwrap().remove("name");
    field
}

#[test]
fn a_column_gets_the_type_that_reads_all_its_cells() {
    for (cells, wanted) in [
        (&["1", "-20"][..], json!({"type": "integer"})),
        (&["01067", "80331"], json!({"type": "string"})),
        (&["123456789012345678901234567890123456789"], json!({"type": "string"})),
        (&["+4915112345678"], json!({"type": "string"})),
        (&["+34 612 345 678", "+34 699 000 111"], json!({"type": "string"})),
        (&["0 800 123 456", "800 123 456"], json!({"type": "string"})),
        (&["0.05", "0,5"], json!({"type": "string"})),
        (
            &["+1500000 USD", "2 USD"],
            json!({"type": "number", "bareNumber": false}),
        ),
        (&["1.5", "2", "1e3"], json!({"type": "number"})),
        (
            &["1.234,5", "0,07"],
            json!({"type": "number", "decimalChar": ",", "groupChar": "."}),
        ),
        (&["1,5", "22,75"], json!({"type": "number", "decimalChar": ","})),
        (&["1,234.50", "-0.5"], json!({"type": "number", "groupChar": ","})),
        (&["1,234,567", "12"], json!({"type": "integer", "groupChar": ","})),
        (
            &["1 234,5", "1,0"],
            json!({"type": "number", "decimalChar": ",", "groupChar": " "}),
        ),
        (&["12.5 %", "7 %"], json!({"type": "number", "bareNumber": false})),
        (
            &["$1,234", "$999", "$12,500"],
            json!({"type": "number", "groupChar": ",", "bareNumber": false}),
        ),
        (
            &["$1,234.50", "$999"],
            json!({"type": "number", "groupChar": ",", "bareNumber": false}),
        ),
        (
            &["1.234 €", "999 €"],
            json!({"type": "number", "decimalChar": ".", "bareNumber": false}),
        ),
        (&["Room 12", "Room 13"], json!({"type": "string"})),
        (&["0", "1"], json!({"type": "integer"})),
        (&["true", "FALSE"], json!({"type": "boolean"})),
        (
            &["ja", "nein"],
            json!({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}),
        ),
        (&["no", "no"], json!({"type": "string"})),
        (&["2024-03-31", "2024-12-01"], json!({"type": "date"})),
        (
            &["31.03.2024", "1.12.2024"],
            json!({"type": "date", "format": "%d.%m.%Y"}),
        ),
        (&["03/31/2024"], json!({"type": "date", "format": "%m/%d/%Y"})),
        (
            &["31/03/2024", "01/02/2024"],
            json!({"type": "date", "format": "%d/%m/%Y"}),
        ),
        (&["20240331", "20241201"], json!({"type": "date", "format": "%Y%m%d"})),
        (
            &["2024-03-31T01:30:00Z", "2024-03-31 01:30:00+02:00"],
            json!({"type": "datetime"}),
        ),
        (
            &["31.03.2024 01:30"],
            json!({"type": "datetime", "format": "%d.%m.%Y %H:%M"}),
        ),
        (
            &["Mar 31, 2024 01:30 PM"],
            json!({"type": "datetime", "format": "%b %d, %Y %I:%M %p"}),
        ),
        (
            &["2024-03-31 01:30:00 UTC"],
            json!({"type": "datetime", "format": "%Y-%m-%d %H:%M:%S UTC", "dynamodb:timeZone": "UTC"}),
        ),
        (&["10:55", "9:05"], json!({"type": "time", "format": "%H:%M"})),
        (&["2024-03", "2024-04"], json!({"type": "yearmonth"})),
        (
            &["1711843200", "1711843260.5"],
            json!({"type": "number", "dynamodb:epoch": "s"}),
        ),
        (&["1711843200000"], json!({"type": "integer", "dynamodb:epoch": "ms"})),
        (&["1,400", "700000000"], json!({"type": "integer", "groupChar": ","})),
        (
            &["700000000", "1,400", "1711843200"],
            json!({"type": "integer", "groupChar": ","}),
        ),
        (&["100.200.100.200", "192.168.100.110"], json!({"type": "string"})),
        (
            &["100.200.100.200", "1.300.000"],
            json!({"type": "integer", "groupChar": "."}),
        ),
        (
            &["1.300.000", "100.200.100.200"],
            json!({"type": "integer", "groupChar": "."}),
        ),
        (&["{\"a\": 1}", "{}"], json!({"type": "object"})),
        (&["1", "x"], json!({"type": "string"})),
        (&["", ""], json!({"type": "string"})),
    ] {
        assert_eq!(field(cells), wanted, "{cells:?}");
    }
}

#[test]
fn what_may_be_meant_otherwise_is_a_remark() {
    for (rows, remark) in [
        (
            "1;1.234,5",
            "column \"x\": \"1.234,5\" is read as 1234.5; see `decimalChar` and `groupChar`",
        ),
        (
            "1;01067",
            "column \"x\": is a string, because \"01067\" would lose its leading zero as a number",
        ),
        (
            "1;01/02/2024",
            "column \"x\": day and month can be confused in every cell, such as \"01/02/2024\"; %d/%m/%Y is a guess",
        ),
        (
            "1;2024-03-31 01:30:00",
            "column \"x\": the times say no offset: name their zone in `dynamodb:timeZone`",
        ),
        (
            "1;1711843200",
            "column \"x\": \"1711843200\" is taken for seconds since 1970",
        ),
        (
            "1;5\n2;\\N",
            "missingValues: cells that are \"\\\\N\" have no value; remove those that are values",
        ),
        (
            "1;5\n1;6\n1;6",
            "dynamodb:item: pk is the key of the table: no column is unique, alone or with a time",
        ),
        (
            "1;1.9\n2;1.10\n3;1.1",
            "column \"x\": \"1.10\" and \"1.1\" are one value as numbers; make it a string if they are two",
        ),
        ("1;2\n2;2.0", "column \"x\": \"2\" and \"2.0\" are one value as numbers"),
        (
            "1;100.200.100.200",
            "column \"x\": is a string, because \"100.200.100.200\" is an address",
        ),
        ("1;a", "primaryKey: \"id\" is unique in all rows of this file"),
    ] {
        let (_, remarks, _) = proposed(format!("id;x\n{rows}\n").as_bytes());
        assert!(
            remarks.iter().any(|found| found.starts_with(remark)),
            "{rows}: {remarks:#?}"
        );
    }
}

#[test]
fn a_point_before_three_digits_is_declared_as_it_is_read() {
    for file in [
        "id;total;share\n1;1,000,000;1.000\n2;5;2\n",
        "id,total,share\n1,\"1,000\",1.000\n2,5,2\n",
    ] {
        let (resource, remarks, trial) = proposed(file.as_bytes());
        assert_eq!(trial.rejected, 0, "{remarks:#?}");
        let share = &resource["schema"]["fields"][2];
        assert_eq!((&share["type"], &share["decimalChar"]), (&json!("number"), &json!(".")));
    }
}

#[test]
fn cells_of_one_value_make_no_column_unique() {
    let rows = "9/11/2055,1\n09/11/2055,2\n9/30/2055,3\n";
    let (_, remarks, trial) = proposed(format!("at,n\n{rows}").as_bytes());
    assert_eq!(trial.collisions, 0, "{remarks:#?}");
    let unique = |remark: &&String| remark.contains("is unique");
    assert!(
        remarks
            .iter()
            .find(unique)
            .is_some_and(|found| found.contains("\"n\" is unique")),
        "{remarks:#?}"
    );
}

#[test]
fn numbers_that_are_written_alike_are_no_remark() {
    let (_, remarks, _) = proposed(b"id,x,y\n1,1.50,10\n2,2.00,100\n3,1.50,1\n4,1.05,-1\n");
    assert!(
        !remarks.iter().any(|remark| remark.contains("one value")),
        "{remarks:#?}"
    );
}

#[test]
fn a_cell_that_spoils_a_column_is_named() {
    let numbers: Vec<_> = (0..20).map(|row| format!("{row},{row}.5\n")).collect();
    let (_, remarks, _) = proposed(format!("id,x\n{}20,oops\n", numbers.concat()).as_bytes());
    assert!(
        remarks.iter().any(|remark| remark
            .starts_with("column \"x\": is a string because of line 22, which has \"oops\"; the 20 values before")),
        "{remarks:#?}"
    );
}

#[test]
fn words_without_a_value_count_where_they_are_no_texts() {
    let (resource, remarks, trial) = proposed(b"id,grade,n\n1,-,-\n2,A,7\n3,NULL,8\n");
    let schema = &resource["schema"];
    assert_eq!(schema["missingValues"], json!(["", "NULL"]), "{remarks:?}");
    assert_eq!(
        schema["fields"][2],
        json!({"name": "n", "type": "integer", "missingValues": ["", "NULL", "-"]})
    );
    assert_eq!(trial.rejected, 0);
}

#[test]
fn grouped_numbers_with_a_unit_are_read_by_the_other_columns_and_the_delimiter() {
    for (file, wanted) in [
        (
            "id\tx\ty\n1\t1.234 €\t0,5\n2\t999 €\t7\n",
            json!({"name": "x", "type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": false}),
        ),
        (
            "id;x\n1;1.234 €\n2;999 €\n",
            json!({"name": "x", "type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": false}),
        ),
        (
            "id\ty\tx\n1\t$123,456\t1,234\n2\t$1\t7\n",
            json!({"name": "y", "type": "number", "groupChar": ",", "bareNumber": false}),
        ),
    ] {
        let (resource, remarks, trial) = proposed(file.as_bytes());
        assert_eq!((trial.rejected, trial.problem), (0, None), "{file:?}");
        assert_eq!(resource["schema"]["fields"][1], wanted, "{file:?} {remarks:?}");
    }
}

#[test]
fn a_remark_says_what_value_a_cell_has() {
    for (cell, wanted) in [
        ("-1,234 kg", "\"-1,234 kg\" is read as -1234; "),
        ("1 234,5", "\"1 234,5\" is read as 1234.5; "),
    ] {
        let (_, remarks, _) = proposed(format!("id\tx\n1\t{cell}\n2\t7\n").as_bytes());
        assert!(
            remarks.iter().any(|remark| remark.contains(wanted)),
            "{cell}: {remarks:?}"
        );
    }
}

#[test]
fn identifiers_with_letters_are_strings_without_a_remark() {
    let (_, remarks, _) = proposed(b"id\tx\n1\tINV0001\n2\tINV0002\n");
    assert!(!remarks.iter().any(|remark| remark.contains("INV0001")), "{remarks:?}");
}

//! Points that may separate thousands, in numbers of declared shapes.

use serde_json::json;

use crate::declared::{items, seen, with_fields};
use crate::declared_files::{HEADER, reading_fields, readings, sums, warnings};

#[tokio::test]
async fn doubtful_points_are_rejected_or_suspicious_where_commas_are() {
    let value = |number: &str| format!("r{number};2018-05-28T10:55:01Z;{number};ok\n");
    let header = HEADER.replace(',', ";");
    let rows = format!("{}{}", value("1.234"), value("7"));
    let (world, report) = seen(format!("{header}{rows}").as_bytes(), &readings()).await;
    assert_eq!(sums(&report), [2, 1, 1]);
    assert_eq!(world.rejected()[0][1], "value");
    assert!(world.rejected()[0][2].contains("may be a thousands separator"));

    // The descriptor may declare the decimal sign. Commas in other rows of the column are suspicious all the same.
    let mut fields = reading_fields();
    fields[2]["decimalChar"] = ".".into();
    let rows = format!("{rows}{}", value("12,5"));
    let (world, report) = seen(format!("{header}{rows}").as_bytes(), &with_fields(&fields)).await;
    assert_eq!(
        (sums(&report), warnings(&report)),
        ([3, 2, 1], vec![("doubtful_decimal_points", 1)])
    );
    assert_eq!(world.rejected()[0][0], "4");
    fields[2]["decimalChar"] = ",".into();
    fields[2]["groupChar"] = ".".into();
    let (world, report) = seen(format!("{header}{rows}").as_bytes(), &with_fields(&fields)).await;
    assert_eq!((sums(&report), warnings(&report)), ([3, 3, 0], vec![]));
    assert_eq!(items(&world)[0]["value"], json!({"N": "1234"}));
}

#[tokio::test]
async fn a_default_is_no_doubtful_number() {
    let mut fields = reading_fields();
    fields[2]["dynamodb:default"] = "1.234".into();
    let header = HEADER.replace(',', ";");
    let rows = "r1;2018-05-28T10:55:01Z;;ok\nr2;2018-05-28T10:55:01Z;5;ok\nr3;2018-05-28T10:55:01Z;12,5;ok\n";
    let (world, report) = seen(format!("{header}{rows}").as_bytes(), &with_fields(&fields)).await;
    assert_eq!((sums(&report), warnings(&report)), ([3, 2, 1], vec![]));
    assert_eq!(items(&world)[0]["value"], json!({"N": "1.234"}));
    assert_eq!(world.rejected()[0][0], "4");
}

#[tokio::test]
async fn lists_of_numbers_are_judged_by_their_elements() {
    let fields = json!([
        {"name": "id", "type": "string"},
        {"name": "values", "type": "list", "itemType": "number", "delimiter": "|"},
    ]);
    let (world, report) = seen(b"id;values\nr1;7| 1.234\nr2;7|8\n", &with_fields(&fields)).await;
    assert_eq!(sums(&report), [2, 1, 1]);
    assert_eq!(world.rejected()[0][1], "values");
    let reason = world.rejected()[0][2].clone();
    assert!(
        reason.contains("[1] has a point before three digits") && reason.contains("or read the elements as strings"),
        "{reason}"
    );
    // One element shows that the point is decimal.
    let (_, report) = seen(b"id;values\nr1;7|1.234\nr2;7|8.5\n", &with_fields(&fields)).await;
    assert_eq!((sums(&report), warnings(&report)), ([2, 2, 0], vec![]));
    // A comma that delimits elements is no decimal comma. A comma inside an element is.
    let mut commas = fields.clone();
    commas[1]["delimiter"] = ",".into();
    let (_, report) = seen(b"id\tvalues\nr1\t7,1.234\nr2\t1,5\n", &with_fields(&commas)).await;
    assert_eq!((sums(&report), warnings(&report)), ([2, 2, 0], vec![]));
    let file = format!("id,values\nr1,7|1.234\n{}r3,\"1,5\"\n", "r2,1.5\n".repeat(2));
    let (_, report) = seen(file.as_bytes(), &with_fields(&fields)).await;
    assert_eq!(
        (sums(&report), warnings(&report)),
        ([4, 3, 1], vec![("doubtful_decimal_points", 1)])
    );
}

#[tokio::test]
async fn numbers_with_units_are_judged_without_these() {
    let mut fields = json!([
        {"name": "id", "type": "string"},
        {"name": "amount", "type": "number", "bareNumber": false},
    ]);
    let file = |amounts: &[&str]| {
        let rows = amounts.iter().enumerate();
        let rows: Vec<_> = rows.map(|(row, amount)| format!("r{row}\t{amount}\n")).collect();
        format!("id\tamount\n{}", rows.concat())
    };
    for amounts in [
        ["1.234 EUR", "12,50 EUR", "999,00 EUR", "2.500 EUR"],
        ["EUR 1.234", "EUR 12,50", "EUR -999,00", "EUR 2.500"],
        [
            "1.234 \u{20ac}",
            "999,- \u{20ac}",
            "(12,50 \u{20ac})",
            "-2.500\u{a0}\u{20ac}",
        ],
        ["1.234", "12,50", "999,00", "2.500"],
    ] {
        let (world, report) = seen(file(&amounts).as_bytes(), &with_fields(&fields)).await;
        assert_eq!(sums(&report), [4, 0, 4], "{amounts:?}");
        for row in [0, 3] {
            let reason = &world.rejected()[row][2];
            assert!(reason.contains("may be a thousands separator"), "{amounts:?}: {reason}");
        }
    }
    // A column of points has a few decimal commas.
    let points = file(&["1.5 kg", "0.25 kg", "1.234 kg", "12,50 kg"]);
    let (_, report) = seen(points.as_bytes(), &with_fields(&fields)).await;
    assert_eq!(
        (sums(&report), warnings(&report)),
        ([4, 3, 1], vec![("doubtful_decimal_points", 1)])
    );
    let alone = file(&["1.234 kg", "7 kg"]);
    let (_, report) = seen(alone.as_bytes(), &with_fields(&fields)).await;
    assert_eq!((sums(&report), warnings(&report)), ([2, 2, 0], vec![]));
    // The descriptor says what the comma and the point mean.
    fields[1]["decimalChar"] = ",".into();
    fields[1]["groupChar"] = ".".into();
    let declared = file(&["1.234 EUR", "12,50 EUR", "2.500 EUR"]);
    let (world, report) = seen(declared.as_bytes(), &with_fields(&fields)).await;
    assert_eq!((sums(&report), warnings(&report)), ([3, 3, 0], vec![]));
    assert_eq!(items(&world)[0]["amount"], json!({"N": "1234"}));
}

#[tokio::test]
async fn only_what_concerns_the_point_declares_it() {
    let header = HEADER.replace(',', ";");
    let rows = "r1;2018-05-28T10:55:01Z;1.234;ok\nr2;2018-05-28T10:55:01Z;5;ok\n";
    for (group, sent) in [(" ", 1), ("'", 1), (",", 2)] {
        let mut fields = reading_fields();
        fields[2]["groupChar"] = group.into();
        let (_, report) = seen(format!("{header}{rows}").as_bytes(), &with_fields(&fields)).await;
        assert_eq!(sums(&report), [2, sent, 2 - sent], "{group:?}");
    }
}

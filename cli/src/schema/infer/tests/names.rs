//! The fields and attributes that are made of the names of columns.

use serde_json::{Value, json};

use super::proposed;

#[test]
fn a_file_of_one_column_may_have_delimiters_in_its_cells() {
    for (file, name, kind) in [
        ("name\nDoe, John\nRoe, Jane\nPoe, Ann\n", "name", "string"),
        ("wert\n1,5\n2,25\n3,5\n", "wert", "number"),
        (
            "rfc0\nMon, 10 Jan 2024 10:00:00 GMT\nTue, 11 Jan 2024 10:00:00 GMT\nNULL\nNULL\n",
            "rfc0",
            "datetime",
        ),
    ] {
        let (resource, remarks, trial) = proposed(file.as_bytes());
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let found: Vec<_> = fields.iter().map(|field| (&field["name"], &field["type"])).collect();
        assert_eq!(found, [(&json!(name), &json!(kind))], "{remarks:#?}");
        assert_eq!((trial.rejected, trial.problem), (0, None), "{remarks:#?}");
        assert!(
            remarks[0].starts_with("delimiter: the first line is one word"),
            "{remarks:#?}"
        );
    }
}

#[test]
fn attributes_that_are_made_take_no_name_of_another() {
    for (file, attributes) in [
        (
            "pk,pk_column,note\n1,2,x\n1,2,x\n",
            [json!("pk_column_2"), Value::Null, Value::Null],
        ),
        (
            "$order,order_column,a\n1,2,3\n4,5,6\n",
            [json!("order_column_2"), Value::Null, Value::Null],
        ),
        (
            "# pk,pk_column,a\n1,2,3\n1,2,3\n",
            [json!("pk_column_2"), Value::Null, Value::Null],
        ),
        ("#a,a,b\n1,2,3\n4,5,6\n", [json!("a_2"), Value::Null, Value::Null]),
    ] {
        let (resource, remarks, trial) = proposed(file.as_bytes());
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let found: Vec<_> = fields.iter().map(|field| &field["dynamodb:attribute"]).collect();
        assert_eq!(found, attributes.iter().collect::<Vec<_>>(), "{remarks:#?}");
        assert_eq!(
            (trial.rows, trial.rejected, trial.problem),
            (2, 0, None),
            "{remarks:#?}"
        );
    }
}

#[test]
fn columns_that_have_no_name_of_their_own_are_fields_by_their_places() {
    for (file, names) in [
        ("t,t,u\n1,2,3\n4,5,6\n", ["t", "t_2", "u"]),
        (",a,b\n1,2,3\n4,5,6\n", ["column_1", "a", "b"]),
    ] {
        let (resource, remarks, trial) = proposed(file.as_bytes());
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let found: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
        assert_eq!(found, names);
        assert_eq!(resource["dialect"]["header"], false);
        assert_eq!((trial.rows, trial.rejected, trial.problem), (2, 0, None), "{remarks:?}");
    }
    let (resource, _, trial) = proposed(b"a,b,\n1,2,\n3,4,\n");
    assert_eq!(resource["schema"]["fields"].as_array().unwrap().len(), 2);
    assert_eq!((trial.rows, trial.rejected), (2, 0));
}

#[test]
fn a_row_that_lacks_a_value_is_no_header_unless_it_begins_with_a_blank_cell() {
    for (file, rows) in [
        ("1,NULL,5\n2,3,4\n3,7,8\n", 3),
        ("1,,x\n2,3,y\n", 2),
        (",a\n1,2\n3,4\n", 2),
        ("n,NA\n1,2\n3,4\n", 2),
        (",0,1,2\n0,1.5,2.5,3.5\n1,4,5,6\n", 2),
        (",2019,2020\n0,5.5,6.5\n1,5.5,6.5\n", 2),
        (",400,410\n1,0.1,0.2\n", 1),
        (",2024-01-01,2024-01-02\n1,5,6\n", 1),
        ("NULL,2019,2020\na,5.5,6.5\n", 1),
    ] {
        let (_, remarks, trial) = proposed(file.as_bytes());
        assert_eq!(
            (trial.rows, trial.rejected, trial.problem),
            (rows, 0, None),
            "{file:?} {remarks:#?}"
        );
    }
}

#[test]
fn names_that_may_be_in_a_comment_are_remarked_upon() {
    let (_, remarks, _) = proposed(b"#name,city\nBob,Paris\nAnn,London\n");
    let wanted = "line 2 is taken for the names; if line 1 has them, write \"headerRows\": [1] instead, and name the fields as it \
                  does, the first one with \"#\"";
    assert!(remarks.iter().any(|remark| remark.ends_with(wanted)), "{remarks:#?}");
    for file in ["# people\nname,city\nAnn,London\n", "# people\nname\nAnn\nBob\n"] {
        let (_, remarks, _) = proposed(file.as_bytes());
        assert!(
            !remarks.iter().any(|remark| remark.contains("is taken for")),
            "{remarks:#?}"
        );
    }
}

//! Later headers in declared files, headers that are not reached, and swallowed rows in declared files of texts only. Each file is
//! extracted in one invocation and in many.

use serde_json::{Value, json};

use crate::declared::{items, resource, seen, with_fields};
use crate::files;
use crate::world::World;

/// A descriptor with these fields. A field is a number if its name begins with `n`.
fn fields(names: &[&str], properties: &str) -> String {
    let fields = names.iter().map(|name| {
        let kind = if name.starts_with('n') { "number" } else { "string" };
        json!({"name": name, "type": kind})
    });
    let descriptor = with_fields(&fields.collect());
    descriptor.replace("\"fieldsMatch\":\"subset\"", properties)
}

const PARTIAL: &str = "\"fieldsMatch\":\"partial\"";
const SUBSET: &str = "\"fieldsMatch\":\"subset\"";

/// The keys in the messages of a file, without the rows of [`padded`], and the number of headers that the report warns
/// of.
async fn keys(file: &str, descriptor: &str) -> (Vec<String>, u64) {
    let (world, report) = seen(file.as_bytes(), descriptor).await;
    assert_eq!(report["rows_rejected"], 0, "{file}: {:?}", world.rejected());
    let mut keys = Vec::new();
    for body in world.taken() {
        let body: Value = serde_json::from_str(&body).unwrap();
        let attributes = body.get("Item").or(body.get("Key")).unwrap();
        let key = attributes["id"]["S"].as_str().unwrap().to_owned();
        if !key.starts_with("padding") {
            keys.push(key);
        }
    }
    let warnings = report["warnings"].as_array().into_iter().flatten();
    let headers = warnings.filter(|warning| warning["kind"] == "repeated_headers");
    (keys, headers.map(|warning| warning["rows"].as_u64().unwrap()).sum())
}

/// The file with enough rows added after each line that it takes many invocations. Their cells include numbers.
fn padded(file: &str, id_column_is: impl Fn(usize) -> usize) -> String {
    let mut padded = String::new();
    for (place, line) in file.lines().enumerate() {
        padded.push_str(line);
        padded.push('\n');
        for row in 0..15 {
            let cells = (0..line.split(',').count()).map(|column| {
                if column == id_column_is(place) {
                    format!("padding{place}-{row}")
                } else {
                    "7".to_owned()
                }
            });
            padded.push_str(&cells.collect::<Vec<_>>().join(","));
            padded.push('\n');
        }
    }
    padded
}

#[tokio::test]
async fn a_file_with_few_of_many_fields_has_headers_behind_rows() {
    let strings = fields(&["id", "a", "b", "c", "d"], PARTIAL);
    let numbers = fields(&["id", "na", "nb", "nc"], PARTIAL);
    let superset = fields(&["id", "a", "b", "c", "d"], "\"fieldsMatch\":\"superset\"");
    for (descriptor, file, sent) in [
        (&strings, "id,a\n1,x\na,id\ny,2\n", ["1", "2"]),
        (&superset, "id,a\n1,x\nid,a\n2,y\n", ["1", "2"]),
        (&superset, "id,a\n1,x\n A , \"ID\" \ny,2\n", ["1", "2"]),
        (&strings, "x,y,id,a\n7,7,1,7\ny,id,x,a,\n7,2,7,7,\n", ["1", "2"]),
        (&numbers, "id,na\n1,5\nna,id\n6,2\n", ["1", "2"]),
        (&strings, "id\n1\nid\n2\n", ["1", "2"]),
        (&strings, "2019,2020,id\n7,7,1\n2019,2020,id\n7,7,2\n", ["1", "2"]),
        // A later header with more columns than the first.
        (&strings, "id,a\n1,x\nb,a,id\n7,y,2\n", ["1", "2"]),
    ] {
        assert_eq!(
            keys(file, descriptor).await,
            (sent.map(str::to_owned).to_vec(), 1),
            "{file}"
        );
        let lines: Vec<&str> = file.lines().collect();
        let is_id = |name: &str| name.trim_matches([' ', '"']).eq_ignore_ascii_case("id");
        let place = |line: usize| {
            let header = lines[if line < 2 { 0 } else { 2 }];
            header.split(',').position(is_id).unwrap()
        };
        let file = padded(file, place);
        assert_eq!(
            keys(&file, descriptor).await,
            (sent.map(str::to_owned).to_vec(), 1),
            "{file}"
        );
        let steps = World::declaring(file.as_bytes(), descriptor, "id", None);
        assert!(steps.extract_in_steps().await.unwrap().invocations > 3);
    }
}

#[tokio::test]
async fn a_header_that_every_field_accepts_is_no_row() {
    let strings = fields(&["id", "b", "c"], SUBSET);
    let number = fields(&["n", "a", "b", "id"], SUBSET);
    let defaulted = number.replace("\"type\":\"number\"", "\"type\":\"number\",\"dynamodb:default\":\"0\"");
    for (descriptor, file) in [
        // Its names are behind unknown columns.
        (&strings, "u,v,id,b,c\n7,7,1,B,C\nx,y,c,b,id\n7,7,C,B,2\n"),
        (&strings, "u,v,id,b,c\n7,7,1,B,C\n,, C ,\"B\",ID\n7,7,C,B,2\n"),
        // A number has a blank name.
        (&number, "n,a,b,id\n1,A,B,1\n,b,id,a,n\n,B,2,A,2\n"),
        (&defaulted, "n,a,b,id\n1,A,B,1\n,b,id,a,n\n,B,2,A,2\n"),
    ] {
        let sent = ["1", "2"].map(str::to_owned).to_vec();
        assert_eq!(keys(file, descriptor).await, (sent.clone(), 1), "{file}");
        let lines: Vec<&str> = file.lines().collect();
        let place = |line: usize| {
            let header = lines[if line < 2 { 0 } else { 2 }];
            let is_id = |name: &str| name.eq_ignore_ascii_case("id");
            header.split(',').position(is_id).unwrap()
        };
        assert_eq!(keys(&padded(file, place), descriptor).await, (sent, 1), "{file}");
    }
}

#[tokio::test]
async fn a_deleting_file_removes_what_its_later_header_says() {
    let deleting = fields(&["id", "a", "b", "c"], PARTIAL)
        .replace("\"name\":\"files\"", "\"name\":\"files\",\"dynamodb:write\":\"delete\"");
    let file = "c,id\nx,1\nid,c\n2,y\n";
    let expected = (vec!["1".to_owned(), "2".to_owned()], 1);
    assert_eq!(keys(file, &deleting).await, expected);
    let file = padded(file, |line| usize::from(line < 2));
    assert_eq!(keys(&file, &deleting).await, expected);
}

#[tokio::test]
async fn a_cell_that_is_a_name_makes_no_header_where_few_fields_are_named() {
    let key_alone = fields(&["id"], SUBSET);
    let deleting = key_alone.replace("\"name\":\"files\"", "\"name\":\"files\",\"dynamodb:write\":\"delete\"");
    let two = fields(&["id", "value"], SUBSET);
    for (descriptor, file, sent, headers) in [
        (
            &deleting,
            "id,text\nopen,Open\nshortcut,Id\nclose,Close\n",
            &["close", "open", "shortcut"][..],
            0,
        ),
        (&key_alone, "id,x\na,1\n5,id\nc,2\n", &["5", "a", "c"], 0),
        (&key_alone, "id,x\nid,1\nid,x\nx,id\n2,b\n", &["b", "id"], 2),
        (&key_alone, "id\na\nID\nb\n", &["a", "b"], 1),
        (&two, "id,value\na,1\nvalue,id\n2,b\n", &["a", "b"], 1),
        (
            &two,
            "id,value,x\na,1,1\nvalue,id,1\nid,value,id\nb,2,2\n",
            &["a", "b", "id", "value"],
            0,
        ),
    ] {
        let sent: Vec<_> = sent.iter().map(|key| (*key).to_owned()).collect();
        assert_eq!(keys(file, descriptor).await, (sent.clone(), headers), "{file}");
        if headers == 0 {
            let file = padded(file, |_| 0);
            assert_eq!(keys(&file, descriptor).await, (sent, 0), "{file}");
        }
    }
}

#[tokio::test]
async fn a_row_of_texts_and_a_header_in_one_line_are_a_row_that_is_rejected() {
    let texts = fields(&["id", "street", "city", "country"], SUBSET);
    let first = "id,street,city,country\nAnn,Elm St,Rome,IT\n";
    for (glued, behind) in [
        ("Bob,Oak St,Oslo,NOid,street,city,country", "Cy,Ash St,Bern,CH"),
        ("Bob,Oak St,Oslo,NOcity,country,id,street", "Bern,CH,Cy,Ash St"),
        ("Bob,Oak St,Oslo,NOid,street,note,city,country", "Cy,Ash St,x,Bern,CH"),
    ] {
        let file = format!("{first}{glued}\n{behind}\n");
        let (world, report) = seen(file.as_bytes(), &texts).await;
        let keys: Vec<_> = items(&world).iter().map(|item| item["id"]["S"].clone()).collect();
        assert_eq!(
            (&report["rows_read"], keys),
            (&json!(3), vec![json!("Ann"), json!("Cy")]),
            "{glued}"
        );
        let [[line, _, reason, text]] = world.rejected().try_into().unwrap();
        assert_eq!((line.as_str(), text.as_str()), ("3", glued));
        assert!(reason.starts_with("a row and a header stand in one line"), "{reason}");
    }
    // A header of more columns, one of which ends with the name of a field.
    let wider = "a,b,street_id,id,street,city,country";
    let file = format!("{first}{wider}\nx,y,z,Cy,Ash St,Bern,CH\n");
    let (_, report) = seen(file.as_bytes(), &texts).await;
    assert_eq!((&report["rows_read"], &report["rows_rejected"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn behind_a_first_header_that_is_wrong_a_good_one_holds() {
    let exact = fields(&["id", "value"], "\"fieldsMatch\":\"exact\"");
    let file = "id,value,x\na,1,1\nid,value\nb,2\n";
    let (world, report) = seen(file.as_bytes(), &exact).await;
    assert_eq!(
        (&report["rows_sent"], &report["rows_rejected"]),
        (&json!(1), &json!(1)),
        "{:?}",
        world.rejected()
    );
}

#[tokio::test]
async fn a_title_is_skipped_by_the_numbers_of_its_rows() {
    let sample = include_str!("../../../../crates/schema/tests/descriptors/sample.json");
    let mut descriptor: Value = serde_json::from_str(sample).unwrap();
    let file = files::sample("cases/sas-title.csv");
    for dialect in [
        json!({"commentRows": [1]}),
        json!({"commentRows": [1, 2]}),
        json!({"headerRows": [3]}),
    ] {
        descriptor["resources"][0]["dialect"] = dialect;
        let world = World::declaring(&file, &descriptor.to_string(), "date", Some("time"));
        let report = world.extract().await.unwrap();
        assert_eq!(files::sums(&report), (1, 1, 0), "{:?}", report.problem);
    }
}

#[tokio::test]
async fn a_file_that_ends_before_its_header_has_a_problem() {
    let descriptor = resource(&json!({
        "dialect": {"headerRows": [4]},
        "schema": {"fields": [{"name": "id", "type": "string"}]},
    }));
    let (_, report) = seen(b"id,a\n1,x\n2,y\n", &descriptor).await;
    let problem = report["problem"].as_str().unwrap();
    assert!(
        problem.starts_with("the file ends before its header, which `headerRows` says is in line 4: "),
        "{problem}"
    );
    assert_eq!((&report["rows_read"], report.get("header")), (&json!(0), None));
    for blank in ["", "\n\n", "\u{feff}"] {
        let (_, report) = seen(blank.as_bytes(), &descriptor).await;
        assert_eq!(report.get("problem"), None, "{blank:?}");
    }
}

#[tokio::test]
async fn rows_in_a_cell_are_suspicious_where_all_fields_are_texts() {
    let texts = fields(&["id", "a", "b", "c", "d"], PARTIAL);
    // The file lacks the number column.
    let with_number = fields(&["id", "a", "b", "c", "d", "n"], PARTIAL);
    let swallowed = "5,6,7,8,\"u\n6,7,8,9,10\n7,8,9,9,9\n8,8,8,8,8\"\n";
    let inner = "5,6,\"7,8,u\n6,7,8,9,10\n7,8,9\",9,9\n";
    let address = "1,x,y,z,\"Hall 3, north,\nby the window, left,\nBonn, a, b\"\n";
    let padding = "r,1,2,3,4\n".repeat(25);
    for (rows, suspicious) in [(swallowed, 1), (inner, 1), (address, 0)] {
        let file = format!("id,a,b,c,d\n{padding}{rows}{padding}");
        for descriptor in [&texts, &with_number] {
            let (_, report) = seen(file.as_bytes(), descriptor).await;
            let warnings = report["warnings"].as_array().into_iter().flatten();
            let found = warnings.filter(|warning| warning["kind"] == "rows_in_cells");
            assert_eq!(
                (found.count(), &report["rows_sent"]),
                (suspicious, &json!(51)),
                "{rows}"
            );
        }
    }
}

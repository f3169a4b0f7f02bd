//! Objects that a data package describes: which resource, which messages, which report.

use lambda_runtime::Diagnostic;
use message::WriteMode;
use s3_to_sqs::data_package::DataPackage;
use serde_json::{Value, json};

use crate::files::sums;
use crate::world::{ETAG, World};

const READINGS: &str = include_str!("../../../../crates/schema/tests/descriptors/readings.json");

/// A descriptor of one resource with these properties.
pub fn resource(properties: &Value) -> String {
    let mut resource = json!({"name": "files", "schema": {"fieldsMatch": "subset"}});
    resource
        .as_object_mut()
        .unwrap()
        .extend(properties.as_object().unwrap().clone());
    resource["schema"]["fieldsMatch"] = "subset".into();
    json!({"resources": [resource]}).to_string()
}

/// A descriptor of a resource with these fields, of which `id` is the key.
pub fn with_fields(fields: &Value) -> String {
    resource(&json!({"schema": {"fields": fields}}))
}

/// The file through a stack with the key `id`, at once and in steps, which come to the same.
pub async fn seen(file: &[u8], descriptor: &str) -> (World, Value) {
    let world = World::declaring(file, descriptor, "id", None);
    let report = world.extract().await.unwrap();
    sums(&report);
    let steps = World::declaring(file, descriptor, "id", None);
    let in_steps = serde_json::to_value(steps.extract_in_steps().await.unwrap()).unwrap();
    let report = serde_json::to_value(report).unwrap();
    for member in [
        "rows_read",
        "rows_sent",
        "rows_rejected",
        "problem",
        "header",
        "warnings",
        "unknown_columns",
    ] {
        assert_eq!(in_steps[member], report[member], "{member}");
    }
    assert_eq!(
        (steps.taken(), steps.rejected()),
        (world.taken(), world.rejected()),
        "in steps"
    );
    (world, report)
}

/// The items of the messages, in the alphabetical order of their bodies.
pub fn items(world: &World) -> Vec<Value> {
    let bodies = world.taken().into_iter();
    bodies
        .map(|body| serde_json::from_str::<Value>(&body).unwrap()["Item"].clone())
        .collect()
}

fn readings() -> String {
    READINGS.replace("readings/**", "data.csv")
}

#[tokio::test]
async fn an_object_becomes_what_its_resource_says() {
    let file = "Zeitpunkt;Messstelle;Wert;Status;Aktiv;Tags;more\n\
                2024-03-31T01:30:00;DE-01;1.234,5;ok;ja;a|b;x\n\
                2024-03-31T02:30:00;DE-01;1;ok;ja;a;x\n";
    let world = World::declaring(file.as_bytes(), &readings(), "pk", Some("sk"));
    let report = world.extract().await.unwrap();
    assert_eq!(sums(&report), (2, 1, 1));
    let written: Value = serde_json::from_slice(&world.written("report.json").unwrap()).unwrap();
    assert_eq!(
        [
            &written["resource"],
            &written["write_mode"],
            &written["delimiter"],
            &written["unknown_columns"]
        ],
        [
            &json!("readings"),
            &json!("replace"),
            &json!("semicolon"),
            &json!(["more"])
        ]
    );
    assert_eq!(
        items(&world)[0]["origin"],
        json!({"M": {"file": {"S": "data.csv"}, "line": {"N": "2"}}})
    );
    let [[line, columns, reason, row]] = world.rejected().try_into().unwrap();
    assert_eq!((line.as_str(), columns.as_str()), ("3", "Zeitpunkt"));
    assert!(reason.contains("does not exist in Europe/Berlin"), "{reason}");
    assert_eq!(row, "2024-03-31T02:30:00;DE-01;1;ok;ja;a;x");
}

#[tokio::test]
async fn an_object_of_no_resource_is_reported_and_not_read() {
    let world = World::declaring(b"a\n1\n", READINGS, "pk", Some("sk"));
    let report = world.extract().await.unwrap();
    assert_eq!(sums(&report), (0, 0, 0));
    let written: Value = serde_json::from_slice(&world.written("report.json").unwrap()).unwrap();
    let problem = written["problem"].as_str().unwrap();
    assert!(
        problem
            .starts_with("no resource of the data package describes the object: its key matches none of `readings/**`"),
        "{problem}"
    );
    assert!(problem.ends_with("and upload the object again"), "{problem}");
    assert_eq!(
        (&written["resource"], written["etag"].as_str()),
        (&Value::Null, Some(ETAG))
    );
    assert_eq!((world.reads().len(), world.taken().len()), (0, 0));
}

#[tokio::test]
async fn a_descriptor_that_cannot_be_used_fails_every_invocation_and_says_why() {
    let folder = std::env::temp_dir().join(format!("data-package-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("datapackage.json");
    std::fs::write(
        &path,
        with_fields(&json!([{"name": "id", "type": "strin"}, {"name": "b", "type": "any"}])),
    )
    .unwrap();
    let event = json!({"Records": [{"eventName": "ObjectCreated:Put", "eventTime": "2019-05-28T10:55:09.385Z",
        "s3": {"bucket": {"name": "data"}, "object": {"key": "data.csv", "eTag": ETAG}}}]});
    let missing = folder.join("none.json");
    for (path, parts) in [
        (
            &path,
            &[
                "/resources/0/schema/fields/0/type",
                "did you mean \"string\"?",
                "/resources/0/schema/fields/1/type",
            ][..],
        ),
        (&missing, &["cannot be read", "none.json"]),
    ] {
        let mut world = World::of(b"id\n1\n");
        world.extractor.data_package = DataPackage::read(path.to_str(), &world.extractor.config.table());
        for event in [&event, &json!({})] {
            let diagnostic = Diagnostic::from(world.invoke(event).await.unwrap_err());
            assert_eq!(diagnostic.error_type, "DataPackageInvalid");
            for part in parts {
                assert!(diagnostic.error_message.contains(part), "{}", diagnostic.error_message);
            }
        }
        assert_eq!((world.reads().len(), world.taken().len()), (0, 0));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_descriptor_without_the_key_of_the_table_is_one_that_cannot_be_used() {
    let folder = std::env::temp_dir().join(format!("data-package-key-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("datapackage.json");
    std::fs::write(&path, with_fields(&json!([{"name": "id", "type": "string"}]))).unwrap();
    let mut world = World::of(b"id\n1\n");
    world.extractor.data_package = DataPackage::read(path.to_str(), &world.extractor.config.table());
    let error = world.invoke(&json!({})).await.unwrap_err().to_string();
    assert!(
        error.contains("makes no attribute \"date\"") && error.contains("\"time\""),
        "{error}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn rows_with_one_key_are_counted_by_the_names_of_the_key() {
    let row = |row: u32| format!("a{},{row}\n", row % 20);
    let rows: String = (0..60).map(row).collect();
    let descriptor = with_fields(&json!([{"name": "id", "type": "string"}, {"name": "n", "type": "string"}]));
    let file = format!("id,n\n{rows}");
    let (_, report) = seen(file.as_bytes(), &descriptor).await;
    let collisions = &report["key_collisions"];
    assert_eq!((&collisions["rows"], &collisions["exact"]), (&json!(40), &json!(true)));
    assert_eq!(
        collisions["first"][0],
        json!({"line": 22, "earlier_line": 2, "id": "a0"})
    );
}

#[tokio::test]
async fn a_resource_says_how_its_rows_are_written() {
    let file = b"id,v\n1,a\n1,b\n2,c\n";
    for (write, name, collisions, members) in [
        (json!("replace"), "replace", 1, &["Item"][..]),
        (json!("latest"), "latest", 1, &["Mode", "Order", "Item"]),
        (Value::Null, "create", 1, &["Mode", "Order", "Item"]),
        (json!("merge"), "merge", 0, &["Key", "UpdateExpression"]),
        (json!("delete"), "delete", 0, &["Key"]),
    ] {
        let fields = json!([{"name": "id", "type": "string"}, {"name": "v", "type": "string"}]);
        let mut properties = json!({"schema": {"fields": fields}});
        if write != Value::Null {
            properties["dynamodb:write"] = write;
        }
        let mut world = World::declaring(file, &resource(&properties), "id", None);
        world.extractor.config.write_mode = WriteMode::Create;
        let report = serde_json::to_value(world.extract().await.unwrap()).unwrap();
        assert_eq!(report["write_mode"], name);
        assert_eq!(report["key_collisions"]["rows"], collisions, "{name}");
        let body: Value = serde_json::from_str(&world.taken()[0]).unwrap();
        for member in members {
            assert!(body.get(member).is_some(), "{name}: {body}");
        }
        let steps = World::declaring(file, &resource(&properties), "id", None);
        let in_steps = steps.extract_in_steps().await.unwrap();
        assert_eq!(in_steps.key_collisions.rows, collisions, "{name}");
    }
}

#[tokio::test]
async fn an_object_keeps_the_resource_that_it_was_begun_with() {
    let row = |row: u32| format!("{row},x\n");
    let rows: String = (0..100).map(row).collect();
    let file = format!("id,v\n{rows}");
    let fields = |kind: &str| json!([{"name": "id", "type": "string"}, {"name": "v", "type": "string", "dynamodb:attribute": kind}]);
    let world = World::declaring(file.as_bytes(), &with_fields(&fields("first")), "id", None);
    let other = World::declaring(file.as_bytes(), &with_fields(&fields("second")), "id", None);
    let mut built_in = world.extractor.clone();
    built_in.data_package = DataPackage::None;
    let mut changed = world.extractor.clone();
    changed.data_package = other.extractor.data_package;
    for deployed in [&changed, &built_in] {
        let report = world.extract_while(deployed).await.unwrap();
        assert_eq!(
            (sums(&report), report.resource.as_deref()),
            ((100, 100, 0), Some("files"))
        );
        assert!(report.invocations > 2, "{}", report.invocations);
        assert!(items(&world).iter().all(|item| item["first"] == json!({"S": "x"})));
    }

    let mut other_key = world.extractor.clone();
    other_key.config.table_key = None;
    let error = world.extract_while(&other_key).await.unwrap_err();
    assert_eq!(error.code(), "ResourceChanged");
    assert!(error.to_string().contains("makes no attribute \"date\""), "{error}");
}

#[tokio::test]
async fn an_object_of_the_built_in_shape_stays_one_when_a_data_package_is_deployed() {
    let file = crate::files::good_rows(100);
    let world = World::of(&file);
    let other = World::declaring(
        &file,
        &with_fields(&json!([{"name": "id", "type": "string"}])),
        "id",
        None,
    );
    let mut deployed = world.extractor.clone();
    deployed.data_package = other.extractor.data_package;
    deployed.config.table_key = other.extractor.config.table_key;
    let report = world.extract_while(&deployed).await.unwrap();
    assert_eq!((sums(&report), report.resource), ((100, 100, 0), None));
}

#[tokio::test]
async fn the_report_says_what_a_mended_file_needs_to_be_read_like_the_original() {
    let descriptor = resource(&json!({
        "encoding": "windows-1252",
        "dialect": {"headerRows": [3], "commentRows": [4, 6]},
        "schema": {"fields": [{"name": "id", "type": "string"}]},
    }));
    // As somebody wrote it; and as `messages rejected get` writes two rows of it.
    for file in [
        "\u{feff}title\nof 2026\nid\nunit\nä\n-\nb\n",
        "\u{feff}\n\nid\n\nä\n\nb\n",
    ] {
        let (_, report) = seen(file.as_bytes(), &descriptor).await;
        assert_eq!(
            (&report["rows_read"], &report["rows_sent"]),
            (&json!(2), &json!(2)),
            "{report}"
        );
        assert_eq!(
            (&report["header"], &report["encoding"]),
            (&json!("id"), &json!("utf-8"))
        );
        assert_eq!(
            (&report["header_row"], &report["comment_rows"]),
            (&json!(3), &json!([4, 6]))
        );
        assert_eq!(report["byte_order_mark"], true);
    }
    let usual = with_fields(&json!([{"name": "id", "type": "string"}]));
    let (_, report) = seen(b"id\na\n", &usual).await;
    for absent in ["header_row", "comment_rows", "byte_order_mark"] {
        assert!(report.get(absent).is_none(), "{absent} in {report}");
    }
}

//! The parts of `tools/status` that its verdict is based on.

use std::path::Path;
use std::process::Command;

use end_to_end::sample::HEADER;
use end_to_end::stack::path_from_env;
use end_to_end::{Stack, unique};
use serde_json::Value;

#[tokio::test]
async fn files_with_rejected_rows_count_however_many_good_ones_came_later() {
    let stack = Stack::connect().await;
    let bad = stack
        .upload(
            &format!("{}.csv", unique::name()),
            format!("{HEADER}\n{}", "no row\n".repeat(4)),
        )
        .await;
    stack.report(&bad).await;
    for _ in 0..11 {
        let empty = stack
            .upload(&format!("{}.csv", unique::name()), format!("{HEADER}\n"))
            .await;
        stack.report(&empty).await;
    }

    let mut status = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/status"));
    let outputs = path_from_env("STACK_OUTPUTS");
    status
        .env("LOCAL_DIR", outputs.parent().expect("a file is in a folder"))
        .arg("--json");
    let output = status.output().expect("the tool can be started");

    // Rows of other tests' files are rejected, too.
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&said["healthy"], &said["left_out"]),
        (&Value::Bool(false), &Value::Array(Vec::new()))
    );
    let about = |reports: &Value| {
        let reports = reports.as_array().expect("a list").iter();
        reports
            .filter(|report| report["key"] == *bad.key)
            .map(|report| report["rows_rejected"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(about(&said["reports"]["last_day"]), [4]);
    assert!(about(&said["reports"]["newest"]).is_empty());

    let ingests = said["ingests"]["last_day"].as_array().expect("a list");
    let ours = ingests.iter().find(|ingest| ingest["object"] == *bad.key);
    let ours = ours.expect("each upload has a record");
    assert_eq!(
        (&ours["state"], &ours["rows"]["rejected"]),
        (&Value::from("done"), &Value::from(4))
    );
}

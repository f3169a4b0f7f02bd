//! Checks that details of events are those in `docs/schemas/details.jsonl`, which `python -m stack.event_schema_test` compares
//! with the schema. `UPDATE_DETAILS=1` writes the file.

use std::path::Path;

use serde_json::Value;

use super::world::{World, completion, dead, opening, soon, written};
use crate::{Completion, Effects, Opening, Timestamp};

/// Replaces the time of the test.
const COMPLETED: &str = "2025-07-10T08:03:00.000Z";

/// The detail of a world's first event.
fn told(world: &World) -> Value {
    let mut detail = world.told().remove(0);
    let completed: Timestamp = detail["completed"].as_str().unwrap().parse().unwrap();
    assert_eq!(detail["completed"], completed.to_string());
    detail["completed"] = COMPLETED.into();
    detail
}

/// The detail of an ingest of which everything is known.
async fn everything() -> Value {
    let world = World::new();
    let opening = Opening {
        version_id: Some("096fKKXTRTtl3on89fVO.nfljtsv6qko"),
        write_mode: "latest",
        resource: Some("readings"),
        ..opening("A")
    };
    world.ledger().open(&opening, soon()).await.unwrap();
    let completion = Completion {
        warnings: &["null_words", "implausible_times"],
        problem: Some("the header lacks `remote_avg`"),
        ..completion(&[1], 15)
    };
    world.ledger().complete(&completion, soon()).await.unwrap();
    let effects = Effects {
        written: 5,
        replaced: 4,
        superseded: 4,
        outdated: 3,
        existing: 2,
        dead: 1,
    };
    world.add(1, effects).await;
    told(&world)
}

async fn nothing() -> Value {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 0).await;
    told(&world)
}

async fn more_than_were_sent() -> Value {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 10).await;
    world.add(1, written(6)).await;
    world.add(1, written(6)).await;
    told(&world)
}

async fn failed() -> Value {
    let world = World::new();
    for tries in 1..=3 {
        world.open("A").await;
        world.add(tries, dead(1)).await;
        world.fail(tries).await;
    }
    told(&world)
}

#[tokio::test]
async fn details_are_as_they_are_documented() {
    let details = [
        everything().await,
        nothing().await,
        more_than_were_sent().await,
        failed().await,
    ];
    let text: String = details.iter().map(|detail| detail.to_string() + "\n").collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/details.jsonl");
    if std::env::var_os("UPDATE_DETAILS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text);
}

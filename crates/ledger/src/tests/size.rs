//! The size of a record, which decides what DynamoDB charges for each of its writes.

use super::world::{ID, World, of_attempt, soon, written};
use crate::Effects;

#[tokio::test]
async fn a_record_of_usual_names_is_smaller_than_a_write_unit() {
    let world = World::new();
    world.open("8f5e9f7a-2c1e-4f0e-9d54-6b0c1b7b1d2a").await;
    world.complete(&[1], 1_000_000).await;
    world
        .add(
            1,
            Effects {
                replaced: 400,
                ..written(999_999)
            },
        )
        .await;
    let bytes = bytes(&world);
    assert!(bytes < 1024, "{bytes}");
}

/// Checks what `docs/decisions/ingest-ledger.md` says of the cost of many writers.
#[tokio::test]
async fn a_record_grows_with_the_writers() {
    let world = World::new();
    world.open("8f5e9f7a-2c1e-4f0e-9d54-6b0c1b7b1d2a").await;
    world.complete(&[1], 1_000_000).await;
    let mut sizes = Vec::new();
    for writer in 1..=150 {
        let added = world
            .other_ledger()
            .add(ID, &of_attempt(1, written(1_000)), soon())
            .await;
        assert!(matches!(added[..], [Ok(_)]), "{added:?}");
        // An environment makes some thousand counts in the hours of its life. Their numbers take a byte more than the first.
        sizes.push(bytes(&world) + writer);
    }
    let first_above = |limit| sizes.iter().position(|bytes| *bytes > limit).map(|index| index + 1);
    assert_eq!((first_above(1024), first_above(2048)), (Some(39), Some(118)));
}

/// Checks what `docs/decisions/ingest-ledger.md` says of the cost of long chains.
#[tokio::test]
async fn a_record_grows_with_the_attempts_that_have_rows() {
    let world = World::new();
    let mut sizes = Vec::new();
    for attempt in 1..=100 {
        world.open("8f5e9f7a-2c1e-4f0e-9d54-6b0c1b7b1d2a").await;
        let effects = Effects {
            replaced: 99_999,
            ..written(99_999)
        };
        world.add(attempt, effects).await;
        sizes.push(bytes(&world));
    }
    let counted: Vec<_> = (1..=100).collect();
    world.complete(&counted, 100 * 99_999).await;
    sizes.push(bytes(&world));
    let first_above = |limit| sizes.iter().position(|bytes| *bytes > limit).map(|index| index + 1);
    assert_eq!((first_above(1024), first_above(2048)), (Some(24), Some(59)));
    assert_eq!(sizes[100].div_ceil(1024), 4, "write units of a batch: {}", sizes[100]);
}

/// The size of the record, as DynamoDB counts it.
fn bytes(world: &World) -> usize {
    let item = world.item();
    let attributes = item.as_object().unwrap().iter();
    attributes.map(|(name, value)| name.len() + size(value)).sum()
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
fn size(value: &serde_json::Value) -> usize {
    let (of_type, value) = value.as_object().unwrap().iter().next().unwrap();
    match value {
        serde_json::Value::Array(elements) => 3 + elements.iter().map(|element| 1 + size(element)).sum::<usize>(),
        // One byte for each two digits, and one more.
        value if of_type == "N" => value.as_str().unwrap().len().div_ceil(2) + 1,
        value => value.as_str().unwrap().len(),
    }
}

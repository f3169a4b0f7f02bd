//! Ordered puts in a plan.

use std::collections::{BTreeSet, HashMap};

use attributes::ItemKey;
use message::Order;
use proptest::prelude::*;

use crate::failure::{PermanentFailure, TransientFailure};
use crate::operation::{Item, Operation, OrderedPut, Precedence};
use crate::plan::{Action, Effect, EffectCounts, Outcome, Plan, Task};
use crate::testing::{attributes_of, item_json, key};

/// The orders of the items.
type Table = HashMap<ItemKey, Order>;

fn order(number: u64) -> Order {
    Order::at_millis(number / 4).at_line(number % 4)
}

fn put(second: u8, number: u64, precedence: Precedence) -> Operation {
    let put = OrderedPut {
        item: Item::of(&attributes_of(item_json(second, "a"))),
        order: order(number),
        precedence,
    };
    Operation::OrderedPut(key(second), Box::new(put))
}

fn put_into(table: &mut Table, key: ItemKey, put: &OrderedPut) -> Outcome {
    let found = table.get(&key).copied();
    let effect = match (found, put.precedence) {
        (Some(found), _) if found == put.order => Effect::Written,
        (Some(_), Precedence::Existing) => Effect::Existing,
        (Some(found), Precedence::Higher) if found > put.order => Effect::Outdated,
        (found, _) => {
            table.insert(key, put.order);
            found.map_or(Effect::Written, |_| Effect::Replaced)
        }
    };
    let kept = found.filter(|_| effect != Effect::Replaced);
    Outcome { effect, kept }
}

/// Carries out messages by their plan. Each `true` in `faults` fails a task. Returns the messages to deliver again.
fn carry_out(table: &mut Table, operations: &[Operation], faults: &[bool]) -> (BTreeSet<usize>, EffectCounts) {
    let mut plan = Plan::new(operations.iter().cloned().enumerate());
    let mut faults = faults.iter().copied();
    while let Some(tasks) = plan.next_round() {
        let settled = tasks.into_iter().map(|Task { ticket, action }| {
            let Action::OrderedPut(put) = action else {
                panic!("{action:?}");
            };
            if faults.next() == Some(true) {
                return (ticket, Err(TransientFailure::unprocessed().into()));
            }
            let outcome = put_into(table, ticket.key.clone(), &put);
            (ticket, Ok(outcome))
        });
        let settled: Vec<_> = settled.collect();
        plan.settle(settled);
    }
    let results = plan.into_results();
    let counts = EffectCounts::of(&results.effects);
    let refused = results.refused.into_keys().map(|row| row.message);
    (refused.chain(results.transient.into_keys()).collect(), counts)
}

#[test]
fn of_a_batch_the_highest_order_is_written() {
    use Precedence::Higher;
    let operations = [
        put(1, 5, Higher),
        put(1, 9, Higher),
        put(2, 1, Higher),
        put(1, 7, Higher),
    ];
    let mut table = Table::new();
    let (failed, counts) = carry_out(&mut table, &operations, &[]);
    assert_eq!(
        (table, failed),
        ([(key(1), order(9)), (key(2), order(1))].into(), [].into())
    );
    let expected = EffectCounts {
        written: 2,
        superseded: 2,
        ..EffectCounts::default()
    };
    assert_eq!(counts, expected);
}

#[test]
fn of_a_batch_the_lowest_order_is_created() {
    use Precedence::Existing;
    let operations = [put(1, 5, Existing), put(1, 9, Existing), put(1, 3, Existing)];
    let mut table = Table::new();
    let (_, counts) = carry_out(&mut table, &operations, &[]);
    assert_eq!(table, [(key(1), order(3))].into());
    let expected = EffectCounts {
        written: 1,
        existing: 2,
        ..EffectCounts::default()
    };
    assert_eq!(counts, expected);
}

#[test]
fn a_row_that_is_there_twice_has_one_outcome() {
    for precedence in [Precedence::Higher, Precedence::Existing] {
        let operations = [put(1, 5, precedence), put(1, 5, precedence)];
        let (_, counts) = carry_out(&mut Table::new(), &operations, &[]);
        let expected = EffectCounts {
            written: 2,
            ..EffectCounts::default()
        };
        assert_eq!(counts, expected);
        let replaced = match precedence {
            Precedence::Higher => 1,
            Precedence::Existing => 0,
        };
        let (_, counts) = carry_out(&mut [(key(1), order(2))].into(), &operations, &[]);
        assert_eq!(
            (counts.replaced, counts.existing),
            (replaced, 2 - 2 * replaced),
            "replaced once"
        );
    }
}

#[test]
fn of_rows_that_come_again_the_one_that_is_there_is_written() {
    use Precedence::Existing;
    let operations = [put(1, 2, Existing), put(1, 3, Existing), put(1, 3, Existing)];
    for (found, written) in [(3, 2), (2, 1), (4, 0)] {
        let (_, counts) = carry_out(&mut [(key(1), order(found))].into(), &operations, &[]);
        let expected = EffectCounts {
            written,
            existing: 3 - written,
            ..EffectCounts::default()
        };
        assert_eq!(counts, expected, "{found} is there");
    }
}

#[test]
fn what_refuses_the_winner_leaves_the_next() {
    let operations = [put(1, 5, Precedence::Higher), put(1, 9, Precedence::Higher)];
    let mut plan = Plan::new(operations.into_iter().enumerate());
    let winner = plan.next_round().unwrap().pop().unwrap();
    assert_eq!(winner.ticket.row.message, 1);
    plan.settle([(winner.ticket, Err(PermanentFailure::ConditionFailed.into()))]);
    let next = plan.next_round().unwrap().pop().unwrap();
    assert_eq!(next.ticket.row.message, 0);
    plan.settle([(next.ticket, Ok(Effect::Written.into()))]);
    assert!(plan.next_round().is_none());
    let counts = EffectCounts::of(&plan.into_results().effects);
    assert_eq!((counts.written, counts.superseded), (1, 0));
}

#[test]
fn other_writes_of_the_key_keep_their_place() {
    let operations = [
        put(1, 9, Precedence::Higher),
        Operation::Get(key(1)),
        put(1, 5, Precedence::Higher),
        put(1, 5, Precedence::Existing),
    ];
    let mut plan = Plan::new(operations.into_iter().enumerate());
    let mut messages = Vec::new();
    while let Some(mut tasks) = plan.next_round() {
        let task = tasks.pop().unwrap();
        assert!(tasks.is_empty());
        messages.push(task.ticket.row.message);
        let asked = task.ticket.asked;
        plan.settle([(task.ticket, Ok(asked.into()))]);
    }
    assert_eq!(messages, [0, 1, 2, 3]);
}

fn any_puts(precedence: Precedence) -> impl Strategy<Value = Vec<Operation>> {
    let any_put = (0..4_u8, 0..40_u64).prop_map(move |(second, number)| put(second, number, precedence));
    prop::collection::vec(any_put, 0..40)
}

fn orders(operations: &[Operation]) -> HashMap<ItemKey, Vec<Order>> {
    let mut orders: HashMap<_, Vec<_>> = HashMap::new();
    for operation in operations {
        let Operation::OrderedPut(key, put) = operation else {
            panic!("{operation:?}");
        };
        orders.entry(key.clone()).or_default().push(put.order);
    }
    orders
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Holds for any division into batches, any deliveries, and any faults in between.
    #[test]
    fn the_highest_order_wins_however_the_queue_delivers(
        operations in any_puts(Precedence::Higher),
        order_of_delivery in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        faults in prop::collection::vec(any::<bool>(), 0..40),
        batch in 1..10_usize,
    ) {
        let mut table = Table::new();
        // Some messages are delivered more than once, in any order; at last each is delivered once more.
        let mut deliveries: Vec<_> = order_of_delivery.iter().filter(|_| !operations.is_empty()).map(|index| index.get(&operations).clone()).collect();
        deliveries.extend(operations.iter().cloned());
        let mut faults = faults.chunks(3);
        for batch in deliveries.chunks(batch) {
            let (failed, counts) = carry_out(&mut table, batch, faults.next().unwrap_or_default());
            let counted = counts.written + counts.superseded + counts.outdated;
            prop_assert_eq!(counted + failed.len(), batch.len());
        }
        for batch in deliveries.chunks(batch) {
            carry_out(&mut table, batch, &[]);
        }
        let highest: Table = orders(&operations).into_iter().map(|(key, orders)| (key, orders.into_iter().max().unwrap())).collect();
        prop_assert_eq!(table, highest);
    }

    #[test]
    fn what_is_created_first_stays(operations in any_puts(Precedence::Existing), batch in 1..10_usize) {
        let mut table = Table::new();
        let mut created = Table::new();
        for batch in operations.chunks(batch) {
            let (_, counts) = carry_out(&mut table, batch, &[]);
            prop_assert_eq!(counts.written + counts.existing, batch.len());
            for (key, orders) in orders(batch) {
                created.entry(key).or_insert(orders.into_iter().min().unwrap());
            }
            prop_assert_eq!(&table, &created);
        }
    }
}

use proptest::prelude::*;

use super::*;

const ID: u128 = 0x0195_d0c2_6a40_7abc_bdef_0123_4567_89ab;
const TEXT: &str = "0195d0c2-6a40-7abc-bdef-0123456789ab-000000000002";

#[test]
fn an_order_is_the_ingest_id_and_the_line() {
    let order = Order::of_row(ID, 2);
    assert_eq!(order.as_str(), TEXT);
    assert_eq!(order.ingest_id(), "0195d0c2-6a40-7abc-bdef-0123456789ab");
    assert_eq!(TEXT.parse(), Ok(order));
    assert_eq!(
        order.at_line(999_999_999_999).as_str(),
        "0195d0c2-6a40-7abc-bdef-0123456789ab-999999999999"
    );
}

#[test]
fn a_write_without_ingest_has_its_time() {
    let order = Order::at_millis(1_742_982_605_376);
    assert_eq!(order.as_str(), "0195d1db-ea40-7000-8000-000000000000-000000000000");
    assert_eq!(order.as_str().parse(), Ok(order));
    assert_eq!(&Order::at_millis(u64::MAX).as_str()[..13], "ffffffff-ffff");
}

#[test]
fn a_text_of_another_form_is_no_order() {
    for text in [
        "",
        "0195d0c2-6a40-7abc-bdef-0123456789ab",
        "0195d0c2-6a40-7abc-bdef-0123456789ab-2",
        "0195D0C2-6A40-7ABC-BDEF-0123456789AB-000000000002",
        "0195d0c2-6a40-4abc-bdef-0123456789ab-000000000002",
        "0195d0c2-6a40-7abc-cdef-0123456789ab-000000000002",
        "0195d0c2-6a40-7abc-bdef-0123456789ab-00000000000a",
        "0195d0c2-6a40-7abc-bdef-0123456789ab 000000000002",
        "0195d0c2-6a40-7abc-bdef-0123456789äb-00000000002",
        "0195d0c2-6a40-7abc-bdef-0123456789ab-0000000000002",
    ] {
        assert_eq!(text.parse::<Order>(), Err(OrderError), "{text}");
    }
}

#[test]
fn a_mode_is_known_by_its_name() {
    for (mode, name) in [
        (WriteMode::Replace, "replace"),
        (WriteMode::Latest, "latest"),
        (WriteMode::Create, "create"),
    ] {
        assert_eq!(name.parse(), Ok(mode));
        assert_eq!(mode.to_string(), name);
    }
    assert_eq!(WriteMode::default(), WriteMode::Replace);
    assert_eq!(
        "Latest".parse::<WriteMode>().unwrap_err().to_string(),
        "must be replace, latest or create, not `Latest`"
    );
}

/// An ingest id of version 7 at this time, with these bits after it.
fn ingest_id(millis: u64, random: u128) -> u128 {
    (u128::from(millis) << BITS_BEHIND_TIME) | (random & 0x0FFF_3FFF_FFFF_FFFF_FFFF) | EMPTY_ID
}

proptest! {
    #[test]
    fn what_is_written_is_read(millis in 0..=LAST_MILLIS, random: u128, line in 0..1_000_000_000_000_u64) {
        let order = Order::of_row(ingest_id(millis, random), line);
        prop_assert_eq!(order.to_string().parse(), Ok(order));
    }

    #[test]
    fn later_uploads_and_later_lines_have_the_greater_text(
        (one, other) in (0..=LAST_MILLIS, 0..=LAST_MILLIS),
        (random, other_random) in any::<(u128, u128)>(),
        (line, other_line) in (0..1_000_000_000_000_u64, 0..1_000_000_000_000_u64),
    ) {
        let a = Order::of_row(ingest_id(one, random), line);
        let b = Order::of_row(ingest_id(other, other_random), other_line);
        prop_assert_eq!(a.cmp(&b), a.as_str().cmp(b.as_str()));
        if one != other {
            prop_assert_eq!(a.cmp(&b), one.cmp(&other));
        }
        prop_assert_eq!(a.cmp(&a.at_line(other_line)), line.cmp(&other_line));
    }

    #[test]
    fn an_upload_of_the_same_millisecond_is_later(millis in 0..=LAST_MILLIS, random: u128, line in 1..100_u64) {
        prop_assert!(Order::at_millis(millis) < Order::of_row(ingest_id(millis, random), line));
    }

    #[test]
    fn no_text_makes_a_panic(text in any::<String>()) {
        _ = text.parse::<Order>();
    }
}

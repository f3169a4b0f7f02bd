use message::{Header, Message, may_be_grouped};
use proptest::prelude::*;

use super::*;
use crate::rows::Rows;

const HEADER: &str = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg\n";
/// 2019-05-28
const UPLOADED: u64 = 1_559_040_909_385;

fn body(message: &Message<'_>) -> String {
    let mut body = String::new();
    message.write_body("messages", &mut body);
    body
}

/// Cells of every kind that the converter distinguishes.
fn row() -> impl Strategy<Value = String> {
    let time = prop_oneof![Just("36"), Just("1084096800.25"), Just("9e9"), Just("never"), Just("")];
    let text = || {
        prop_oneof![
            Just("hall-1"),
            Just("NULL"),
            Just(r"\N"),
            Just(" \"hall-1\""),
            Just("\"a,b,c,d\n1,e,f,g\""),
            Just("location"),
            Just("\u{a0}"),
        ]
    };
    let number = || {
        prop_oneof![
            Just("4.39"),
            Just("1.234"),
            Just("-12.345"),
            Just("\"12,5\""),
            Just("NULL"),
            Just("7"),
        ]
    };
    (time, [text(), text(), text(), text()], number(), number()).prop_map(
        |(time, [location, source, local, remote], local_avg, remote_avg)| {
            format!("{time},{location},{source},{local},{local_avg},{remote},{remote_avg}\n")
        },
    )
}

proptest! {
    /// Warnings do not change what is sent, except that doubtful points are rejected.
    #[test]
    fn a_warning_changes_nothing_of_what_is_sent(
        lines in proptest::collection::vec(row(), 0..20),
        distrusted in [any::<bool>(), any::<bool>()],
    ) {
        let file = format!("{HEADER}{}", lines.concat());
        let (mut rows, mut input) = (Rows::default(), file.as_bytes());
        let mut converter = Converter::new("messages", Precision::Seconds).uploaded(UPLOADED);
        converter.judge(Judgement { distrusted: distrusted.into_iter().collect(), header_line: None });
        let mut header = None;
        let mut suspicious = 0;
        while rows.advance(&mut input) {
            let row = rows.row();
            let before = converter.suspicious();
            let Some(header) = &header else {
                prop_assert!(matches!(converter.convert(&row), Converted::Header));
                header = Some(Header::parse(row.record.unwrap()).unwrap());
                continue;
            };
            let expected = header.message(row.record.unwrap(), Precision::Seconds);
            match (converter.convert(&row), &expected) {
                (Converted::Message(found), Ok(expected)) => prop_assert_eq!(found.json, body(expected)),
                (Converted::Rejected(_), Err(_)) => {}
                (Converted::Rejected(rejection), Ok(expected)) => {
                    let numbers = [&expected.local_avg, &expected.remote_avg];
                    let doubtful = (0..2).any(|at| distrusted[at] && may_be_grouped(numbers[at].as_str()));
                    prop_assert!(doubtful, "{rejection:?}");
                }
                (found, expected) => prop_assert!(false, "{found:?}, {expected:?}"),
            }
            suspicious += converter.suspicious() - before;
        }
        let warned: u64 = converter.witness().warnings().iter().map(|warning| warning.lines.rows).sum();
        prop_assert!(suspicious <= warned, "{suspicious} rows, {warned} warnings");
        prop_assert_eq!(suspicious == 0, warned == 0);
    }
}

#[test]
fn a_row_of_several_kinds_counts_once_in_each() {
    let file =
        format!("{HEADER}36,NULL,\\N, \"d\",1.234,r,1\n1559040909,l,s,d,1.234,r,1.234\n1559040910,l,s,d,\"1,5\",r,1\n");
    let (mut rows, mut input) = (Rows::default(), file.as_bytes());
    let mut converter = Converter::new("messages", Precision::Seconds).uploaded(UPLOADED);
    while rows.advance(&mut input) {
        converter.convert(&rows.row());
    }
    let warnings = converter.witness().warnings();
    let seen: Vec<_> = warnings
        .iter()
        .map(|warning| (warning.kind.name(), warning.lines.rows, &warning.lines.first_lines[..]))
        .collect();
    assert_eq!(
        seen,
        [
            ("implausible_times", 1, &[2][..]),
            ("null_words", 1, &[2]),
            ("spaces_before_quotes", 1, &[2]),
            ("doubtful_decimal_points", 2, &[2, 3]),
        ]
    );
    for warning in &warnings {
        assert_eq!(serde_json::to_value(warning.kind).unwrap(), warning.kind.name());
    }
}

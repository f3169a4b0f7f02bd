//! Extracts files that were joined, and files that break off.

use s3_to_sqs::rows::MAX_HEADER_BYTES;

use crate::cases::{seen, seen_of};
use crate::files::{HEADER, sums};

fn row(second: u32) -> String {
    format!("108445000{second},l,s,d,4.39,r,{second}\n")
}

#[tokio::test]
async fn a_row_and_a_header_in_one_line_are_a_row_that_is_rejected() {
    let shuffled = "location,remote_avg,timestamp,source,local_avg,remote_dest,local_dest";
    for (header, behind) in [
        (HEADER.to_owned(), row(3)),
        (format!("\u{feff}{HEADER},note"), row(3)),
        (shuffled.to_owned(), "l,3,1084450003,s,4.39,r,d\n".to_owned()),
    ] {
        let glued = row(2).replace('\n', &header);
        let found = seen_of(',', &format!("{}{glued}\n{behind}", row(1))).await;
        assert_eq!(sums(&found.report), (3, 2, 1), "{header}: {:?}", found.reasons());
        assert_eq!(found.report.problem, None, "{header}");
        assert_eq!(found.attribute("remote_avg"), ["1", "3"], "{header}");
        assert_eq!(found.warnings(), [], "{header}");
        let [line, columns, reason, text] = found.world.rejected().remove(0);
        assert_eq!((line.as_str(), columns.as_str(), text), ("3", "", glued));
        assert!(reason.starts_with("a row and a header stand in one line"), "{reason}");
    }

    let header = format!("id,{HEADER}");
    let with_id = |second| format!("7,{}", row(second));
    let glued = with_id(2).replace('\n', &header);
    let file = format!("{header}\n{}{glued}\n{}", with_id(1), with_id(3));
    let found = seen(file.as_bytes()).await;
    assert_eq!(sums(&found.report), (3, 2, 1), "{:?}", found.reasons());
    assert_eq!(found.report.unknown_columns, ["id"]);
    assert_eq!(found.attribute("remote_avg"), ["1", "3"]);
}

#[tokio::test]
async fn a_first_header_that_lacks_columns_holds_up_to_one_that_does_not() {
    let lacking = HEADER.replace("source,", "");
    let short = row(1).replace(",s,", ",");
    let file = format!("{lacking}\n{short}{short}{short}{HEADER}\n{}{}", row(2), row(3));
    let found = seen(file.as_bytes()).await;
    assert_eq!(sums(&found.report), (5, 2, 3), "{:?}", found.reasons());
    let problem = found.report.problem.clone().unwrap();
    assert!(problem.starts_with("the header lacks `source`; "), "{problem}");
    assert_eq!(found.attribute("remote_avg"), ["2", "3"]);
    assert_eq!(found.warnings(), [("repeated_headers", 1, vec![5])]);

    // The numbers after the later header are judged.
    let file = format!("{lacking}\n{short}{HEADER}\n{}", row(2)).replace(',', ";");
    let doubtful = "1084450003;l;s;d;1.234;r;1.234\n1084450004;l;s;d;12,5;r;1.5\n";
    let found = seen(format!("{file}{doubtful}").as_bytes()).await;
    assert_eq!(sums(&found.report), (4, 1, 3), "{:?}", found.reasons());

    // An unreadable first row is no header.
    let quoted = format!("\"timestamp\"x,{}", &HEADER[10..]);
    let too_long = format!("{HEADER},{}", "x".repeat(MAX_HEADER_BYTES));
    for first in [quoted, too_long] {
        let found = seen(format!("{first}\n{}{HEADER}\n{}", row(1), row(2)).as_bytes()).await;
        assert_eq!(sums(&found.report), (3, 0, 3), "{:?}", found.reasons());
        let problem = found.report.problem.clone().unwrap();
        assert!(problem.starts_with("the header cannot be read: "), "{problem}");
    }
}

#[tokio::test]
async fn a_short_row_that_ends_with_the_file_may_be_cut_off() {
    let header = format!("{HEADER},note");
    let cut = "1084450002,l,s,d,4.39,r,12";
    for (end, sent) in [
        ("", 1),
        (".75,", 2),
        (".75,ok", 2),
        ("\n", 2),
        ("\r", 2),
        ("\n\u{1a}", 2),
    ] {
        let found = seen(format!("{header}\n{}{cut}{end}", row(1)).as_bytes()).await;
        assert_eq!(
            sums(&found.report),
            (2, sent, 2 - sent),
            "{end:?}: {:?}",
            found.reasons()
        );
    }
    let found = seen(format!("{header}\n{cut}").as_bytes()).await;
    assert_eq!(found.reasons(), ["the row has 7 fields where the header has 8"]);
}

#[tokio::test]
async fn a_shifted_row_is_not_sent_for_an_empty_cell_at_its_end() {
    let file = format!("{HEADER},note\n1084450001,l,s,d,4,r,9,09,\n1084450002,l,s,d,4,r,9,,\n");
    let found = seen(file.as_bytes()).await;
    assert_eq!(sums(&found.report), (2, 1, 1), "{:?}", found.reasons());
    assert_eq!(found.attribute("remote_avg"), ["9"]);
}

#[tokio::test]
async fn later_headers_name_what_the_first_does_not() {
    let names: Vec<_> = (0..5000).map(|number| format!("n{number}")).collect();
    let long = "x".repeat(300);
    let header = format!("{HEADER},{},{long}", names.join(","));
    let file = format!("{header}\n{header}\n{header},new\n");
    let found = seen(file.as_bytes()).await;
    assert_eq!(sums(&found.report), (0, 0, 0));
    let unknown = &found.report.unknown_columns;
    assert_eq!(unknown.len(), 5002);
    assert_eq!(unknown[5000..], [long, "new".to_owned()]);
}

use std::time::Duration;

use super::*;
use crate::screen::bar::with_bar;

/// One object for which the queue's counts stand in.
fn by_queue() -> Progress {
    Progress {
        objects: 1,
        by_queue: 1,
        ..Progress::default()
    }
}

#[test]
fn without_a_record_written_is_what_neither_waits_nor_died_and_never_less_than_nothing() {
    let mut progress = Progress {
        settled: 1,
        sent: 1_000,
        uncounted: 1_000,
        waiting: 300,
        dead_by_queue: 5,
        ..by_queue()
    };
    assert_eq!(progress.written(), 695);
    assert!(!progress.is_over());
    progress.waiting = 5_000;
    assert_eq!(progress.written(), 0);
    progress.waiting = 0;
    assert!(progress.is_over());
}

#[test]
fn with_a_record_what_waits_and_dies_is_of_others() {
    let mut progress = Progress {
        objects: 1,
        settled: 1,
        sent: 1_000,
        counted: Rows {
            written: 700,
            outdated: 200,
            dead: 1,
            ..Rows::default()
        },
        waiting: 50_000,
        dead_by_queue: 70,
        ..Progress::default()
    };
    assert_eq!(
        (progress.written(), progress.dead(), progress.is_over()),
        (700, 1, false)
    );
    assert_eq!(
        progress.line(),
        "writing: 700 of 1,000 rows written, 200 outdated, 1 died"
    );
    assert_eq!(progress.awaited(), "99 rows to be written");
    assert_eq!(progress.view().done, 901);
    progress.settled = 0;
    assert_eq!(
        progress.line(),
        "extracting: 700 rows written so far, 200 outdated, 1 died, 50,000 messages queued"
    );
    progress.settled = 1;
    progress.counted.written = 799;
    progress.closed = 1;
    assert!(progress.is_over(), "whatever waits in the queue");
}

#[test]
fn one_object_without_a_record_waits_for_the_queue() {
    let progress = Progress {
        objects: 2,
        settled: 2,
        closed: 1,
        waiting: 1,
        ..by_queue()
    };
    assert!(!progress.is_over());
    assert!(progress.with_queues(0, 0).is_over());
}

#[test]
fn a_line_says_how_far_it_is() {
    let mut progress = Progress {
        waiting: 1_234,
        ..by_queue()
    };
    assert_eq!(by_queue().line(), "extracting");
    assert_eq!(progress.line(), "extracting: 1,234 messages queued so far");
    assert_eq!(progress.awaited(), "an ingest report");
    progress.objects = 3;
    progress.settled = 1;
    progress.sent = 2_000;
    progress.uncounted = 2_000;
    progress.rejected = 7;
    progress.dead_by_queue = 2;
    assert_eq!(
        progress.line(),
        "1 of 3 extracted: 764 of 2,000 rows written, 7 rejected, 2 died, 1,234 messages queued"
    );
    assert_eq!(progress.awaited(), "2 ingest reports");
    progress.may_leave_out = true;
    assert!(
        progress.line().contains(": 764 of 2,000 rows done, "),
        "{}",
        progress.line()
    );
    progress.settled = 3;
    assert_eq!(progress.awaited(), "1,234 messages in the queue");
    (progress.by_queue, progress.closed) = (0, 1);
    assert!(progress.line().starts_with("1 of 3 done: "), "{}", progress.line());
    progress.closed = 3;
    assert!(progress.line().starts_with("done: "), "{}", progress.line());
}

#[test]
fn no_line_of_a_run_of_one_kind_of_trouble_is_wider_than_a_terminal() {
    let rows = Rows {
        written: 1_234_567,
        ..Rows::default()
    };
    let extracting = Progress {
        objects: 1,
        waiting: 1_234_567,
        counted: rows,
        ..Progress::default()
    };
    let writing = Progress {
        settled: 1,
        sent: 2_345_678,
        rejected: 12_345,
        ..extracting
    };
    let several = Progress {
        objects: 200,
        settled: 150,
        ..writing
    };
    for progress in [
        extracting,
        writing,
        several,
        Progress {
            settled: 200,
            ..several
        },
    ] {
        let line = with_bar(&progress.line(), 1, 2, Some(Duration::from_secs(59)));
        assert!(line.chars().count() <= 77, "{line}");
    }
}

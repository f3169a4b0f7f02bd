use std::time::Duration;

use super::*;
use crate::screen::bar::with_bar;

/// The progress of one object that is followed by the queue's counts.
fn by_queue() -> Progress {
    Progress {
        objects: 1,
        by_queue: 1,
        ..Progress::default()
    }
}

#[test]
fn without_a_record_no_message_is_taken_for_one_row() {
    let mut progress = Progress {
        settled: 1,
        sent: 1_000,
        uncounted: 1_000,
        waiting: 3,
        ..by_queue()
    };
    assert_eq!((progress.written(), progress.unknown()), (0, 1_000));
    assert_eq!(progress.line(), "writing: 1,000 rows sent, 3 messages queued");
    assert!(!progress.is_over() && !progress.view().is_total_known);
    progress.dead_letters = 1;
    progress.waiting = 0;
    assert_eq!(progress.written(), 0);
    assert_eq!(progress.line(), "writing: 1,000 rows sent, 1 dead letter");
    assert!(progress.is_over());
    progress.uncounted_dead = Some(100);
    assert_eq!((progress.written(), progress.dead(), progress.unknown()), (900, 100, 0));
    (progress.dead_letters, progress.uncounted_dead) = (0, None);
    assert_eq!(progress.line(), "writing: 1,000 of 1,000 rows written");
    assert!(progress.view().is_total_known);
}

#[test]
fn rows_with_a_record_are_told_from_those_without() {
    let progress = Progress {
        objects: 2,
        settled: 2,
        sent: 3_000,
        uncounted: 1_000,
        counted: Rows {
            written: 700,
            ..Rows::default()
        },
        waiting: 3,
        ..by_queue()
    };
    assert_eq!(
        progress.line(),
        "writing: 700 of 2,000 rows written, 1,000 more rows sent, 3 messages queued"
    );
    assert_eq!(progress.rest(), 2_300);
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
        dead_letters: 70,
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
    progress.dead_letters = 2;
    assert_eq!(
        progress.line(),
        "1 of 3 extracted: 2,000 rows sent, 7 rejected, 2 dead letters, 1,234 messages queued"
    );
    assert_eq!(progress.awaited(), "2 ingest reports");
    progress.may_leave_out = true;
    let quiet = progress.with_queues(0, 0).line();
    assert!(quiet.contains(": 2,000 of 2,000 rows done, "), "{quiet}");
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

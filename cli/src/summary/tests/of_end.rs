use super::*;
use crate::cancel::Interrupted;

#[test]
fn rows_whose_messages_wait_are_not_called_written_or_lost() {
    let mut stuck = followed(Some(Outcome::Extracted(Box::new(report()))), vec![], End::Stuck);
    (stuck.progress.waiting, stuck.progress.uncounted_dead) = (3, Some(100));
    assert_eq!(
        outcome(&stuck, Paint::default()),
        "1,000 rows: 100 died, 900 of unknown outcome, in 2.0 s\n"
    );
}

#[test]
fn an_end_before_everything_is_done_says_why_and_how_to_look_again() {
    let patience = Duration::from_mins(10);
    let said = |end| of_end(&stack(None), &followed(None, vec![], end), patience);
    let commands = "  To see why: tools/status\n  To look again: tools/messages follow 's3://data/a b.csv#etag=e@0'\n";
    assert_eq!(said(End::Over), "");
    assert_eq!(
        said(End::Interrupted),
        format!("interrupted: the ingest goes on without being watched.\n{commands}")
    );
    assert_eq!(
        said(End::Stuck),
        format!(
            "error: no progress for 10 min 0 s, waiting for 0 messages in the queue. The ingest goes on.\n{commands}"
        )
    );
    assert_eq!(
        said(End::Failed(failure())),
        format!(
            "error: looking: the reply of S3 has no ETag\n  Check that AWS_ENDPOINT_URL names S3 or the embedded stack\n  \
             The ingest goes on.\n{commands}"
        )
    );
}

#[test]
fn files_that_cannot_be_followed_are_told_from_those_that_are_there() {
    let urls = ["s3://data/a.csv", "s3://data/b.csv"].map(String::from);
    let said = of_incomplete(&stack(None), urls[..1].to_vec(), 4, &Interrupted.into());
    assert_eq!(
        said,
        "error: interrupted\n  Uploaded, and being ingested: 1 of 4 files. The others are not.\n  \
         To look again: tools/messages follow s3://data/a.csv\n"
    );
    let unfollowed = UploadError::Unfollowed {
        url: urls[0].clone(),
        source: CallError::Incomplete {
            doing: "looking".into(),
            missing: "ETag",
        },
    };
    let said = of_incomplete(&stack(None), urls.to_vec(), 2, &unfollowed);
    for part in [
        "error: s3://data/a.csv is uploaded and being ingested, but cannot be followed: looking",
        "  Uploaded, and being ingested: 2 of 2 files.\n",
        "  To look again: tools/messages follow s3://data/a.csv s3://data/b.csv\n",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
}

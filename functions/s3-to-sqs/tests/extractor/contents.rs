//! No log line contains any part of a row, whatever fails.

use telemetry::testing::lines_of;

use crate::files::HEADER;
use crate::world::{Reply, World};

/// The text in the rows that no log line may contain.
const MARKER: &str = "s3cr3t-mark3r";

#[tokio::test(start_paused = true)]
async fn no_line_has_anything_of_a_row() {
    let good = (0..50).map(|row| format!("{row},{MARKER},s,{MARKER},1.5,{MARKER},2"));
    let bad = [
        format!("{MARKER},l,s,d,1,d,2"),
        format!("1,l,s,d,{MARKER},d,2"),
        format!("1,l,s,d,1,d,2,{MARKER}"),
        format!("1,l,s,\"{MARKER}\"x,1,d,2"),
    ];
    let lines: Vec<_> = std::iter::once(HEADER.to_owned()).chain(good).chain(bad).collect();
    let file = lines.join("\n");
    for reply in [
        Reply::Take,
        Reply::LeaveOut,
        Reply::Fail("InternalError", false),
        Reply::Fail("InvalidMessageContents", true),
    ] {
        let world = World::with_queue(file.as_bytes(), move |_, _| reply);
        let lines = Box::pin(lines_of(async {
            if let Err(error) = world.extract().await {
                tracing::error!(%error, reason = ?error, "failed");
            }
        }));
        let lines = lines.await;
        assert!(!lines.contains(MARKER), "{lines}");
    }
}

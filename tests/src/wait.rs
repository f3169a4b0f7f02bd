//! Bounded waiting.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The time limit, which is longer than anything takes here, even on a slow machine with a cold function.
pub const LIMIT: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(250);

/// Repeats a probe until it returns a value, for at most [`LIMIT`]. Then it panics with `what` was awaited and with the last
/// probe's result.
pub async fn until<T, E: Debug>(what: &str, probe: impl AsyncFn() -> Result<T, E>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        match probe().await {
            Ok(value) => return value,
            Err(found) if Instant::now() > end => {
                panic!("waited {} s for {what}; found instead: {found:#?}", LIMIT.as_secs());
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// Repeats a probe until it returns `value`; see [`until`].
pub async fn until_equal<T: Debug + PartialEq>(what: &str, value: &T, probe: impl AsyncFn() -> T) {
    until(what, async || match probe().await {
        found if found == *value => Ok(()),
        found => Err(found),
    })
    .await;
}

//! Bounded waiting.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// More than anything here takes, on a slow machine with a cold function.
pub const LIMIT: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(250);

/// Probes until there is a value, for at most [`LIMIT`]. Otherwise the panic says `what` was awaited, and what the last
/// probe found instead.
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

/// Probes until `value` is there; see [`until`].
pub async fn until_equal<T: Debug + PartialEq>(what: &str, value: &T, probe: impl AsyncFn() -> T) {
    until(what, async || match probe().await {
        found if found == *value => Ok(()),
        found => Err(found),
    })
    .await;
}

//! Ctrl-C, and other wishes to stop.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::exit_code;

/// The error of a call that was cut short, or not begun, because somebody wished to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Whether to stop.
#[derive(Clone, Debug, Default)]
pub struct Cancel(watch::Sender<Wishes>);

/// Who wishes to stop. They are told apart, so that what the command itself wishes is not taken for a first Ctrl-C.
#[derive(Clone, Copy, Debug, Default)]
struct Wishes {
    /// A signal.
    signalled: bool,
    /// An upload that failed.
    failed: bool,
}

impl Wishes {
    fn any(self) -> bool {
        self.signalled || self.failed
    }
}

impl Cancel {
    /// Listens for Ctrl-C and `SIGTERM` from now on. The second one ends the process at once.
    ///
    /// # Errors
    /// When the operating system does not let it.
    pub fn on_signals() -> std::io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let cancel = Self::default();
        let on_signal = cancel.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if on_signal.signal() {
                    std::process::exit(exit_code::INTERRUPTED.into());
                }
            }
        });
        Ok(cancel)
    }

    /// There was a signal. Whether there had been one before.
    pub fn signal(&self) -> bool {
        let mut before = false;
        self.0
            .send_modify(|wishes| before = std::mem::replace(&mut wishes.signalled, true));
        before
    }

    /// Wishes that the other uploads stop, as one failed.
    pub fn fail(&self) {
        self.0.send_modify(|wishes| wishes.failed = true);
    }

    /// Whether somebody wishes to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.borrow().any()
    }

    /// Waits until somebody wishes to stop.
    pub async fn cancelled(&self) {
        // The sender lives as long as this does.
        let _ = self.0.subscribe().wait_for(|wishes| wishes.any()).await;
    }

    /// The result of a call that may be cut short.
    ///
    /// # Errors
    /// The call's; [`Interrupted`] as soon as somebody wishes to stop.
    pub async fn or<T, E: From<Interrupted>>(&self, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        // On the heap: otherwise every caller has room for it twice.
        let call = Box::pin(call);
        tokio::select! {
            // In this order: what was not begun before somebody wished to stop is not begun any more.
            biased;
            () = self.cancelled() => Err(Interrupted.into()),
            done = call => done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_that_failed_is_no_first_signal() {
        let cancel = Cancel::default();
        assert!(!cancel.is_cancelled());
        cancel.fail();
        assert!(cancel.is_cancelled());
        assert!(!cancel.signal());
        assert!(cancel.signal());
    }

    #[tokio::test]
    async fn a_call_is_cut_short() {
        let cancel = Cancel::default();
        assert_eq!(cancel.or(async { Ok::<_, Interrupted>(1) }).await, Ok(1));
        cancel.signal();
        let cut = cancel.or(std::future::pending::<Result<(), Interrupted>>()).await;
        assert_eq!(cut, Err(Interrupted));
    }
}

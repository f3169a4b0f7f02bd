//! Cancellation, by Ctrl-C or after a failed upload.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::exit_code;

/// The error of a call that was cut short, or not begun, because of a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// A cancellation that all its clones share.
#[derive(Clone, Debug, Default)]
pub struct Cancel(watch::Sender<Wishes>);

/// The causes of a cancellation. They are kept apart, so that a failed upload does not count as a first Ctrl-C.
#[derive(Clone, Copy, Debug, Default)]
struct Wishes {
    /// A signal arrived.
    signalled: bool,
    /// An upload failed.
    failed: bool,
}

impl Wishes {
    fn any(self) -> bool {
        self.signalled || self.failed
    }
}

impl Cancel {
    /// Listens for Ctrl-C and `SIGTERM` from now on. The second signal ends the process at once.
    ///
    /// # Errors
    /// When the operating system refuses to register a signal handler.
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

    /// Cancels because of a signal. Returns whether there had been a signal before.
    pub fn signal(&self) -> bool {
        let mut before = false;
        self.0
            .send_modify(|wishes| before = std::mem::replace(&mut wishes.signalled, true));
        before
    }

    /// Cancels the other uploads because one failed.
    pub fn fail(&self) {
        self.0.send_modify(|wishes| wishes.failed = true);
    }

    /// Whether there is any cause to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.borrow().any()
    }

    /// Waits until there is a cause to stop.
    pub async fn cancelled(&self) {
        // An error would mean that the sender is dropped, but `self` holds it.
        let _ = self.0.subscribe().wait_for(|wishes| wishes.any()).await;
    }

    /// Waits for a call, or for a cancellation if that comes first.
    ///
    /// # Errors
    /// The call's error; [`Interrupted`] after a cancellation.
    pub async fn or<T, E: From<Interrupted>>(&self, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        // On the heap: otherwise the future of every caller holds room for the call twice.
        let call = Box::pin(call);
        tokio::select! {
            // In this order, so that a call that was not begun before the cancellation is never begun.
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

//! Ctrl-C, and other wishes to stop.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whether to stop.
#[derive(Clone, Debug)]
pub struct Cancel(watch::Sender<bool>);

impl Cancel {
    /// Listens for Ctrl-C and `SIGTERM` from now on. The second one ends the process at once.
    ///
    /// # Errors
    /// When the operating system does not let it.
    pub fn on_signals() -> std::io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let cancel = Self(watch::Sender::new(false));
        let on_signal = cancel.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if on_signal.is_cancelled() {
                    std::process::exit(crate::summary::INTERRUPTED.into());
                }
                on_signal.cancel();
            }
        });
        Ok(cancel)
    }

    /// Wishes to stop.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody wishes to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until somebody wishes to stop.
    pub async fn cancelled(&self) {
        // The sender lives as long as this does.
        let _ = self.0.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}

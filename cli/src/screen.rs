//! What is shown meanwhile, on standard error: a bar on a terminal, lines otherwise.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::files::Source;
use crate::progress::Progress;
use crate::text::{duration, plain};

/// Between two lines on something that is no terminal: at least this, and a tenth of the time so far.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
const UPLOADING: &str = "  [{bar:30}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const FOLLOWING: &str = "  [{bar:30}] {msg}; {eta} left";
const WAITING: &str = "  {spinner} {msg}";

/// What is shown meanwhile.
pub struct Screen {
    bar: Option<ProgressBar>,
    started: Instant,
    last: RefCell<Option<(Instant, String)>>,
}

impl Screen {
    /// Nothing is shown yet. `total` are the bytes to upload.
    #[must_use]
    pub fn new(total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr()).with_style(style(UPLOADING))
        });
        Self {
            bar,
            started: Instant::now(),
            last: RefCell::default(),
        }
    }

    /// So many more bytes are uploaded.
    pub fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }

    /// A file is uploaded.
    pub fn uploaded(&self, source: &Source, took: Duration, url: &str) {
        let (path, size) = (source.path.display().to_string(), HumanBytes(source.size));
        self.say(&format!(
            "Uploaded {} ({size}, {}) to {url}",
            plain(&path),
            duration(took)
        ));
    }

    /// The uploads are over: from now on it is rows that are shown.
    pub fn follow(&self) {
        if let Some(bar) = &self.bar {
            bar.reset();
        }
    }

    /// Shows how far it is.
    pub fn show(&self, progress: &Progress) {
        let line = progress.line();
        let Some(bar) = &self.bar else {
            self.show_line(line, progress.is_over());
            return;
        };
        let all_sent = progress.settled == progress.objects;
        bar.set_style(style(if all_sent { FOLLOWING } else { WAITING }));
        bar.set_length(progress.sent);
        bar.set_position(progress.written());
        bar.set_message(line);
    }

    fn show_line(&self, line: String, is_last: bool) {
        let pause = BETWEEN_LINES.max(self.started.elapsed() / 10);
        let mut last = self.last.borrow_mut();
        let is_due = last
            .as_ref()
            .is_none_or(|(at, said)| *said != line && (is_last || at.elapsed() >= pause));
        if is_due {
            write(&format!("  {line}"));
            *last = Some((Instant::now(), line));
        }
    }

    /// A line that stays.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| write(line)),
            None => write(line),
        }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are constants; a wrong one would show in the first run.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ").tick_chars("-\\|/ ")
}

fn write(line: &str) {
    // Nobody may be there to read it; the upload goes on.
    let _ = writeln!(std::io::stderr(), "{line}");
}

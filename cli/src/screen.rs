//! What is shown meanwhile, on standard error: a bar on a terminal, lines otherwise.

pub mod paint;
pub mod text;

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Between two lines on something that is no terminal: at least this, and a tenth of the time so far.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
const UPLOADING: &str = "  [{bar:30}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const FOLLOWING: &str = "  [{bar:30}] {msg}; {eta} left";
const WAITING: &str = "  {spinner} {msg}";

/// How far it is, as it is shown.
#[derive(Clone, Debug)]
pub struct View {
    /// All of it in a line.
    pub line: String,
    /// How much is done.
    pub done: u64,
    /// How much there is to do.
    pub total: u64,
    /// Whether there may not come more to do.
    pub is_total_known: bool,
    /// Whether it is over.
    pub is_last: bool,
}

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

    /// The uploads are over: from now on it is rows that are shown.
    pub fn follow(&self) {
        if let Some(bar) = &self.bar {
            bar.reset();
        }
    }

    /// Shows how far it is.
    pub fn show(&self, view: View) {
        let Some(bar) = &self.bar else {
            self.show_line(view.line, view.is_last);
            return;
        };
        bar.set_style(style(if view.is_total_known { FOLLOWING } else { WAITING }));
        bar.set_length(view.total);
        bar.set_position(view.done);
        bar.set_message(view.line);
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

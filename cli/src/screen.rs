//! The progress on standard error: a bar on a terminal, lines otherwise.

pub mod bar;
pub mod paint;
pub mod remaining;
pub mod text;

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use bar::with_bar;
use remaining::Remaining;

/// The least pause between two lines without a terminal. The pause grows to a tenth of the time so far.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
/// The template of a line with a bar. A line that is wider than the terminal is cut.
const LINE: &str = "  {wide_msg}";
/// The template of a line without a bar, while the total is unknown.
const WAITING: &str = "  {spinner} {wide_msg}";

/// The progress, as it is shown.
#[derive(Clone, Debug)]
pub struct View {
    /// The progress in one line.
    pub line: String,
    /// How much is done.
    pub done: u64,
    /// How much there is to do.
    pub total: u64,
    /// Whether `total` is final.
    pub is_total_known: bool,
    /// Whether nothing is left to be done.
    pub is_last: bool,
}

/// The display of the progress.
pub struct Screen {
    bar: Option<ProgressBar>,
    /// The number of bytes to upload.
    total: u64,
    uploaded: RefCell<u64>,
    remaining: RefCell<Remaining>,
    started: Instant,
    last: RefCell<Option<(Instant, String)>>,
}

impl Screen {
    /// Creates a display. `total` is the number of bytes to upload.
    #[must_use]
    pub fn new(total: u64) -> Self {
        let bar = std::io::stderr()
            .is_terminal()
            .then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style(WAITING)));
        if let Some(bar) = bar.as_ref().filter(|_| total > 0) {
            bar.set_message(format!("uploading {}", HumanBytes(total)));
        }
        Self {
            bar,
            total,
            uploaded: RefCell::default(),
            remaining: RefCell::default(),
            started: Instant::now(),
            last: RefCell::default(),
        }
    }

    /// Shows that `bytes` more bytes are uploaded.
    pub fn advance(&self, bytes: u64) {
        *self.uploaded.borrow_mut() += bytes;
        let uploaded = *self.uploaded.borrow();
        let line = format!("{} of {} uploaded", HumanBytes(uploaded), HumanBytes(self.total));
        self.draw(&line, uploaded, self.total);
    }

    /// Ends the display of uploads. From now on rows are shown.
    pub fn follow(&self) {
        self.remaining.take();
        if let Some(bar) = &self.bar {
            bar.set_style(style(WAITING));
            bar.set_message("waiting for the extractor");
        }
    }

    /// Shows the progress of rows.
    pub fn show(&self, view: View) {
        let Some(bar) = &self.bar else {
            self.show_line(view.line, view.is_last);
            return;
        };
        if view.is_total_known {
            self.draw(&view.line, view.done, view.total);
        } else {
            bar.set_style(style(WAITING));
            bar.set_message(view.line);
            bar.tick();
        }
    }

    /// Draws a line with a bar, if there is a terminal.
    fn draw(&self, line: &str, done: u64, total: u64) {
        let Some(bar) = &self.bar else { return };
        let mut remaining = self.remaining.borrow_mut();
        let now = Instant::now();
        remaining.note(now, done);
        let left = remaining.left(now, total);
        bar.set_style(style(LINE));
        bar.set_message(with_bar(line, done, total, left));
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

    /// Writes a line that stays.
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
    style.tick_chars("-\\|/ ")
}

fn write(line: &str) {
    // The reader may be gone. The upload goes on all the same.
    let _ = writeln!(std::io::stderr(), "{line}");
}

//! What is shown meanwhile, on standard error: a bar on a terminal, lines otherwise.

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

/// Between two lines on something that is no terminal: at least this, and a tenth of the time so far.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
/// A line that is complete. What is wider than the terminal is cut.
const LINE: &str = "  {wide_msg}";
const WAITING: &str = "  {spinner} {wide_msg}";

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
    /// The bytes to upload.
    total: u64,
    uploaded: RefCell<u64>,
    remaining: RefCell<Remaining>,
    started: Instant,
    last: RefCell<Option<(Instant, String)>>,
}

impl Screen {
    /// `total` are the bytes to upload.
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

    /// So many more bytes are uploaded.
    pub fn advance(&self, bytes: u64) {
        *self.uploaded.borrow_mut() += bytes;
        let uploaded = *self.uploaded.borrow();
        let line = format!("{} of {} uploaded", HumanBytes(uploaded), HumanBytes(self.total));
        self.draw(&line, uploaded, self.total);
    }

    /// The uploads are over: from now on it is rows that are shown.
    pub fn follow(&self) {
        self.remaining.take();
        if let Some(bar) = &self.bar {
            bar.set_style(style(WAITING));
            bar.set_message("waiting for the extractor");
        }
    }

    /// Shows how far it is.
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

    /// Draws a bar with a line, where there is a terminal.
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
    style.tick_chars("-\\|/ ")
}

fn write(line: &str) {
    // Nobody may be there to read it; the upload goes on.
    let _ = writeln!(std::io::stderr(), "{line}");
}

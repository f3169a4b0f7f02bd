//! The operating system's process of a contender: it is watched while an answer is awaited, and killed at the end.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::time::timeout;

/// The interval of the checks whether a process that has not answered still runs.
const LOOK: Duration = Duration::from_millis(250);

/// A process, with its name and its log for errors.
pub struct Running {
    pub name: &'static str,
    pub log: PathBuf,
    pub child: Child,
}

impl Running {
    /// Waits for an answer of the process.
    ///
    /// # Errors
    /// The name of the process and its log, if it ends without an answer.
    pub async fn answered<T>(&mut self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        let mut answer = std::pin::pin!(answer);
        let mut ended = None;
        loop {
            if let Ok(answer) = timeout(LOOK, &mut answer).await {
                return answer;
            }
            // An answer sent just before the end may still be on its way, so there is one more wait after the end.
            if let Some(status) = ended {
                bail!(
                    "{} ended without an answer, {status}; its log: {}",
                    self.name,
                    self.log.display()
                );
            }
            ended = self.child.try_wait()?;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process waits for an event that never comes.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Opens a log whose lines stay.
pub fn appended(log: &Path) -> Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(log);
    file.context("opening a log file")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::future::pending;
    use std::io::Write as _;
    use std::process::Command;

    use super::*;

    fn running() -> Running {
        Running {
            name: "writer",
            log: PathBuf::from("logs/writer.log"),
            child: Command::new("sh").args(["-c", "exit 3"]).spawn().unwrap(),
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_program_that_ends_without_an_answer_is_named_with_its_log() {
        let error = running().answered(pending::<Result<()>>()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "writer ended without an answer, exit status: 3; its log: logs/writer.log"
        );
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_answer_that_arrives_just_after_the_end_counts() {
        let mut running = running();
        running.child.wait().unwrap();
        let late = async {
            tokio::time::sleep(LOOK + LOOK / 2).await;
            Ok(7)
        };
        assert_eq!(running.answered(late).await.unwrap(), 7);
    }

    #[test]
    fn a_log_keeps_the_lines_of_the_process_before() {
        let log = std::env::temp_dir().join(format!("bench-{}.log", std::process::id()));
        for line in ["first", "second"] {
            writeln!(appended(&log).unwrap(), "{line}").unwrap();
        }
        let text = fs::read_to_string(&log).unwrap();
        fs::remove_file(&log).unwrap();
        assert_eq!(text, "first\nsecond\n");
    }
}

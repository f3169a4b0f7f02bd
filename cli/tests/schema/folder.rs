//! A folder with a descriptor and files, and the output of the command there.

use std::path::PathBuf;
use std::process::{Command, Output};

/// The descriptor of the sample's messages.
pub const SAMPLE: &str = include_str!("../../../crates/schema/tests/descriptors/sample.json");
/// The descriptor of a more complex example.
pub const READINGS: &str = include_str!("../../../crates/schema/tests/descriptors/readings.json");

/// A folder that is deleted after the test.
pub struct Folder(PathBuf);

/// The exit code and the output of the command.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Folder {
    /// A folder for a test, with this descriptor where the command looks for one.
    pub fn with(test: &str, descriptor: &str) -> Self {
        let folder = Self(std::env::temp_dir().join(format!("schema-{test}-{}", std::process::id())));
        folder.write("schema/datapackage.json", descriptor);
        folder
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(name);
        let parent = path.parent().expect("a file is in a folder");
        std::fs::create_dir_all(parent).expect("a folder can be made");
        std::fs::write(path, content).expect("a file can be written");
        self
    }

    /// Runs `messages schema` with these arguments.
    pub fn schema(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
        let command = command.arg("schema").args(arguments).current_dir(&self.0);
        // The command works without a region. Colours would disturb the comparison.
        let output = command.env_remove("AWS_REGION").env("NO_COLOR", "1").output();
        let Output { status, stdout, stderr } = output.expect("the command can be started");
        Said {
            code: status.code(),
            out: String::from_utf8_lossy(&stdout).into_owned(),
            err: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("the folder is there");
    }
}

impl Said {
    /// Checks that the command ended with this code and printed each of these texts.
    #[track_caller]
    pub fn is(&self, code: i32, texts: &[&str]) -> &Self {
        let Self { out, err, .. } = self;
        assert_eq!(self.code, Some(code), "{out}{err}");
        for text in texts {
            assert!(
                out.contains(text) || err.contains(text),
                "{text}\nis not in\n{out}{err}"
            );
        }
        self
    }
}

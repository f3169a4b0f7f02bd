//! The exit codes of the command.

/// All rows are handled as the stack's `WriteMode` says.
pub const GOOD: u8 = 0;
/// Some rows were rejected or died, or may have died, or have the key of another row of their file; or an object could not be
/// read.
pub const SOME_LOST: u8 = 1;
/// The command failed.
pub const FAILED: u8 = 2;
/// The command was interrupted. Shells use the same code for Ctrl-C.
pub const INTERRUPTED: u8 = 130;

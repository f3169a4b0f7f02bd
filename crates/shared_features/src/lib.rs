//! The features of common dependencies that some function wants, for all functions.
//!
//! Cargo compiles a crate once for each set of features. `sam build` builds one function at a time, and each would have the SDK
//! with the features that it wants alone: the SDK's common crates, and all that is built on them, would be compiled three times.
//! Every function depends on this crate, which has no code, so that their sets are the same. What a function does not call, the
//! linker leaves out.
//!
//! A crate that is a shared library besides has the crates under it compiled otherwise, so that every function has it, too.
//!
//! `tools/lint` compares the sets (`building.features`).

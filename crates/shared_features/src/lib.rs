//! The union of the features that the functions need of their common dependencies. This crate has no code.
//!
//! Cargo compiles a crate once for each set of features. `sam build` builds one function at a time, and each would build the
//! SDK with only the features that it needs: the SDK's common crates, and all crates built on them, would be compiled three
//! times. Every function depends on this crate, so their sets of features are the same. The linker leaves out what a function
//! does not call.
//!
//! The crates under a crate that is also a shared library are compiled otherwise. So such a crate is a dependency here too.
//!
//! `tools/lint` compares the sets (`building.features`).

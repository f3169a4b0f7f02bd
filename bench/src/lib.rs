//! The functions of the pipeline measured beside their peers and against their limits.
//!
//! Every contender is a process on a core of its own that is driven through the Lambda runtime API, as Lambda does it, and
//! talks to a stub of AWS on the other core.
//!
//! | where | what |
//! |---|---|
//! | [`contenders`], [`process`] | who is measured, and how one is started and watched |
//! | [`runtime_api`], [`backend`], [`http`] | what a contender talks to |
//! | [`data`], [`plan`] | what it is given, and how much of it |
//! | [`scenario`] | what is measured |
//! | [`load`] | time to table: a file, its queue and its writers, on a stub with AWS's latencies and limits |
//! | [`results`], [`stats`] | what comes of it |
//! | `bare`, `lean` (binaries) | the limits: the runtime without an SDK, the work without one |

pub mod backend;
pub mod contenders;
pub mod data;
pub mod http;
pub mod load;
pub mod plan;
pub mod process;
pub mod results;
pub mod runtime_api;
pub mod scenario;
pub mod stats;

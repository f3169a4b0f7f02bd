//! Measures the functions of the pipeline, their peers and their limits.
//!
//! Every contender is a process on a core of its own. It is driven through the Lambda runtime API, as by Lambda, and calls a stub
//! of AWS on the other core.
//!
//! | where | what |
//! |---|---|
//! | [`contenders`], [`process`] | the contenders, and how one is started and observed |
//! | [`runtime_api`], [`backend`], [`http`] | the services that a contender calls |
//! | [`data`], [`plan`] | the input of a contender, and its amount |
//! | [`scenario`] | the measurements |
//! | [`load`] | time to table: a file, its queue and its writers, on a stub with AWS's latencies and limits |
//! | [`results`], [`stats`] | the figures |
//! | `bare`, `lean` (binaries) | the limits: the runtime without an SDK, and the work without an SDK |

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

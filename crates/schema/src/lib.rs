//! Describes CSV files and turns their rows into items. Reads a [Data Package](https://datapackage.org) with properties of our
//! own, checks it, compiles it to a plan, and applies the plan to rows. Pure: no AWS, no I/O, no clock.
//!
//! | module, in the order of the data | what it handles |
//! |---|---|
//! | `json`, `vocabulary` | the form of a descriptor: duplicate, unknown and unsupported properties |
//! | `descriptor` | the meaning of a descriptor |
//! | `plan` | a resource of the descriptor, compiled for a table's key |
//! | `cell` | from the text of a cell to a value |
//! | `convert` | from the cells of a row to the body of a message |
//! | `cell_reader` | a single field, to find out which field describes a column |
//! | `adapt` | descriptors that other tools write, stripped of what is not supported |

mod adapt;
mod cell;
mod cell_reader;
mod convert;
mod descriptor;
mod fault;
mod json;
mod names;
mod nearest;
mod outline;
mod package;
mod plan;
mod rejection;
mod table;
mod vocabulary;

pub use adapt::{Adapted, adapt};
pub use cell::violation::CellViolation;
pub use cell_reader::CellReader;
pub use convert::converter::{Converted, Converter, Object};
pub use convert::header_error::HeaderError;
pub use convert::item_size::of_body as item_bytes;
pub use convert::watched::Watch;
pub use descriptor::dialect::Dialect;
pub use descriptor::resource::{BatchRequest, Write};
pub use fault::{Fault, Faults, Violation};
pub use message::Record;
pub use outline::{AttributeOutline, Outline, ResourceOutline};
pub use package::{MAX_RESOURCE_BYTES, Package, Resource};
pub use rejection::{CellError, RowError, RowViolation};
pub use table::Table;
pub use vocabulary::json_schema::json_schema;
pub use vocabulary::table::properties_markdown;

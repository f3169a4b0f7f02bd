//! The units of metrics.

pub use metrique_writer::Unit;
use metrique_writer::unit::{NegativeScale, PositiveScale};

/// The unit of a duration.
pub const MILLISECONDS: Unit = Unit::Second(NegativeScale::Milli);
/// The unit of a size.
pub const BYTES: Unit = Unit::Byte(PositiveScale::One);
/// The unit of a speed.
pub const COUNT_PER_SECOND: Unit = Unit::Custom("Count/Second");

//! Time zones: from a local time to its instant.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use super::violation::CellViolation;

/// Which instant is meant by a local time that exists twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ambiguous {
    #[default]
    Reject,
    Earlier,
    Later,
}

/// The time zone of a field.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    name: String,
    rules: TimeZone,
    ambiguous: Ambiguous,
}

impl Zone {
    /// The zone of an IANA name; `None` when there is none.
    pub fn named(name: &str, ambiguous: Ambiguous) -> Option<Self> {
        let rules = TimeZoneDatabase::bundled().get(name).ok()?;
        Some(Self {
            name: name.to_owned(),
            rules,
            ambiguous,
        })
    }

    /// The IANA names of all zones.
    pub fn names() -> Vec<String> {
        let database = TimeZoneDatabase::bundled();
        database.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// Converts a local time to UTC.
    pub fn to_utc(&self, civil: DateTime) -> Result<DateTime, CellViolation> {
        let offset = match self.rules.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { .. } => return Err(CellViolation::NoSuchLocalTime(self.name.clone())),
            AmbiguousOffset::Fold { before, after } => match self.ambiguous {
                Ambiguous::Reject => return Err(CellViolation::AmbiguousLocalTime(self.name.clone())),
                Ambiguous::Earlier => before,
                Ambiguous::Later => after,
            },
        };
        to_utc(civil, offset)
    }
}

/// Converts a local time with an offset to UTC. Does so without jiff's `Timestamp`, whose range ends 26 hours before the year
/// 9999 does.
pub(crate) fn to_utc(civil: DateTime, offset: Offset) -> Result<DateTime, CellViolation> {
    let ahead = SignedDuration::from_secs(offset.seconds().into());
    civil.checked_sub(ahead).map_err(|_| CellViolation::Years(""))
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    fn berlin(ambiguous: Ambiguous, civil: DateTime) -> Result<String, CellViolation> {
        let zone = Zone::named("Europe/Berlin", ambiguous).unwrap();
        zone.to_utc(civil).map(|utc| format!("{utc}Z"))
    }

    #[test]
    fn a_local_time_is_an_instant() {
        let before = berlin(Ambiguous::Reject, datetime(2024, 3, 31, 1, 30, 0, 0));
        assert_eq!(before.unwrap(), "2024-03-31T00:30:00Z");
        let far = berlin(Ambiguous::Reject, datetime(2150, 7, 1, 12, 0, 0, 0));
        assert_eq!(far.unwrap(), "2150-07-01T10:00:00Z");
    }

    #[test]
    fn a_time_that_does_not_exist_is_rejected() {
        for ambiguous in [Ambiguous::Reject, Ambiguous::Earlier, Ambiguous::Later] {
            let found = berlin(ambiguous, datetime(2024, 3, 31, 2, 30, 0, 0));
            assert_eq!(found, Err(CellViolation::NoSuchLocalTime("Europe/Berlin".into())));
        }
    }

    #[test]
    fn a_time_that_exists_twice_is_rejected_unless_it_is_said_which() {
        let twice = datetime(2024, 10, 27, 2, 30, 0, 0);
        assert!(berlin(Ambiguous::Reject, twice).is_err());
        assert_eq!(berlin(Ambiguous::Earlier, twice).unwrap(), "2024-10-27T00:30:00Z");
        assert_eq!(berlin(Ambiguous::Later, twice).unwrap(), "2024-10-27T01:30:00Z");
    }

    #[test]
    fn names_are_those_of_iana() {
        assert!(Zone::named("Europe/Berlim", Ambiguous::Reject).is_none());
        assert!(Zone::named("", Ambiguous::Reject).is_none());
        assert!(Zone::names().iter().any(|name| name == "Europe/Berlin"));
    }
}

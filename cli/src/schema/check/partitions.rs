//! The distribution of writes over partition keys.

use std::collections::HashMap;

/// The most partition keys that are counted.
const MAX_PARTITIONS: usize = 200_000;

/// The write units of each partition key, in bounded memory. The counts are exact for up to 200,000 partition keys. Beyond that,
/// keys with few units are forgotten (Misra and Gries: *Finding repeated elements*, 1982), and the count of the hottest key is
/// too low by at most a 200,000th of all units.
#[derive(Debug, Default)]
pub struct Partitions {
    units: HashMap<String, u64>,
    /// The units of all keys.
    pub all: u64,
    /// Whether keys were forgotten.
    pub is_estimate: bool,
}

impl Partitions {
    /// Counts a write.
    pub fn add(&mut self, partition: &str, units: u64) {
        self.all += units;
        if let Some(counted) = self.units.get_mut(partition) {
            *counted += units;
            return;
        }
        if self.units.len() >= MAX_PARTITIONS {
            self.forget();
        }
        self.units.insert(partition.to_owned(), units);
    }

    /// Subtracts the fewest units that any key has from the units of every key, and forgets the keys that have none left.
    fn forget(&mut self) {
        self.is_estimate = true;
        let least = self.units.values().copied().min().unwrap_or_default();
        self.units.retain(|_, units| {
            *units -= least;
            *units > 0
        });
    }

    /// The partition key with the most units, and its units.
    #[must_use]
    pub fn hottest(&self) -> Option<(&str, u64)> {
        // Ties are broken by the key, so that the result is always the same.
        let hottest = self.units.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        hottest.map(|(partition, units)| (partition.as_str(), *units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hottest_partition_is_found_among_more_than_are_kept() {
        let mut partitions = Partitions::default();
        for row in 0..600_000_u64 {
            partitions.add(&format!("p{row}"), 1);
            if row % 10 == 0 {
                partitions.add("hot", 2);
            }
        }
        assert!(partitions.units.len() <= MAX_PARTITIONS && partitions.is_estimate);
        let (hottest, units) = partitions.hottest().unwrap();
        assert_eq!((hottest, partitions.all), ("hot", 720_000));
        let most_too_low = partitions.all / MAX_PARTITIONS as u64;
        assert!((120_000 - most_too_low..=120_000).contains(&units), "{units}");
    }

    #[test]
    fn few_partitions_are_counted_exactly() {
        let mut partitions = Partitions::default();
        for partition in ["b", "a", "b", "a", "c"] {
            partitions.add(partition, 3);
        }
        assert_eq!((partitions.hottest(), partitions.is_estimate), (Some(("a", 6)), false));
        assert_eq!(Partitions::default().hottest(), None);
    }
}

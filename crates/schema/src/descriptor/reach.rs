//! Whether resources describe any object: an object belongs to the first resource whose patterns match its key.

use super::keys::KeyPattern;
use super::resource::Resource;
use crate::fault::{Collector, below};

/// The patterns of the resources so far.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// The first resource that describes every object.
    everything: Option<usize>,
    /// The patterns, each with its resource.
    patterns: Vec<(KeyPattern, usize)>,
}

impl Reach {
    /// Adds the next resource. Notes what in it can match no object, because an earlier resource matches it all.
    pub fn add(&mut self, index: usize, resource: &Resource, pointer: &str, faults: &mut Collector) {
        if let Some(earlier) = self.everything {
            let text = format!("describes no object, since /resources/{earlier} describes every one; put it first");
            faults.meaning(pointer, text);
            return;
        }
        for pattern in &resource.keys {
            if let Some((_, earlier)) = self.patterns.iter().find(|(other, _)| other == pattern) {
                let text = format!(
                    "\"{pattern}\" matches no object, since /resources/{earlier} has the same pattern and comes first; remove the \
                     pattern, or the resource if it has no other"
                );
                faults.meaning(below(pointer, "s3:keys"), text);
            }
        }
        self.everything = resource.takes_everything().then_some(index);
        self.patterns
            .extend(resource.keys.iter().map(|pattern| (pattern.clone(), index)));
    }
}

//! Anchors: places from which an object can be decoded, so that another invocation need not read what comes before.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Anchors are kept for this many of the latest bytes of text: more than is ever read ahead for rows and for the
/// judgement.
const KEPT_BYTES: u64 = 8 * 1024 * 1024;

/// A byte of an object, and the byte of its text that it decodes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Anchor {
    /// The byte of the object, counted from 0.
    pub object: u64,
    /// The byte of the text, counted from 0.
    pub text: u64,
}

/// The anchors at the ends of the latest pieces.
#[derive(Debug, Default)]
pub(super) struct Anchors(VecDeque<Anchor>);

impl Anchors {
    /// Adds the anchor at the end of a piece.
    pub(super) fn note(&mut self, anchor: Anchor) {
        self.0.push_back(anchor);
        while self
            .0
            .get(1)
            .is_some_and(|second| second.text + KEPT_BYTES <= anchor.text)
        {
            self.0.pop_front();
        }
    }

    /// The last anchor at or before `byte` of the text.
    pub(super) fn before(&self, byte: u64) -> Option<Anchor> {
        self.0.iter().rev().find(|anchor| anchor.text <= byte).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_anchor_before_a_byte_is_found_as_far_back_as_it_is_kept() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.before(0), None);
        let anchor = |piece: u64| Anchor {
            object: piece * 64 * 1024,
            text: piece * 100_000,
        };
        for piece in 1..1000 {
            anchors.note(anchor(piece));
        }
        let last = anchor(999).text;
        assert_eq!(anchors.before(u64::MAX), Some(anchor(999)));
        assert_eq!(anchors.before(last - 1), Some(anchor(998)));
        let early = anchors.before(last - KEPT_BYTES).unwrap();
        assert!(early.text <= last - KEPT_BYTES && early.text + 100_000 > last - KEPT_BYTES);
        assert_eq!(anchors.before(100_000), None);
        assert!(anchors.0.len() < 100);
    }
}

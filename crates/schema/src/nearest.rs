//! The name that was probably meant.

/// The known name that is most like `name`, when one is like it: the same but for letter case, white space and signs, or
/// with a letter or two wrong, missing or swapped.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|character| character.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    // A third of the letters, so that short names are not taken for each other.
    let most = wanted.chars().count().div_ceil(3).min(3);
    let candidates = known.into_iter().map(|known| {
        let distance = strsim::osa_distance(&wanted, &plain(known));
        // A prefix that was left out is no misspelling of the rest.
        let behind_prefix = known.rsplit(':').next().map(plain).filter(|rest| *rest == wanted);
        (if behind_prefix.is_some() { 0 } else { distance }, known)
    });
    let best = candidates.min_by_key(|(distance, _)| *distance);
    best.filter(|(distance, _)| *distance <= most).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names_are_found() {
        for (name, meant) in [
            ("Messstele", Some("Messstelle")),
            ("MESS-STELLE", Some("Messstelle")),
            ("missingvalues", Some("missingValues")),
            ("missing_values", Some("missingValues")),
            ("keys", Some("s3:keys")),
            ("Zustand", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, ["Messstelle", "missingValues", "s3:keys"]), meant, "{name}");
        }
    }
}

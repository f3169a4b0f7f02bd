//! Suggestions for misspelt names.

/// The known name most similar to `name`, if any is similar. Similar names differ only in letter case, white space and signs,
/// or by up to three letters that are wrong, missing, added or swapped.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let candidates = known
        .into_iter()
        .filter_map(|known| Some((distance(name, known)?, known)));
    candidates.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// The number of letters that differ; `None` when the names are not similar.
fn distance(name: &str, known: &str) -> Option<usize> {
    let namespace = |name: &str| name.split_once(':').map(|(namespace, _)| plain(namespace));
    let local = |name: &str| plain(name.split_once(':').map_or(name, |(_, local)| local));
    // A namespace that both names share says nothing about their similarity. A namespace may be left out.
    let (wanted, meant) = match (namespace(name), namespace(known)) {
        (ours, theirs) if ours == theirs => (local(name), local(known)),
        (None, Some(_)) if plain(name) == local(known) => return Some(0),
        _ => (plain(name), plain(known)),
    };
    // At most a third of the letters may differ, so that short names are not confused.
    let most = wanted.chars().count().div_ceil(3).min(3);
    let distance = strsim::osa_distance(&wanted, &meant);
    (!wanted.is_empty() && distance <= most).then_some(distance)
}

/// A name in lower case, without white space and signs.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
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
            ("'", None),
            ("s3:item", None),
        ] {
            assert_eq!(
                nearest(name, ["Messstelle", "missingValues", "s3:keys"]),
                meant,
                "{name}"
            );
        }
    }
}

//! The name that was probably meant.

/// The known name that is most like `name`, when one is like it: the same but for letter case, white space and signs, or
/// with a letter or two wrong, missing or swapped.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let candidates = known
        .into_iter()
        .filter_map(|known| Some((distance(name, known)?, known)));
    candidates.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many letters differ; `None` when the names are not alike.
fn distance(name: &str, known: &str) -> Option<usize> {
    let namespace = |name: &str| name.split_once(':').map(|(namespace, _)| plain(namespace));
    let local = |name: &str| plain(name.split_once(':').map_or(name, |(_, local)| local));
    // What two names have in common by their namespace says nothing; a namespace may be left out.
    let (wanted, meant) = match (namespace(name), namespace(known)) {
        (ours, theirs) if ours == theirs => (local(name), local(known)),
        (None, Some(_)) if plain(name) == local(known) => return Some(0),
        _ => (plain(name), plain(known)),
    };
    // A third of the letters, so that short names are not taken for each other.
    let most = wanted.chars().count().div_ceil(3).min(3);
    let distance = strsim::osa_distance(&wanted, &meant);
    (!wanted.is_empty() && distance <= most).then_some(distance)
}

/// A name without letter case, white space and signs.
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

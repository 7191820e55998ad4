//! Which name was probably meant.

/// "did you mean": the known name nearest to the given one, if any is near.
pub(super) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    let most = |k: &str| (k.chars().count(), 1 + k.chars().count().min(length) / 4);
    known
        .into_iter()
        // what differs more in length differs more
        .filter(|k| matches!(most(k), (other, most) if other.abs_diff(length) <= most))
        .map(|k| (strsim::osa_distance(&name, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= most(k).1)
        .min()
        .map(|(_, k)| k)
}

//! "Did you mean …?"

/// The name of `known` that `name` is most likely meant to be; `None` where none is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(name.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["weight", "image", "storageUri"];
        assert_eq!(nearest("wieght", known.into_iter()), Some("weight"));
        assert_eq!(nearest("storageURI", known.into_iter()), Some("storageUri"));
        assert_eq!(nearest("port", known.into_iter()), None);
    }
}

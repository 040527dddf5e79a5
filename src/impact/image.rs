//! Names of images and models, long and short.

/// An image's repository, and its tag (`1.0.0`) or digest (`sha256:…`); none where it has neither.
pub fn parts(image: &str) -> (&str, Option<&str>) {
    if let Some((repository, digest)) = image.split_once('@') {
        let untagged = tag(repository).map_or(repository, |(repository, _)| repository);
        return (untagged, Some(digest));
    }
    tag(image).map_or((image, None), |(repository, tag)| (repository, Some(tag)))
}

/// A colon before the last slash is a port's.
fn tag(image: &str) -> Option<(&str, &str)> {
    image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))
}

/// A short name of an image among others of its repository: its tag, or the first characters of its digest.
pub fn tag_or_digest(image: &str) -> Option<String> {
    let tag = parts(image).1?;
    Some(match tag.split_once(':') {
        Some((_, digest)) => digest.chars().take(12).collect(),
        None => tag.to_string(),
    })
}

/// A short name of a model's place: the end of its path, with as much before it as says more than a number.
pub fn end(uri: &str) -> &str {
    let path = uri.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or(path);
    if !last.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return last;
    }
    let before = path.strip_suffix(last).and_then(|rest| rest.strip_suffix('/')).unwrap_or_default();
    let start = before.rfind('/').map_or(0, |slash| slash + 1);
    path.get(start..).filter(|_| !before.is_empty() && !before.ends_with('/')).unwrap_or(last)
}

/// Which of two version names is the later one; `None` where either is anything but numbers, such as `2.0.0-rc1`.
///
/// Tags are no semantic versions: `2026.01.05`, `1.2.3.4` and `7` are common, and `1.25-alpine` does not come before `1.25`.
pub fn compare(a: &str, b: &str) -> Option<std::cmp::Ordering> {
    let (mut a, mut b) = (numbers(a)?, numbers(b)?);
    let longest = a.len().max(b.len());
    a.resize(longest, 0);
    b.resize(longest, 0);
    Some(a.cmp(&b))
}

/// The numbers of `v1.10.2`; `None` where it has anything else.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    text.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_repository_and_a_tag_or_a_digest() {
        assert_eq!(parts("r.io:5000/shop"), ("r.io:5000/shop", None));
        assert_eq!(parts("r.io:5000/shop:1.0"), ("r.io:5000/shop", Some("1.0")));
        assert_eq!(parts("r.io/shop:1@sha256:abc"), ("r.io/shop", Some("sha256:abc")));
        assert_eq!(tag_or_digest("shop@sha256:0123456789abcdef").as_deref(), Some("0123456789ab"));
        assert_eq!(tag_or_digest("shop"), None);
    }

    #[test]
    fn the_end_of_a_path_says_more_than_a_number() {
        assert_eq!(end("gs://models/flowers-2"), "flowers-2");
        assert_eq!(end("gs://models.example/wisdom/1/"), "wisdom/1");
        assert_eq!(end("gs://1"), "1");
        assert_eq!(end("pvc"), "pvc");
    }

    #[test]
    fn versions_of_numbers_have_an_order() {
        use std::cmp::Ordering::*;
        assert_eq!(compare("v1.10", "v1.9.3"), Some(Greater));
        assert_eq!(compare("2", "v2.0"), Some(Equal));
        assert_eq!(compare("2.0.0-rc1", "2.0.0"), None);
    }
}

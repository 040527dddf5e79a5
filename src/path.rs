//! Paths from a root, with `/` between their steps, as specs, Git and lists of files have them; `""` is the root itself.

/// `path` as seen from the root, where it is written in a file of the folder `from`; `None` where it leads outside.
pub fn resolve(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.get(1..2) == Some(":") {
        return None;
    }
    let mut steps: Vec<&str> = from.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()?),
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// How a file of the folder `from` would write `path`; [`resolve`] makes `path` of it again.
pub fn relative(from: &str, path: &str) -> String {
    let folder: Vec<&str> = from.split('/').filter(|step| !step.is_empty()).collect();
    let steps: Vec<&str> = path.split('/').collect();
    let common = folder.iter().zip(&steps[..steps.len() - 1]).take_while(|(one, two)| one == two).count();
    let up = folder[common..].iter().map(|_| "..");
    up.chain(steps[common..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// `path`, which is in `folder`, as seen from where `folder` is.
pub fn below(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        _ => format!("{folder}/{path}"),
    }
}

/// The folder that `path` is in.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::{relative, resolve};

    #[test]
    fn a_path_written_in_a_folder_is_the_path_from_the_root() {
        for (from, path, written) in
            [("", "a", "a"), ("a", "b", "../b"), ("a/b", "a/c/d", "../c/d"), ("a/b", "a/b", "../b"), ("a", "a/b", "b")]
        {
            assert_eq!(relative(from, path), written);
            assert_eq!(resolve(from, written).as_deref(), Some(path));
        }
        for outside in ["..", "a/../../b", "/b", "..\\b", "C:/b"] {
            assert_eq!(resolve("", outside), None, "{outside}");
        }
        assert_eq!(resolve("a", "..").as_deref(), Some(""));
        assert_eq!(resolve("a", "./b//../c/.").as_deref(), Some("a/c"));
    }
}

//! The files of a folder on disk that hold objects.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// A file or folder that cannot be read, and why.
pub type Unreadable = (PathBuf, io::Error);

/// The files at or below `path` that `is_wanted`, in the order of their names. What begins with a dot is passed over;
/// symbolic links are followed, but for those that lead back to a folder that they stand in. A file that is itself at
/// `path` counts whatever its name.
///
/// # Errors
/// There is nothing at `path`, or a folder cannot be read.
pub fn files(path: &Path, is_wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Unreadable> {
    if !fs::metadata(path).map_err(|error| (path.to_path_buf(), error))?.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(is_shown) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => files.extend(Some(entry.into_path()).filter(|file| is_wanted(file))),
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let at = error.path().unwrap_or(path).to_path_buf();
                // A link that leads nowhere is an error only if its target would be read.
                if !at.is_symlink() || is_wanted(&at) {
                    return Err((at, error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into())));
                }
            }
        }
    }
    Ok(files)
}

fn is_shown(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
}

/// Whether a file of this name is YAML or JSON.
pub fn is_manifest(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| matches!(extension, "yaml" | "yml" | "json"))
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::{files, is_manifest};

    /// The names of the manifests below `folder`, from there.
    fn names(folder: &Path) -> Vec<String> {
        let files = files(folder, is_manifest).unwrap();
        files.iter().map(|file| file.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    #[test]
    fn a_link_to_a_folder_above_it_is_not_followed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        fs::create_dir_all(folder.join("below")).unwrap();
        fs::write(folder.join("a.yaml"), "").unwrap();
        fs::write(folder.join("below/b.yaml"), "").unwrap();
        symlink(".", folder.join("link-1")).unwrap();
        symlink(".", folder.join("link-2")).unwrap();
        symlink("..", folder.join("below/up")).unwrap();
        assert_eq!(names(&folder), ["a.yaml", "below/b.yaml"]);
    }

    #[test]
    fn links_elsewhere_are_followed_and_hidden_names_passed_over() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        fs::create_dir_all(folder.join(".git")).unwrap();
        fs::create_dir_all(place.path().join("elsewhere")).unwrap();
        for file in ["folder/z.yaml", "folder/.a.yaml", "folder/.git/b.yaml", "elsewhere/c.json", "elsewhere/README.md"]
        {
            fs::write(place.path().join(file), "").unwrap();
        }
        symlink("../elsewhere", folder.join("link")).unwrap();
        symlink("nowhere", folder.join("lost")).unwrap();
        assert_eq!(names(&folder), ["link/c.json", "z.yaml"]);
        symlink("nowhere", folder.join("lost.yaml")).unwrap();
        let (at, _) = files(&folder, is_manifest).unwrap_err();
        assert_eq!(at, folder.join("lost.yaml"));
    }
}

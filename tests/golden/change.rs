//! A change from one state of a release to another: a folder with `old.yaml` and `new.yaml`, or with a file `change` that
//! names them among the states that several changes have, in `tests/states`.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the states of a change are.
pub struct Change {
    folder: PathBuf,
    /// The lines of the file `change`: a key, and its value.
    lines: Vec<(String, String)>,
}

impl Change {
    /// The change that `folder` holds.
    pub fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("change")).unwrap_or_default();
        let line = |line: &str| {
            let (key, value) = line.split_once(": ").unwrap_or_else(|| panic!("{}: {line}", folder.display()));
            assert!(["old", "new", "delivery"].contains(&key), "{}: {line}", folder.display());
            (key.to_string(), value.to_string())
        };
        Self { folder: folder.to_path_buf(), lines: text.lines().map(line).collect() }
    }

    /// The value of a key of `change`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.lines.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The file of the side `old` or `new`. There may be none: the release is not there, then.
    pub fn side(&self, side: &str) -> PathBuf {
        match self.get(side) {
            Some(state) => {
                let path = Path::new("tests/states").join(state).with_extension("yaml");
                assert!(path.is_file(), "{}: there is no {}", self.folder.display(), path.display());
                path
            }
            None => self.folder.join(side).with_extension("yaml"),
        }
    }
}

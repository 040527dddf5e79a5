//! Where a workspace's file is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::{Code, Problem};

/// What a workspace's file is called.
pub const FILE: &str = "helmwright.yaml";

/// A workspace's file and the repository around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The folder of the repository, or of the file where it is in none; as seen from the working directory, if it is
    /// below or above it.
    pub root: PathBuf,
    /// The file, by its path from there.
    pub config: String,
}

impl Location {
    /// Finds `helmwright.yaml` in the folder `from`, an absolute path, or above it, up to the root of the Git repository.
    pub fn find(from: &Path) -> Option<Self> {
        let repository = repository(from);
        let up_to = repository.unwrap_or(Path::new(""));
        let folder =
            from.ancestors().take_while(|folder| folder.starts_with(up_to)).find(|f| f.join(FILE).is_file())?;
        Self::below(repository.unwrap_or(folder), folder, FILE, from)
    }

    /// The workspace of `file`, as seen from the working directory `from`, an absolute path.
    ///
    /// # Errors
    /// There is no such file.
    pub fn of_file(file: &Path, from: &Path) -> Result<Self, Problem> {
        let unreadable =
            |code, reason: String| Problem::new(code, format!("cannot read `{}`: {reason}", file.display()));
        let real = fs::canonicalize(file).map_err(|error| unreadable(Code::of_reading(&error), error.to_string()))?;
        let from = fs::canonicalize(from).map_err(|error| unreadable(Code::of_reading(&error), error.to_string()))?;
        let (Some(folder), Some(name)) = (real.parent(), real.file_name().and_then(|name| name.to_str())) else {
            return Err(unreadable(Code::UNREADABLE_FILE, "it is not a file".into()));
        };
        let location = Self::below(repository(folder).unwrap_or(folder), folder, name, &from);
        location.ok_or_else(|| unreadable(Code::UNREADABLE_FILE, "its path is not UTF-8".into()))
    }

    fn below(root: &Path, folder: &Path, name: &str, from: &Path) -> Option<Self> {
        let steps = folder.strip_prefix(root).ok()?.iter().map(|step| step.to_str());
        let steps: Option<Vec<&str>> = steps.chain([Some(name)]).collect();
        Some(Self { root: seen(root, from), config: steps?.join("/") })
    }
}

/// The root of the Git repository that `folder` is in; that of the innermost one, which may be a submodule.
fn repository(folder: &Path) -> Option<&Path> {
    // In a worktree or a submodule it is a file.
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// `root` as seen from the folder `from`.
fn seen(root: &Path, from: &Path) -> PathBuf {
    match (from.strip_prefix(root), root.strip_prefix(from)) {
        (Ok(below), _) => below.iter().map(|_| "..").collect(),
        (_, Ok(below)) => below.to_path_buf(),
        _ => root.to_path_buf(),
    }
}

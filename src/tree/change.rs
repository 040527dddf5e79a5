//! What it takes to make a folder hold a tree: worked out first, without touching anything, and then done.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::disk::{self, Compared, PathContent, cannot_write, look};
use super::list::{self, LIST, List};
use super::{Tree, Written};
use crate::problem::{Code, Problem};

/// How a folder differs from the tree that it is to hold.
#[derive(Debug)]
pub struct FolderChange {
    folder: PathBuf,
    /// Whether the folder is a symbolic link.
    link: bool,
    /// The list as it is; none where it says just what it should.
    list: Option<List>,
    notes: Vec<String>,
    /// All paths of the tree, sorted.
    paths: Vec<String>,
    /// What is to be written, with the content.
    wanted: Vec<(String, Vec<u8>, FileState)>,
    /// What is to be removed.
    removed: Vec<String>,
    /// Whether the list goes, too.
    gone: bool,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// Its content is another.
    Stale,
    /// It is not there.
    Missing,
    /// Helmwright wrote it, and would not any more.
    Orphaned,
}

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileState::Stale => "stale",
            FileState::Missing => "missing",
            FileState::Orphaned => "orphaned",
        })
    }
}

impl Tree {
    /// What it takes to make `folder` hold this tree; nothing is touched. `notes` are lines for the list of what is
    /// owned there. See [`Tree::write`] for `force`.
    ///
    /// # Errors
    /// Those that [`Tree::write`] has with the folder untouched.
    pub fn change(self, folder: &Path, notes: Vec<String>, force: bool) -> Result<FolderChange, Problem> {
        self.check_paths()?;
        let mut compared = Compared::new(folder);
        let expected = list::text(&notes, self.0.keys().map(String::as_str));
        let list = match compared.holds(LIST, expected.as_bytes()) {
            true => None,
            false => Some(List::read(folder)?),
        };
        let removed = match &list {
            None => Vec::new(),
            Some(list) => removed(folder, list, |path| self.0.contains_key(path))?,
        };
        let (mut wanted, mut foreign) = (Vec::new(), Vec::new());
        let mut paths = Vec::with_capacity(self.0.len());
        for (path, content) in self.0 {
            if compared.holds(&path, &content) {
                paths.push(path);
                continue;
            }
            match compared.look(&path)? {
                PathContent::File if disk::holds(&folder.join(&path), &content)? => {}
                PathContent::File if !force && list.as_ref().is_some_and(|list| !list.paths.contains(&path)) => {
                    foreign.push(format!("`{path}`"))
                }
                PathContent::File => wanted.push((path.clone(), content, FileState::Stale)),
                PathContent::Nothing => wanted.push((path.clone(), content, FileState::Missing)),
                PathContent::Other(at) if removed.iter().any(|gone| gone == at) => {
                    wanted.push((path.clone(), content, FileState::Missing));
                }
                PathContent::Other(at) => {
                    let (is, wanted) = if at == path { ("not a file", "file") } else { ("not a folder", "folder") };
                    return Err(Problem::new(
                        Code::UNWRITABLE_FILE,
                        format!("cannot write `{path}`: `{}` is {is}", folder.join(at).display()),
                    )
                    .help(format!("move it away, so that a {wanted} can take its place")));
                }
            }
            paths.push(path);
        }
        if !foreign.is_empty() {
            let (folder, foreign) = (folder.display(), foreign.join(", "));
            let problem = Problem::new(
                Code::FOREIGN_FILES,
                format!("files in `{folder}` that helmwright did not write are in the way: {foreign}"),
            );
            return Err(problem.help("`--force` takes them over"));
        }
        let link = compared.is_link();
        Ok(FolderChange { folder: folder.to_path_buf(), link, list, notes, paths, wanted, removed, gone: false })
    }
}

/// What is listed, is a file, and is not to stay.
fn removed(folder: &Path, list: &List, stays: impl Fn(&str) -> bool) -> Result<Vec<String>, Problem> {
    let mut removed = Vec::new();
    for path in list.paths.iter().filter(|path| !stays(path)) {
        // What is not a file any more is not what was written, so it is no longer helmwright's.
        if matches!(look(folder, path)?, PathContent::File) {
            removed.push(path.clone());
        }
    }
    Ok(removed)
}

impl FolderChange {
    /// What it takes to remove all that `list` names, and the list itself.
    ///
    /// # Errors
    /// The folder cannot be read, or has symbolic links.
    pub fn removal(list: List, folder: &Path) -> Result<Self, Problem> {
        let removed = removed(folder, &list, |_| false)?;
        let (notes, paths, wanted, link) = Default::default();
        Ok(Self { folder: folder.to_path_buf(), link, list: Some(list), notes, paths, wanted, removed, gone: true })
    }

    /// Whether the folder itself is a symbolic link.
    pub fn is_through_link(&self) -> bool {
        self.link
    }

    /// Whether the tree has a file at `path`.
    pub fn has(&self, path: &str) -> bool {
        self.paths.binary_search_by(|file| file.as_str().cmp(path)).is_ok()
    }

    /// The files of the tree.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// Leaves these files where they are, if they were to be removed: they belong to somebody else now.
    pub fn spare(&mut self, paths: &BTreeSet<String>) {
        self.removed.retain(|path| !paths.contains(path));
    }

    /// The files that are not as they should be, by their paths from the folder, sorted; the list among them.
    pub fn files(&self) -> Vec<(&str, FileState)> {
        let wanted = self.wanted.iter().map(|(path, _, state)| (path.as_str(), *state));
        let removed = self.removed.iter().map(|path| (path.as_str(), FileState::Orphaned));
        let list = self.list.as_ref().map(|list| match (self.gone, list.exists()) {
            (true, _) => FileState::Orphaned,
            (false, false) => FileState::Missing,
            (false, true) => FileState::Stale,
        });
        let mut files: Vec<_> = wanted.chain(removed).chain(list.map(|state| (LIST, state))).collect();
        files.sort_unstable();
        files
    }

    /// How many files are as they should be, the list aside.
    pub fn unchanged(&self) -> usize {
        self.paths.len() - self.wanted.len()
    }

    /// Writes and removes the files.
    ///
    /// A run that is cut short leaves every file either whole or as it was, and on the list of what is owned, so
    /// the next run completes it. Only a temporary `.helmwright-…` file may stay behind if the process is killed.
    ///
    /// # Errors
    /// Writing or removing fails.
    pub fn apply(mut self) -> Result<Written, Problem> {
        let unchanged = self.unchanged();
        if self.list.is_none() && self.wanted.is_empty() && self.removed.is_empty() {
            return Ok(Written { unchanged, ..Written::default() });
        }
        if !self.gone {
            fs::create_dir_all(&self.folder).map_err(cannot_write(&self.folder))?;
        }
        if let Some(list) = self.list.as_mut().filter(|_| !self.gone) {
            let all: BTreeSet<&str> = list.paths.iter().chain(&self.paths).map(String::as_str).collect();
            let text = list::text(&self.notes, all.into_iter());
            list.replace(text)?;
        }
        // Removing comes first, as a file may have to make room for a folder of its name; folders are removed
        // last, as those that get a new file have to stay.
        for path in &self.removed {
            let path = self.folder.join(path);
            fs::remove_file(&path).map_err(cannot_write(&path))?;
        }
        for (path, content, _) in &self.wanted {
            disk::replace(&self.folder.join(path), content)?;
        }
        for path in &self.removed {
            disk::remove_empty_parents(&self.folder, path)?;
        }
        match self.list.as_mut() {
            Some(list) if self.gone => list.remove()?,
            Some(list) => list.replace(list::text(&self.notes, self.paths.iter().map(String::as_str)))?,
            None => {}
        }
        let written = self.wanted.into_iter().map(|(path, ..)| path).collect();
        Ok(Written { written, unchanged, removed: self.removed })
    }
}

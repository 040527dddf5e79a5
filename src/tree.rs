//! A set of files, as commands, Git and diffs exchange it, and how it gets into a folder.
//!
//! A folder that a [`Tree`] was written into has a list of the files that are helmwright's, so that a later run
//! can remove what is no longer rendered and never touches what someone else put there.

mod change;
mod disk;
mod entry;
mod list;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

pub use change::{FileState, FolderChange};
pub use disk::{equals, replace};
pub use entry::{DirEntry, FileKind};
pub use list::{LIST, List};

use crate::problem::{Code, Problem};
use list::is_plain;

#[cfg(test)]
mod tests;

/// Checks that `path` below `root` is not a symbolic link.
///
/// # Errors
/// It is one, or cannot be looked at.
pub fn no_link(root: &Path, path: &str) -> Result<(), Problem> {
    disk::look(root, path).map(drop)
}

/// Removes the folder `path` below `root` if it is empty, and those between the two that this empties.
///
/// # Errors
/// Removing fails.
pub fn remove_empty(root: &Path, path: &str) -> Result<(), Problem> {
    if path.is_empty() { Ok(()) } else { disk::remove_empty_parents(root, &format!("{path}/")) }
}

/// Files by their path relative to a folder, with `/` between its steps, in sorted order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, Vec<u8>>);

/// What [`Tree::write`] did; the list of what is owned does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or have other content now.
    pub written: Vec<String>,
    /// How many files had the right content already.
    pub unchanged: usize,
    /// Files of an earlier run that the tree no longer has.
    pub removed: Vec<String>,
}

impl Tree {
    /// Adds a file and returns the content it replaces. [`Tree::write`] is what checks the path.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) -> Option<Vec<u8>> {
        self.0.insert(path.into(), content.into())
    }

    /// The files with their content, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// The content of the file at `path`.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `folder` holds nothing, or what an earlier run wrote.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn owns(folder: &Path) -> Result<bool, Problem> {
        let empty = match fs::read_dir(folder) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == ErrorKind::NotFound => true,
            Err(error) => {
                return Err(Problem::new(
                    Code::UNREADABLE_FILE,
                    format!("cannot read `{}`: {error}", folder.display()),
                ));
            }
        };
        Ok(empty || !List::read(folder)?.paths.is_empty())
    }

    /// Makes `folder` hold this tree: writes what is new or differs, each file atomically, and removes what an
    /// earlier run wrote and this tree no longer has, with the folders that this empties. Other files stay as
    /// they are; with `force`, those at a path of the tree are taken over.
    ///
    /// # Errors
    ///
    /// With the folder untouched: a path of the tree or of the list is not a plain path below `folder`, passes
    /// through a symbolic link or is one, or needs a file where there is a folder or the reverse; or, without
    /// `force`, files at paths of the tree are someone else's and differ. At any time: reading, writing or
    /// removing fails.
    pub fn write(&self, folder: &Path, force: bool) -> Result<Written, Problem> {
        self.clone().change(folder, Vec::new(), force)?.apply()
    }

    /// That every path names a place below the folder, and none is both a file and a folder.
    fn check_paths(&self) -> Result<(), Problem> {
        for path in self.0.keys() {
            if !is_plain(path) {
                return Err(Problem::new(
                    Code::INVALID_OUTPUT_PATH,
                    format!("`{}` is not a path that can be written", path.escape_debug()),
                )
                .help(format!("a path is relative, without empty steps, `.`, `..` and `{LIST}`")));
            }
            let mut above = path.match_indices('/').map(|(end, _)| &path[..end]);
            if let Some(above) = above.find(|above| self.0.contains_key(*above)) {
                return Err(Problem::new(
                    Code::INVALID_OUTPUT_PATH,
                    format!("`{above}` cannot be a file and hold `{path}` as well"),
                ));
            }
        }
        Ok(())
    }
}

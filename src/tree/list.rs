//! The list of the files that are helmwright's in a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::disk::{PathContent, cannot_write, look, replace};
use crate::problem::{Code, Problem};

/// The file that names what helmwright wrote, at the root of the folder it wrote into.
pub const LIST: &str = ".helmwright";
/// First line of that file; without it, a file of that name is not taken for a list.
pub(super) const HEADER: &str = "# Files that helmwright wrote here and may remove.";
/// What a note begins with, and no path.
const NOTE: &str = "# ";

/// The list of what is owned in a folder.
#[derive(Debug)]
pub struct List {
    /// The folder.
    folder: PathBuf,
    /// The text as it stands there.
    text: Option<String>,
    /// What whoever wrote the list has to say of itself, a line each.
    pub notes: Vec<String>,
    /// The files, by their paths from the folder.
    pub paths: BTreeSet<String>,
}

impl List {
    /// Reads the list of `folder`; without one, nothing there is owned.
    ///
    /// # Errors
    /// It cannot be read, or helmwright did not write it.
    pub fn read(folder: &Path) -> Result<Self, Problem> {
        let file = folder.join(LIST);
        let none = Self { folder: folder.to_path_buf(), text: None, notes: Vec::new(), paths: BTreeSet::new() };
        let text = match look(folder, LIST)? {
            PathContent::Nothing => return Ok(none),
            PathContent::File => fs::read_to_string(&file).map_err(cannot_write(&file))?,
            PathContent::Other(_) => String::new(),
        };
        // A path is removed because it is listed here, so nothing that could mean something else is accepted.
        let mut lines = text.lines().peekable();
        if lines.next() != Some(HEADER) {
            return Err(Problem::new(
                Code::INVALID_FILE_LIST,
                format!("`{}` is not a list that helmwright wrote", file.display()),
            )
            .help("move it away, or write into another folder"));
        }
        let notes = std::iter::from_fn(|| lines.next_if(|line| line.starts_with(NOTE)));
        let notes = notes.map(|line| line[NOTE.len()..].to_owned()).collect();
        let paths: BTreeSet<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if let Some(path) = paths.iter().find(|path| !is_plain(path)) {
            let path = path.escape_debug();
            return Err(Problem::new(
                Code::INVALID_FILE_LIST,
                format!("`{}` names `{path}`, which is not below its folder", file.display()),
            )
            .help("remove that line"));
        }
        Ok(Self { text: Some(text), notes, paths, ..none })
    }

    /// Whether there is such a file.
    pub fn exists(&self) -> bool {
        self.text.is_some()
    }

    /// Makes the file say `text`; it is not touched if it says that already.
    pub(super) fn replace(&mut self, text: String) -> Result<(), Problem> {
        if self.text.as_ref() != Some(&text) {
            replace(&self.folder.join(LIST), text.as_bytes())?;
        }
        self.text = Some(text);
        Ok(())
    }

    /// Removes the file.
    pub(super) fn remove(&mut self) -> Result<(), Problem> {
        let file = self.folder.join(LIST);
        self.text = None;
        fs::remove_file(&file).map_err(cannot_write(&file))
    }
}

/// The text of a list.
pub(super) fn text<'a>(notes: &[String], paths: impl Iterator<Item = &'a str>) -> String {
    let notes = notes.iter().flat_map(|note| [NOTE, note, "\n"]);
    [HEADER, "\n"].into_iter().chain(notes).chain(paths.flat_map(|path| [path, "\n"])).collect()
}

/// Whether `path` can only mean a file below its folder, on one line of the list, and is not itself the list,
/// or that of a folder inside.
pub(super) fn is_plain(path: &str) -> bool {
    !path.split('/').any(|step| matches!(step, "" | "." | "..") || step.eq_ignore_ascii_case(LIST))
        && !path.starts_with(NOTE)
        && !path.contains(char::is_control)
        // The system's own idea of a path adds `\` and drive letters where these mean something.
        && Path::new(path).components().all(|step| matches!(step, Component::Normal(_)))
}

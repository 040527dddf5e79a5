//! A set of files, as commands, Git and diffs exchange it, and how it gets into a folder.
//!
//! A folder that a [`Tree`] was written into has a list of the files that are helmwright's, so that a later run
//! can remove what is no longer rendered and never touches what someone else put there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use crate::problem::Problem;

#[cfg(test)]
mod tests;

/// The file that names what helmwright wrote, at the root of the folder it wrote into.
const LIST: &str = ".helmwright";
/// First line of that file; without it, a file of that name is not taken for a list.
const HEADER: &str = "# Files that helmwright wrote here and may remove.";

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
            Err(error) => return Err(Problem::new(format!("cannot read `{}`: {error}", folder.display()))),
        };
        Ok(empty || !List::read(folder)?.paths.is_empty())
    }

    /// Makes `folder` hold this tree: writes what is new or differs, each file atomically, and removes what an
    /// earlier run wrote and this tree no longer has, with the folders that this empties. Other files stay as
    /// they are; with `force`, those at a path of the tree are taken over.
    ///
    /// A run that is cut short leaves every file either whole or as it was, and on the list of what is owned, so
    /// the next run completes it. Only a temporary `.helmwright-…` file may stay behind if the process is killed.
    ///
    /// # Errors
    ///
    /// With the folder untouched: a path of the tree or of the list is not a plain path below `folder`, passes
    /// through a symbolic link or is one, or needs a file where there is a folder or the reverse; or, without
    /// `force`, files at paths of the tree are someone else's and differ. At any time: reading, writing or
    /// removing fails.
    pub fn write(&self, folder: &Path, force: bool) -> Result<Written, Problem> {
        self.check_paths()?;
        let mut list = List::read(folder)?;
        let mut removed = Vec::new();
        for path in list.paths.iter().filter(|path| !self.0.contains_key(*path)) {
            // What is not a file any more is not what was written, so it is no longer helmwright's.
            if matches!(look(folder, path)?, Found::File) {
                removed.push(path.clone());
            }
        }
        self.check_targets(folder, &list.paths, &removed, force)?;

        fs::create_dir_all(folder).map_err(cannot_write(folder))?;
        let new: BTreeSet<String> = self.0.keys().cloned().collect();
        list.replace(&list.paths | &new)?;
        // Removing comes first, as a file may have to make room for a folder of its name; folders are removed
        // last, as those that get a new file have to stay.
        for path in &removed {
            let path = folder.join(path);
            fs::remove_file(&path).map_err(cannot_write(&path))?;
        }
        let mut done = Written::default();
        for (path, content) in self.iter() {
            let target = folder.join(path);
            if holds(&target, content)? {
                done.unchanged += 1;
            } else {
                replace(&target, content)?;
                done.written.push(path.to_owned());
            }
        }
        for path in &removed {
            remove_empty_parents(folder, path)?;
        }
        list.replace(new)?;
        Ok(Written { removed, ..done })
    }

    /// That every path names a place below the folder, and none is both a file and a folder.
    fn check_paths(&self) -> Result<(), Problem> {
        for path in self.0.keys() {
            if !is_plain(path) {
                return Err(Problem::new(format!("`{}` is not a path that can be written", path.escape_debug()))
                    .help(format!("a path is relative, without empty steps, `.`, `..` and `{LIST}`")));
            }
            let mut above = path.match_indices('/').map(|(end, _)| &path[..end]);
            if let Some(above) = above.find(|above| self.0.contains_key(*above)) {
                return Err(Problem::new(format!("`{above}` cannot be a file and hold `{path}` as well")));
            }
        }
        Ok(())
    }

    /// That nothing stands where a file is to go but helmwright's own files, or equal ones, or any with `force`.
    fn check_targets(
        &self,
        folder: &Path,
        owned: &BTreeSet<String>,
        removed: &[String],
        force: bool,
    ) -> Result<(), Problem> {
        let mut foreign = Vec::new();
        for (path, content) in self.iter() {
            match look(folder, path)? {
                Found::File if !force && !owned.contains(path) && !holds(&folder.join(path), content)? => {
                    foreign.push(format!("`{path}`"));
                }
                Found::Nothing | Found::File => {}
                Found::Other(at) if removed.iter().any(|gone| gone == at) => {}
                Found::Other(at) => {
                    let (is, wanted) = if at == path { ("not a file", "file") } else { ("not a folder", "folder") };
                    return Err(Problem::new(format!(
                        "cannot write `{path}`: `{}` is {is}",
                        folder.join(at).display()
                    ))
                    .help(format!("move it away, so that a {wanted} can take its place")));
                }
            }
        }
        if foreign.is_empty() {
            return Ok(());
        }
        let (folder, foreign) = (folder.display(), foreign.join(", "));
        Err(Problem::new(format!("files in `{folder}` that helmwright did not write are in the way: {foreign}"))
            .help("`--force` takes them over"))
    }
}

/// The list of what is owned in a folder.
struct List {
    file: PathBuf,
    text: Option<String>,
    paths: BTreeSet<String>,
}

impl List {
    fn read(folder: &Path) -> Result<Self, Problem> {
        let file = folder.join(LIST);
        let text = match look(folder, LIST)? {
            Found::Nothing => return Ok(Self { file, text: None, paths: BTreeSet::new() }),
            Found::File => fs::read_to_string(&file).map_err(cannot_write(&file))?,
            Found::Other(_) => String::new(),
        };
        // A path is removed because it is listed here, so nothing that could mean something else is accepted.
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Err(Problem::new(format!("`{}` is not a list that helmwright wrote", file.display()))
                .help("move it away, or write into another folder"));
        }
        let paths: BTreeSet<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if let Some(path) = paths.iter().find(|path| !is_plain(path)) {
            let path = path.escape_debug();
            return Err(Problem::new(format!("`{}` names `{path}`, which is not below its folder", file.display()))
                .help("remove that line"));
        }
        Ok(Self { file, text: Some(text), paths })
    }

    /// Makes the list name `paths`; it is not touched if it says that already.
    fn replace(&mut self, paths: BTreeSet<String>) -> Result<(), Problem> {
        let lines = std::iter::once(HEADER).chain(paths.iter().map(String::as_str));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        if self.text.as_ref() != Some(&text) {
            replace(&self.file, text.as_bytes())?;
        }
        (self.text, self.paths) = (Some(text), paths);
        Ok(())
    }
}

/// What is at a path.
enum Found<'a> {
    Nothing,
    File,
    /// The path, or one of the folders it needs, is something else.
    Other(&'a str),
}

/// Looks at each step of `path` below `folder`. A symbolic link is an error wherever it leads: even inside the
/// folder it would give a file two names, one of which may be removed. `folder` itself may be one.
fn look<'a>(folder: &Path, path: &'a str) -> Result<Found<'a>, Problem> {
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    for step in ends.map(|end| &path[..end]) {
        let at = folder.join(step);
        let kind = match fs::symlink_metadata(&at) {
            Ok(metadata) => metadata.file_type(),
            // A name that the file system cannot hold may be listed, from a run that failed to write it.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidFilename) => {
                return Ok(Found::Nothing);
            }
            Err(error) => return Err(cannot_write(&at)(error)),
        };
        if kind.is_symlink() {
            return Err(Problem::new(format!("`{}` is a symbolic link", at.display()))
                .help("links in the folder are not followed; put a file or folder in its place"));
        }
        match (step == path, kind.is_dir()) {
            (true, _) if kind.is_file() => return Ok(Found::File),
            (false, true) => {}
            _ => return Ok(Found::Other(step)),
        }
    }
    Ok(Found::Nothing)
}

/// Whether `path` can only mean a file below its folder, on one line of the list, and is not itself the list,
/// or that of a folder inside.
fn is_plain(path: &str) -> bool {
    let reserved = |step: &str| matches!(step, "" | "." | "..") || step.eq_ignore_ascii_case(LIST);
    !path.split('/').any(reserved)
        && !path.contains(char::is_control)
        // The system's own idea of a path adds `\` and drive letters where these mean something.
        && Path::new(path).components().all(|step| matches!(step, Component::Normal(_)))
}

/// Whether the file at `path` exists with this content.
fn holds(path: &Path, content: &[u8]) -> Result<bool, Problem> {
    match fs::read(path) {
        Ok(found) => Ok(found == content),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(cannot_write(path)(error)),
    }
}

/// Puts a new file with this content at `path`, in one step for whoever reads it.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), Problem> {
    let parent = path.parent().unwrap_or(Path::new(""));
    let attempt = || -> io::Result<()> {
        fs::create_dir_all(parent)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".helmwright-");
        // A temporary file is its owner's only; this asks for what any new file gets, less the umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(parent)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    attempt().map_err(cannot_write(path))
}

/// Removes the folders between `folder` and the removed file `path` that are empty now.
fn remove_empty_parents(folder: &Path, path: &str) -> Result<(), Problem> {
    for (end, _) in path.rmatch_indices('/') {
        let parent = folder.join(&path[..end]);
        match fs::remove_dir(&parent) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => break,
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(cannot_write(&parent)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Names the path in an I/O error. An error of `tempfile` names its temporary file, of which only the kind is of
/// use to anyone.
fn cannot_write(path: &Path) -> impl Fn(io::Error) -> Problem {
    move |error| {
        let reason = if error.get_ref().is_some() { error.kind().to_string() } else { error.to_string() };
        Problem::new(format!("cannot write `{}`: {reason}", path.display()))
    }
}

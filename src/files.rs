//! The files of a repository: on disk, or at a revision, under the same paths.
//!
//! What reads specs, values and packs reads them through this, so that the base of a comparison is made from nothing
//! but the base. Paths are relative to the root and have `/` between their steps; `""` is the root itself.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::git::Revision;
use crate::problem::{Code, Problem};
use crate::tree::{DirEntry, FileKind, equals};
use crate::yaml;

/// Where files are read from.
#[derive(Debug, Clone)]
pub enum Files {
    /// Below a folder; `""` is the working directory, and a path may be an absolute one.
    Disk(PathBuf),
    /// At a revision of a repository.
    Revision(Revision),
}

impl Default for Files {
    /// Those below the working directory.
    fn default() -> Self {
        Self::Disk(PathBuf::new())
    }
}

impl Files {
    /// The revision that they are at, if they are at one.
    pub fn revision(&self) -> Option<&Revision> {
        match self {
            Self::Disk(_) => None,
            Self::Revision(revision) => Some(revision),
        }
    }

    /// The file's text; `None` where there is no such file.
    ///
    /// # Errors
    /// It cannot be read, is too large to be YAML that is ever read, or is not UTF-8.
    pub fn text(&self, path: &str) -> Result<Option<String>, Problem> {
        let unreadable = |reason| self.unreadable(Code::UNREADABLE_FILE, path, reason);
        match self {
            Self::Disk(root) => match fs::File::open(on_disk(root, path)) {
                Ok(file) => bounded(file, 0).map(Some).map_err(unreadable),
                Err(error) if is_absence(&error) => Ok(None),
                Err(error) => Err(unreadable(error.to_string())),
            },
            Self::Revision(revision) => match revision.read(path)? {
                Some(bytes) => bounded(&*bytes, bytes.len() as u64).map(Some).map_err(unreadable),
                None if revision.kind(path)?.is_some() => Err(unreadable("it is a folder".into())),
                None => Ok(None),
            },
        }
    }

    /// Whether the file at `path` has this content; `None` where there is no such file. At a revision that is told
    /// without reading it.
    ///
    /// # Errors
    /// That cannot be known.
    pub fn holds(&self, path: &str, content: &[u8]) -> Result<Option<bool>, Problem> {
        match self {
            Self::Disk(root) => match fs::File::open(on_disk(root, path)).and_then(|file| equals(file, content)) {
                Ok(equal) => Ok(Some(equal)),
                Err(error) if is_absence(&error) => Ok(None),
                Err(error) => Err(self.unreadable(Code::UNREADABLE_FILE, path, error.to_string())),
            },
            Self::Revision(revision) => revision.holds(path, content),
        }
    }

    /// The text of a file that has to be there.
    ///
    /// # Errors
    /// It is not there, or as for [`text`](Self::text).
    pub fn existing(&self, path: &str) -> Result<String, Problem> {
        self.text(path)?.ok_or_else(|| self.unreadable(Code::NO_SUCH_FILE, path, "there is no such file".into()))
    }

    fn unreadable(&self, code: Code, path: &str, reason: String) -> Problem {
        Problem::new(code, format!("cannot read `{}`: {reason}", self.name(path)))
    }

    /// Whether there is a file at `path`.
    ///
    /// # Errors
    /// That cannot be known.
    pub fn is_file(&self, path: &str) -> Result<bool, Problem> {
        match self {
            Self::Disk(root) => Ok(on_disk(root, path).is_file()),
            Self::Revision(revision) => Ok(revision.kind(path)? == Some(FileKind::File)),
        }
    }

    /// What is in a folder, sorted; `None` where there is no such folder. Names that are not UTF-8 and links that lead
    /// nowhere are passed over.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn entries(&self, folder: &str) -> Result<Option<Vec<DirEntry>>, Problem> {
        let entries = match self {
            Self::Disk(root) => {
                let at = on_disk(root, folder);
                match listed(if at.as_os_str().is_empty() { Path::new(".") } else { &at }) {
                    Ok(entries) => Some(entries),
                    Err(error) if is_absence(&error) => None,
                    Err(error) => {
                        return Err(Problem::new(
                            Code::UNREADABLE_FILE,
                            format!("cannot read `{}`: {error}", at.display()),
                        ));
                    }
                }
            }
            Self::Revision(revision) => revision.entries(folder)?,
        };
        Ok(entries.map(|mut entries| {
            entries.sort_unstable();
            entries
        }))
    }

    /// What messages call the file at `path`: a path as the system knows it, or one with the revision before it, as Git
    /// writes it.
    pub fn name(&self, path: &str) -> String {
        match self {
            Self::Disk(root) => on_disk(root, path).display().to_string(),
            Self::Revision(revision) => format!("{}:{path}", revision.name()),
        }
    }
}

/// `path` below `root`, without a `/` at the end where it is the root itself.
fn on_disk(root: &Path, path: &str) -> PathBuf {
    if path.is_empty() { root.to_path_buf() } else { root.join(path) }
}

fn listed(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let mut kind = entry.file_type()?;
        let link = kind.is_symlink();
        if link {
            let Ok(metadata) = fs::metadata(entry.path()) else { continue };
            kind = metadata.file_type();
        }
        let kind = if kind.is_dir() { FileKind::Folder } else { FileKind::File };
        entries.push(DirEntry { name, kind, link });
    }
    Ok(entries)
}

/// Whether the error says that there is nothing, or no folder where the path needs one.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The most bytes that a spec usually has.
const USUAL: u64 = 4095;

/// The whole text, unless it is larger than is ever read. `expected` is a guess of its size in bytes.
///
/// # Errors
/// Why there is none.
pub fn bounded(reader: impl Read, expected: u64) -> Result<String, String> {
    // With one byte to spare, the end is found without growing.
    let mut bytes = Vec::with_capacity(1 + expected.clamp(USUAL, yaml::MAX_BYTES as u64) as usize);
    reader.take(yaml::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| match error.kind() {
        ErrorKind::IsADirectory => "it is a folder".into(),
        _ => error.to_string(),
    })?;
    if bytes.len() > yaml::MAX_BYTES {
        return Err(format!("it is larger than {} MB, the most that is read", yaml::MAX_BYTES >> 20));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is not UTF-8 (at byte {})", error.utf8_error().valid_up_to()))
}

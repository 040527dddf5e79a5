//! Single files of a folder: what is at a path, and how content gets there and goes.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::problem::{Code, Problem};

/// What is at a path.
pub(super) enum PathContent<'a> {
    Nothing,
    File,
    /// The path, or one of the folders it needs, is something else.
    Other(&'a str),
}

/// Looks at each step of `path` below `folder`. A symbolic link is an error wherever it leads: even inside the
/// folder it would give a file two names, one of which may be removed. `folder` itself may be one.
pub(super) fn look<'a>(folder: &Path, path: &'a str) -> Result<PathContent<'a>, Problem> {
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    for step in ends.map(|end| &path[..end]) {
        let at = folder.join(step);
        let kind = match fs::symlink_metadata(&at) {
            Ok(metadata) => metadata.file_type(),
            // A name that the file system cannot hold may be listed, from a run that failed to write it.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidFilename) => {
                return Ok(PathContent::Nothing);
            }
            Err(error) => return Err(cannot_write(&at)(error)),
        };
        if kind.is_symlink() {
            return Err(Problem::new(Code::SYMBOLIC_LINK, format!("`{}` is a symbolic link", at.display()))
                .help("links in the folder are not followed; put a file or folder in its place"));
        }
        match (step == path, kind.is_dir()) {
            (true, _) if kind.is_file() => return Ok(PathContent::File),
            (false, true) => {}
            _ => return Ok(PathContent::Other(step)),
        }
    }
    Ok(PathContent::Nothing)
}

/// Whether the file at `path` exists with this content.
pub(super) fn holds(path: &Path, content: &[u8]) -> Result<bool, Problem> {
    match File::open(path).and_then(|file| equals(file, content)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        result => result.map_err(cannot_write(path)),
    }
}

/// Whether `file` has this content and no more.
///
/// # Errors
/// It cannot be read.
pub fn equals(mut file: impl Read, content: &[u8]) -> io::Result<bool> {
    // One byte more than is wanted reveals a longer file, without a call for its size.
    let mut buffer = vec![0; content.len() + 1];
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(&buffer[..length] == content)
}

/// A folder whose files are compared, mostly with what they hold already.
pub(super) struct Compared<'a> {
    folder: &'a Path,
    /// Whether it is there at all.
    exists: bool,
    link: bool,
    /// The folders in it that are known not to be links.
    real: HashSet<String>,
}

impl<'a> Compared<'a> {
    pub fn new(folder: &'a Path) -> Self {
        let metadata = fs::symlink_metadata(folder);
        let exists = !matches!(&metadata, Err(error) if error.kind() == ErrorKind::NotFound);
        Self {
            folder,
            // The working directory has no name.
            exists: exists || folder.as_os_str().is_empty(),
            link: metadata.is_ok_and(|metadata| metadata.is_symlink()),
            real: HashSet::new(),
        }
    }

    /// Whether the folder itself is a symbolic link.
    pub fn is_link(&self) -> bool {
        self.link
    }

    /// What is at `path`, as [`look`] finds it.
    pub fn look<'p>(&self, path: &'p str) -> Result<PathContent<'p>, Problem> {
        if self.exists { look(self.folder, path) } else { Ok(PathContent::Nothing) }
    }

    /// Whether `path` is a file with this content, and not a link. This is the fast path for files that are as they should
    /// be; where the answer is no, [`look`] says why.
    pub fn holds(&mut self, path: &str, content: &[u8]) -> bool {
        if !self.exists || content.is_empty() || path.rfind('/').is_some_and(|end| !self.is_real(&path[..end])) {
            return false;
        }
        let mut options = OpenOptions::new();
        options.read(true);
        // Opening a pipe or a device must not block.
        #[cfg(unix)]
        OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
        cfg!(unix) && options.open(self.folder.join(path)).and_then(|file| equals(file, content)).unwrap_or(false)
    }

    /// Whether each step of `path` is a folder, and none a link.
    fn is_real(&mut self, path: &str) -> bool {
        if self.real.contains(path) {
            return true;
        }
        let real = path.rfind('/').is_none_or(|end| self.is_real(&path[..end]))
            && fs::symlink_metadata(self.folder.join(path)).is_ok_and(|metadata| metadata.is_dir());
        if real {
            self.real.insert(path.to_owned());
        }
        real
    }
}

/// Puts a new file with this content at `path`, in one step for whoever reads it.
///
/// # Errors
/// It cannot be written; what was there is there still.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), Problem> {
    replace_atomically(path, content).map_err(cannot_write(path))
}

fn replace_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    // The temporary file gets an absolute path in any case; here it is made once.
    let path = std::path::absolute(path)?;
    let parent = path.parent().unwrap_or(Path::new(""));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".helmwright-");
    // Only its owner may read a temporary file; this asks for what any new file gets, less the umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = match builder.tempfile_in(parent) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(parent)?;
            builder.tempfile_in(parent)?
        }
        file => file?,
    };
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

/// Removes the folders between `folder` and the removed file `path` that are empty now.
pub(super) fn remove_empty_parents(folder: &Path, path: &str) -> Result<(), Problem> {
    for (end, _) in path.rmatch_indices('/') {
        if !remove_if_empty(&folder.join(&path[..end]))? {
            break;
        }
    }
    Ok(())
}

/// Removes `folder` if it is empty, and says whether it is gone.
pub(super) fn remove_if_empty(folder: &Path) -> Result<bool, Problem> {
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot_write(folder)(error)),
        _ => Ok(true),
    }
}

/// Names the path in an I/O error. An error of `tempfile` names its temporary file, of which only the kind is of
/// use to anyone.
pub(super) fn cannot_write(path: &Path) -> impl Fn(io::Error) -> Problem {
    move |error| {
        let reason = if error.get_ref().is_some() { error.kind().to_string() } else { error.to_string() };
        Problem::new(Code::UNWRITABLE_FILE, format!("cannot write `{}`: {reason}", path.display()))
    }
}

//! Revisions of a Git repository: which two are compared, and what is in them.
//!
//! The only user of `git2`. Nothing is fetched and nothing is written; what a clone lacks is an error that says how to
//! get it.

mod base;
mod folder;
mod moves;
mod revision;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::{ErrorCode, Oid};

pub use base::{Ask, CiBase, Endpoints};
pub use revision::Revision;

use folder::{Folder, Folders};

use crate::problem::{Code, Problem};

/// The help where a clone lacks history.
const DEEPEN: &str = "fetch the whole history: `fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` in GitLab CI, \
                      `git fetch --unshallow` elsewhere";

/// A repository, with or without a working tree.
#[derive(Clone)]
pub struct Repository(Arc<Pool>);

/// The handles of one repository: `git2` has one user at a time for each, so every thread takes its own.
struct Pool {
    path: PathBuf,
    workdir: Option<PathBuf>,
    idle: Mutex<Vec<Handle>>,
    folders: Folders,
}

/// An open repository, and those of its submodules that were looked into, by their paths.
struct Handle {
    repository: git2::Repository,
    submodules: HashMap<String, git2::Repository>,
}

impl Pool {
    fn idle(&self) -> MutexGuard<'_, Vec<Handle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Repository").field(&self.0.path).finish()
    }
}

impl Repository {
    /// The repository that `path` is in: at it or above it, a bare one, a worktree or a submodule as well.
    ///
    /// # Errors
    /// There is none, or it belongs to somebody else.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let repository = git2::Repository::discover(path).map_err(|error| unopened(path, &error))?;
        let (at, workdir) = (repository.path().to_path_buf(), repository.workdir().map(Path::to_path_buf));
        let handle = Handle { repository, submodules: HashMap::new() };
        Ok(Self(Arc::new(Pool { path: at, workdir, idle: Mutex::new(vec![handle]), folders: Folders::default() })))
    }

    /// The folder of the working tree; a bare repository has none.
    pub fn workdir(&self) -> Option<&Path> {
        self.0.workdir.as_deref()
    }

    /// The folder whose tree is `id`, in `repository`: that of a handle, or a submodule of it.
    fn folder(&self, repository: &git2::Repository, id: Oid) -> Result<Arc<Folder>, git2::Error> {
        self.0.folders.get(repository, id)
    }

    /// Works on a handle that nobody else has meanwhile.
    fn with<T>(&self, work: impl FnOnce(&mut Handle) -> Result<T, Problem>) -> Result<T, Problem> {
        let idle = self.0.idle().pop();
        let mut handle = match idle {
            Some(handle) => handle,
            None => {
                let open = git2::Repository::open(&self.0.path);
                let repository = open.map_err(|error| unopened(&self.0.path, &error))?;
                Handle { repository, submodules: HashMap::new() }
            }
        };
        let result = work(&mut handle);
        self.0.idle().push(handle);
        result
    }
}

fn unopened(path: &Path, error: &git2::Error) -> Problem {
    let path = path.display();
    match error.code() {
        ErrorCode::NotFound => {
            Problem::new(Code::NO_REPOSITORY, format!("there is no Git repository at `{path}` or above"))
                .help("`helmwright diff --no-index OLD NEW` compares files without Git")
        }
        ErrorCode::Owner => {
            Problem::new(Code::UNTRUSTED_REPOSITORY, format!("the Git repository at `{path}` belongs to another user"))
                .help("`git config --global --add safe.directory FOLDER` trusts it, if you do")
        }
        _ => Problem::new(Code::FAILED_GIT, format!("cannot open the Git repository at `{path}`: {}", error.message())),
    }
}

/// The problem of an error that nothing more is known of.
fn failed(what: impl fmt::Display) -> impl Fn(git2::Error) -> Problem {
    move |error| Problem::new(Code::FAILED_GIT, format!("{what}: {}", error.message()))
}

//! A tree at a revision.

use std::sync::Arc;

use git2::{ErrorCode, ObjectType, Oid};

use super::{DEEPEN, Handle, Repository, failed};
use crate::path::{self, below};
use crate::problem::{Code, Problem};
use crate::tree::{DirEntry, FileKind, Tree};

/// The most symbolic links that one path may pass through, as Linux has it.
const MOST_LINKS: usize = 40;

/// What a revision holds. It is read as it is asked for; symbolic links and submodules are followed.
#[derive(Debug, Clone)]
pub struct Revision {
    repository: Repository,
    /// None where there is nothing yet.
    tree: Option<Oid>,
    commit: Option<Oid>,
    name: Arc<str>,
}

/// An object, in the repository or in the submodule of that path.
struct GitObject {
    id: Oid,
    kind: FileKind,
    submodule: Option<String>,
}

impl Repository {
    /// The revision that `text` names: a branch, a tag, a commit, `HEAD~2` and what else Git takes.
    ///
    /// # Errors
    /// There is none of that name, or this clone lacks it.
    pub fn revision(&self, text: &str) -> Result<Revision, Problem> {
        self.with(|handle| {
            let repository = &handle.repository;
            let object = repository.revparse_single(text).map_err(|error| unknown(repository, text, &error))?;
            // Short names differ from clone to clone, unless they are cut here.
            let id = object.id();
            let commit = object.peel_to_commit().ok().map(|commit| commit.id());
            let tree = object.peel_to_tree().map_err(|error| unknown(repository, text, &error))?;
            let name = commit.unwrap_or(id).to_string()[..7].into();
            Ok(Revision { repository: self.clone(), tree: Some(tree.id()), commit, name })
        })
    }

    /// The revision that is checked out; `None` on a branch without any commit.
    ///
    /// # Errors
    /// `HEAD` is broken.
    pub fn head(&self) -> Result<Option<Revision>, Problem> {
        let unborn = self.with(|handle| match handle.repository.head() {
            Ok(_) => Ok(false),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(true),
            Err(error) => Err(failed("cannot read `HEAD`")(error)),
        })?;
        if unborn { Ok(None) } else { self.revision("HEAD").map(Some) }
    }

    /// A revision with nothing in it, which everything is new against.
    pub fn nothing(&self) -> Revision {
        Revision { repository: self.clone(), tree: None, commit: None, name: "nothing".into() }
    }
}

/// Why there is no revision `text` here.
fn unknown(repository: &git2::Repository, text: &str, error: &git2::Error) -> Problem {
    if repository.is_shallow() {
        let problem =
            Problem::new(Code::INCOMPLETE_CLONE, format!("this clone is shallow and lacks the revision `{text}`"));
        return problem.help(DEEPEN);
    }
    let problem = match error.code() {
        ErrorCode::NotFound | ErrorCode::InvalidSpec => {
            Problem::new(Code::NO_SUCH_REVISION, format!("there is no revision `{text}` here"))
        }
        ErrorCode::Ambiguous => {
            Problem::new(Code::NO_SUCH_REVISION, format!("`{text}` could be more than one revision"))
        }
        _ => failed(format!("cannot find the revision `{text}`"))(git2::Error::from_str(error.message())),
    };
    let remotes = repository.remotes();
    let remotes = remotes.iter().flat_map(|names| names.iter().filter_map(|name| name.ok().flatten()));
    let remote_branch =
        remotes.map(|remote| format!("{remote}/{text}")).find(|name| repository.revparse_single(name).is_ok());
    match remote_branch {
        Some(name) => problem.help(format!("there is `{name}`")),
        None => problem.help("`git fetch` gets what the remote has"),
    }
}

impl Revision {
    /// What messages call it: the first seven digits of the commit.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The commit's id in full; none where nothing is committed.
    pub fn id(&self) -> Option<String> {
        self.commit.map(|id| id.to_string())
    }

    pub(super) fn commit(&self) -> Option<Oid> {
        self.commit
    }

    pub(super) fn tree_id(&self) -> Option<Oid> {
        self.tree
    }

    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The content of a file; `None` where there is no such file.
    ///
    /// # Errors
    /// The clone lacks it, or the repository is broken.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Problem> {
        self.repository.with(|handle| match self.find(handle, path)? {
            Some(object) if object.kind == FileKind::File => {
                let repository = handle.repository(object.submodule.as_deref())?;
                blob(repository, object.id).map(Some).map_err(|error| self.unread(path, &error))
            }
            _ => Ok(None),
        })
    }

    /// Whether the file at `path` has this content, which its hash tells without reading it; `None` where there is no
    /// such file.
    ///
    /// # Errors
    /// The clone lacks what leads to it, or the repository is broken.
    pub fn holds(&self, path: &str, content: &[u8]) -> Result<Option<bool>, Problem> {
        self.repository.with(|handle| {
            let object = self.find(handle, path)?.filter(|object| object.kind == FileKind::File);
            Ok(object.map(|object| is_content(object.id, content)))
        })
    }

    /// What is at `path`.
    ///
    /// # Errors
    /// The clone lacks it, or the repository is broken.
    pub fn kind(&self, path: &str) -> Result<Option<FileKind>, Problem> {
        self.repository.with(|handle| Ok(self.find(handle, path)?.map(|object| object.kind)))
    }

    /// What is in a folder, in no order; `None` where there is no such folder.
    ///
    /// # Errors
    /// The clone lacks it, or the repository is broken.
    pub fn entries(&self, folder: &str) -> Result<Option<Vec<DirEntry>>, Problem> {
        self.repository.with(|handle| {
            let Some(object) = self.find(handle, folder)?.filter(|object| object.kind == FileKind::Folder) else {
                return Ok(None);
            };
            let here = self.repository.folder(handle.repository(object.submodule.as_deref())?, object.id);
            let here = here.map_err(|error| self.unread(folder, &error))?;
            let mut entries = Vec::new();
            for entry in here.entries() {
                let kind = match entry.kind {
                    // Where a link leads nowhere, or to a submodule that is not here, there is nothing.
                    Some(ObjectType::Blob) if entry.link => {
                        self.find(handle, &below(folder, &entry.name)).ok().flatten().map(|object| object.kind)
                    }
                    Some(ObjectType::Blob) => Some(FileKind::File),
                    _ => Some(FileKind::Folder),
                };
                entries.extend(kind.map(|kind| DirEntry { name: entry.name.clone(), kind, link: entry.link }));
            }
            Ok(Some(entries))
        })
    }

    /// All files below `folder` whose paths from there are `wanted`. Links and submodules in it are passed over.
    ///
    /// # Errors
    /// The clone lacks any of it, or the repository is broken.
    pub fn tree(&self, folder: &str, wanted: impl Fn(&str) -> bool) -> Result<Tree, Problem> {
        self.walk(folder, |repository, path, id, tree| {
            if wanted(path) {
                tree.insert(path, blob(repository, id)?);
            }
            Ok(())
        })
    }

    /// The files below `folder` that `tree` does not have, or has with another content. Content is compared by its
    /// hash, so that what is equal is not even read.
    ///
    /// # Errors
    /// The clone lacks any of it, or the repository is broken.
    pub fn differing(&self, folder: &str, tree: &Tree) -> Result<Tree, Problem> {
        self.walk(folder, |repository, path, id, differing| {
            if !tree.get(path).is_some_and(|content| is_content(id, content)) {
                differing.insert(path, blob(repository, id)?);
            }
            Ok(())
        })
    }

    fn walk(
        &self,
        folder: &str,
        mut take: impl FnMut(&git2::Repository, &str, Oid, &mut Tree) -> Result<(), git2::Error>,
    ) -> Result<Tree, Problem> {
        self.repository.with(|handle| {
            let mut tree = Tree::default();
            let object = self.find(handle, folder)?.filter(|object| object.kind == FileKind::Folder);
            let Some(object) = object else { return Ok(tree) };
            let repository = handle.repository(object.submodule.as_deref())?;
            let mut folders = vec![(String::new(), object.id)];
            while let Some((at, id)) = folders.pop() {
                let unread = |error| self.unread(&below(folder, &at), &error);
                for entry in self.repository.folder(repository, id).map_err(unread)?.entries() {
                    let path = below(&at, &entry.name);
                    match entry.kind {
                        Some(ObjectType::Tree) => folders.push((path, entry.id)),
                        Some(ObjectType::Blob) if !entry.link => {
                            take(repository, &path, entry.id, &mut tree).map_err(unread)?;
                        }
                        _ => {}
                    }
                }
            }
            Ok(tree)
        })
    }

    /// What is at `path`, links and submodules followed; a link that leads out of the repository leads nowhere.
    fn find(&self, handle: &mut Handle, path: &str) -> Result<Option<GitObject>, Problem> {
        let mut wanted = path.to_owned();
        'restart: for _ in 0..=MOST_LINKS {
            let Some(mut id) = self.tree else { return Ok(None) };
            let (mut done, mut submodule, mut kind) = (String::new(), None::<String>, FileKind::Folder);
            let mut rest = wanted.as_str();
            while !rest.is_empty() {
                let (name, after) = rest.split_once('/').unwrap_or((rest, ""));
                if kind != FileKind::Folder {
                    return Ok(None);
                }
                let repository = handle.repository(submodule.as_deref())?;
                let folder = self.repository.folder(repository, id).map_err(|error| self.unread(path, &error))?;
                let Some(entry) = folder.get(name) else { return Ok(None) };
                let here = below(&done, name);
                match entry.kind {
                    Some(ObjectType::Blob) if entry.link => {
                        let target = blob(repository, entry.id).map_err(|error| self.unread(&here, &error))?;
                        let target = String::from_utf8(target).ok().and_then(|to| path::resolve(&done, &to));
                        let Some(target) = target else { return Ok(None) };
                        wanted = below(&target, after);
                        continue 'restart;
                    }
                    Some(ObjectType::Commit) => {
                        id = handle.enter(&self.repository, submodule.as_deref(), &here, entry.id)?;
                        submodule = Some(here.clone());
                    }
                    Some(ObjectType::Blob) => (id, kind) = (entry.id, FileKind::File),
                    _ => id = entry.id,
                }
                (done, rest) = (here, after);
            }
            return Ok(Some(GitObject { id, kind, submodule }));
        }
        Ok(None)
    }

    fn unread(&self, path: &str, error: &git2::Error) -> Problem {
        let name = format!("{}:{path}", self.name);
        if error.code() == ErrorCode::NotFound {
            let problem = Problem::new(
                Code::INCOMPLETE_CLONE,
                format!("this clone is partial and lacks the content of `{name}`"),
            );
            return problem.help("`git fetch --refetch --no-filter` gets all of it");
        }
        failed(format!("cannot read `{name}`"))(git2::Error::from_str(error.message()))
    }
}

impl Handle {
    /// The repository itself, or the submodule that was entered at that path.
    fn repository(&self, submodule: Option<&str>) -> Result<&git2::Repository, Problem> {
        match submodule {
            None => Ok(&self.repository),
            Some(path) => self
                .submodules
                .get(path)
                .ok_or_else(|| Problem::new(Code::INCOMPLETE_CLONE, format!("the submodule `{path}` is not here"))),
        }
    }

    /// Opens the submodule at `path`, which is in the submodule `outer`, and gives the tree of its `commit`.
    fn enter(&mut self, outermost: &Repository, outer: Option<&str>, path: &str, commit: Oid) -> Result<Oid, Problem> {
        if !self.submodules.contains_key(path) {
            let checked_out = outermost.workdir().map(|workdir| workdir.join(path));
            let inside = match outer {
                None => path.to_owned(),
                Some(outer) => path.trim_start_matches(outer).trim_start_matches('/').to_owned(),
            };
            let stored = self.repository(outer)?.commondir().join("modules").join(inside);
            // An empty folder would be taken for a part of the repository around it, so nothing is discovered.
            let open = checked_out.and_then(|folder| git2::Repository::open(folder).ok());
            if let Some(open) = open.or_else(|| git2::Repository::open(stored).ok()) {
                self.submodules.insert(path.to_owned(), open);
            }
        }
        let tree = self.submodules.get(path).and_then(|open| Some(open.find_commit(commit).ok()?.tree_id()));
        tree.ok_or_else(|| {
            let problem = Problem::new(
                Code::INCOMPLETE_CLONE,
                format!("the submodule `{path}` is not here at commit `{commit}`"),
            );
            problem.help("`git submodule update --init` gets it; in CI, check submodules out with their whole history")
        })
    }
}

/// Whether the blob `id` has this content.
fn is_content(id: Oid, content: &[u8]) -> bool {
    Oid::hash_object(ObjectType::Blob, content).is_ok_and(|hash| hash == id)
}

fn blob(repository: &git2::Repository, id: Oid) -> Result<Vec<u8>, git2::Error> {
    Ok(repository.find_blob(id)?.content().to_vec())
}

//! Folders of revisions, each read once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use git2::{ObjectType, Oid};

/// The mode of a symbolic link in a tree.
const LINK: i32 = 0o120_000;

/// What is in a folder, by name. What has a name that is not UTF-8 is passed over.
#[derive(Debug)]
pub(super) struct Folder(Vec<FolderEntry>);

/// Something in a folder.
#[derive(Debug)]
pub(super) struct FolderEntry {
    pub name: String,
    pub id: Oid,
    pub kind: Option<ObjectType>,
    pub link: bool,
}

/// The folders that were read so far, by their trees. Git keeps only small trees, so that without this a file in a
/// folder of a thousand would cost as much as all of them.
#[derive(Debug, Default)]
pub(super) struct Folders(RwLock<HashMap<Oid, Arc<Folder>>>);

impl Folders {
    /// The folder whose tree is `id`.
    ///
    /// # Errors
    /// The repository lacks it.
    pub fn get(&self, repository: &git2::Repository, id: Oid) -> Result<Arc<Folder>, git2::Error> {
        if let Some(folder) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(folder.clone());
        }
        let folder = Arc::new(Folder::read(repository, id)?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(id, folder.clone());
        Ok(folder)
    }
}

impl Folder {
    fn read(repository: &git2::Repository, id: Oid) -> Result<Self, git2::Error> {
        let tree = repository.find_tree(id)?;
        let entries = tree.iter().filter_map(|entry| {
            let name = entry.name().ok()?.to_owned();
            Some(FolderEntry { name, id: entry.id(), kind: entry.kind(), link: entry.filemode() == LINK })
        });
        let mut entries: Vec<FolderEntry> = entries.collect();
        // Git's order takes a folder for a name that ends in a slash.
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(Self(entries))
    }

    /// What is called `name` there.
    pub fn get(&self, name: &str) -> Option<&FolderEntry> {
        let index = self.0.binary_search_by(|entry| entry.name.as_str().cmp(name));
        index.ok().and_then(|index| self.0.get(index))
    }

    /// All that is there, by name.
    pub fn entries(&self) -> &[FolderEntry] {
        &self.0
    }
}

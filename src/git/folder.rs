//! Folders of revisions, each read once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use git2::{ObjectType, Oid};

/// The mode of a symbolic link in a tree.
const LINK: i32 = 0o120_000;

/// What is in a folder, by name. What has a name that is not UTF-8 is passed over.
#[derive(Debug)]
pub(super) struct Folder(Vec<Step>);

/// Something in a folder.
#[derive(Debug)]
pub(super) struct Step {
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
        let step = |entry: git2::TreeEntry<'_>| {
            let name = entry.name().ok()?.to_owned();
            Some(Step { name, id: entry.id(), kind: entry.kind(), link: entry.filemode() == LINK })
        };
        let mut steps: Vec<Step> = tree.iter().filter_map(step).collect();
        // Git's own order takes a folder for a name that ends in a slash.
        steps.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(Self(steps))
    }

    /// What is called `name` there.
    pub fn step(&self, name: &str) -> Option<&Step> {
        let found = self.0.binary_search_by(|step| step.name.as_str().cmp(name));
        found.ok().and_then(|index| self.0.get(index))
    }

    /// All that is there, by name.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

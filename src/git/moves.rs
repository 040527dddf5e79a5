//! Files that were moved between two revisions, as Git finds them.

use std::collections::{BTreeMap, BTreeSet};

use git2::{Delta, DiffFindOptions, DiffOptions, Oid};

use super::{Revision, failed};
use crate::problem::Problem;

impl Revision {
    /// Where the files of `new`, which this revision does not have, stood in it: by their paths in `head`, or in the
    /// working tree where that is `None`. Git pairs them with those of `gone`, or with any files that are
    /// there no longer, by how alike they are.
    ///
    /// # Errors
    /// The clone lacks what is compared, or the repository is broken.
    pub fn moved(
        &self,
        head: Option<&Revision>,
        new: &BTreeSet<&str>,
        gone: Option<&BTreeSet<&str>>,
    ) -> Result<BTreeMap<String, String>, Problem> {
        let (Some(base), false) = (self.tree_id(), new.is_empty() || gone.is_some_and(BTreeSet::is_empty)) else {
            return Ok(BTreeMap::new());
        };
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).ignore_submodules(true);
        if let Some(gone) = gone {
            // Only these are looked at, so the size of the repository does not matter.
            options.disable_pathspec_match(true);
            for path in new.iter().chain(gone) {
                options.pathspec(*path);
            }
        }
        self.repository().with(|handle| {
            let repository = &handle.repository;
            let diff = renames(repository, base, head.map(Revision::tree_id), &mut options);
            let diff = diff.map_err(failed("cannot look for files that were moved"))?;
            let renamed = diff.deltas().filter(|delta| delta.status() == Delta::Renamed);
            let pairs = renamed.filter_map(|delta| Some((path(&delta.new_file())?, path(&delta.old_file())?)));
            Ok(pairs.filter(|(to, _)| new.contains(to.as_str())).collect())
        })
    }
}

/// The difference of the tree `base` and that of `head`, or the working tree where that is `None`, with renames.
fn renames<'r>(
    repository: &'r git2::Repository,
    base: Oid,
    head: Option<Option<Oid>>,
    options: &mut DiffOptions,
) -> Result<git2::Diff<'r>, git2::Error> {
    let base = repository.find_tree(base)?;
    let mut diff = match head {
        Some(head) => {
            let head = head.map(|id| repository.find_tree(id)).transpose()?;
            repository.diff_tree_to_tree(Some(&base), head.as_ref(), Some(options))?
        }
        None => repository.diff_tree_to_workdir_with_index(Some(&base), Some(options))?,
    };
    diff.find_similar(Some(DiffFindOptions::new().renames(true).for_untracked(true)))?;
    Ok(diff)
}

fn path(file: &git2::DiffFile<'_>) -> Option<String> {
    Some(file.path()?.to_str()?.to_owned())
}

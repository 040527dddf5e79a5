//! The paths that code review shows, which begin at the root of the repository wherever the command is run.

use std::path::{Path, PathBuf};

use crate::git::{Repository, Revision};
use crate::path;
use crate::source::Sources;

/// Where names of files lead from.
#[derive(Debug, Default)]
pub struct Root {
    /// The working directory, from the root of the repository.
    below: String,
    /// What comes before the paths of a revision.
    revision: Option<String>,
}

impl Root {
    /// That of the working directory; outside of a repository names stay.
    pub fn here() -> Self {
        let below = || -> Option<PathBuf> {
            let here = std::env::current_dir().ok()?.canonicalize().ok()?;
            let root = Repository::open(&here).ok()?.workdir()?.canonicalize().ok()?;
            here.strip_prefix(root).ok().map(Path::to_path_buf)
        };
        Self { below: below().unwrap_or_default().to_string_lossy().replace('\\', "/"), revision: None }
    }

    /// The same, where files are those of a revision.
    pub fn at(self, revision: Option<&Revision>) -> Self {
        Self { revision: revision.map(|revision| format!("{}:", revision.name())), ..self }
    }

    /// The texts under names from the root.
    pub fn name(&self, sources: &Sources) -> Sources {
        sources.renamed(|name| {
            let flag = name.starts_with("--") || name.starts_with('<');
            let committed = self.revision.as_ref().and_then(|revision| name.strip_prefix(revision.as_str()));
            committed.map(str::to_string).or_else(|| path::resolve(&self.below, name).filter(|_| !flag))
        })
    }
}

//! One folder that releases are rendered into, or were.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::Release;
use crate::path;
use crate::tree::{FileState, FolderChange};

/// A folder, and what it takes to make it hold what it should.
#[derive(Debug)]
pub(super) struct OutputFolder {
    /// Its path from the root of the repository.
    pub path: String,
    /// Who is rendered into it.
    pub releases: Vec<Title>,
    /// Whose each of its files is, where there is more than one release.
    pub owners: BTreeMap<String, usize>,
    pub change: FolderChange,
}

/// What a release is called in lists.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Title {
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: Option<String>,
}

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct File {
    /// Its path from the root of the repository.
    pub path: String,
    /// What is wrong with it.
    pub state: FileState,
    /// The release that it belongs to, or did; all those of the folder, where it is not known which.
    pub releases: Vec<Title>,
}

impl Title {
    pub(super) fn new(release: &Release) -> Self {
        Self { name: release.name.clone(), stage: release.stage.clone() }
    }

    /// Reads what [`Display`](fmt::Display) writes; neither part can have a parenthesis.
    pub(super) fn parse(text: &str) -> Self {
        match text.strip_suffix(')').and_then(|text| text.split_once(" (")) {
            Some((name, stage)) => Self { name: name.into(), stage: Some(stage.into()) },
            None => Self { name: text.into(), stage: None },
        }
    }
}

impl fmt::Display for Title {
    /// `shop`, or `shop (prod)` with its stage.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.stage.as_ref().map_or(Ok(()), |stage| write!(f, " ({stage})"))
    }
}

impl OutputFolder {
    pub fn new(path: &str, releases: impl IntoIterator<Item = Title>, change: FolderChange) -> Self {
        Self { path: path.into(), releases: releases.into_iter().collect(), owners: BTreeMap::new(), change }
    }

    /// `path`, which is below it, as seen from the root of the repository.
    pub fn below(&self, path: &str) -> String {
        path::below(&self.path, path)
    }

    /// Its files that are not as they should be.
    pub fn files(&self) -> impl Iterator<Item = File> {
        self.change.files().into_iter().map(|(path, state)| {
            let owner = self.owners.get(path).map(|owner| vec![self.releases[*owner].clone()]);
            File { path: self.below(path), state, releases: owner.unwrap_or_else(|| self.releases.clone()) }
        })
    }
}

//! What is left of releases that the workspace no longer has.
//!
//! The list of what helmwright owns in a folder says which workspace wrote it. Such a folder that no release is rendered
//! into any more is an orphan. Folders that other workspaces or `--output-dir` wrote have no such note.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::Workspace;
use super::folder::{OutputFolder, Title};
use super::names::NameTemplate;
use crate::path;
use crate::problem::{Problem, Problems};
use crate::source::Sources;
use crate::tree::{FolderChange, LIST, List};

const WORKSPACE: &str = "Workspace: ";
const RELEASE: &str = "Release: ";
/// What the root of a repository has; in a worktree or a submodule it is a file.
const GIT: &str = ".git";

/// The notes in the list of the folder `output` that these releases of the workspace `config` are rendered into.
pub(super) fn notes<'a>(config: &str, output: &str, releases: impl Iterator<Item = &'a Title>) -> Vec<String> {
    // Seen from the folder, the same holds in a copy of the files that is no repository.
    let workspace = std::iter::once(format!("{WORKSPACE}{}", path::relative(output, config)));
    workspace.chain(releases.map(|release| format!("{RELEASE}{release}"))).collect()
}

impl Workspace {
    /// The folders of this workspace that are none of `outputs`. They are looked for where the patterns of `output` begin:
    /// in all of `rendered` for `rendered/${{ stage }}/${{ name }}`.
    pub(super) fn orphans(&self, root: &Path, outputs: &BTreeSet<&str>) -> Result<Vec<OutputFolder>, Problems> {
        let patterns = self.entries.iter().filter_map(|entry| entry.output.as_ref());
        let places: BTreeSet<(String, Option<String>)> = patterns.filter_map(|pattern| self.place(pattern)).collect();
        let mut listed: Vec<String> =
            places.iter().flat_map(|(folder, prefix)| lists(root, folder, prefix.as_deref())).collect();
        listed.sort_unstable();
        listed.dedup();
        listed.retain(|folder| !outputs.contains(folder.as_str()));
        let (mut folders, mut problems) = (Vec::new(), Vec::new());
        for folder in listed {
            match self.orphan(root, &folder) {
                Ok(orphan) => folders.extend(orphan),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(folders) } else { Err(Problems::new(problems, &Sources::default())) }
    }

    fn orphan(&self, root: &Path, folder: &str) -> Result<Option<OutputFolder>, Problem> {
        let at = root.join(folder);
        let list = List::read(&at)?;
        let mut configs = list.notes.iter().filter_map(|note| path::resolve(folder, note.strip_prefix(WORKSPACE)?));
        if !configs.any(|config| config == self.config) {
            return Ok(None);
        }
        let releases: Vec<Title> =
            list.notes.iter().filter_map(|note| note.strip_prefix(RELEASE)).map(Title::parse).collect();
        Ok(Some(OutputFolder::new(folder, releases, FolderChange::removal(list, &at)?)))
    }

    /// The topmost folder that all output of `pattern` is in; where that is the workspace's folder, what the names in it
    /// begin with.
    fn place(&self, pattern: &NameTemplate) -> Option<(String, Option<String>)> {
        let workspace = path::parent(&self.config);
        let fixed = pattern.fixed();
        let whole = if fixed.len() == pattern.text.len() { fixed } else { path::parent(fixed) };
        let up = whole.split('/').take_while(|step| matches!(*step, "" | "." | "..")).count();
        let steps: Vec<&str> = whole.split('/').take(up + 1).collect();
        let folder = path::resolve(workspace, &steps.join("/"))?;
        let partial = fixed.len() != pattern.text.len() && up >= whole.split('/').count();
        Some((folder, partial.then(|| fixed.rsplit('/').next().unwrap_or_default().to_owned())))
    }
}

/// The folders at or below `folder` that have a list, but for those in other repositories. With a `prefix`, only what
/// begins with it is looked into.
fn lists(root: &Path, folder: &str, prefix: Option<&str>) -> Vec<String> {
    let top = if folder.is_empty() { root.to_path_buf() } else { root.join(folder) };
    let top = if top.as_os_str().is_empty() { PathBuf::from(".") } else { top };
    if !folder.is_empty() && is_repository(&top) {
        return Vec::new();
    }
    let entries = WalkDir::new(&top).min_depth(1).into_iter().filter_entry(|entry| may_hold_list(entry, prefix));
    // What cannot be read has nothing that could be removed.
    let lists = entries.flatten().filter(|entry| entry.file_type().is_file());
    lists
        .filter_map(|list| Some(path::below(folder, &steps(list.path().parent()?.strip_prefix(&top).ok()?)?)))
        .collect()
}

/// `path` with `/` between its steps.
fn steps(path: &Path) -> Option<String> {
    Some(path.iter().map(|step| step.to_str()).collect::<Option<Vec<_>>>()?.join("/"))
}

/// Whether `entry` is a list, or a folder in which lists are looked for.
fn may_hold_list(entry: &DirEntry, prefix: Option<&str>) -> bool {
    let Some(name) = entry.file_name().to_str() else { return false };
    if !entry.file_type().is_dir() {
        return name == LIST;
    }
    let is_named_so = entry.depth() > 1 || prefix.is_none_or(|prefix| name.starts_with(prefix));
    is_named_so && name != GIT && !is_repository(entry.path())
}

/// Whether `folder` is the root of a repository.
fn is_repository(folder: &Path) -> bool {
    folder.join(GIT).exists()
}

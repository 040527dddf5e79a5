//! Committed output that is not what its spec renders to.

use std::collections::BTreeSet;

use super::{ReleaseDiff, Whose, diff_release};
use crate::diff::DiffOptions;
use crate::files::Files;
use crate::impact::ReleaseState;
use crate::objects::Objects;
use crate::problem::{Problem, Problems};
use crate::render::Rendered;
use crate::tree::{LIST, Tree};
use crate::workspace::{Format, Release, content};

/// The output of a release on one side, and what it should be.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// The release.
    pub release: &'a Release,
    /// What its spec renders to.
    pub rendered: &'a Rendered,
    /// Where its output is.
    pub files: &'a Files,
}

/// What differs between the output that is committed and what the spec renders to today; `None` where nothing is
/// committed, or nothing differs. With [`Whose::Renderer`] the new side is today's, with [`Whose::Output`] the committed.
///
/// Only the files are named where their objects would say nothing new: where the output is still that of `before`, the
/// other side, so that the change itself is what it lacks. And a chart is no objects before Helm renders it.
///
/// # Errors
/// A file that cannot be read.
pub fn drift(
    current: Output<'_>,
    before: Option<(&Release, &Files)>,
    whose: Whose,
    options: &DiffOptions,
) -> Result<Option<ReleaseDiff>, Problems> {
    let Output { release, rendered, files } = current;
    let Some(output) = release.output.as_deref() else { return Ok(None) };
    let today = content(release, rendered, &mut Vec::new())?;
    if is_committed(files, output, &today)? {
        return Ok(None);
    }
    let committed = committed(files, output, &today)?;
    if committed.is_empty() || committed == today {
        return Ok(None);
    }
    let is_old = match before {
        Some((Release { output: Some(from), .. }, files)) => self::committed(files, from, &today)? == committed,
        _ => false,
    };
    if is_old || release.format == Format::Chart {
        let files = stale(output, &committed, &today);
        return Ok(Some(ReleaseDiff { name: release.to_string(), whose, files, ..ReleaseDiff::default() }));
    }
    let (committed, today) = (objects(files, output, &committed), objects(files, output, &today));
    let (old, new) = match whose {
        Whose::Output => (&today, &committed),
        _ => (&committed, &today),
    };
    let difference = diff_release(&release.to_string(), ReleaseState::of(old), ReleaseState::of(new), options, None);
    Ok((!difference.is_empty()).then_some(ReleaseDiff { whose, ..difference }))
}

/// Whether what helmwright wrote into an output folder is all of `today` and no more. Nothing is read for that but the
/// list of the files, where the files are in Git.
fn is_committed(files: &Files, output: &str, today: &Tree) -> Result<bool, Problem> {
    for (path, content) in today.iter() {
        if files.holds(&format!("{output}/{path}"), content)? != Some(true) {
            return Ok(false);
        }
    }
    let list = list(files, output)?;
    Ok(owned(&list).all(|path| today.get(path).is_some()))
}

/// The list of what is helmwright's in an output folder.
fn list(files: &Files, output: &str) -> Result<String, Problem> {
    Ok(files.text(&format!("{output}/{LIST}"))?.unwrap_or_default())
}

/// The files that a list names.
fn owned(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The paths of the files that are not the same on both sides.
fn stale(output: &str, committed: &Tree, today: &Tree) -> Vec<String> {
    let paths: BTreeSet<&str> = committed.iter().chain(today.iter()).map(|(path, _)| path).collect();
    let differing = paths.into_iter().filter(|path| committed.get(path) != today.get(path));
    differing.map(|path| format!("{output}/{path}")).collect()
}

/// The files of an output folder that helmwright wrote, or would write.
fn committed(files: &Files, output: &str, today: &Tree) -> Result<Tree, Problem> {
    let list = list(files, output)?;
    let paths: BTreeSet<&str> = owned(&list).chain(today.iter().map(|(path, _)| path)).collect();
    let mut tree = Tree::default();
    for path in paths {
        if let Some(text) = files.text(&format!("{output}/{path}"))? {
            tree.insert(path, text);
        }
    }
    Ok(tree)
}

fn objects(files: &Files, output: &str, tree: &Tree) -> Objects {
    let (mut objects, mut problems) = (Objects::default(), Vec::new());
    for (path, bytes) in tree.iter().filter(|(path, _)| path.ends_with(".yaml")) {
        // What is no YAML any more is no object to a cluster either.
        objects.add(&files.name(&format!("{output}/{path}")), &String::from_utf8_lossy(bytes), &mut problems);
    }
    objects
}

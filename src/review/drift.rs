//! Committed output that is not what its spec renders to: the renderer's part of a change, and what is stale.

use std::collections::BTreeSet;

use super::State;
use crate::diff::{self, Options, ReleaseDiff};
use crate::files::Files;
use crate::git::Revision;
use crate::objects::Objects;
use crate::problem::Report;
use crate::render::Rendered;
use crate::tree::Tree;
use crate::workspace::{Format, Release, Selection, content};

/// What the output that is committed at `revision` has otherwise than what `rendered` gives today; `None` where nothing
/// is committed, or nothing differs.
///
/// # Errors
/// The repository lacks something.
pub fn of(
    release: &Release,
    rendered: &Rendered,
    revision: &Revision,
    options: &Options,
) -> Result<Option<ReleaseDiff>, Report> {
    let Some(output) = release.output.as_deref() else { return Ok(None) };
    // A chart is no objects before Helm renders it.
    if release.format == Format::Chart || revision.entries(output)?.is_none() {
        return Ok(None);
    }
    let today = content(release, rendered, &mut Vec::new())?;
    let committed = revision.tree(output, |path| path.ends_with(".yaml"))?;
    let owned = owned(revision, output)?;
    let same = |path: &str, bytes: &[u8]| today.get(path) == Some(bytes);
    let counts = |path: &str| owned.contains(path) || today.get(path).is_some();
    let differs = committed.iter().any(|(path, bytes)| counts(path) && !same(path, bytes))
        || today.iter().any(|(path, _)| committed.get(path).is_none());
    if !differs {
        return Ok(None);
    }
    let read = |tree: &Tree| {
        let (mut objects, mut problems) = (Objects::default(), Vec::new());
        for (path, bytes) in tree.iter().filter(|(path, _)| counts(path)) {
            objects.add(path, &String::from_utf8_lossy(bytes), &mut problems);
        }
        objects
    };
    let found = diff::diff(&release.to_string(), &read(&committed), &read(&today), options);
    Ok((!found.is_empty()).then_some(found))
}

/// The files that helmwright wrote into a folder, by the list there.
fn owned(revision: &Revision, output: &str) -> Result<BTreeSet<String>, Report> {
    let list = revision.read(&format!("{output}/.helmwright"))?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&list).lines().filter(|line| !line.starts_with('#')).map(str::to_string).collect())
}

/// The files of the head's output that are not what its specs render to, a line each.
///
/// # Errors
/// What does not render, or cannot be read.
pub fn stale(head: &State, selection: &Selection) -> Result<Vec<String>, Report> {
    let Some(workspace) = &head.workspace else { return Ok(Vec::new()) };
    if !head.releases.iter().any(|release| release.output.is_some()) {
        return Ok(Vec::new());
    }
    match workspace.files() {
        Files::Disk(_) => {
            let outputs = workspace.outputs(&head.releases, selection, &head.catalog, true, || {})?;
            Ok(outputs.files().iter().map(|file| format!("{} is {}", file.path, file.state)).collect())
        }
        Files::Revision(revision) => {
            let mut lines = Vec::new();
            for release in selection.of(&head.releases)? {
                let Some(output) = release.output.as_deref() else { continue };
                let rendered = workspace.render(release, &head.catalog)?;
                let today = content(release, &rendered, &mut Vec::new())?;
                let other = revision.differing(output, &today)?;
                let committed = revision.tree(output, |path| today.get(path).is_some())?;
                let missing = today.iter().filter(|(path, _)| committed.get(path).is_none());
                lines.extend(missing.map(|(path, _)| format!("{output}/{path} is missing")));
                let changed = other.iter().filter(|(path, _)| today.get(path).is_some());
                lines.extend(changed.map(|(path, _)| format!("{output}/{path} is stale")));
            }
            Ok(lines)
        }
    }
}

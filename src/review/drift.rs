//! Committed output that is not what its spec renders to.

use std::collections::BTreeSet;

use crate::change::Side;
use crate::diff::{self, Options, ReleaseDiff, Whose};
use crate::files::Files;
use crate::objects::Objects;
use crate::problem::{Problem, Report};
use crate::render::Rendered;
use crate::tree::{LIST, Tree};
use crate::workspace::{Format, Release, content};

/// What differs between the output that is committed in `files` and what `rendered` gives today; `None` where nothing is
/// committed, or nothing differs. With [`Whose::Renderer`] the new side is today's, with [`Whose::Output`] the committed.
///
/// # Errors
/// A file that cannot be read.
pub fn drift(
    release: &Release,
    rendered: &Rendered,
    files: &Files,
    whose: Whose,
    options: &Options,
) -> Result<Option<ReleaseDiff>, Report> {
    // A chart is no objects before Helm renders it; `helmwright check` compares its files.
    let Some(output) = release.output.as_deref().filter(|_| release.format != Format::Chart) else { return Ok(None) };
    let today = content(release, rendered, &mut Vec::new())?;
    if is_committed(files, output, &today)? {
        return Ok(None);
    }
    let committed = committed(files, output, &today)?;
    if committed.is_empty() || committed == today {
        return Ok(None);
    }
    let (committed, today) = (objects(files, output, &committed), objects(files, output, &today));
    let (old, new) = match whose {
        Whose::Output => (&today, &committed),
        _ => (&committed, &today),
    };
    let found = diff::release(&release.to_string(), Side::of(old), Side::of(new), options, None);
    Ok((!found.is_empty()).then_some(ReleaseDiff { whose, ..found }))
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

/// The files that a list names, as far as objects are in them.
fn owned(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter(|line| !line.starts_with('#') && line.ends_with(".yaml"))
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
    for (path, bytes) in tree.iter() {
        // What is no YAML any more is no object to a cluster either.
        objects.add(&files.name(&format!("{output}/{path}")), &String::from_utf8_lossy(bytes), &mut problems);
    }
    objects
}

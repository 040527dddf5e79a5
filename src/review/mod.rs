//! What a change of a repository does to its releases: the base's state against the head's.
//!
//! Whose change is it? Both sides' specs are rendered today, and what differs between them is the user's. Where the
//! rendered output is committed too, what the base's output has otherwise than the base's spec renders to today is the
//! renderer's, and told apart. And where the head's output is not what its spec renders to, that comes before all else:
//! the cluster gets the output.

mod drift;
mod single;

use rayon::prelude::*;

use crate::change::{Change, Side};
use crate::diff::{self, Diff, Options, ReleaseDiff, Story};
use crate::files::Files;
use crate::git::Revision;
use crate::objects::Objects;
use crate::pack::Catalog;
use crate::problem::Report;
use crate::render::Rendered;
use crate::source::Sources;
use crate::transition::{self, Settings};
use crate::workspace::{Pair, Release, Selection, Workspace, moved_specs, pairs};

pub use single::{Single, single};

/// The state of a repository at one time.
#[derive(Debug)]
pub struct State {
    /// Its workspace; none where it has no `helmwright.yaml`.
    pub workspace: Option<Workspace>,
    /// The revision; the working tree where there is none.
    pub revision: Option<Revision>,
    releases: Vec<Release>,
    catalog: Catalog,
}

impl State {
    /// Reads the workspace of `files`, whose packs are added to those of `catalog`.
    ///
    /// # Errors
    /// Everything wrong with `helmwright.yaml`, and what it names.
    pub fn read(files: Files, config: &str, mut catalog: Catalog) -> Result<Self, Report> {
        let revision = match &files {
            Files::Revision(revision) => Some(revision.clone()),
            Files::Disk(_) => None,
        };
        let workspace = Workspace::read(files, config)?;
        let mut releases = Vec::new();
        if let Some(workspace) = &workspace {
            workspace.add_packs(&mut catalog)?;
            // What is remarkable about the workspace, other verbs say.
            releases = workspace.releases(|_| {})?;
        }
        Ok(Self { workspace, revision, releases, catalog })
    }

    fn render(&self, release: Option<&Release>) -> Result<Option<Rendered>, Report> {
        let (Some(workspace), Some(release)) = (&self.workspace, release) else { return Ok(None) };
        workspace.render(release, &self.catalog).map(Some)
    }
}

/// A comparison, and the texts of each release's new side, in the same order.
#[derive(Debug)]
pub struct Review {
    /// What differs.
    pub diff: Diff,
    /// Where the places in it point into.
    pub sources: Vec<Sources>,
}

/// Compares the releases of `base` with those of `head`, as far as they are selected. `done` is told after each.
///
/// # Errors
/// What does not render; what the repository lacks.
pub fn review(
    base: &State,
    head: &State,
    selection: &Selection,
    options: &Options,
    settings: impl Fn(&mut Settings) + Sync,
    done: impl Fn() + Sync,
) -> Result<Review, Report> {
    let moved = match &base.revision {
        Some(from) => moved_specs((&base.releases, from), (&head.releases, head.revision.as_ref()))?,
        None => Default::default(),
    };
    let all = pairs(&base.releases, &head.releases, &moved);
    let wanted = |pair: &Pair<'_>| pair.head.or(pair.base).is_some_and(|release| selection.has(release));
    let all: Vec<Pair<'_>> = all.into_iter().filter(wanted).collect();
    let compared: Vec<Result<Option<(ReleaseDiff, Sources)>, (String, Report)>> = all
        .par_iter()
        .map(|pair| {
            let result = compare(base, head, *pair, options, &settings);
            done();
            let name = pair.head.or(pair.base).map(ToString::to_string).unwrap_or_default();
            result.map_err(|report| (name, report))
        })
        .collect();
    let (mut diff, mut sources, mut wrong) = (Diff::default(), Vec::new(), Vec::new());
    for result in compared {
        match result {
            Ok(Some((release, own))) => {
                diff.releases.push(release);
                sources.push(own);
            }
            Ok(None) => {}
            Err(error) => wrong.push(error),
        }
    }
    if let Some(report) = Report::join(wrong) {
        return Err(report);
    }
    diff.stale = drift::stale(head, selection)?;
    Ok(Review { diff, sources })
}

fn compare(
    base: &State,
    head: &State,
    pair: Pair<'_>,
    options: &Options,
    settings: &(impl Fn(&mut Settings) + Sync),
) -> Result<Option<(ReleaseDiff, Sources)>, Report> {
    if untouched(base, head, pair)? {
        return Ok(None);
    }
    let name = pair.head.or(pair.base).map(ToString::to_string).unwrap_or_default();
    let (before, after) = (base.render(pair.base)?, head.render(pair.head)?);
    let mut release = told(&name, before.as_ref(), after.as_ref(), options, settings);
    if let (Some(own), Some(rendered), Some(revision)) = (pair.base, &before, &base.revision) {
        release.drift = drift::of(own, rendered, revision, options)?.map(Box::new);
    }
    let nothing = release.is_empty() && release.hidden.is_empty();
    let sources = after.map(|rendered| rendered.spec.sources).unwrap_or_default();
    Ok((!nothing).then_some((release, sources)))
}

/// Whether a release is made of the same texts in the same way on both sides.
fn untouched(base: &State, head: &State, pair: Pair<'_>) -> Result<bool, Report> {
    let (Some(old), Some(new)) = (pair.base, pair.head) else { return Ok(false) };
    let (Some(before), Some(after)) = (&base.workspace, &head.workspace) else { return Ok(false) };
    // What packs say is not compared.
    Ok(!before.has_packs() && !after.has_packs() && old.is_made_like(new) && before.same_files(old, after, new)?)
}

/// What differs between two sides of a release, and what it means.
pub fn told(
    name: &str,
    before: Option<&Rendered>,
    after: Option<&Rendered>,
    options: &Options,
    settings: &(impl Fn(&mut Settings) + Sync),
) -> ReleaseDiff {
    let objects = |side: Option<&Rendered>| side.map(Objects::from).unwrap_or_default();
    let (old, new) = (objects(before), objects(after));
    let side = |objects, rendered| Side { objects, rendered };
    of_objects(name, side(&old, before), side(&new, after), options, settings)
}

/// What differs between two sets of objects, and what it means.
pub fn of_objects(
    name: &str,
    old: Side<'_>,
    new: Side<'_>,
    options: &Options,
    settings: &(impl Fn(&mut Settings) + Sync),
) -> ReleaseDiff {
    let mut release = diff::diff(name, old.objects, new.objects, options);
    if !release.objects.is_empty() {
        let mut own = Settings::of(new);
        settings(&mut own);
        let change = Change::new(old, new);
        let findings = transition::check_with(&change, old, new, &own);
        release.story = Some(Box::new(Story { summary: change.summary(), findings }));
    }
    release
}

//! What a change of a repository does to its releases: the base's state against the head's.
//!
//! Whose change is it? Both sides' specs are rendered today, and what differs between them is the user's. Where the
//! rendered output is committed too, what the base's output has otherwise than the base's spec renders to today is the
//! renderer's, and told apart. And where the head's output is not what its spec renders to, that comes before all else:
//! the cluster gets the output.

mod answer;
mod drift;
pub mod external;
pub mod manifests;
mod release;
mod single;
mod states;

use rayon::prelude::*;

use crate::diff::{self, DiffOptions};
use crate::files::Files;
use crate::fix_plan::{FixPlan, fix_plan};
use crate::git::Revision;
use crate::impact::ReleaseState;
use crate::objects::Objects;
use crate::pack::Catalog;
use crate::problem::Problems;
use crate::render::Rendered;
use crate::spec::Inputs;
use crate::transition::TransitionSettings;
use crate::workspace::{Release, ReleasePair, Selection, Workspace, moved_specs, pairs};

pub use answer::{Diff, ReleaseDiff, Whose};
pub use release::diff_release;
pub use single::{Single, single};
pub use states::{States, Subject};

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
    pub fn read(files: Files, config: &str, mut catalog: Catalog) -> Result<Self, Problems> {
        let revision = files.revision().cloned();
        let workspace = Workspace::read(files, config)?;
        let mut releases = Vec::new();
        if let Some(workspace) = &workspace {
            workspace.add_packs(&mut catalog)?;
            // What is remarkable about the workspace, other verbs say.
            releases = workspace.releases(|_| {})?;
        }
        Ok(Self { workspace, revision, releases, catalog })
    }

    /// The files of a release; none where there is no release.
    fn inputs(&self, release: Option<&Release>) -> Result<Option<Inputs>, Problems> {
        let (Some(workspace), Some(release)) = (&self.workspace, release) else { return Ok(None) };
        workspace.inputs(release).map(Some)
    }

    fn render(&self, release: Option<&Release>, inputs: Option<&Inputs>) -> Result<Option<Rendered>, Problems> {
        let (Some(workspace), Some(release), Some(inputs)) = (&self.workspace, release, inputs) else {
            return Ok(None);
        };
        workspace.render_of(release, inputs, &self.catalog).map(Some)
    }

    fn files(&self) -> Option<&Files> {
        self.workspace.as_ref().map(Workspace::files)
    }

    /// The output of `release`, as far as the state has it.
    fn output<'s>(&'s self, release: Option<&'s Release>, rendered: Option<&'s Rendered>) -> Option<drift::Output<'s>> {
        Some(drift::Output { release: release?, rendered: rendered?, files: self.files()? })
    }
}

/// Compares the releases of `base` with those of `head`, as far as they are selected. `done` is told after each.
///
/// # Errors
/// What does not render; what the repository lacks.
pub fn review(
    base: &State,
    head: &State,
    selection: &Selection,
    options: &DiffOptions,
    settings: impl Fn(&mut TransitionSettings) + Sync,
    done: impl Fn() + Sync,
) -> Result<Diff, Problems> {
    let moved = match &base.revision {
        Some(from) => moved_specs((&base.releases, from), (&head.releases, head.revision.as_ref()))?,
        None => Default::default(),
    };
    let all = pairs(&base.releases, &head.releases, &moved);
    let selected: Vec<ReleasePair<'_>> =
        all.into_iter().filter(|pair| pair.head.or(pair.base).is_some_and(|release| selection.has(release))).collect();
    let compared: Vec<Result<Vec<ReleaseDiff>, (String, Problems)>> = selected
        .par_iter()
        .map(|pair| {
            let result = compare(base, head, *pair, options, &settings);
            done();
            let name = pair.head.or(pair.base).map(ToString::to_string).unwrap_or_default();
            result.map_err(|report| (name, report))
        })
        .collect();
    let (mut releases, mut wrong) = (Vec::new(), Vec::new());
    for result in compared {
        match result {
            Ok(diffs) => releases.extend(diffs),
            Err(error) => wrong.push(error),
        }
    }
    if let Some(report) = Problems::join(wrong) {
        return Err(report);
    }
    releases.sort_by_key(|release| match release.whose {
        Whose::Output => 0,
        Whose::Change => 1,
        Whose::Renderer => 2,
    });
    Ok(Diff { releases })
}

/// All that there is to say of one release.
fn compare<'s>(
    base: &'s State,
    head: &'s State,
    pair: ReleasePair<'s>,
    options: &DiffOptions,
    settings: &(impl Fn(&mut TransitionSettings) + Sync),
) -> Result<Vec<ReleaseDiff>, Problems> {
    let mut diffs = Vec::new();
    let inputs = head.inputs(pair.head)?;
    let same = untouched(base, head, pair, inputs.as_ref())?;
    if same && pair.head.is_none_or(|release| release.output.is_none()) {
        return Ok(diffs);
    }
    let after = head.render(pair.head, inputs.as_ref())?;
    let before = pair.base.zip(base.files()).filter(|_| !same);
    if let Some(output) = head.output(pair.head, after.as_ref()) {
        diffs.extend(drift::drift(output, before, Whose::Output, options)?);
    }
    if same {
        return Ok(diffs);
    }
    let name = pair.head.or(pair.base).map(ToString::to_string).unwrap_or_default();
    let before = base.render(pair.base, base.inputs(pair.base)?.as_ref())?;
    let release = compare_rendered(&name, before.as_ref(), after.as_ref(), options, settings);
    if release.is_shown() {
        diffs.push(release);
    }
    if let Some(output) = base.output(pair.base, before.as_ref()) {
        diffs.extend(drift::drift(output, None, Whose::Renderer, options)?);
    }
    Ok(diffs)
}

/// Whether a release is made of the same texts in the same way on both sides; `inputs` are the new ones.
fn untouched(base: &State, head: &State, pair: ReleasePair<'_>, inputs: Option<&Inputs>) -> Result<bool, Problems> {
    let (Some(old), Some(new), Some(inputs)) = (pair.base, pair.head, inputs) else { return Ok(false) };
    let (Some(before), Some(after)) = (&base.workspace, &head.workspace) else { return Ok(false) };
    // What packs say is not compared.
    Ok(!before.has_packs() && !after.has_packs() && old.is_made_like(new) && before.has_texts(old, inputs)?)
}

/// What differs between two sides of a release, and what it means.
fn compare_rendered(
    name: &str,
    before: Option<&Rendered>,
    after: Option<&Rendered>,
    options: &DiffOptions,
    settings: &(impl Fn(&mut TransitionSettings) + Sync),
) -> ReleaseDiff {
    let [old, new] = [before, after].map(|side| side.map(Objects::from).unwrap_or_default());
    let (old, new) =
        (ReleaseState { objects: &old, rendered: before }, ReleaseState { objects: &new, rendered: after });
    let mut transition = TransitionSettings::of(new);
    settings(&mut transition);
    diff_release(name, old, new, options, Some(&transition))
}

/// The commits that lead safely from `base` to `head`, for each release that both have and whose texts differ.
///
/// # Errors
/// A spec that cannot be rendered; what the repository lacks.
pub fn plans(
    base: &State,
    head: &State,
    selection: &Selection,
    options: &DiffOptions,
) -> Result<Vec<(String, FixPlan)>, Problems> {
    let moved = match &base.revision {
        Some(from) => moved_specs((&base.releases, from), (&head.releases, head.revision.as_ref()))?,
        None => Default::default(),
    };
    let mut plans = Vec::new();
    for pair in pairs(&base.releases, &head.releases, &moved) {
        let (Some(old), Some(new)) = (pair.base, pair.head) else { continue };
        let (Some(before), Some(after)) = (&base.workspace, &head.workspace) else { continue };
        if !selection.has(new) {
            continue;
        }
        let inputs = after.inputs(new)?;
        if untouched(base, head, pair, Some(&inputs))? {
            continue;
        }
        let plan = fix_plan(&before.inputs(old)?, &inputs, &after.plan_release(new), &head.catalog, |objects| {
            diff::holds_secrets(objects, options)
        })?;
        plans.push((new.to_string(), plan));
    }
    Ok(plans)
}

//! All that a change does to a release: in words, what can go wrong, and object by object.

use std::collections::HashSet;

use super::{ReleaseDiff, Whose};
use crate::bundle::{Identity, Key};
use crate::diff::{DiffOptions, ObjectKind, diff, masked};
use crate::impact::{Impact, ReleaseState, Summary};
use crate::rules::Finding;
use crate::transition::{TransitionSettings, check_with};

/// The check that says that an object cannot take its new values.
const IMMUTABLE: &str = "immutable-field";

/// Compares two sides of the release `name`. `settings` are those of the transition checks; without them neither is
/// the change told nor checked, as for files that are parts of a release only.
pub fn diff_release(
    name: &str,
    old: ReleaseState<'_>,
    new: ReleaseState<'_>,
    options: &DiffOptions,
    settings: Option<&TransitionSettings>,
) -> ReleaseDiff {
    let (objects, hidden) = diff(old.objects, new.objects, options);
    let mut release = ReleaseDiff {
        name: name.to_string(),
        whose: Whose::Change,
        summary: None,
        findings: Vec::new(),
        objects,
        files: Vec::new(),
        hidden,
        sources: new.objects.sources.clone(),
    };
    let Some(settings) = settings.filter(|_| !release.is_empty()) else { return release };
    // Words may name any value, so what is a secret must not be there to be named.
    let mut objects = old.objects.manifests.iter().chain(&new.objects.manifests);
    let hides = !options.show_secrets
        && (!options.secrets.is_empty() || objects.any(|object| object.identity.is("", "Secret")));
    let hidden = hides.then(|| masked(old.objects, new.objects, options));
    let [old, new] = match &hidden {
        Some([before, after]) => [ReleaseState { objects: before, ..old }, ReleaseState { objects: after, ..new }],
        None => [old, new],
    };
    let change = Impact::new(old, new);
    let findings = check_with(&change, old, new, settings);
    recreate(&mut release, &findings);
    release.summary = Some(with_renames(change.summary(), &release));
    release.findings = findings;
    release
}

/// `summary`, which tells of the same renames as the objects do.
fn with_renames(mut summary: Summary, release: &ReleaseDiff) -> Summary {
    let renamed = release.objects.iter().filter(|object| object.kind == ObjectKind::Renamed);
    let renamed =
        renamed.filter_map(|object| Some((&object.before.as_ref()?.identity, &object.after.as_ref()?.identity)));
    let (from, to) = ends(&summary.renamed);
    let untold = renamed.filter(|(old, new)| !from.contains(&old.key()) && !to.contains(&new.key()));
    let untold: Vec<(Identity, Identity)> = untold.map(|(old, new)| (old.clone(), new.clone())).collect();
    summary.renamed.extend(untold);
    let (from, to) = ends(&summary.renamed);
    summary.objects.removed.retain(|identity| !from.contains(&identity.key()));
    summary.objects.added.retain(|identity| !to.contains(&identity.key()));
    summary
}

/// The old and the new names of renamed objects.
fn ends(renamed: &[(Identity, Identity)]) -> (HashSet<Key<'_>>, HashSet<Key<'_>>) {
    renamed.iter().map(|(old, new)| (old.key(), new.key())).unzip()
}

/// Marks the objects that have to be created anew.
fn recreate(release: &mut ReleaseDiff, findings: &[Finding]) {
    let immutable = findings.iter().filter(|finding| finding.rule.id == IMMUTABLE);
    let immutable: HashSet<Key<'_>> = immutable.map(|finding| finding.object.key()).collect();
    for object in release.objects.iter_mut().filter(|object| object.kind == ObjectKind::Changed) {
        if object.identity().is_some_and(|identity| immutable.contains(&identity.key())) {
            object.kind = ObjectKind::Recreated;
        }
    }
}

//! All that a change does to a release: in words, what can go wrong, and object by object.

use std::collections::HashSet;

use super::{ReleaseDiff, Whose};
use crate::diff::{DiffOptions, ObjectKind, diff, masked};
use crate::impact::{Change, Key, Side, Summary, key};
use crate::transition::{Finding, Settings, check_with};

/// The check that says that an object cannot take its new values.
const IMMUTABLE: &str = "immutable-field";

/// Compares two sides of the release `name`. `settings` are those of the transition checks; without them neither is
/// the change told nor checked, as for files that are parts of a release only.
pub fn diff_release(
    name: &str,
    old: Side<'_>,
    new: Side<'_>,
    options: &DiffOptions,
    settings: Option<&Settings>,
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
    let secret = |side: Side<'_>| side.objects.manifests.iter().any(|object| object.identity.kind == "Secret");
    let hides = !options.show_secrets && (!options.secrets.is_empty() || secret(old) || secret(new));
    let hidden = hides.then(|| masked(old.objects, new.objects, options));
    let [old, new] = match &hidden {
        Some([before, after]) => [Side { objects: before, ..old }, Side { objects: after, ..new }],
        None => [old, new],
    };
    let change = Change::new(old, new);
    let findings = check_with(&change, old, new, settings);
    recreate(&mut release, &findings);
    release.summary = Some(told(change.summary(), &release));
    release.findings = findings;
    release
}

/// `summary`, which tells of the same renames as the objects do.
fn told(mut summary: Summary, release: &ReleaseDiff) -> Summary {
    let renamed = release.objects.iter().filter(|object| object.kind == ObjectKind::Renamed);
    let (mut from, mut to): (HashSet<Key>, HashSet<Key>) =
        summary.renamed.iter().map(|(old, new)| (key(old), key(new))).unzip();
    for (old, new) in
        renamed.filter_map(|object| Some((&object.before.as_ref()?.identity, &object.after.as_ref()?.identity)))
    {
        if !from.contains(&key(old)) && !to.contains(&key(new)) {
            from.insert(key(old));
            to.insert(key(new));
            summary.renamed.push((old.clone(), new.clone()));
        }
    }
    summary.objects.removed.retain(|own| !from.contains(&key(own)));
    summary.objects.added.retain(|own| !to.contains(&key(own)));
    summary
}

/// Marks the objects that have to be created anew.
fn recreate(release: &mut ReleaseDiff, findings: &[Finding]) {
    let immutable = findings.iter().filter(|finding| finding.rule.id == IMMUTABLE);
    let immutable: HashSet<Key> = immutable.map(|finding| key(&finding.object)).collect();
    for object in release.objects.iter_mut().filter(|object| object.kind == ObjectKind::Changed) {
        if object.identity().is_some_and(|own| immutable.contains(&key(own))) {
            object.kind = ObjectKind::Recreated;
        }
    }
}

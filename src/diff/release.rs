//! All that a change does to a release: in words, what can go wrong, and object by object.

use super::{ObjectKind, Options, ReleaseDiff, Whose, diff, masked};
use crate::bundle::Identity;
use crate::change::{Change, Side, Summary};
use crate::transition::{Finding, Settings, check_with};

/// The check that says that an object cannot take its new values.
const IMMUTABLE: &str = "immutable-field";

/// The most objects on both sides that are taken for one release. Who serves whom is worked out for all of them
/// together, at each moment of the delivery, so that many releases in one folder would take very long.
const MOST: usize = 600;

/// Compares two sides of the release `name`. `settings` are those of the transition checks; without them neither is
/// the change told nor checked, as for files that are parts of a release only.
pub fn release(
    name: &str,
    old: Side<'_>,
    new: Side<'_>,
    options: &Options,
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
    let count = old.objects.manifests.len() + new.objects.manifests.len();
    if count > MOST {
        release.hidden.untold = count;
        return release;
    }
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
    for (old, new) in
        renamed.filter_map(|object| Some((&object.before.as_ref()?.identity, &object.after.as_ref()?.identity)))
    {
        let is = |own: &Identity, other: &Identity| own.same_object(other);
        if !summary.renamed.iter().any(|(from, to)| is(from, old) || is(to, new)) {
            summary.objects.removed.retain(|own| !is(own, old));
            summary.objects.added.retain(|own| !is(own, new));
            summary.renamed.push((old.clone(), new.clone()));
        }
    }
    summary
}

/// Marks the objects that have to be created anew.
fn recreate(release: &mut ReleaseDiff, findings: &[Finding]) {
    let immutable = || findings.iter().filter(|finding| finding.rule.id == IMMUTABLE);
    for object in release.objects.iter_mut().filter(|object| object.kind == ObjectKind::Changed) {
        let own = object.identity().cloned();
        if immutable().any(|finding| own.as_ref().is_some_and(|own| own.same_object(&finding.object))) {
            object.kind = ObjectKind::Recreated;
        }
    }
}

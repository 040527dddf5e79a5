//! The order in which a change reaches the cluster, object by object. It reads what [`order`](crate::render::order) writes.
//!
//! * `kubectl apply` of our manifests goes through their kinds as Helm does; what is gone is deleted at the end.
//! * Helm applies kind by kind, then deletes (`pkg/kube/client.go`, `Update`).
//! * Argo CD goes wave by wave. In a wave it deletes before it applies; the waves of what is deleted are taken in
//!   reverse, and what bears `PruneLast` is deleted after all waves. Where there is more than one wave, it waits until
//!   each is healthy (gitops-engine, `pkg/sync/sync_context.go` and `sync_tasks.go`).
//! * Flux applies by kind, all custom kinds after those of Kubernetes and by their groups, then deletes (fluxcd/pkg,
//!   `ssa/sort.go`). What is marked to come after the versions is in a Kustomization of its own, which waits for them.

use std::collections::HashSet;

use super::Delivery;
use crate::bundle::{Manifest, install_key};
use crate::kinds;
use crate::render::order::{AFTER, OPTIONS, WAVE, annotation};

/// One step on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The new object with this index is applied.
    Apply(usize),
    /// The old object with this index is deleted.
    Delete(usize),
    /// All that was applied so far is ready.
    Ready,
}

/// The steps from `old` to `new`, as `delivery` makes them, or `kubectl apply` where none is known. Objects that stay as
/// they are are applied, too.
pub fn steps(delivery: Option<Delivery>, old: &[Manifest], new: &[Manifest]) -> Vec<Step> {
    let stay: HashSet<_> = new.iter().map(|object| object.identity.key()).collect();
    let mut applied: Vec<usize> = (0..new.len()).collect();
    let mut deleted: Vec<usize> = (0..old.len()).filter(|index| !stay.contains(&old[*index].identity.key())).collect();
    let mut steps = match delivery {
        None | Some(Delivery::Helm) => {
            applied.sort_by_key(|index| install_key(&new[*index].identity.kind));
            deleted.sort_by_key(|index| install_key(&old[*index].identity.kind));
            let steps = applied.into_iter().map(Step::Apply);
            steps.chain(deleted.into_iter().map(Step::Delete)).collect()
        }
        Some(Delivery::ArgoCd) => waves(&applied, &deleted, old, new),
        Some(Delivery::Flux) => {
            applied.sort_by_cached_key(|index| (is_after_versions(&new[*index]), flux_key(&new[*index])));
            deleted.sort_by_cached_key(|index| std::cmp::Reverse(flux_key(&old[*index])));
            let second = applied.iter().position(|index| is_after_versions(&new[*index]));
            let mut steps: Vec<Step> = applied.into_iter().map(Step::Apply).collect();
            if let Some(second) = second {
                steps.insert(second, Step::Ready);
            }
            steps.extend(deleted.into_iter().map(Step::Delete));
            steps
        }
    };
    steps.push(Step::Ready);
    steps
}

/// Argo CD's waves. Where kind and name are the same, which comes first is not said; here it is the first by kind.
fn waves(applied: &[usize], deleted: &[usize], old: &[Manifest], new: &[Manifest]) -> Vec<Step> {
    let mut unique: Vec<i64> = deleted.iter().map(|index| wave(&old[*index])).collect();
    unique.sort_unstable();
    unique.dedup();
    let highest = applied.iter().map(|index| wave(&new[*index])).chain(unique.iter().copied()).max().unwrap_or(0);
    let last = highest.max(0) + 1;
    // In a wave, what is deleted comes first: `false` is before `true`.
    let mut tasks = Vec::with_capacity(applied.len() + deleted.len());
    for index in applied {
        let object = &new[*index];
        tasks.push((wave(object), true, argocd_key(object), Step::Apply(*index)));
    }
    for index in deleted {
        let object = &old[*index];
        let wave = if is_deleted_last(object) { last } else { mirrored(wave(object), &unique) };
        tasks.push((wave, false, argocd_key(object), Step::Delete(*index)));
    }
    tasks.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let mut steps = Vec::new();
    let mut current = tasks.first().map(|task| task.0);
    for (wave, _, _, step) in tasks {
        if current != Some(wave) {
            steps.push(Step::Ready);
            current = Some(wave);
        }
        steps.push(step);
    }
    steps
}

/// The place of an object in its wave.
fn argocd_key(object: &Manifest) -> (u8, String, String) {
    let kind = object.identity.kind.as_str();
    (kinds::argocd_rank(kind), object.identity.name.clone(), kind.to_string())
}

/// The wave that has as many of `unique` after it as `wave` has before it.
fn mirrored(wave: i64, unique: &[i64]) -> i64 {
    let position = unique.iter().position(|candidate| *candidate == wave).unwrap_or_default();
    unique.get(unique.len() - 1 - position).copied().unwrap_or(wave)
}

fn wave(object: &Manifest) -> i64 {
    annotation(&object.node, WAVE).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn is_deleted_last(object: &Manifest) -> bool {
    let options = annotation(&object.node, OPTIONS).unwrap_or_default();
    options.split(',').any(|option| option.trim() == "PruneLast=true")
}

fn flux_key(object: &Manifest) -> (u8, String, String, String, String) {
    let identity = &object.identity;
    let (group, kind) = (identity.group.clone(), identity.kind.clone());
    let namespace = identity.namespace.clone().unwrap_or_default();
    (kinds::flux_rank(&kind), group, kind, namespace, identity.name.clone())
}

/// Whether Flux applies it only when the versions are ready: the release's second Kustomization has it.
fn is_after_versions(object: &Manifest) -> bool {
    annotation(&object.node, AFTER).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::Objects;

    fn objects(text: &str) -> Objects {
        let mut objects = Objects::default();
        let mut problems = Vec::new();
        objects.add("test.yaml", text, &mut problems);
        assert_eq!(problems, []);
        objects
    }

    /// `+Kind/name` is applied, `-Kind/name` is deleted, `|` is a wait.
    fn shown(delivery: impl Into<Option<Delivery>>, old: &str, new: &str) -> String {
        let (old, new) = (objects(old).manifests, objects(new).manifests);
        let name = |object: &Manifest| format!("{}/{}", object.identity.kind, object.identity.name);
        let word = |step: Step| match step {
            Step::Apply(index) => format!("+{}", name(&new[index])),
            Step::Delete(index) => format!("-{}", name(&old[index])),
            Step::Ready => "|".into(),
        };
        steps(delivery.into(), &old, &new).into_iter().map(word).collect::<Vec<_>>().join(" ")
    }

    fn object(api: &str, kind: &str, name: &str, annotations: &str, spec: u8) -> String {
        format!(
            "---\n{{apiVersion: {api}, kind: {kind}, metadata: {{name: {name}, annotations: {{{annotations}}}}}, spec: {{n: {spec}}}}}\n"
        )
    }

    #[test]
    fn each_has_its_order() {
        let service = |name: &str, n: u8| object("v1", "Service", name, "", n);
        let route = |n: u8| object("networking.istio.io/v1", "VirtualService", "shop", "", n);
        let model = |name: &str| object("serving.kserve.io/v1beta1", "InferenceService", name, "", 0);
        let old = [service("a", 0), service("same", 0), model("m-0"), route(0)].concat();
        let new = [route(1), model("m-1"), service("same", 0), service("b", 0)].concat();
        let kubectl =
            "+Service/same +Service/b +InferenceService/m-1 +VirtualService/shop -Service/a -InferenceService/m-0 |";
        assert_eq!(shown(None, &old, &new), kubectl);
        assert_eq!(shown(Delivery::Helm, &old, &new), kubectl);
        // Custom kinds come by name there, and what goes comes first.
        let argocd =
            "-Service/a -InferenceService/m-0 +Service/b +Service/same +InferenceService/m-1 +VirtualService/shop |";
        assert_eq!(shown(Delivery::ArgoCd, &old, &new), argocd);
        // `networking.istio.io` is before `serving.kserve.io`.
        let flux =
            "+Service/b +Service/same +VirtualService/shop +InferenceService/m-1 -InferenceService/m-0 -Service/a |";
        assert_eq!(shown(Delivery::Flux, &old, &new), flux);
    }

    #[test]
    fn waves_wait_for_each_other_and_prune_in_reverse() {
        let wave = |n: i8| format!("argocd.argoproj.io/sync-wave: \"{n}\"");
        let service = |name: &str, annotations: &str| object("v1", "Service", name, annotations, 0);
        let route = |n: u8| object("networking.istio.io/v1", "VirtualService", "shop", &wave(2), n);
        let old = [service("a", &wave(0)), service("z", &wave(2)), route(0)].concat();
        let new = [service("b", &wave(0)), route(1)].concat();
        assert_eq!(shown(Delivery::ArgoCd, &old, &new), "-Service/z +Service/b | -Service/a +VirtualService/shop |");
        let last = format!("{}, argocd.argoproj.io/sync-options: \"Replace=false, PruneLast=true\"", wave(0));
        let old = [service("a", &last), route(0)].concat();
        assert_eq!(shown(Delivery::ArgoCd, &old, &new), "+Service/b | +VirtualService/shop | -Service/a |");
    }

    #[test]
    fn flux_waits_for_the_versions_where_the_objects_say_so() {
        let after = "helmwright/after: versions";
        let old = object("v1", "Service", "a", "", 0);
        let new = [
            object("networking.istio.io/v1", "VirtualService", "shop", after, 1),
            object("serving.kserve.io/v1beta1", "InferenceService", "m-1", "", 0),
        ]
        .concat();
        assert_eq!(shown(Delivery::Flux, &old, &new), "+InferenceService/m-1 | +VirtualService/shop -Service/a |");
    }
}

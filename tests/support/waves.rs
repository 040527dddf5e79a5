//! The order in which Argo CD's gitops-engine applies and prunes: `getSyncTasks` in `pkg/sync/sync_context.go` and
//! `Less` in `pkg/sync/sync_tasks.go`, for objects that are no hooks. `tests/conformance_argocd.rs` has the engine itself
//! do the same.

use helmwright::bundle::{Bundle, Manifest};
use helmwright::node::Node;

/// What is done to one object.
pub struct Task<'b> {
    /// The wave; a later one begins when all objects of this one are healthy.
    pub wave: i64,
    /// Whether it is removed; else it is applied.
    pub prune: bool,
    /// The object, as it is in Git, or in the cluster if it is no more in Git.
    pub object: &'b Manifest,
}

/// What a sync does to a cluster that has `live`, in order. Within a wave, what goes goes first.
pub fn sync<'b>(live: &'b Bundle, target: &'b Bundle) -> Vec<Task<'b>> {
    let gone = |object: &&Manifest| !target.iter().any(|other| other.identity.same_object(&object.identity));
    let mut pruned: Vec<Task<'b>> =
        live.iter().filter(gone).map(|object| Task { wave: wave(object), prune: true, object }).collect();
    // What was applied last goes first: the waves of what goes change places.
    let mut waves: Vec<i64> = pruned.iter().map(|task| task.wave).collect();
    waves.sort_unstable();
    waves.dedup();
    for task in &mut pruned {
        let at = waves.iter().position(|wave| *wave == task.wave).unwrap();
        task.wave = waves[waves.len() - 1 - at];
    }
    let mut tasks: Vec<Task<'b>> =
        target.iter().map(|object| Task { wave: wave(object), prune: false, object }).collect();
    tasks.extend(pruned);
    let last = 1 + tasks.iter().map(|task| task.wave).max().unwrap_or(0).max(0);
    for task in &mut tasks {
        let options = annotation(task.object, "argocd.argoproj.io/sync-options").unwrap_or_default();
        if task.prune && options.split(',').any(|option| option.trim() == "PruneLast=true") {
            task.wave = last;
        }
    }
    // A bundle is in the order of its kinds, which is the engine's too.
    tasks.sort_by_key(|task| (task.wave, !task.prune));
    tasks
}

fn wave(object: &Manifest) -> i64 {
    annotation(object, "argocd.argoproj.io/sync-wave").map_or(0, |text| text.parse().unwrap())
}

/// The annotation `key` of `object`.
pub fn annotation(object: &Manifest, key: &str) -> Option<String> {
    object.node.get("metadata")?.get("annotations")?.get(key).and_then(Node::text)
}

//! What comes after what, written into the objects for those who deliver them.
//!
//! | stage | objects | Argo CD's wave |
//! |---|---|---|
//! | versions | those of the versions, and what they need | 0 |
//! | application | what the versions have in common: Services, subsets | 1 |
//! | routes | what leads requests to them | 2 |
//!
//! All that the versions need is in their own stage, because every deliverer orders the kinds of a stage as Helm does.
//! The subsets of a DestinationRule come just before the routes that name them: with the versions they would be changed
//! as long before the routes as the versions take to get ready.
//!
//! Helm orders by kind alone and has no word for anything else, so nothing is written for it.

use std::sync::Arc;

use crate::bundle::{Identity, Manifest, is_needed_by_services};
use crate::kinds::{self, PodSource};
use crate::node::{Field, Node, Pins};
use crate::plan::Delivery;

/// Which part of a release made an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleasePart {
    /// A version: its workload, and what belongs to that.
    Version,
    /// The application.
    Application,
    /// What gives a version its weight in a routemap. The controller takes it at once, so it waits for the version.
    Weight,
    /// The routing, or the routemap that makes it.
    Routing,
    /// The user, with `extraObjects`.
    Extra,
}

/// What is delivered at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Versions,
    Application,
    Routes,
}

/// Argo CD's wave of an object; `pkg/sync/syncwaves` of its gitops-engine.
pub const WAVE: &str = "argocd.argoproj.io/sync-wave";
/// Argo CD's options of an object, joined by commas; `pkg/sync/common/types.go`.
pub const OPTIONS: &str = "argocd.argoproj.io/sync-options";
/// What Argo CD runs at its own time: waves do not order it, and it is not pruned.
const HOOKS: [&str; 2] = ["argocd.argoproj.io/hook", "helm.sh/hook"];
/// Marks what Flux must not apply before the versions are ready: Flux's first Kustomization selects by it.
pub const AFTER: &str = "helmwright/after";
/// The value of [`AFTER`].
pub const VERSIONS: &str = "versions";

/// Writes into `manifests`, of which each is made by one of `parts`, when `delivery` is to apply and remove them.
///
/// Where a release has no routes there is nothing to order, and nothing is written. Nor is anything for Flux where models
/// of KServe are among the versions: the second Kustomization would take them over by its label, which KServe copies to
/// their pods. So each would be made anew, and be one generation ahead of what Flux waits for.
pub fn order(delivery: Delivery, parts: &[ReleasePart], manifests: &mut [Manifest], pins: &Pins) {
    // A Rollout is refused while its routes are not there, so neither may wait for the other.
    let managed = manifests.iter().any(|manifest| manifest.identity.is("argoproj.io", "Rollout"));
    let stages: Vec<Stage> =
        manifests.iter().zip(parts).map(|(manifest, part)| stage(*part, &manifest.identity, managed)).collect();
    if !stages.contains(&Stage::Routes) {
        return;
    }
    let versions = manifests.iter().zip(&stages).filter(|(_, stage)| **stage == Stage::Versions);
    if delivery == Delivery::Flux && versions.map(|(manifest, _)| &manifest.identity).any(is_model) {
        return;
    }
    for (manifest, stage) in manifests.iter_mut().zip(stages) {
        if is_hook(&manifest.node, pins) {
            continue;
        }
        let node = &manifest.node;
        manifest.node = match delivery {
            Delivery::ArgoCd => {
                let node = annotated(node, WAVE, pins, |value| value.unwrap_or_else(|| Node::literal(wave(stage))));
                match stage {
                    // A route goes as Argo CD sees fit: another may take its name in the same sync.
                    Stage::Routes => node,
                    _ => annotated(&node, OPTIONS, pins, |value| with_option(value, "PruneLast", "true", pins)),
                }
            }
            Delivery::Flux if stage > Stage::Versions => annotated(node, AFTER, pins, |_| Node::literal(VERSIONS)),
            Delivery::Flux | Delivery::Helm => continue,
        };
    }
}

/// The text of the annotation `key` of `object`.
pub fn annotation(object: &Node, key: &str) -> Option<String> {
    object.text_at(&["metadata", "annotations", key])
}

fn is_hook(object: &Node, pins: &Pins) -> bool {
    let Some(annotations) = object.at(&["metadata", "annotations"]) else { return false };
    let is_hook = HOOKS.iter().any(|hook| annotations.get(hook).is_some_and(|value| pins.is_given(value)));
    if is_hook {
        pins.pin(annotations.origin());
    }
    is_hook
}

fn stage(part: ReleasePart, identity: &Identity, managed: bool) -> Stage {
    match part {
        ReleasePart::Version => Stage::Versions,
        ReleasePart::Application if is_needed_by_services(&identity.kind) => Stage::Versions,
        ReleasePart::Application | ReleasePart::Weight => Stage::Application,
        ReleasePart::Routing => Stage::Routes,
        // What the user wrote has no place in a pack that would say so.
        ReleasePart::Extra if !managed && kinds::is_route(&identity.group, &identity.kind) => Stage::Routes,
        ReleasePart::Extra => Stage::Versions,
    }
}

/// Whether KServe makes pods of it, with its labels.
fn is_model(identity: &Identity) -> bool {
    matches!(identity.pods(), PodSource::InferenceService | PodSource::LlmInferenceService)
}

fn wave(stage: Stage) -> &'static str {
    match stage {
        Stage::Versions => "0",
        Stage::Application => "1",
        Stage::Routes => "2",
    }
}

/// `object` with the annotation `key`, whose value `make` gives from the one that the user gave it. Other annotations stay.
fn annotated(object: &Node, key: &str, pins: &Pins, make: impl FnOnce(Option<Node>) -> Node) -> Node {
    let metadata = object.get("metadata").cloned().unwrap_or(Node::NULL);
    let annotations = metadata.get("annotations").cloned().unwrap_or(Node::NULL);
    if !matches!(annotations, Node::Map(..)) && !annotations.is_null() {
        // No API server takes it, and a lint says so.
        return object.clone();
    }
    let given = annotations.get(key).filter(|value| pins.is_given(value)).cloned();
    let annotations = with(&annotations, key, make(given), pins);
    with(object, "metadata", with(&metadata, "annotations", annotations, pins), pins)
}

/// `map` with `value` under `key`, in its place if it has one. The map is no longer the user's as a whole, so it is pinned.
fn with(map: &Node, key: &str, value: Node, pins: &Pins) -> Node {
    pins.pin(map.origin());
    let mut entries = map.entries().to_vec();
    match entries.iter_mut().find(|(node, _)| node.text().as_deref() == Some(key)) {
        Some((_, replaced)) => *replaced = value,
        None => entries.push((Node::literal(key), value)),
    }
    Node::map(entries)
}

/// `options` and `<name>=<value>`, unless they have that name already.
fn with_option(options: Option<Node>, name: &str, value: &str, pins: &Pins) -> Node {
    let option = format!("{name}={value}");
    let Some(options) = options else { return Node::literal(option) };
    // An API server refuses an annotation that is not a string.
    let Some(text) = Field::<Arc<str>>::new(options.clone()).pin(pins) else { return options };
    let has_name = |option: &str| option.split('=').next().is_some_and(|key| key.trim() == name);
    if text.trim().is_empty() {
        Node::literal(option)
    } else if text.split(',').any(has_name) {
        options
    } else {
        Node::concat([options, Node::literal(format!(",{option}"))])
    }
}

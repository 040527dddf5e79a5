//! What is known of each kind of object: one row a kind, and what code matches on where a kind needs some.
//!
//! A kind is its group and its name: `Service` is one of Kubernetes and another of Knative. Only tools that look at the
//! name alone, as Helm and Flux do where they sort, are asked by the name alone here.

mod lists;
mod quantity;
mod row;
mod table;

pub use lists::{LISTS, ListKeys, item_keys, merge_keys};
pub use quantity::quantity;
pub use row::{Immutable, KnownKind, NameRule, Owns, PodSource, RouteReader, ScalerKeys, Selects};

use table::KINDS;

/// The names of all rows: close together, since every object of every release is looked up by its own.
static NAMES: [&str; KINDS.len()] = {
    let mut names = [""; KINDS.len()];
    let mut i = 0;
    while i < KINDS.len() {
        names[i] = KINDS[i].name;
        i += 1;
    }
    names
};

/// The rows of that name, whatever their group.
fn named(name: &str) -> impl Iterator<Item = &'static KnownKind> {
    NAMES.iter().zip(KINDS).filter(move |(own, _)| **own == name).map(|(_, kind)| kind)
}

/// The row of a kind.
pub fn find(group: &str, name: &str) -> Option<&'static KnownKind> {
    named(name).find(|kind| kind.group == group)
}

/// All kinds for which `holds`.
pub fn with(holds: impl Fn(&KnownKind) -> bool) -> impl Iterator<Item = &'static KnownKind> {
    KINDS.iter().filter(move |kind| holds(kind))
}

/// Where Helm has objects of `kind` in its order, whatever their group; what it does not know comes after all others.
pub fn helm_rank(kind: &str) -> u8 {
    rank(kind, |row| row.helm_rank)
}

/// Where Argo CD has objects of `kind` in its order of a wave.
pub fn argocd_rank(kind: &str) -> u8 {
    rank(kind, |row| row.argocd_rank)
}

/// Where Flux has objects of `kind` in its order.
pub fn flux_rank(kind: &str) -> u8 {
    rank(kind, |row| row.flux_rank)
}

fn rank(kind: &str, of: fn(&KnownKind) -> Option<u8>) -> u8 {
    named(kind).find_map(of).unwrap_or(u8::MAX)
}

/// Iter8's short name of a kind (`gvrShort`), as in its controller's configuration; a kind that has none keeps its name.
pub fn gvr_short(kind: &str) -> &str {
    named(kind).find_map(|row| row.gvr_short).unwrap_or(kind)
}

/// The kind that Iter8 calls by this short name, or the name itself.
pub fn of_gvr_short(short: &str) -> &str {
    KINDS.iter().find(|row| row.gvr_short == Some(short)).map_or(short, |row| row.name)
}

/// Whether objects of this kind lead requests to others. Whose name ends in `Route` does, whatever its group.
pub fn is_route(group: &str, name: &str) -> bool {
    name.ends_with("Route") || find(group, name).is_some_and(|kind| kind.leads)
}

/// Whether the value at `path` of an object is a version's share of the traffic. Items of lists are `[]`.
pub fn is_weight(kind: Option<&KnownKind>, path: &[String]) -> bool {
    matches_any(kind.map_or(&[], |kind| kind.weights), path) || matches_any(&[table::WEIGHT_ANNOTATION], path)
}

/// Whether the value at `path` of an object says what a version serves.
pub fn is_image(kind: Option<&KnownKind>, path: &[String]) -> bool {
    matches_any(kind.map_or(&[], |kind| kind.models), path) || matches_any(&table::IMAGES, path)
}

fn matches_any(patterns: &[&[&str]], path: &[String]) -> bool {
    patterns.iter().any(|pattern| matches(pattern, path))
}

/// Whether `path` is as `pattern` has it, where `*` is any one step and `**` any number of them.
fn matches(pattern: &[&str], path: &[String]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
        ([step, rest @ ..], [own, below @ ..]) => (*step == "*" || step == own) && matches(rest, below),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_kind_has_one_row() {
        let names: BTreeSet<_> = KINDS.iter().map(|kind| (kind.group, kind.name)).collect();
        assert_eq!(names.len(), KINDS.len());
    }

    #[test]
    fn orders_have_no_gaps() {
        for (of, count) in [(helm_rank as fn(&str) -> u8, 36), (argocd_rank, 34), (flux_rank, 23)] {
            let ranks: BTreeSet<u8> = KINDS.iter().map(|kind| of(kind.name)).filter(|rank| *rank < u8::MAX).collect();
            assert_eq!(ranks.len(), count);
        }
    }

    #[test]
    fn groups_tell_kinds_apart() {
        assert_eq!(find("", "Service").map(|kind| kind.selects), Some(Selects::Pods));
        assert_eq!(find("serving.knative.dev", "Service").map(|kind| kind.selects), Some(Selects::Nothing));
        assert!(find("apps", "Service").is_none());
    }

    #[test]
    fn paths_match_patterns() {
        let path = |text: &str| text.split('.').map(str::to_string).collect::<Vec<_>>();
        let route = find("networking.istio.io", "VirtualService");
        assert!(is_weight(route, &path("spec.http.[].route.[].weight")));
        assert!(!is_weight(find("apps", "Deployment"), &path("spec.http.[].route.[].weight")));
        assert!(is_image(None, &path("spec.template.spec.containers.[].image")));
        assert!(!is_image(None, &path("spec.template.spec.containers.[].name")));
        let seldon = find("machinelearning.seldon.io", "SeldonDeployment");
        assert!(is_image(seldon, &path("spec.predictors.[].graph.modelUri")));
        assert!(is_image(seldon, &path("spec.predictors.[].graph.children.[].modelUri")));
    }
}

use std::borrow::Cow;

use crate::bundle::Manifest;
use crate::lint::view::{Pods, selects};
use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "version-unreachable",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a route leads to every version of an application",
    what: "Workloads and InferenceServices that no route leads to, while one leads to another version of the same \
           application. Two are versions of one application if they have the same `app` (or `app.kubernetes.io/name`) \
           and different `version` labels (or `app.kubernetes.io/version`), or if their names differ in a number at the end.",
    why: "A canary that nothing can reach is never tested, and costs as much as one that is.",
    how: "Add a rule or a destination for it (a weight of 0 counts), or remove the version.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    let routed: Vec<&Pods<'a>> =
        context.pods().iter().filter(|pods| !pods.generated && is_reached(context, pods)).collect();
    for pods in context.pods().iter().filter(|pods| !pods.generated && !is_reached(context, pods)) {
        let sibling = routed.iter().find(|reached| versions_of_one(context, pods.object, reached.object));
        if let Some(sibling) = sibling.filter(|_| !context.has_routemap(context.namespace(pods.object))) {
            report(pods.object, sibling.object, findings);
        }
    }
    let services: Vec<&Manifest> = context.inference_services().collect();
    let reached: Vec<bool> = services.iter().map(|service| is_named(context, service)).collect();
    for (service, _) in services.iter().zip(&reached).filter(|(_, reached)| !**reached) {
        let mut siblings = services.iter().zip(&reached).filter(|(_, reached)| **reached);
        let sibling = siblings.find(|(named, _)| versions_of_one(context, service, named));
        if let Some((sibling, _)) = sibling.filter(|_| !context.has_routemap(context.namespace(service))) {
            report(service, sibling, findings);
        }
    }
}

fn report<'a>(object: &'a Manifest, sibling: &Manifest, findings: &mut Findings<'a>) {
    let node = object.node.nearest(&["metadata", "name"]);
    findings.add(object, node, format!("no route leads here, while one leads to {}", sibling.identity));
}

/// Whether a destination of a route leads to `pods`.
fn is_reached(context: &Context<'_>, pods: &Pods<'_>) -> bool {
    context.destinations().iter().any(|destination| {
        let Some((namespace, name)) = &destination.service else { return false };
        let service = context.service(namespace, name);
        let selector = service.and_then(|service| service.node.at(&["spec", "selector"]));
        let selected = selector.is_some_and(|selector| selects(selector, pods.labels));
        *namespace == context.namespace(pods.object) && selected && {
            destination.subset.as_ref().is_none_or(|subset| {
                let rules = context.of("networking.istio.io", "DestinationRule");
                let mut subsets = rules.flat_map(|rule| rule.node.items_at(&["spec", "subsets"]));
                subsets.any(|candidate| {
                    let labels = candidate.at(&["labels"]);
                    candidate.str_at(&["name"]).as_ref() == Some(subset) && labels.is_none_or(|l| selects(l, pods.labels))
                })
            })
        }
    })
}

/// Whether a route says the name of `service` anywhere: KServe's hosts, headers and paths have many forms.
fn is_named(context: &Context<'_>, service: &Manifest) -> bool {
    let routes = context.virtual_services().chain(context.gateway_routes());
    routes.into_iter().any(|route| route.node.at(&["spec"]).is_some_and(|spec| names(spec, &service.identity.name)))
}

fn names(node: &Node, name: &str) -> bool {
    match node {
        Node::Map(entries, _) => entries.iter().any(|(_, value)| names(value, name)),
        Node::Seq(items, _) => items.iter().any(|item| names(item, name)),
        node => node.text().is_some_and(|text| {
            text.match_indices(name).any(|(start, _)| {
                let rest = &text[start + name.len()..];
                !text[..start].ends_with(is_of_label)
                    && (rest.starts_with("-predictor") || !rest.starts_with(is_of_label))
            })
        }),
    }
}

/// Whether `c` can stand inside of a DNS label.
fn is_of_label(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

fn versions_of_one(context: &Context<'_>, a: &Manifest, b: &Manifest) -> bool {
    if a.identity.kind != b.identity.kind || context.namespace(a) != context.namespace(b) {
        return false;
    }
    let [apps, versions] = [["app.kubernetes.io/name", "app"], ["app.kubernetes.io/version", "version"]]
        .map(|keys| first_label(a, keys).zip(first_label(b, keys)));
    apps.is_some_and(|(a, b)| a == b) && versions.is_some_and(|(a, b)| a != b)
        || numbered_stem(a).is_some() && numbered_stem(a) == numbered_stem(b)
}

/// The first of the labels `keys` that `object` has.
fn first_label<'o>(object: &'o Manifest, keys: [&str; 2]) -> Option<Cow<'o, str>> {
    keys.into_iter().find_map(|key| object.node.str_at(&["metadata", "labels", key]))
}

/// The name of `object` without the number at its end.
fn numbered_stem(object: &Manifest) -> Option<&str> {
    let (stem, number) = object.identity.name.rsplit_once('-')?;
    number.bytes().all(|b| b.is_ascii_digit()).then_some(stem)
}

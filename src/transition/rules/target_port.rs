use super::service_type::is_service;
use super::{Rule, Severity};
use crate::bundle::Manifest;
use crate::impact::View;
use crate::node::Node;
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "target-port",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a Service leads to a port that its pods do not have",
    what: "The ports of Services that are on both sides, as far as pods that they select declared them before: whether the pods that run \
           now have the port that the Service leads to then, and whether the new ones do. Containers that declare no ports may have \
           any; a `targetPort` that is a name is one that a container has to declare.",
    why: "A Service takes effect at once, and a pod has the ports that it was made with. If both change together, requests to the \
          pods that are not replaced yet are refused.",
    how: "Release the new port as another version and move the requests there. Or give the port a name in the pods first, and let \
          the Service lead to the name: then its number may change with the pods, one by one.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (old, new) in transition.both().filter(|(_, new)| is_service(new)) {
        let (before, after) = (&transition.impact.sides.before, &transition.impact.sides.after);
        let (was, now) = (pods(before, old), pods(after, new));
        // Those that run when the new Service comes.
        let running = pods(before, new);
        for port in new.node.items_at(&["spec", "ports"]) {
            let Some(from) = counterpart(port, old, new) else { continue };
            let (from, to) = (target(from), target(port));
            if !was.iter().any(|pod| declares(pod, &from)) {
                continue;
            }
            let number = value(port, "port").unwrap_or_default();
            let message = if !now.is_empty() && !now.iter().any(|pod| has(pod, &to)) {
                format!("its port {number} leads to {to}, which the new pods do not have")
            } else if !running.is_empty() && !running.iter().any(|pod| has(pod, &to)) {
                format!("its port {number} now leads to {to}, and the pods that run have {from} only")
            } else {
                continue;
            };
            findings.add_at(transition.at_value(new, port), message).safe_commits(safe());
        }
    }
}

/// The old port that `port` is now: of the same number, else of the same name, else the only one of either side.
fn counterpart<'o>(port: &Node, old: &'o Manifest, new: &Manifest) -> Option<&'o Node> {
    let (before, after) = (old.node.items_at(&["spec", "ports"]), new.node.items_at(&["spec", "ports"]));
    let same = ["port", "name"].into_iter().find_map(|key| {
        let wanted = value(port, key)?;
        before.iter().find(|old_port| value(old_port, key).as_ref() == Some(&wanted))
    });
    same.or(match (before, after) {
        ([only], [_]) => Some(only),
        _ => None,
    })
}

/// The port of the pods that a port of a Service leads to, by its number or its name.
fn target(port: &Node) -> String {
    value(port, "targetPort").or_else(|| value(port, "port")).unwrap_or_default()
}

fn value(port: &Node, key: &str) -> Option<String> {
    port.text_at(&[key])
}

/// The templates of the pods that a Service selects among those of one side.
fn pods<'v>(view: &'v View<'_>, service: &Manifest) -> Vec<&'v Node> {
    let namespace = service.identity.namespace.as_deref().unwrap_or("default");
    let Some(selector) = service.node.at(&["spec", "selector"]) else { return Vec::new() };
    let workloads = view.index.selected(&view.workloads, namespace, &[selector]);
    let manifests =
        workloads.into_iter().filter_map(|workload| view.objects.manifests.get(view.workloads[workload].manifest));
    let template = |manifest: &'v Manifest| {
        manifest.node.at(&["spec", "template", "spec"]).or_else(|| manifest.node.at(&["spec"]))
    };
    manifests.filter_map(template).filter(|pod| !pod.items_at(&["containers"]).is_empty()).collect()
}

/// Whether a pod has a port, as far as anybody can say.
fn has(pod: &Node, port: &str) -> bool {
    let undeclared = pod.items_at(&["containers"]).iter().all(|container| container.items_at(&["ports"]).is_empty());
    declares(pod, port) || undeclared && port.parse::<u16>().is_ok()
}

/// Whether a container of a pod declares the port of that number, or of that name.
fn declares(pod: &Node, port: &str) -> bool {
    let key = if port.parse::<u16>().is_ok() { "containerPort" } else { "name" };
    let mut declared = pod.items_at(&["containers"]).iter().flat_map(|container| container.items_at(&["ports"]));
    declared.any(|declared| value(declared, key).as_deref() == Some(port))
}

fn safe() -> Vec<String> {
    vec![
        "release the new port as another version, beside the old one".into(),
        "wait until it is ready, and send the requests there".into(),
        "remove the old version".into(),
    ]
}

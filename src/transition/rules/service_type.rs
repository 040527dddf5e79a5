use super::{Rule, Severity};
use crate::bundle::Manifest;
use crate::impact::article;
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "service-type",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a Service's type changes so that it cannot be reached as before",
    what: "The type of Services that are on both sides: from LoadBalancer, to NodePort, to ClusterIP, each gives up a way in; \
           ExternalName is another thing altogether.",
    why: "The load balancer is taken down with its address, or the port of the nodes is closed. Clients outside notice first.",
    how: "Add a second Service of the new type, move the clients, and then remove the first.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (old, new) in transition.both().filter(|(_, new)| is_service(new)) {
        let (before, after) = (kind(old), kind(new));
        let is_worse = match (rank(&before), rank(&after)) {
            (Some(before), Some(after)) => after < before,
            _ => before != after,
        };
        if !is_worse {
            continue;
        }
        let message =
            format!("it becomes {} Service, and was {before}: who reaches it as such no longer can", article(&after));
        let safe = vec![
            format!("add {} Service under another name", article(&after)),
            format!("move the clients of `{}` there", new.identity.name),
            format!("remove `{}`", new.identity.name),
        ];
        let node = new.node.nearest(&["spec", "type"]);
        findings.add_at(transition.at_value(new, node), message).safe_commits(safe);
    }
}

/// How many ways in a type of Service has; `None` for what is another thing altogether.
fn rank(kind: &str) -> Option<usize> {
    ["ClusterIP", "NodePort", "LoadBalancer"].iter().position(|ranked| *ranked == kind)
}

pub fn is_service(object: &Manifest) -> bool {
    object.identity.is_service()
}

fn kind(object: &Manifest) -> String {
    object.node.str_at(&["spec", "type"]).map_or_else(|| "ClusterIP".into(), |kind| kind.into_owned())
}

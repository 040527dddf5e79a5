use crate::lint::view::equal;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "route-mirror-self",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a rule does not mirror requests to where they go anyway",
    what: "Mirrors of VirtualServices, HTTPRoutes and GRPCRoutes that are also a destination of the same rule.",
    why: "The destination gets such requests twice, with all their effects; a test of a new version it is not.",
    how: "Mirror to another version, or remove the mirror.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, rule) in context.istio_rules() {
        let listed = rule.items_at(&["mirrors"]).iter().filter_map(|mirror| mirror.at(&["destination"]));
        for mirror in rule.at(&["mirror"]).into_iter().chain(listed) {
            let shares = rule.items_at(&["route"]).iter().filter_map(|share| share.at(&["destination"]));
            if shares.into_iter().any(|share| same(share, mirror, &["host", "subset", "port"])) {
                findings.add(object, mirror, "requests are mirrored to a destination that serves them already");
            }
        }
    }
    for (object, rule) in context.gateway_rules() {
        for filter in rule.items_at(&["filters"]) {
            let Some(mirror) = filter.at(&["requestMirror", "backendRef"]) else { continue };
            if rule.items_at(&["backendRefs"]).iter().any(|share| same(share, mirror, &["name", "namespace", "port"])) {
                findings.add(object, mirror, "requests are mirrored to a backend that serves them already");
            }
        }
    }
}

fn same(a: &Node, b: &Node, keys: &[&str]) -> bool {
    keys.iter().all(|key| match (a.at(&[key]), b.at(&[key])) {
        (None, None) => true,
        (Some(a), Some(b)) => equal(a, b),
        _ => false,
    })
}

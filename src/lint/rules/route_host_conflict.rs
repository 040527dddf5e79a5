use crate::bundle::Manifest;
use crate::lint::view::equal;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "route-host-conflict",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "no two routes claim the same requests of one host",
    what: "Two VirtualServices with a common host and gateway; two HTTPRoutes or GRPCRoutes with a common parent and host \
           that both have a rule with the same match.",
    why: "In the mesh Istio takes one of the VirtualServices and ignores the other; at a gateway it merges them in the \
          order of their creation. Of two equal matches of the Gateway API the older route wins. So which version gets \
          the traffic depends on the cluster's history.",
    how: "Make one route of them, or give them different hosts.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    let routes: Vec<&Manifest> = context.virtual_services().chain(context.gateway_routes()).collect();
    for (i, later) in routes.iter().enumerate() {
        for earlier in routes[..i].iter().filter(|other| other.identity.kind == later.identity.kind) {
            let same_namespace = context.namespace(earlier) == context.namespace(later);
            let istio = later.identity.kind == "VirtualService";
            let host = if istio {
                istio_host(earlier, later, same_namespace)
            } else {
                gateway_host(earlier, later, same_namespace)
            };
            if let Some(node) = host {
                findings.add(later, node, format!("{} claims the same requests", earlier.identity));
            }
        }
    }
}

/// The host of `b` that is also `a`'s, at a common gateway.
fn istio_host<'n>(a: &'n Manifest, b: &'n Manifest, same_namespace: bool) -> Option<&'n Node> {
    let spec = |route: &'n Manifest, key| route.node.items_at(&["spec", key]);
    let mesh = Node::literal("mesh");
    let gateways = |route| match spec(route, "gateways") {
        [] => std::slice::from_ref(&mesh),
        own => own,
    };
    common(gateways(a), gateways(b), same_namespace)?;
    common(spec(a, "hosts"), spec(b, "hosts"), same_namespace)
}

/// The rule of `b` whose match is also one of `a`'s, at a common parent and host.
fn gateway_host<'n>(a: &'n Manifest, b: &'n Manifest, same_namespace: bool) -> Option<&'n Node> {
    let spec = |route: &'n Manifest, key| route.node.items_at(&["spec", key]);
    let parent = |p: &Node, q: &Node| {
        let same = |key: &str| match (p.at(&[key]), q.at(&[key])) {
            (None, None) => key != "namespace" || same_namespace,
            (Some(p), Some(q)) => equal(p, q),
            _ => false,
        };
        ["group", "kind", "namespace", "name", "sectionName", "port"].into_iter().all(same)
    };
    spec(a, "parentRefs").iter().find(|p| spec(b, "parentRefs").iter().any(|q| parent(p, q)))?;
    let hosts = [spec(a, "hostnames"), spec(b, "hostnames")];
    if !hosts.iter().all(|hosts| hosts.is_empty()) {
        common(hosts[0], hosts[1], true)?;
    }
    let conflict = |p: &Node, q: &Node| match (p.items_at(&["matches"]), q.items_at(&["matches"])) {
        ([], []) => true,
        (ours, theirs) => ours.iter().any(|ours| theirs.iter().any(|theirs| equal(ours, theirs))),
    };
    spec(b, "rules").iter().find(|q| spec(a, "rules").iter().any(|p| conflict(p, q)))
}

/// What of `theirs` is also one of `ours`; names without a dot mean one thing only in one namespace.
fn common<'n>(ours: &[Node], theirs: &'n [Node], same_namespace: bool) -> Option<&'n Node> {
    let is_absolute = |name: &str| same_namespace || name.contains(['.', '/', '*']) || name == "mesh";
    theirs.iter().find(|theirs| {
        let name = theirs.as_str().filter(|name| is_absolute(name));
        name.is_some() && ours.iter().any(|ours| ours.as_str() == name)
    })
}

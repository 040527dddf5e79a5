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
        for earlier in routes[..i].iter().filter(|route| route.identity.kind == later.identity.kind) {
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
    // A VirtualService without gateways is for the mesh.
    let mesh = [Node::literal("mesh")];
    let [ours, theirs] = [a, b].map(|route| match spec_items(route, "gateways") {
        [] => &mesh,
        named => named,
    });
    common(ours, theirs, same_namespace)?;
    common(spec_items(a, "hosts"), spec_items(b, "hosts"), same_namespace)
}

fn spec_items<'n>(route: &'n Manifest, key: &str) -> &'n [Node] {
    route.node.items_at(&["spec", key])
}

/// The rule of `b` whose match is also one of `a`'s, at a common parent and host.
fn gateway_host<'n>(a: &'n Manifest, b: &'n Manifest, same_namespace: bool) -> Option<&'n Node> {
    let parents = spec_items(b, "parentRefs");
    spec_items(a, "parentRefs").iter().find(|p| parents.iter().any(|q| is_same_parent(p, q, same_namespace)))?;
    let hosts = [spec_items(a, "hostnames"), spec_items(b, "hostnames")];
    if !hosts.iter().all(|hosts| hosts.is_empty()) {
        common(hosts[0], hosts[1], true)?;
    }
    spec_items(b, "rules").iter().find(|q| spec_items(a, "rules").iter().any(|p| have_common_match(p, q)))
}

/// Whether two `parentRefs` name the same parent, `same_namespace` being that of their routes.
fn is_same_parent(p: &Node, q: &Node, same_namespace: bool) -> bool {
    ["group", "kind", "namespace", "name", "sectionName", "port"].iter().all(|key| match (p.at(&[key]), q.at(&[key])) {
        (None, None) => *key != "namespace" || same_namespace,
        (Some(p), Some(q)) => equal(p, q),
        _ => false,
    })
}

/// Whether two rules of routes have a match in common.
fn have_common_match(p: &Node, q: &Node) -> bool {
    match (p.items_at(&["matches"]), q.items_at(&["matches"])) {
        ([], []) => true,
        (ours, theirs) => ours.iter().any(|ours| theirs.iter().any(|theirs| equal(ours, theirs))),
    }
}

/// What of `theirs` is also one of `ours`; names without a dot mean one thing only in one namespace.
fn common<'n>(ours: &[Node], theirs: &'n [Node], same_namespace: bool) -> Option<&'n Node> {
    theirs.iter().find(|theirs| {
        let name = theirs.as_str().filter(|name| same_namespace || is_absolute(name));
        name.is_some() && ours.iter().any(|ours| ours.as_str() == name)
    })
}

/// Whether `name` means the same in every namespace.
fn is_absolute(name: &str) -> bool {
    name.contains(['.', '/', '*']) || name == "mesh"
}

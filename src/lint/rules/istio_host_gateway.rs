use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-host-gateway",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a VirtualService for the host `*` names a gateway",
    what: "VirtualServices with the host `*` that apply to the mesh: without `gateways`, or with `mesh` among them.",
    why: "In the mesh, `*` would take every request to everybody. Istio's webhook refuses it: \"wildcard host * is not \
          allowed for virtual services bound to the mesh gateway\".",
    how: "Name the gateway that lets the requests in, without `mesh`, or the hosts that are meant.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.virtual_services() {
        let gateways = object.node.items_at(&["spec", "gateways"]);
        let mesh = gateways.is_empty() || gateways.iter().any(|g| g.as_str().is_some_and(|g| g == "mesh"));
        let hosts = object.node.items_at(&["spec", "hosts"]);
        let delegate = object.node.at(&["spec", "hosts"]).is_none();
        if let Some(host) = hosts.iter().find(|host| host.as_str().is_some_and(|host| host == "*"))
            && mesh
            && !delegate
        {
            findings.add(object, host, "the host `*` needs a gateway other than `mesh`");
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "rollout-virtual-service",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "an Argo Rollout names the routes of its VirtualService, where that has several",
    what: "`trafficRouting.istio.virtualService` (and `virtualServices`) without `routes`, where the VirtualService of the \
           release has more than one HTTP route; and names of routes that it does not have.",
    why: "The controller cannot tell whose weights to write, and marks the Rollout as invalid (`InvalidSpec`).",
    how: "Give the routes of the VirtualService names, and list those that the Rollout manages. In Git, let the delivery \
          tool ignore differences of their weights.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("argoproj.io", "Rollout") {
        let Some(istio) = object.node.at(&["spec", "strategy", "canary", "trafficRouting", "istio"]) else { continue };
        for managed in istio.at(&["virtualService"]).into_iter().chain(istio.items_at(&["virtualServices"])) {
            let route = managed.str_at(&["name"]).and_then(|name| {
                context.virtual_services().find(|route| {
                    name == route.identity.name && context.namespace(object) == context.namespace(route)
                })
            });
            let Some(route) = route else { continue };
            let rules = route.node.items_at(&["spec", "http"]);
            let names = managed.items_at(&["routes"]);
            let automatic: Vec<_> = object
                .node
                .items_at(&["spec", "strategy", "canary", "trafficRouting", "managedRoutes"])
                .iter()
                .filter_map(|managed| managed.str_at(&["name"]))
                .collect();
            // Routes that the controller adds itself do not count.
            let written = rules.iter().filter(|rule| rule.str_at(&["name"]).is_none_or(|name| !automatic.contains(&name)));
            if names.is_empty() && written.count() > 1 {
                let node = managed.at(&["name"]).unwrap_or(managed);
                findings.add(object, node, format!("{} has several routes; `routes` has to name some", route.identity));
            }
            for node in names {
                let Some(name) = node.as_str() else { continue };
                if !rules.iter().any(|rule| rule.str_at(&["name"]).as_ref() == Some(&name)) {
                    findings.add(object, node, format!("{} has no route called `{name}`", route.identity));
                }
            }
        }
    }
}

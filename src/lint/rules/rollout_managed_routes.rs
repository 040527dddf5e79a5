use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "rollout-managed-routes",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the header and mirror routes of an Argo Rollout are among its managed routes",
    what: "`setHeaderRoute.name` and `setMirrorRoute.name` of steps, and `trafficRouting.managedRoutes`.",
    why: "The controller adds and removes only routes that it manages, and marks the Rollout as invalid (`InvalidSpec`) \
          otherwise.",
    how: "Add the name to `strategy.canary.trafficRouting.managedRoutes`, in the order in which routes are to match.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("argoproj.io", "Rollout") {
        let Some(canary) = object.node.at(&["spec", "strategy", "canary"]) else { continue };
        let managed = canary.items_at(&["trafficRouting", "managedRoutes"]).iter();
        let managed: Vec<_> = managed.filter_map(|route| route.str_at(&["name"])).collect();
        for step in canary.items_at(&["steps"]) {
            for key in ["setHeaderRoute", "setMirrorRoute"] {
                let Some(node) = step.at(&[key, "name"]) else { continue };
                if let Some(name) = node.as_str().filter(|name| !managed.contains(name)) {
                    findings.add(object, node, format!("`managedRoutes` does not list `{name}`"));
                }
            }
        }
    }
}

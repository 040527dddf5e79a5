use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "selector-selects-nothing",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a Service selects pods of the release",
    what: "Services with a selector in a namespace where the release has workloads, all of whose labels are known. A \
           Service that is the parent of a route is left alone, since the route's backends answer for it; so are those \
           beside a routemap, whose routes only the Iter8 controller knows.",
    why: "The Service has no endpoints, so a request to it fails. Nothing refuses it.",
    how: "Let the selector match the labels of a pod template.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.services() {
        let Some(selector) = object.node.at(&["spec", "selector"]).filter(|selector| !selector.entries().is_empty()) else {
            continue;
        };
        let namespace = context.namespace(object);
        let external = object.node.str_at(&["spec", "type"]).is_some_and(|kind| kind == "ExternalName");
        let silent = external || !context.knows_pods(namespace) || context.has_routemap(namespace);
        if !silent && context.selected(namespace, selector).next().is_none() && !context.is_parent(object) {
            findings.add(object, selector, "no pod of the release has these labels");
        }
    }
}

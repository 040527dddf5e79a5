use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "container-names",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "the containers of a pod have names of their own",
    what: "`containers` and `initContainers` of pod specs in core workloads, together.",
    why: "The API server refuses a name that comes twice.",
    how: "Rename one of them.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for pods in context.pods() {
        let mut seen = Vec::new();
        let containers = pods.spec.items_at(&["initContainers"]).iter().chain(pods.spec.items_at(&["containers"]));
        for node in containers.filter_map(|container| container.at(&["name"])) {
            let Some(name) = node.as_str() else { continue };
            if seen.contains(&name) {
                findings.add(pods.object, node, format!("there are two containers `{name}`"));
            }
            seen.push(name);
        }
    }
}

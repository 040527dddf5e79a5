use std::collections::HashMap;

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "object-twice",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "no object stands twice in the manifests",
    what: "Two objects of one group, kind, namespace and name.",
    why: "The one that is applied last wins, which differs between tools; kustomize refuses both.",
    how: "Remove one of them, or change its name.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    let mut seen = HashMap::new();
    for object in context.all() {
        let identity = &object.identity;
        let key = (&identity.group, &identity.kind, context.namespace(object), &identity.name);
        if let Some(first) = seen.insert(key, object) {
            let node = object.node.nearest(&["metadata", "name"]);
            findings.add(object, node, format!("{identity} stands in {}, too", first.source));
        }
    }
}

use crate::lint::schema::core;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kubernetes-schema",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "objects of Kubernetes itself have the fields that Kubernetes knows",
    what: "Deployments, Services, ConfigMaps, HorizontalPodAutoscalers and the other kinds that a release is made of: \
           required fields, types, and fields that do not exist, as in Kubernetes 1.34.",
    why: "The API server refuses a wrong type or a missing field, and drops a field that it does not know; `kubectl apply` \
          refuses that, too.",
    how: "Correct the field. If the cluster is newer than the schema, turn the rule off.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.all() {
        if let Some(schema) = core(&object.identity) {
            schema.check(&object.node, &mut |node, message| findings.add(object, node, message));
        }
    }
}

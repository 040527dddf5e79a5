use crate::lint::view::deployment_mode;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-canary-rebuild",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "the state of a KServe canary does not stand in Git alone",
    what: "`canaryTrafficPercent` below 100.",
    why: "The rest of the traffic goes to the last revision that had 100, which KServe keeps in the object's status. On a \
          cluster that is built anew, or whose default mode is Standard, there is no such revision: the new spec gets \
          everything at once. And on a spec that was promoted already (the same spec without the field, applied before) \
          it means a rollback: the rest goes to the revision before it.",
    how: "Nothing, while the rollout runs. Remove the field to promote. To be safe from it use `kserve-standard`, or an \
          InferenceService a version with `kserve`, where all versions stand in Git.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        // Where it is ignored, `kserve-canary-ignored` says so.
        if deployment_mode(object).is_some_and(|mode| !matches!(&*mode, "Knative" | "Serverless")) {
            continue;
        }
        let Some(node) = object.node.at(&["spec", "predictor", "canaryTrafficPercent"]) else { continue };
        if let Some(percent) = node.as_number().filter(|percent| (0.0..100.0).contains(percent)) {
            let rest = 100.0 - percent;
            let message = format!("the other {rest}% go to a revision that only the cluster knows; a new one has none");
            findings.add(object, node, message);
        }
    }
}

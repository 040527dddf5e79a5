use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-canary-percent",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the traffic of a KServe canary is 0 to 100 percent",
    what: "`canaryTrafficPercent` of the components of an InferenceService, and `trafficPercent` of its `canary` entries.",
    why: "No webhook of KServe checks `canaryTrafficPercent`; Knative refuses the Route later, so the InferenceService \
          stays as it was, with an event that nobody reads. `trafficPercent` has its limits in the CRD.",
    how: "Write a percentage. To promote, remove the field.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let Some(spec) = object.node.at(&["spec"]) else { continue };
        let components = ["predictor", "transformer", "explainer"].map(|key| spec.at(&[key, "canaryTrafficPercent"]));
        let canaries = spec.at(&["canary"]).map_or(&[][..], |list| list.items());
        let canaries = canaries.iter().filter_map(|canary| canary.at(&["trafficPercent"]));
        for node in components.into_iter().flatten().chain(canaries) {
            if let Some(percent) = node.as_number().filter(|percent| !(0.0..=100.0).contains(percent)) {
                findings.add(object, node, format!("{percent} is no percentage; 0 to 100 are"));
            }
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "rollout-weight",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the steps of an Argo Rollout set weights of 0 to 100",
    what: "`setWeight`, and the percentage of `setMirrorRoute`.",
    why: "The controller marks the Rollout as invalid (`InvalidSpec`): \"SetWeight needs to be between 0 and 100\". \
          `trafficRouting.maxTrafficWeight` can raise that.",
    how: "Write a percentage.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("argoproj.io", "Rollout") {
        let Some(canary) = object.node.at(&["spec", "strategy", "canary"]) else { continue };
        let most = canary.number_at(&["trafficRouting", "maxTrafficWeight"]).unwrap_or(100.0);
        for step in canary.items_at(&["steps"]) {
            for (path, most) in [(&["setWeight"][..], most), (&["setMirrorRoute", "percentage"], 100.0)] {
                let Some(node) = step.at(path) else { continue };
                if let Some(weight) = node.as_number().filter(|weight| !(0.0..=most).contains(weight)) {
                    findings.add(object, node, format!("{weight} is not in 0 to {most}"));
                }
            }
        }
    }
}

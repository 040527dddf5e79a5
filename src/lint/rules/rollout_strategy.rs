use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "rollout-strategy",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "an Argo Rollout has one strategy",
    what: "`spec.strategy` with both `blueGreen` and `canary`, or neither.",
    why: "The controller marks the Rollout as invalid (`InvalidSpec`) and does nothing: \"Multiple Strategies can not be \
          listed\".",
    how: "Keep the strategy that is meant.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("argoproj.io", "Rollout") {
        let strategy = object.node.at(&["spec", "strategy"]);
        // An empty `canary: {}` is a strategy, too.
        let [blue_green, canary] = ["blueGreen", "canary"].map(|key| strategy.and_then(|strategy| strategy.get(key)));
        let node = strategy.or_else(|| object.node.at(&["spec"])).unwrap_or(&object.node);
        match (blue_green.is_some(), canary.is_some()) {
            (true, true) => findings.add(object, node, "`blueGreen` and `canary` exclude each other"),
            (false, false) => findings.add(object, node, "the strategy has neither `blueGreen` nor `canary`"),
            _ => {}
        }
    }
}

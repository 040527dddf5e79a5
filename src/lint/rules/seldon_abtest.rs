use crate::lint::view::{dig, list, number_at, seldon_units, text_at};
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "seldon-abtest",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a RANDOM_ABTEST has two children and a `ratioA` of 0 to 1",
    what: "Graph units with `implementation: RANDOM_ABTEST`.",
    why: "Seldon's orchestrator reads exactly that; with anything else it answers each request with an error, or never \
          uses a third child.",
    how: "Add the parameter `ratioA`, type FLOAT, the share of the first child; put the two versions into `children`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, predictor) in context.seldon_predictors() {
        for unit in seldon_units(predictor) {
            if text_at(unit, &["implementation"]).is_none_or(|own| own != "RANDOM_ABTEST") {
                continue;
            }
            let children = list(unit, &["children"]).len();
            if children != 2 {
                let node = dig(unit, &["children"]).unwrap_or(unit);
                findings.add(object, node, format!("an A/B test has two children, not {children}"));
            }
            let ratio = |parameter: &&_| text_at(parameter, &["name"]).is_some_and(|name| name == "ratioA");
            let Some(ratio) = list(unit, &["parameters"]).iter().find(ratio) else {
                findings.add(object, unit, "an A/B test needs the parameter `ratioA`");
                continue;
            };
            let value = text_at(ratio, &["value"]).and_then(|value| value.parse().ok());
            let value = value.or_else(|| number_at(ratio, &["value"]));
            if !value.is_some_and(|value| (0.0..=1.0).contains(&value)) {
                findings.add(object, dig(ratio, &["value"]).unwrap_or(ratio), "`ratioA` is a number from 0 to 1");
            }
        }
    }
}

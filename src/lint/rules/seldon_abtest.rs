use crate::lint::view::seldon_units;
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
            if unit.str_at(&["implementation"]).is_none_or(|implementation| implementation != "RANDOM_ABTEST") {
                continue;
            }
            let children = unit.items_at(&["children"]).len();
            if children != 2 {
                let node = unit.at(&["children"]).unwrap_or(unit);
                findings.add(object, node, format!("an A/B test has two children, not {children}"));
            }
            let mut parameters = unit.items_at(&["parameters"]).iter();
            let Some(ratio) = parameters.find(|p| p.str_at(&["name"]).is_some_and(|name| name == "ratioA")) else {
                findings.add(object, unit, "an A/B test needs the parameter `ratioA`");
                continue;
            };
            let value = ratio.str_at(&["value"]).and_then(|value| value.parse().ok());
            let value = value.or_else(|| ratio.number_at(&["value"]));
            if !value.is_some_and(|value| (0.0..=1.0).contains(&value)) {
                findings.add(object, ratio.at(&["value"]).unwrap_or(ratio), "`ratioA` is a number from 0 to 1");
            }
        }
    }
}

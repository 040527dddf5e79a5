use crate::lint::view::seldon_units;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "seldon-model-uri",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a prepackaged server of Seldon has a `modelUri`",
    what: "Graph units whose `implementation` is a server, such as `SKLEARN_SERVER`, without `modelUri`.",
    why: "Seldon Core's webhook refuses it: \"Predictive unit modelUri required when using standalone servers\".",
    how: "Say where the model is stored.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, predictor) in context.seldon_predictors() {
        for unit in seldon_units(predictor) {
            let server = unit.str_at(&["implementation"]).filter(|implementation| implementation.ends_with("_SERVER"));
            let stored = unit.str_at(&["modelUri"]).is_some_and(|uri| !uri.is_empty());
            if let (Some(server), false) = (server, stored) {
                let node = unit.at(&["implementation"]).unwrap_or(unit);
                findings.add(object, node, format!("{server} needs a `modelUri`"));
            }
        }
    }
}

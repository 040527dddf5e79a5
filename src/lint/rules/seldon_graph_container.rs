use crate::lint::view::seldon_units;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "seldon-graph-container",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a graph unit without `implementation` has a container of its name",
    what: "The units of each predictor's graph, and the containers of its `componentSpecs`.",
    why: "Seldon Core's webhook refuses it: \"Can't find container for Predictive Unit\".",
    how: "Name the container after the unit, or give the unit an `implementation`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, predictor) in context.seldon_predictors() {
        let specs = predictor.items_at(&["componentSpecs"]).iter();
        let containers = specs.flat_map(|component| component.items_at(&["spec", "containers"]));
        let names: Vec<_> = containers.filter_map(|container| container.str_at(&["name"])).collect();
        for unit in seldon_units(predictor) {
            let implementation = unit.str_at(&["implementation"]);
            let needs = implementation.is_none_or(|implementation| matches!(&*implementation, "" | "UNKNOWN_IMPLEMENTATION"));
            if let Some(name) = unit.str_at(&["name"]).filter(|name| needs && !names.contains(name)) {
                let node = unit.at(&["name"]).unwrap_or(unit);
                findings.add(object, node, format!("no container of the predictor is called `{name}`"));
            }
        }
    }
}

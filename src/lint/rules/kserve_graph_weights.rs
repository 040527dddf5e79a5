use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-graph-weights",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "an InferenceGraph has a root, and the weights of its splitters sum to 100",
    what: "`spec.nodes` without `root`; nodes of the `routerType` Splitter whose steps lack a weight or sum to another number.",
    why: "KServe's webhook refuses both (`inference_graph_validation.go`).",
    how: "Call the node where requests come in `root`, and write weights as percentages.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("serving.kserve.io", "InferenceGraph") {
        let Some(nodes) = object.node.at(&["spec", "nodes"]) else { continue };
        if nodes.at(&["root"]).is_none() {
            findings.add(object, nodes, "the graph has no node `root`");
        }
        for (_, node) in nodes.entries() {
            if node.str_at(&["routerType"]).is_none_or(|kind| kind != "Splitter") {
                continue;
            }
            let steps = node.items_at(&["steps"]);
            let weights: Option<Vec<f64>> = steps.iter().map(|step| step.number_at(&["weight"])).collect();
            let at = node.at(&["steps"]).unwrap_or(node);
            match weights.map(|weights| weights.iter().sum::<f64>()) {
                Some(100.0) => {}
                Some(sum) => findings.add(object, at, format!("the weights sum to {sum}, not to 100")),
                None => findings.add(object, at, "a step of a Splitter needs a `weight`"),
            }
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "flagger-analysis",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "the analysis of a Flagger Canary has an interval, a threshold and one way to advance",
    what: "`spec.analysis`: `interval`, `threshold`, and exactly one of `iterations`, `stepWeight` and `stepWeights`.",
    why: "The CRD asks for it (`oneOf`), so the API server refuses anything else.",
    how: "`iterations` is for blue/green and A/B tests; `stepWeight` (with `maxWeight`) or `stepWeights` for weights.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("flagger.app", "Canary") {
        let Some(analysis) = object.node.at(&["spec", "analysis"]) else { continue };
        for key in ["interval", "threshold"] {
            if analysis.at(&[key]).is_none() {
                findings.add(object, analysis, format!("the analysis needs `{key}`"));
            }
        }
        let ways = ["iterations", "stepWeight", "stepWeights"];
        match ways.iter().filter(|key| analysis.at(&[key]).is_some()).count() {
            0 => findings.add(object, analysis, "the analysis needs `iterations`, `stepWeight` or `stepWeights`"),
            1 => {}
            _ => findings.add(object, analysis, "`iterations`, `stepWeight` and `stepWeights` exclude each other"),
        }
    }
}

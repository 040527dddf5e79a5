use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::{Node, Scalar};

pub const RULE: Rule = Rule {
    id: "seldon-shadow",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a SeldonDeployment has at most one shadow, beside another predictor, with a share of 1 to 100",
    what: "Predictors with `shadow: true`: more than one, one alone, and one whose `traffic` is absent, 0, or not a percentage.",
    why: "Seldon Core's webhook refuses a second shadow and one alone. The shadow's traffic is the percentage of requests \
          that is copied to it, but 0 means *everything*.",
    how: "Write the percentage. To copy nothing, leave the shadow out.",
};

/// Whether `predictor` gets copies only.
pub fn is_shadow(predictor: &Node) -> bool {
    matches!(predictor.at(&["shadow"]), Some(Node::Scalar(Scalar::Bool(true), _)))
}

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.seldon_deployments() {
        let predictors = object.node.items_at(&["spec", "predictors"]);
        let shadows: Vec<&Node> = predictors.iter().filter(|predictor| is_shadow(predictor)).collect();
        match shadows.as_slice() {
            [_, second, ..] => findings.add(object, second, "there can be only one shadow"),
            [only] if predictors.len() == 1 => findings.add(object, only, "a shadow cannot be the only predictor"),
            _ => {}
        }
        for shadow in shadows {
            let traffic = shadow.at(&["traffic"]);
            let percent = traffic.and_then(Node::as_number).unwrap_or_default();
            let node = traffic.unwrap_or(shadow);
            if percent == 0.0 {
                findings.add(object, node, "a shadow without traffic, or with 0, gets a copy of every request");
            } else if !(0.0..=100.0).contains(&percent) {
                findings.add(object, node, format!("{percent} is no percentage; 1 to 100 are"));
            }
        }
    }
}

//! Seldon Core's SeldonDeployment (v1, of any API version).
//!
//! Predictors that are no shadows share the requests by `traffic`; a single one gets everything. A shadow gets copies
//! of `traffic` percent, and of everything where that is 0 (`operator/controllers/istio` and
//! `operator/apis/machinelearning.seldon.io/v1`, `seldondeployment_webhook.go`). At the root of a predictor's graph may stand a
//! unit that shares once more: `RANDOM_ABTEST` sends the part `ratioA` to its first child; a unit of the type `ROUTER`
//! learns.

use super::shares::combine;
use super::{Action, Mirror, Route, Rule, Share, Target, weight};
use crate::node::Node;

/// Reads `object` into `route`.
pub fn read(object: &Node, route: &mut Route) {
    let Some(spec) = object.get("spec") else { return };
    let predictors = spec.items_at(&["predictors"]).iter();
    let (shadows, predictors): (Vec<&Node>, Vec<&Node>) =
        predictors.partition(|predictor| predictor.text_at(&["shadow"]).as_deref() == Some("true"));
    let mut rule = Rule::new(None);
    let alone = predictors.len() == 1;
    let mut parts = Vec::new();
    for predictor in predictors {
        let traffic = if alone { 100 } else { weight(predictor, "traffic", 0, &mut route.unread) };
        let graph = predictor.get("graph").unwrap_or(&Node::NULL);
        let within = match graph_root(graph) {
            GraphRoot::Shares(shares) => shares,
            GraphRoot::Learned(shares) if alone => {
                rule.action = Action::Learned;
                shares
            }
            GraphRoot::Learned(_) => {
                let name = name(predictor);
                route.unread.push(format!("within `{name}`, the shares are learned"));
                vec![Share { version: name, weight: 1 }]
            }
            GraphRoot::One => vec![Share { version: name(predictor), weight: 1 }],
            GraphRoot::Unread(reason) => {
                route.unread.push(reason);
                vec![Share { version: name(predictor), weight: 1 }]
            }
        };
        parts.push((traffic, within));
    }
    rule.shares = match parts.as_mut_slice() {
        // What shares within it says so in its own numbers.
        [(_, within)] if within.len() > 1 => std::mem::take(within),
        _ => combine(parts),
    };
    rule.mirrors = shadows
        .into_iter()
        .map(|predictor| {
            let percent = match weight(predictor, "traffic", 0, &mut route.unread) {
                0 => 100.0,
                percent => percent as f64,
            };
            Mirror { version: name(predictor), percent }
        })
        .collect();
    let shares = rule.shares.iter().map(|share| &share.version);
    for name in shares.chain(rule.mirrors.iter().map(|mirror| &mirror.version)) {
        let target = Target::Part { object: route.identity.clone(), name: name.clone() };
        route.reach(name.clone(), target);
    }
    route.rules.push(rule);
}

fn name(node: &Node) -> String {
    node.text_at(&["name"]).unwrap_or_default()
}

/// What the first unit of a graph does with requests.
enum GraphRoot {
    One,
    Shares(Vec<Share>),
    Learned(Vec<Share>),
    Unread(String),
}

fn graph_root(graph: &Node) -> GraphRoot {
    let children: Vec<String> = graph.items_at(&["children"]).iter().map(name).collect();
    if graph.text_at(&["implementation"]).as_deref() == Some("RANDOM_ABTEST") {
        let ratio = graph
            .items_at(&["parameters"])
            .iter()
            .find(|parameter| parameter.text_at(&["name"]).as_deref() == Some("ratioA"));
        let value = ratio.and_then(|parameter| parameter.text_at(&["value"])).unwrap_or_default();
        return match (ratio_of(&value), children.as_slice()) {
            (Some((part, whole)), [first, second]) => GraphRoot::Shares(vec![
                Share { version: first.clone(), weight: part },
                Share { version: second.clone(), weight: whole - part },
            ]),
            _ => GraphRoot::Unread(format!("`{}` needs two children and a `ratioA` from 0 to 1", name(graph))),
        };
    }
    let learned = graph.text_at(&["type"]).as_deref() == Some("ROUTER")
        || graph.text_at(&["implementation"]).is_some_and(|name| name.ends_with("_ROUTER") && name != "SIMPLE_ROUTER");
    if learned && !children.is_empty() {
        return GraphRoot::Learned(children.into_iter().map(|version| Share { version, weight: 0 }).collect());
    }
    GraphRoot::One
}

/// A decimal fraction from 0 to 1 as a quotient; percent, where that is exact.
fn ratio_of(text: &str) -> Option<(u64, u64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = [whole, fraction].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if text.is_empty() || text == "." || !is_digits {
        return None;
    }
    let fraction = format!("{:0<2}", fraction.trim_end_matches('0'));
    let denominator = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part = whole.checked_mul(denominator)?.checked_add(fraction.parse().ok()?)?;
    (part <= denominator).then_some((part, denominator))
}

#[cfg(test)]
#[path = "tests/seldon.rs"]
mod tests;

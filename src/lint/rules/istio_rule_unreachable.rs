use super::istio_rule_order::takes_all;
use crate::lint::view::equal;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "istio-rule-unreachable",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "no rule of a VirtualService is hidden by an earlier one",
    what: "Rules each of whose matches asks for all that a match of an earlier rule asks for.",
    why: "Rules are tried in order and the first that matches wins, so such a rule never sees a request: a canary behind \
          it is never tested.",
    how: "Put the narrower rule first, or make its match differ.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.virtual_services() {
        let rules = object.node.items_at(&["spec", "http"]);
        // What follows a rule for everything is for `istio-rule-order` to say.
        let end = rules.iter().position(takes_all).unwrap_or(rules.len());
        for (i, rule) in rules[..end].iter().enumerate() {
            if let Some(first) = rules[..i].iter().position(|earlier| hides(earlier, rule)) {
                let message = format!("rule {} (counted from 0) takes every request that this one matches", first);
                findings.add(object, rule, message);
            }
        }
    }
}

/// Whether `earlier` takes every request that `rule` matches.
fn hides(earlier: &Node, rule: &Node) -> bool {
    let broad = earlier.items_at(&["match"]);
    rule.items_at(&["match"]).iter().all(|narrow| broad.iter().any(|broad| covers(broad, narrow)))
}

/// Whether every request that `narrow` matches is matched by `broad`: all that it asks for is asked for there, too.
fn covers(broad: &Node, narrow: &Node) -> bool {
    broad.entries().iter().all(|(key, asked)| {
        let key = key.text().unwrap_or_default();
        let Some(narrower) = narrow.get(&key) else { return key == "name" };
        match key.as_str() {
            "name" => true,
            // Of these each entry is a condition of its own.
            "headers" | "queryParams" | "sourceLabels" => covers_each(asked, narrower),
            "uri" => prefix(asked, narrower) || equal(asked, narrower),
            _ => equal(asked, narrower),
        }
    })
}

fn covers_each(asked: &Node, narrower: &Node) -> bool {
    asked
        .entries()
        .iter()
        .all(|(key, value)| key.text().and_then(|key| narrower.get(&key)).is_some_and(|entry| equal(value, entry)))
}

/// Whether `asked` is a prefix of the path or prefix that `narrower` asks for.
fn prefix(asked: &Node, narrower: &Node) -> bool {
    let path = narrower.text_at(&["exact"]).or_else(|| narrower.text_at(&["prefix"]));
    asked.text_at(&["prefix"]).zip(path).is_some_and(|(prefix, path)| path.starts_with(&prefix))
}

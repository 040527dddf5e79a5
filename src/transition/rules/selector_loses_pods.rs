use super::{Rule, Severity};
use crate::impact::View;
use crate::kinds::Selects;
use crate::node::Node;
use crate::rules::Findings;
use crate::sides::Sides;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "selector-loses-pods",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a selector selects none of the pods that are running",
    what: "Services and subsets of DestinationRules that are on both sides, and that select pods before: whether the new selector \
           selects any pods of the old side, which run until the new ones are ready, and any of the new side.",
    why: "Selectors take effect at once, labels only as pods are replaced. If both change together, the Service has nobody behind it until \
          new pods are ready; if only the labels change, it loses its pods one by one.",
    how: "Give the pods the new label beside the old one first; when all have it, let the selector ask for it; then take the old \
          label away.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (old, new) in transition.both() {
        let namespace = new.identity.namespace.as_deref();
        match new.identity.selects() {
            Selects::Pods => {
                let (Some(before), Some(after)) =
                    (old.node.at(&["spec", "selector"]), new.node.at(&["spec", "selector"]))
                else {
                    continue;
                };
                if let Some(message) = lost(transition, namespace, &[before], &[after]) {
                    findings.add_at(transition.at_value(new, after), message).safe_commits(safe());
                }
            }
            Selects::Subsets => {
                for subset in new.node.items_at(&["spec", "subsets"]) {
                    let name = subset.str_at(&["name"]);
                    let mut subsets = old.node.items_at(&["spec", "subsets"]).iter();
                    let old_subset = subsets.find(|old_subset| old_subset.str_at(&["name"]) == name);
                    let labels = (old_subset.and_then(|subset| subset.at(&["labels"])), subset.at(&["labels"]));
                    let (Some(before), Some(after)) = labels else {
                        continue;
                    };
                    if let Some(message) = lost(transition, namespace, &[before], &[after]) {
                        let message = format!("the subset `{}`: {message}", name.unwrap_or_default());
                        findings.add_at(transition.at_value(new, after), message).safe_commits(safe());
                    }
                }
            }
            Selects::Nothing => {}
        }
    }
}

/// What a selector loses: the running pods, or all.
fn lost(transition: &Transition<'_>, namespace: Option<&str>, before: &[&Node], after: &[&Node]) -> Option<String> {
    let impact = transition.impact;
    let Sides { before: old, after: new } = &impact.sides;
    if count(old, namespace, before) == 0 {
        return None;
    }
    match (count(old, namespace, after), count(new, namespace, after)) {
        (_, 0) => Some("it selects no pods any more".into()),
        (0, _) => Some("it selects none of the pods that run now, and the new ones are not ready yet".into()),
        _ => None,
    }
}

/// How many kinds of pods `selectors` select in a namespace.
fn count(view: &View<'_>, namespace: Option<&str>, selectors: &[&Node]) -> usize {
    let selected = view.index.selected(&view.workloads, namespace.unwrap_or_default(), selectors);
    selected.into_iter().filter(|workload| view.workloads[*workload].object.namespace.as_deref() == namespace).count()
}

fn safe() -> Vec<String> {
    vec![
        "add the new label to the pods, beside the old one, and wait until all are replaced".into(),
        "change the selector".into(),
        "take the old label away".into(),
    ]
}

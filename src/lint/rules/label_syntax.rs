use crate::bundle::Manifest;
use crate::lint::view::pods;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;
use crate::spec::names::{label_value, qualified_name};

pub const RULE: Rule = Rule {
    id: "label-syntax",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "labels and selectors have valid keys and values",
    what: "Labels of objects and of pod templates, selectors of Services and workloads, and the keys of annotations.",
    why: "The API server refuses a key that is no qualified name, and a value that is no string of at most 63 letters, \
          digits, `-`, `_` and `.`, which begins and ends with a letter or a digit.",
    how: "Shorten or rewrite the value; what need not be selected by can be an annotation. Quote numbers and `true`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.all() {
        labels(object, object.node.at(&["metadata", "labels"]), findings);
        for pods in pods(object) {
            labels(object, pods.labels, findings);
        }
        let core = matches!(object.identity.group.as_str(), "" | "apps" | "batch");
        let selector = object.node.at(&["spec", "selector"]).filter(|_| core);
        labels(object, selector.and_then(|selector| selector.at(&["matchLabels"])), findings);
        if object.identity.is_service() {
            labels(object, selector, findings);
        }
        for (key, value) in object.node.at(&["metadata", "annotations"]).map_or(&[][..], Node::entries) {
            if let Some(why) = key.text().and_then(|key| Some(format!("`{key}` is no key: {}", qualified_name(&key)?)))
            {
                findings.add(object, value, why);
            }
        }
    }
}

fn labels<'a>(object: &'a Manifest, labels: Option<&'a Node>, findings: &mut Findings<'a>) {
    for (key, value) in labels.map_or(&[][..], Node::entries) {
        if let Some(why) = key.text().and_then(|key| Some(format!("`{key}` is no key: {}", qualified_name(&key)?))) {
            findings.add(object, value, why);
        }
        let string = value.as_str().is_some();
        let why = match value.text() {
            _ if value.is_null() => None,
            Some(text) if string => label_value(&text).map(|why| format!("`{text}` is no value of a label: {why}")),
            text => Some(format!("`{}` is no string", text.unwrap_or_default())),
        };
        if let Some(why) = why {
            findings.add(object, value, why);
        }
    }
}

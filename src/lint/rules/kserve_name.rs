use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-name",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the name of an InferenceService can become a host name",
    what: "Names that do not match `^[a-z]([-a-z0-9]*[a-z0-9])?$`, and such that `<name>-predictor-<namespace>` has more \
           than 63 characters.",
    why: "KServe's webhook refuses such a name (`validateInferenceServiceName`). The longer one is a label of the host \
          under which KServe serves the model, and a label has at most 63 characters: the InferenceService never gets ready.",
    how: "Shorten the name or the namespace.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let Some(node) = object.node.at(&["metadata", "name"]) else { continue };
        let name = object.identity.name.as_str();
        if !is_service_name(name) {
            findings.add(object, node, format!("`{name}` has to begin with a letter, and may have a-z, 0-9 and `-`"));
        }
        let host = format!("{name}-predictor-{}", context.namespace(object));
        if host.len() > 63 {
            findings.add(object, node, format!("`{host}` has {} characters; 63 is the most", host.len()));
        }
    }
}

/// Whether `name` fits the Services that KServe names after it.
fn is_service_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !name.ends_with('-')
}

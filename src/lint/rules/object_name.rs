use crate::kinds::NameRule;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::spec::names::dns_label;

pub const RULE: Rule = Rule {
    id: "object-name",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "names and namespaces of objects are DNS names",
    what: "`metadata.name` (at most 253 characters of DNS labels with dots between them; a Namespace is one label) and \
           `metadata.namespace` (one label). Roles, bindings and Services have rules of their own.",
    why: "The API server refuses another name.",
    how: "Use lower-case letters, digits and `-`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.all() {
        let identity = &object.identity;
        let rule = identity.known().map_or(NameRule::Subdomain, |kind| kind.names);
        let name = identity.name.as_str();
        let why = match rule {
            NameRule::Service | NameRule::PathSegment => None,
            NameRule::Label => dns_label(name),
            NameRule::Subdomain if name.len() > 253 => {
                Some(format!("it has {} characters; 253 is the most", name.len()))
            }
            // A label of a longer name may itself be longer than 63.
            NameRule::Subdomain => name.split('.').find_map(|label| dns_label(label).filter(|_| label.len() <= 63)),
        };
        for (key, text, why) in [
            ("name", Some(name), why),
            ("namespace", identity.namespace.as_deref(), identity.namespace.as_deref().and_then(dns_label)),
        ] {
            if let (Some(why), Some(text)) = (why, text) {
                let node = object.node.nearest(&["metadata", key]);
                findings.add(object, node, format!("`{text}` is no {key}: {why}"));
            }
        }
    }
}

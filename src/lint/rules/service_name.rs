use crate::lint::{Context, Findings, Rule, Severity};
use crate::spec::names::dns_label;

pub const RULE: Rule = Rule {
    id: "service-name",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "the name of a Service is a DNS-1035 label",
    what: "Names of Services: at most 63 lower-case letters, digits and `-`, beginning with a letter.",
    why: "The API server refuses another name: it becomes a host name.",
    how: "Change the name of the application or version that it is made of.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.services() {
        let name = object.identity.name.as_str();
        if let Some(why) = dns_label(name).or_else(|| leading_digit(name)) {
            let node = object.node.nearest(&["metadata", "name"]);
            findings.add(object, node, format!("`{name}` is no name of a Service: {why}"));
        }
    }
}

fn leading_digit(name: &str) -> Option<String> {
    name.starts_with(|c: char| c.is_ascii_digit()).then(|| "it must begin with a letter".into())
}

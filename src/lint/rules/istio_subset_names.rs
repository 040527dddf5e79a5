use crate::lint::view::repeated;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::spec::names::dns_label;

pub const RULE: Rule = Rule {
    id: "istio-subset-names",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the names of subsets are DNS labels, each there once",
    what: "The subsets of each DestinationRule.",
    why: "A subset's name becomes part of the name of a cluster. Istio's webhook refuses a name that is no DNS-1123 label, \
          and of two subsets with one name only one takes effect.",
    how: "Use lower-case letters, digits and `-`, and each name once.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("networking.istio.io", "DestinationRule") {
        let names = object.node.items_at(&["spec", "subsets"]).iter().filter_map(|subset| subset.at(&["name"]));
        let names: Vec<_> = names.collect();
        for node in &names {
            if let Some(why) = node.as_str().and_then(|name| dns_label(&name).map(|why| format!("`{name}`: {why}"))) {
                findings.add(object, node, why);
            }
        }
        for twice in repeated(names.iter().filter_map(|node| node.as_str())) {
            if let Some(node) = names.iter().rev().find(|node| node.as_str().as_ref() == Some(&twice)) {
                findings.add(object, node, format!("there are two subsets `{twice}`"));
            }
        }
    }
}

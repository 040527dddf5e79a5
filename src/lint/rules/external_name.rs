use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "external-name",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "an ExternalName Service has a name, and neither a selector nor a cluster IP",
    what: "Services of the type ExternalName.",
    why: "It is a CNAME record and nothing more. The API server refuses one without `externalName` or with a cluster IP, \
          and nothing ever looks at its selector.",
    how: "Remove the selector, or make it a Service of the type ClusterIP.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.services() {
        let Some(spec) = object.node.at(&["spec"]) else { continue };
        if spec.str_at(&["type"]).is_none_or(|kind| kind != "ExternalName") {
            continue;
        }
        if spec.str_at(&["externalName"]).is_none_or(|name| name.is_empty()) {
            findings.add(object, spec, "an ExternalName Service needs an `externalName`");
        }
        if let Some(selector) = spec.at(&["selector"]).filter(|selector| !selector.entries().is_empty()) {
            findings.add(object, selector, "the selector of an ExternalName Service means nothing");
        }
        let ip = spec.at(&["clusterIP"]).filter(|ip| ip.as_str().is_none_or(|ip| !matches!(&*ip, "" | "None")));
        if let Some(ip) = ip {
            findings.add(object, ip, "an ExternalName Service has no cluster IP");
        }
    }
}

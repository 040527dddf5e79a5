use crate::lint::view::{dig, list};
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "gateway-mirror-percent",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "a mirror of the Gateway API has `percent` or `fraction`, not both",
    what: "`RequestMirror` filters that have both fields.",
    why: "A CEL rule of the CRD refuses it: \"Only one of percent or fraction may be specified in HTTPRequestMirrorFilter\".",
    how: "Keep one of them.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (route, rule) in context.gateway_rules() {
        let own = list(rule, &["backendRefs"]).iter().flat_map(|backend| list(backend, &["filters"]));
        for mirror in list(rule, &["filters"]).iter().chain(own).filter_map(|filter| dig(filter, &["requestMirror"])) {
            if let (Some(_), Some(fraction)) = (dig(mirror, &["percent"]), dig(mirror, &["fraction"])) {
                findings.add(route, fraction, "`percent` and `fraction` exclude each other");
            }
        }
    }
}

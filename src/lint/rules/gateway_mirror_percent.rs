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
        let of_backends = rule.items_at(&["backendRefs"]).iter().flat_map(|backend| backend.items_at(&["filters"]));
        for mirror in rule.items_at(&["filters"]).iter().chain(of_backends).filter_map(|filter| filter.at(&["requestMirror"])) {
            if let (Some(_), Some(fraction)) = (mirror.at(&["percent"]), mirror.at(&["fraction"])) {
                findings.add(route, fraction, "`percent` and `fraction` exclude each other");
            }
        }
    }
}

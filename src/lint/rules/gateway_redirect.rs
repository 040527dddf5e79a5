use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "gateway-redirect",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "a rule that redirects has no backends",
    what: "Rules of HTTPRoutes with a `RequestRedirect` filter and `backendRefs`.",
    why: "A CEL rule of the CRD refuses it: \"RequestRedirect filter must not be used together with backendRefs\".",
    how: "Remove the backends, or make a rule of its own for the redirect.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (route, rule) in context.gateway_rules() {
        let redirects = rule.items_at(&["filters"]).iter().any(|filter| filter.at(&["requestRedirect"]).is_some());
        let backends = rule.at(&["backendRefs"]).filter(|backends| redirects && !backends.items().is_empty());
        if let Some(backends) = backends {
            findings.add(route, backends, "a redirect excludes `backendRefs`");
        }
    }
}

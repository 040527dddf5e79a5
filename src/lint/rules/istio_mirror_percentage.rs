use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-mirror-percentage",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the share of mirrored requests is 0 to 100 percent",
    what: "`mirrorPercentage`, `mirrorPercent` and the `percentage` of each of the `mirrors`.",
    why: "Istio's webhook refuses a percentage outside of 0 to 100.",
    how: "Write a percentage: 10 copies every tenth request.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, rule) in context.istio_rules() {
        let paths = [["mirrorPercentage", "value"].as_slice(), &["mirrorPercent"], &["mirror_percent"]];
        let of_rule = paths.into_iter().filter_map(|path| rule.at(path));
        let listed = rule.items_at(&["mirrors"]).iter().filter_map(|mirror| mirror.at(&["percentage", "value"]));
        for node in of_rule.chain(listed) {
            if let Some(percent) = node.as_number().filter(|percent| !(0.0..=100.0).contains(percent)) {
                findings.add(object, node, format!("{percent} is no percentage; 0 to 100 are"));
            }
        }
    }
}

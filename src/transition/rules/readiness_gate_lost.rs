use super::{Rule, Severity};
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "readiness-gate-lost",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "the Iter8 controller no longer routes, and with it goes the wait for readiness",
    what: "Entrances that a routemap made before, and that the release writes itself after.",
    why: "The controller gives a version its share only while all its objects are ready, and takes it away when they are not. A static route \
          sends requests all the same. And while the routemap is there still, the controller writes the route, too.",
    how: "Make the change while one version gets all requests, and bring versions in with a weight of 0 from then on.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for entry_point in transition.entry_points() {
        let (Some(old), Some(new)) = (entry_point.route.before, entry_point.route.after) else { continue };
        let (old, new) =
            (&transition.impact.sides.before.entry_points[old], &transition.impact.sides.after.entry_points[new]);
        let (Some(routemap), None, Some(object)) = (&old.through, &new.through, transition.object_of(entry_point))
        else {
            continue;
        };
        let message = format!(
            "`{}` was routed by the Iter8 controller ({}), which waits until versions are ready; a static route does not",
            new.identity.name, routemap.identity.name
        );
        findings.add_at(transition.at_route(object), message);
    }
}

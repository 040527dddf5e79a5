use super::{Place, Rule};
use crate::transition::{Context, Findings};

pub const RULE: Rule = Rule {
    id: "readiness-gate-lost",
    severity: crate::lint::Severity::Warning,
    summary: "the Iter8 controller no longer routes, and with it goes the wait for readiness",
    what: "Entrances that a routemap made before, and that the release writes itself after.",
    why: "The controller gives a version its share only while all its objects are ready, and takes it away when they are not. A static route \
          sends requests all the same. And while the routemap is there still, the controller writes the route, too.",
    how: "Make the change while one version gets all requests, and bring versions in with a weight of 0 from then on.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entrance in context.entrances() {
        let (Some(old), Some(new)) = (entrance.old, entrance.new) else { continue };
        let (old, new) = (&context.change.old.entrances[old], &context.change.new.entrances[new]);
        let (Some(routemap), None, Some(object)) = (&old.through, &new.through, context.object_of(entrance)) else { continue };
        let message = format!(
            "`{}` was routed by the Iter8 controller ({}), which waits until versions are ready; a static route does not",
            new.identity.name, routemap.identity.name
        );
        findings.add(Place::Route(object), message, Vec::new());
    }
}

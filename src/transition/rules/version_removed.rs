use super::{Place, Rule};
use crate::change::Party;
use crate::transition::{Context, Findings};

pub const RULE: Rule = Rule {
    id: "version-removed",
    severity: crate::lint::Severity::Warning,
    summary: "a version is removed while it still gets requests",
    what: "The objects of every version that answers requests before the change, where the change deletes them.",
    why: "The routes and the pods go at their own speed: proxies learn of a new route seconds after it is stored, and requests \
          under way and connections that are kept alive still go to pods that are being stopped. And there is nothing left \
          to go back to.",
    how: "Take its requests away in one commit, see that nobody misses it, and remove it in the next.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let renamed = context.change.renamed();
    for entrance in context.entrances() {
        // A Service goes by the pods that there are; what Kubernetes takes away is taken out first.
        let route = entrance.old.map(|old| &context.change.old.entrances[old]);
        if route.is_none_or(|route| route.identity.kind == "Service") {
            continue;
        }
        for party in entrance.parties(|moved| &moved.before) {
            let Party::Track(track) = party else { continue };
            let Some(unit) = context.change.before(*track) else { continue };
            // What goes on under another name is told as that.
            let deleted = context.change.objects.removed.iter().any(|own| own.same_object(&unit.object))
                && renamed.iter().all(|(old, _)| !old.same_object(&unit.object));
            let Some(share) = context.share_text(entrance, party, false).filter(|_| deleted) else { continue };
            let name = context.party(party, false);
            let object = format!("{} `{}`", unit.object.kind, unit.object.name);
            let message = format!("{object} is deleted while `{}` sends it {share}", context.change.entrance_name(entrance));
            let safe = vec![
                format!("send the requests of {name} elsewhere, and keep it"),
                "wait until the routes have settled".into(),
                format!("remove {object}"),
            ];
            findings.add(Place::Object(&unit.object), message, safe);
        }
    }
}

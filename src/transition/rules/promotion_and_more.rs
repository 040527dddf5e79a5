use super::{Rule, Severity};
use crate::bundle::Identity;
use crate::impact::{Entrance, Party, settings_changed};
use crate::rules::Findings;
use crate::sides::Side;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "promotion-and-more",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a promotion comes together with other changes",
    what: "Every change that makes a candidate the primary: whether the promoted version keeps its settings, whether another version \
           comes in, whether hosts or gateways change, and whether objects change that the promotion has nothing to do \
           with.",
    why: "A promotion says that what was tried is what everybody gets. If something else changes with it, that was never tried; and if \
          it goes wrong, nobody knows which of the changes it was, and going back undoes both.",
    how: "Promote in one commit, and change the rest in another.",
};

/// The most objects that a message names.
const MOST: usize = 8;

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    let mut unrelated = None;
    for entrance in transition.entrances() {
        let (Some(old), Some(new)) = (&entrance.primary.before, &entrance.primary.after) else { continue };
        let Party::Track(track) = new else { continue };
        let replaced = transition.change.tracks[*track].is_replaced();
        if old == new || replaced || !entrance.parties(Side::Before).contains(&new) {
            continue;
        }
        let unrelated = unrelated.get_or_insert_with(|| transition.change.unrelated());
        let more = more(transition, entrance, *track, unrelated);
        if more.is_empty() {
            continue;
        }
        let name = transition.name(*track);
        let message = format!("besides the promotion of {name}, {}", more.join(", and "));
        let safe = vec![format!("promote {name}, and nothing else"), "make the other changes".into()];
        if let Some(position) = transition.at_version(*track, "image") {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

/// What changes besides the promotion, in words.
fn more(transition: &Transition<'_>, entrance: &Entrance, promoted: usize, unrelated: &[Identity]) -> Vec<String> {
    let change = transition.change;
    let mut more = Vec::new();
    if let (Some(before), Some(after)) = (change.before(promoted), change.after(promoted)) {
        let fields = settings_changed(before, after);
        if !fields.is_empty() {
            more.push(format!("its `{}` changes", fields.join("`, `")));
        }
    }
    let before = entrance.parties(Side::Before);
    for party in entrance.parties(Side::After) {
        let fresh = !before.contains(&party);
        let replaced = matches!(party, Party::Track(track) if *track != promoted && change.tracks[*track].is_replaced());
        if fresh || replaced {
            more.push(format!("{} comes in", transition.party(party, Side::After)));
        }
    }
    if let (Some(old), Some(new)) = (entrance.route.before, entrance.route.after) {
        let (old, new) = (&change.sides.before.entrances[old], &change.sides.after.entrances[new]);
        if old.hosts != new.hosts {
            more.push("the hosts change".into());
        }
        if old.gateways != new.gateways {
            more.push("the gateways change".into());
        }
    }
    if !unrelated.is_empty() {
        let named = unrelated.iter().take(MOST).map(|object| format!("{} `{}`", object.kind, object.name));
        let mut names: Vec<String> = named.collect();
        if unrelated.len() > MOST {
            names.push(format!("{} more", unrelated.len() - MOST));
        }
        let names = names.join(", ");
        more.push(format!("{names} {}", if unrelated.len() == 1 { "changes" } else { "change" }));
    }
    more
}

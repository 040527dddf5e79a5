use super::{Rule, Severity};
use crate::bundle::Identity;
use crate::impact::{EntryPoint, Receiver, settings_changed};
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
    for entry_point in transition.entry_points() {
        let (Some(old), Some(new)) = (&entry_point.primary.before, &entry_point.primary.after) else { continue };
        let Receiver::Version(version_pair) = new else { continue };
        let replaced = transition.impact.version_pairs[*version_pair].is_replaced();
        if old == new || replaced || !entry_point.receivers(Side::Before).contains(&new) {
            continue;
        }
        let unrelated = unrelated.get_or_insert_with(|| transition.impact.unrelated());
        let more = more(transition, entry_point, *version_pair, unrelated);
        if more.is_empty() {
            continue;
        }
        let name = transition.name(*version_pair);
        let message = format!("besides the promotion of {name}, {}", more.join(", and "));
        let safe = vec![format!("promote {name}, and nothing else"), "make the other changes".into()];
        if let Some(position) = transition.at_version(*version_pair, "image") {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

/// What changes besides the promotion, in words.
fn more(transition: &Transition<'_>, entry_point: &EntryPoint, promoted: usize, unrelated: &[Identity]) -> Vec<String> {
    let impact = transition.impact;
    let mut more = Vec::new();
    if let (Some(before), Some(after)) = (impact.before(promoted), impact.after(promoted)) {
        let fields = settings_changed(before, after);
        if !fields.is_empty() {
            more.push(format!("its `{}` changes", fields.join("`, `")));
        }
    }
    let before = entry_point.receivers(Side::Before);
    for receiver in entry_point.receivers(Side::After) {
        let fresh = !before.contains(&receiver);
        let replaced = matches!(receiver, Receiver::Version(version_pair) if *version_pair != promoted && impact.version_pairs[*version_pair].is_replaced());
        if fresh || replaced {
            more.push(format!("{} comes in", transition.receiver(receiver, Side::After)));
        }
    }
    if let (Some(old), Some(new)) = (entry_point.route.before, entry_point.route.after) {
        let (old, new) = (&impact.sides.before.entry_points[old], &impact.sides.after.entry_points[new]);
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

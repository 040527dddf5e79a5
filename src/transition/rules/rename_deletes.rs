use std::collections::{HashMap, HashSet};

use super::{Rule, Severity};
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "rename-deletes",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a rename deletes an object and creates another",
    what: "Objects that go on under another name: the old one is gone, a new one of its kind makes the same version, leads to the same \
           versions, or has the same content.",
    why: "To a cluster, a name is what an object is. The old one is deleted with its pods, its address and its status; whoever \
          calls it by its name, or looks it up there, finds nothing. Data of a StatefulSet or a claim stays behind or is lost.",
    how: "Keep the name. Where it must change, bring the new object in first, lead everybody to it, and then remove the old one.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    let renamed = &transition.impact.renamed;
    let mut renamed: Vec<_> = renamed.iter().filter(|(old, new)| old.name != new.name).collect();
    // One name that changes takes others with it: a whole application has a new name once.
    let entry_points: HashSet<&str> =
        transition.impact.sides.after.entry_points.iter().map(|route| route.identity.name.as_str()).collect();
    renamed.sort_by_key(|(_, new)| !entry_points.contains(new.name.as_str()));
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for (old, new) in &renamed {
        wholes(&old.name, &new.name).for_each(|whole| *counts.entry(whole).or_default() += 1);
    }
    let mut reported: HashSet<(&str, &str)> = HashSet::new();
    for (old, new) in &renamed {
        let names = (old.name.as_str(), new.name.as_str());
        if wholes(names.0, names.1).any(|whole| reported.contains(&whole)) {
            continue;
        }
        reported.insert(names);
        let more = match counts.get(&names).map_or(0, |count| count - 1) {
            0 => String::new(),
            1 => ", and one more object with it".to_string(),
            count => format!(", and {count} more objects with it"),
        };
        let message = format!("{} `{}` becomes `{}`{more}: the old one is deleted", new.kind, old.name, new.name);
        let safe = vec![
            format!("add {} `{}` beside `{}`, and wait until it is ready", new.kind, new.name, old.name),
            format!("lead everybody to `{}` who uses `{}`", new.name, old.name),
            format!("remove {} `{}`", old.kind, old.name),
        ];
        findings.add_at(transition.at_metadata(new, "name"), message).safe_commits(safe);
    }
}

/// The pairs of names of which `old` and `new` may be parts: themselves, and what stands before any of their dashes.
fn wholes<'n>(old: &'n str, new: &'n str) -> impl Iterator<Item = (&'n str, &'n str)> {
    prefixes(old).flat_map(move |old| prefixes(new).map(move |new| (old, new)))
}

/// What stands before each dash of a name, and the name.
fn prefixes(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('-').map(|(end, _)| &name[..end]).chain([name])
}

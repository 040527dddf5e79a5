use std::collections::HashMap;

use super::{Rule, Severity};
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "namespace-change",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "objects move to another namespace",
    what: "Objects that the old side has in one namespace and the new side, under the same name, in another.",
    why: "Nothing moves between namespaces: everything there is deleted, and made anew elsewhere. Pods stop before others are ready, names \
          in the cluster's DNS change, and Secrets, quotas and policies of the old namespace don't come along.",
    how: "Release it in the new namespace beside the old one, lead the requests there, and remove the old release.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    let (removed, added) = (&transition.impact.objects.removed, &transition.impact.objects.added);
    let space = |own: &crate::bundle::Identity| own.namespace.clone().unwrap_or_else(|| "default".into());
    let called = |own: &'_ crate::bundle::Identity| (own.group.clone(), own.kind.clone(), own.name.clone());
    let mut alike: HashMap<_, Vec<_>> = HashMap::new();
    added.iter().for_each(|new| alike.entry(called(new)).or_default().push(new));
    let elsewhere = |old| alike.get(&called(old))?.iter().copied().find(|new| space(new) != space(old));
    let pairs: Vec<_> = removed.iter().filter_map(|old| Some((old, elsewhere(old)?))).collect();
    let mut counts: HashMap<(String, String), usize> = HashMap::new();
    pairs.iter().for_each(|(old, new)| *counts.entry((space(old), space(new))).or_default() += 1);
    for (old, new) in &pairs {
        let way = (space(old), space(new));
        // Each way is told once.
        let Some(all) = counts.remove(&way) else { continue };
        let (from, to) = &way;
        let what = if all == 1 { format!("{} `{}` moves", new.kind, new.name) } else { format!("{all} objects move") };
        let message = format!("{what} from the namespace `{from}` to `{to}`: deleted there, made anew here");
        let safe = vec![
            format!("release it in `{to}` as well, and wait until it is ready"),
            "lead the requests there".into(),
            format!("remove it from `{from}`"),
        ];
        findings.add_at(transition.at_metadata(new, "namespace"), message).safe_commits(safe);
    }
}

use std::collections::HashMap;

use super::{Rule, Severity};
use crate::bundle::Identity;
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
    let mut by_name: HashMap<_, Vec<&Identity>> = HashMap::new();
    for new in added {
        by_name.entry((&new.group, &new.kind, &new.name)).or_default().push(new);
    }
    let mut shift: Vec<(&Identity, &Identity)> = Vec::new();
    for old in removed {
        let same_name = by_name.get(&(&old.group, &old.kind, &old.name)).into_iter().flatten();
        shift.extend(same_name.copied().find(|new| namespace(new) != namespace(old)).map(|new| (old, new)));
    }
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for (old, new) in &shift {
        *counts.entry((namespace(old), namespace(new))).or_default() += 1;
    }
    for (old, new) in &shift {
        let (from, to) = (namespace(old), namespace(new));
        // One finding for all objects that move from one namespace to another.
        let Some(all) = counts.remove(&(from, to)) else { continue };
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

fn namespace(object: &Identity) -> &str {
    object.namespace.as_deref().unwrap_or("default")
}

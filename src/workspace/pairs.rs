//! The releases of a base and of a head, each with its counterpart.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::Release;
use crate::git::Revision;
use crate::problem::Problem;

/// A release before and after; at least one of them is there.
#[derive(Debug, Clone, Copy)]
pub struct ReleasePair<'a> {
    /// Before.
    pub base: Option<&'a Release>,
    /// After.
    pub head: Option<&'a Release>,
}

/// Where those specs of `head` that the base does not have stood in it, as Git finds out: by their paths now. `base` is
/// at the revision `from`; `head` is at `to`, or in the working tree.
///
/// # Errors
/// The repository lacks something.
pub fn moved_specs(
    (base, from): (&[Release], &Revision),
    (head, to): (&[Release], Option<&Revision>),
) -> Result<BTreeMap<String, String>, Problem> {
    let old: BTreeSet<&str> = base.iter().map(|release| release.spec.as_str()).collect();
    let now: BTreeSet<&str> = head.iter().map(|release| release.spec.as_str()).collect();
    from.moved(to, &(&now - &old), Some(&(&old - &now)))
}

/// What makes two releases the same one: its spec, its stage, its name and its namespace, as far as they count.
type ReleaseKey<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// Pairs the releases of `base` with those of `head`: by spec, stage, name and namespace; what is left then by less and
/// less of that, and at last by name and stage alone. `moved` says where specs of the head stood in the base. The
/// pairs come in the order of `head`, then those that are gone.
pub fn pairs<'a>(
    base: &'a [Release],
    head: &'a [Release],
    moved: &'a BTreeMap<String, String>,
) -> Vec<ReleasePair<'a>> {
    let mut counterparts: Vec<Option<usize>> = vec![None; head.len()];
    let mut taken = vec![false; base.len()];
    let keys: [fn(&'a Release, &'a str) -> ReleaseKey<'a>; 4] = [
        |release, spec| (Some(spec), release.stage.as_deref(), Some(&release.name), release.namespace.as_deref()),
        |release, spec| (Some(spec), release.stage.as_deref(), Some(&release.name), None),
        |release, spec| (Some(spec), release.stage.as_deref(), None, None),
        |release, _| (None, release.stage.as_deref(), Some(&release.name), None),
    ];
    for key in keys {
        let mut left: HashMap<ReleaseKey<'a>, VecDeque<usize>> = HashMap::new();
        for (i, release) in base.iter().enumerate().filter(|(i, _)| !taken[*i]) {
            left.entry(key(release, &release.spec)).or_default().push_back(i);
        }
        for (release, counterpart) in
            head.iter().zip(&mut counterparts).filter(|(_, counterpart)| counterpart.is_none())
        {
            let spec = moved.get(&release.spec).unwrap_or(&release.spec);
            *counterpart = left.get_mut(&key(release, spec)).and_then(VecDeque::pop_front);
            if let Some(i) = *counterpart {
                taken[i] = true;
            }
        }
    }
    let kept = head
        .iter()
        .zip(counterparts)
        .map(|(head, counterpart)| ReleasePair { base: counterpart.map(|i| &base[i]), head: Some(head) });
    let gone = base
        .iter()
        .zip(taken)
        .filter(|(_, taken)| !taken)
        .map(|(base, _)| ReleasePair { base: Some(base), head: None });
    kept.chain(gone).collect()
}

//! Releases that would write the same file, or the same object of a cluster.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use super::Release;
use super::folder::Folder;
use crate::bundle::Identity;
use crate::problem::{Code, Problem};
use crate::render::Rendered;

/// The objects of a release, as a cluster tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Objects(Vec<Key>);

/// Group, kind, namespace and name, with NUL between them: there are many, and this is one allocation.
type Key = String;

impl Objects {
    pub fn of(release: &Release, rendered: &Rendered) -> Self {
        let namespace = rendered.plan.application.namespace.text();
        let namespace = namespace.or_else(|| release.namespace.clone()).unwrap_or_default();
        let key = |identity: &Identity| {
            let own = || identity.namespace.as_deref().unwrap_or(&namespace);
            let namespace = if identity.is_cluster_scoped() { "" } else { own() };
            [&identity.group, "\0", &identity.kind, "\0", namespace, "\0", &identity.name].concat()
        };
        Self(rendered.bundle.iter().map(|object| key(&object.identity)).collect())
    }
}

/// What of `objects`, those of each of `releases`, two of one cluster have.
pub(super) fn objects<'a>(releases: &[&Release], objects: impl Iterator<Item = &'a Objects>) -> Vec<Problem> {
    let mut owners: HashMap<(&str, &Key), usize> = HashMap::new();
    let mut pairs: BTreeMap<(usize, usize), (&Key, usize)> = BTreeMap::new();
    for (i, (release, Objects(keys))) in releases.iter().zip(objects).enumerate() {
        for key in keys {
            if let Some(first) = owners.insert((&release.cluster, key), i) {
                pairs.entry((first, i)).or_insert((key, 0)).1 += 1;
            }
        }
    }
    let problem = |((first, second), (key, count)): ((usize, usize), (&Key, usize))| {
        let mut parts = key.split('\0').skip(1).map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        let (kind, namespace, name) = (part(), part(), part());
        let object = if namespace.is_empty() { format!("{kind} {name}") } else { format!("{kind} {namespace}/{name}") };
        let what = match count {
            1 => format!("write the object {object}"),
            2 => format!("write the object {object} and 1 other of one cluster"),
            count => format!("write the object {object} and {} others of one cluster", count - 1),
        };
        let problem = both(&what, releases[first], releases[second]);
        problem.help("give one another name or namespace, or each its `cluster` if they go to two")
    };
    pairs.into_iter().map(problem).collect()
}

pub(super) fn same_file(path: &str, first: &Release, second: &Release) -> Problem {
    both(&format!("write the file `{path}`"), first, second)
        .help("put `${{ name }}` into `output`, or what else differs")
}

/// What of `folders`, by their paths, is written into by the release of another, or stands in its way.
pub(super) fn nested(folders: &BTreeMap<&str, Folder>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (outer, folder) in folders {
        let below = |path: &'_ str| match outer.is_empty() {
            true => Some(path.to_owned()),
            false => path.strip_prefix(outer).and_then(|rest| rest.strip_prefix('/')).map(str::to_owned),
        };
        let inner = folders.range::<str, _>((Bound::Excluded(*outer), Bound::Unbounded));
        for (inner, other) in inner.take_while(|(path, _)| path.starts_with(outer)) {
            let Some(inside) = below(inner) else { continue };
            let hit = folder.change.paths().find(|path| {
                match path.strip_prefix(&inside).map(|rest| rest.strip_prefix('/')) {
                    // A file where the folder is to be.
                    Some(None) => *path == inside,
                    Some(Some(rest)) => other.change.has(rest),
                    None => inside.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')),
                }
            });
            if let Some(path) = hit {
                let [one, two] = [folder, other]
                    .map(|folder| folder.releases.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
                let problem = Problem::new(
                    Code::OUTPUT_CONFLICT,
                    format!("`{one}` writes `{}`, and `{two}` is rendered into `{inner}`", folder.below(path)),
                );
                problems.push(problem.help("let neither `output` be inside the other"));
            }
        }
    }
    problems
}

fn both(what: &str, first: &Release, second: &Release) -> Problem {
    let title = |release: &Release| format!("`{release}` of `{}`", release.spec);
    let problem = Problem::new(Code::OUTPUT_CONFLICT, format!("{} and {} both {what}", title(first), title(second)))
        .at(second.at);
    if first.at == second.at { problem } else { problem.also(first.at, "the other one") }
}

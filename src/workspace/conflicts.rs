//! Releases that would write the same file, or the same object of a cluster.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use super::Release;
use super::folder::OutputFolder;
use crate::bundle::Identity;
use crate::problem::{Code, Problem};
use crate::render::Rendered;

/// The objects of a release, as a cluster tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReleaseObjects(Vec<ObjectKey>);

/// Group, kind, namespace and name, with NUL between them: there are many, and this is one allocation.
type ObjectKey = String;

impl ReleaseObjects {
    pub fn new(release: &Release, rendered: &Rendered) -> Self {
        let namespace = rendered.plan.application.namespace.text();
        let namespace = namespace.or_else(|| release.namespace.clone()).unwrap_or_default();
        Self(rendered.bundle.iter().map(|object| key(&object.identity, &namespace)).collect())
    }
}

/// The key of an object of a release in `namespace`.
fn key(identity: &Identity, namespace: &str) -> ObjectKey {
    let namespace = match &identity.namespace {
        _ if identity.is_cluster_scoped() => "",
        Some(namespace) => namespace,
        None => namespace,
    };
    [&identity.group, "\0", &identity.kind, "\0", namespace, "\0", &identity.name].concat()
}

/// A problem for each two of `releases` that write the same object of one cluster; `objects` are those of each.
pub(super) fn same_objects<'a>(
    releases: &[&Release],
    objects: impl Iterator<Item = &'a ReleaseObjects>,
) -> Vec<Problem> {
    let mut owners: HashMap<(&str, &ObjectKey), usize> = HashMap::new();
    let mut pairs: BTreeMap<(usize, usize), (&ObjectKey, usize)> = BTreeMap::new();
    for (i, (release, ReleaseObjects(keys))) in releases.iter().zip(objects).enumerate() {
        for key in keys {
            if let Some(first) = owners.insert((&release.cluster, key), i) {
                pairs.entry((first, i)).or_insert((key, 0)).1 += 1;
            }
        }
    }
    let problems = pairs.into_iter().map(|((first, second), (key, count))| {
        let object = shown(key);
        let what = match count {
            1 => format!("write the object {object}"),
            2 => format!("write the object {object} and 1 other of one cluster"),
            count => format!("write the object {object} and {} others of one cluster", count - 1),
        };
        let problem = both(&what, releases[first], releases[second]);
        problem.help("give one another name or namespace, or each its `cluster` if they go to two")
    });
    problems.collect()
}

fn shown(key: &ObjectKey) -> String {
    let mut parts = key.split('\0').skip(1);
    let [kind, namespace, name] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    if namespace.is_empty() { format!("{kind} {name}") } else { format!("{kind} {namespace}/{name}") }
}

pub(super) fn same_file(path: &str, first: &Release, second: &Release) -> Problem {
    both(&format!("write the file `{path}`"), first, second)
        .help("put `${{ name }}`, or whatever differs, into `output`")
}

/// A problem for each of `folders`, by their paths, that the release of another writes into, or is in the way of.
pub(super) fn nested(folders: &BTreeMap<&str, OutputFolder>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (outer, folder) in folders {
        let inner = folders.range::<str, _>((Bound::Excluded(*outer), Bound::Unbounded));
        for (inner, inner_folder) in inner.take_while(|(path, _)| path.starts_with(outer)) {
            let Some(inside) = path_from(outer, inner) else { continue };
            let hit = folder.change.paths().find(|path| {
                match path.strip_prefix(inside).map(|rest| rest.strip_prefix('/')) {
                    // A file where the folder is to be.
                    Some(None) => *path == inside,
                    Some(Some(rest)) => inner_folder.change.has(rest),
                    None => inside.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')),
                }
            });
            if let Some(path) = hit {
                let [one, two] = [folder, inner_folder]
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

/// `path` as seen from `folder`, if it is below it.
fn path_from<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

fn both(what: &str, first: &Release, second: &Release) -> Problem {
    let [first_title, second_title] = [first, second].map(|release| format!("`{release}` of `{}`", release.spec));
    let problem =
        Problem::new(Code::OUTPUT_CONFLICT, format!("{first_title} and {second_title} both {what}")).at(second.at);
    if first.at == second.at { problem } else { problem.also(first.at, "the other one") }
}

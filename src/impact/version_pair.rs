//! Versions through the change: each with what it is on either side, and with the name that people know it by.

use std::collections::BTreeMap;

use super::applications::applications;
use super::image;
use super::pair::{PairedBy, pair};
use super::view::View;
use super::workload::Workload;
use crate::sides::{Side, Sides};

/// A version on both sides of the change.
#[derive(Debug, Clone)]
pub struct VersionPair {
    /// Its index among the workloads of either side.
    pub workload: Sides<Option<usize>>,
    /// How both belong together.
    pub paired_by: PairedBy,
    /// What it is called on either side.
    pub name: Sides<String>,
    /// Whether nothing tells what it serves: the revision that an InferenceService had before.
    pub unknown: bool,
    /// The number of the application that it belongs to.
    pub application: usize,
    /// The version pair that stands for its version: another one, where the same version stands in several places.
    pub version: usize,
    /// All version pairs that this one stands for.
    pub places: Vec<usize>,
}

impl VersionPair {
    /// What it is called now, or was at last.
    pub fn last_name(&self) -> &str {
        if self.workload.after.is_some() { &self.name.after } else { &self.name.before }
    }

    /// The workloads that it is on either side.
    fn workloads<'u>(&self, sides: Sides<&'u View<'_>>) -> impl Iterator<Item = &'u Workload> + Clone + use<'u> {
        self.workload.zip(sides).into_iter().filter_map(|(workload, view)| view.workloads.get(workload?))
    }

    /// Whether the place is all that both sides share: what serves there was replaced.
    pub fn is_replaced(&self) -> bool {
        matches!(self.paired_by, PairedBy::Place | PairedBy::Relabelled)
    }
}

/// All versions of both sides, the new ones first.
pub fn version_pairs(sides: Sides<&View<'_>>) -> Vec<VersionPair> {
    let Sides { before: old, after: new } = sides;
    let applications = applications(sides);
    let version_pair = |pair: super::pair::Pair| {
        let workload = pair.new.map(|n| &new.workloads[n]).or_else(|| pair.old.map(|o| &old.workloads[o]));
        let unknown = workload.is_some_and(|workload| workload.previous && !workload.is_known());
        let application = pair.new.map(|n| applications.after[n]).or(pair.old.map(|o| applications.before[o]));
        VersionPair {
            workload: Sides { before: pair.old, after: pair.new },
            paired_by: pair.paired_by,
            name: Sides::default(),
            unknown,
            application: application.unwrap_or_default(),
            version: 0,
            places: Vec::new(),
        }
    };
    let mut version_pairs: Vec<VersionPair> =
        pair(&old.workloads, &new.workloads, &applications).into_iter().map(version_pair).collect();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, version_pair) in version_pairs.iter().enumerate() {
        groups.entry(version_pair.application).or_default().push(index);
    }
    let aliases = sides.map(RouteNames::of);
    for group in groups.values() {
        for index in group {
            version_pairs[*index].version = twin(&version_pairs, *index, group, sides);
        }
        name(&mut version_pairs, group, sides, &aliases);
    }
    for index in 0..version_pairs.len() {
        let version = version_pairs[index].version;
        version_pairs[version].places.push(index);
    }
    version_pairs
}

/// For each workload of a side, the version pair that stands for its version.
pub fn versions(version_pairs: &[VersionPair], view: &View<'_>, side: Side) -> Vec<usize> {
    let mut versions = vec![0; view.workloads.len()];
    for version_pair in version_pairs {
        if let Some(version) = version_pair.workload[side].and_then(|workload| versions.get_mut(workload)) {
            *version = version_pair.version;
        }
    }
    versions
}

/// The version pair that stands for the version of the one at `index`: the first that is on both sides and serves the same, else
/// the first at all.
fn twin(version_pairs: &[VersionPair], index: usize, group: &[usize], sides: Sides<&View<'_>>) -> usize {
    let version_pair = &version_pairs[index];
    if version_pair.is_replaced() {
        return index;
    }
    let is_twin = |twin: &VersionPair| {
        let workloads = version_pair.workloads(sides);
        !twin.is_replaced()
            && twin.workloads(sides).any(|workload| workloads.clone().any(|mine| mine.is_version(workload)))
    };
    let twins = || group.iter().copied().filter(|twin| is_twin(&version_pairs[*twin]));
    let on_both = twins().find(|twin| version_pairs[*twin].workload.into_iter().all(|workload| workload.is_some()));
    on_both.or_else(|| twins().next()).unwrap_or(index)
}

/// What routes call the workloads of one side.
struct RouteNames {
    /// For each workload: the name of the route, and the route's name of it.
    of: Vec<Vec<(String, String)>>,
}

impl RouteNames {
    fn of(view: &View<'_>) -> Self {
        let mut of = vec![Vec::new(); view.workloads.len()];
        for route in &view.entry_points {
            for (version, _) in &route.targets {
                if let [workload] = view.workloads_of(route, version)[..] {
                    of[workload].push((route.identity.name.clone(), version.clone()));
                }
            }
        }
        Self { of }
    }

    fn get(&self, workload: Option<usize>) -> &[(String, String)] {
        workload.and_then(|workload| self.of.get(workload)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Where a name is taken from, the best first.
#[derive(Clone, Copy)]
enum NameSource {
    Label,
    Chosen,
    Short,
    Full,
    Place,
}

/// Names the version pairs of `group` by the first source that names all of them, each otherwise.
fn name(version_pairs: &mut [VersionPair], group: &[usize], views: Sides<&View<'_>>, aliases: &Sides<RouteNames>) {
    let known: Vec<usize> = group.iter().copied().filter(|index| !version_pairs[*index].unknown).collect();
    for source in [NameSource::Label, NameSource::Chosen, NameSource::Short, NameSource::Full, NameSource::Place] {
        let both = |index: usize| {
            let version_pair = &version_pairs[index];
            let name = |side: Side| {
                version_pair.workload[side]
                    .map(|workload| called(source, &views[side].workloads[workload], aliases[side].get(Some(workload))))
            };
            Sides { before: name(Side::Before), after: name(Side::After) }
        };
        let names: Vec<Sides<Option<Option<String>>>> = known.iter().map(|index| both(*index)).collect();
        let all = names.iter().flat_map(|names| names.as_ref()).flatten().all(Option::is_some);
        // Two workloads may have one name only if they are the same version.
        let workload = |index: usize, side: Side| {
            version_pairs[known[index]].workload[side].map(|workload| &views[side].workloads[workload])
        };
        let clash = |(i, a): (usize, Side), (j, b): (usize, Side)| {
            names[i][a].is_some()
                && names[i][a] == names[j][b]
                && !workload(i, a).zip(workload(j, b)).is_some_and(|(a, b)| a.is_version(b))
        };
        let sides = || Side::BOTH.into_iter().flat_map(|a| Side::BOTH.map(|b| (a, b)));
        let unique = (0..names.len()).all(|i| (0..i).all(|j| sides().all(|(a, b)| !clash((i, a), (j, b)))));
        if (all && unique) || matches!(source, NameSource::Place) {
            for (index, names) in known.iter().zip(names) {
                let Sides { before: old, after: new } = names.map(|name| name.flatten().unwrap_or_default());
                let version_pair = &mut version_pairs[*index];
                version_pair.name.before = if version_pair.workload.before.is_some() { old } else { new.clone() };
                version_pair.name.after =
                    if version_pair.workload.after.is_some() { new } else { version_pair.name.before.clone() };
                if !version_pair.is_replaced() {
                    // One version has one name, whatever either side has come to call it.
                    version_pair.name.before.clone_from(&version_pair.name.after);
                }
            }
            break;
        }
    }
    for index in group.iter().filter(|index| !known.contains(index)) {
        version_pairs[*index].name.before = "the previous revision".into();
        version_pairs[*index].name.after = "the previous revision".into();
    }
}

/// The name of a workload from one source; routes know it by `aliases`.
fn called(source: NameSource, workload: &Workload, aliases: &[(String, String)]) -> Option<String> {
    let named = workload.images.iter().find(|(name, _)| *name == workload.name);
    let image = named.or(workload.images.last()).map(|(_, image)| image);
    match source {
        NameSource::Label => workload.label.clone(),
        NameSource::Chosen => aliases.iter().find_map(|(route, alias)| chosen(alias, route)).or_else(|| {
            let route = aliases.first().map_or(workload.object.name.as_str(), |(route, _)| route.as_str());
            chosen(&workload.name, route).filter(|name| aliases.is_empty() || *name != workload.object.name)
        }),
        NameSource::Short => match workload.models.first() {
            Some(model) => Some(image::end(model).to_string()),
            None => image.and_then(|image| image::tag_or_digest(image)),
        },
        NameSource::Full => workload.models.first().cloned().or_else(|| image.cloned()),
        NameSource::Place => {
            let alias = aliases.first().map(|(_, alias)| alias.clone());
            let part = workload.part.as_ref().map(|part| format!("{}/{part}", workload.object.name));
            Some(alias.or(part).unwrap_or_else(|| workload.object.name.clone()))
        }
    }
}

/// `name`, where a person chose it: it is no place in storage, no image, and no mere position behind the name of the
/// application, which is left out.
fn chosen(name: &str, application: &str) -> Option<String> {
    let rest = name.strip_prefix(application).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name);
    let position = rest.bytes().all(|b| b.is_ascii_digit());
    let path = name.contains(['/', ':', '(']);
    (!position && !path && !rest.is_empty() && name != application).then(|| rest.to_string())
}

//! Versions through the change: each with what it is on either side, and with the name that people know it by.

use std::collections::BTreeMap;

use super::applications::applications;
use super::image;
use super::pair::{Pair, PairedBy, pair};
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
    /// The one of `pair`, with no name yet.
    fn new(pair: Pair, sides: Sides<&View<'_>>, applications: &Sides<Vec<usize>>) -> Self {
        let Sides { before: old, after: new } = sides;
        let workload = pair.new.map(|n| &new.workloads[n]).or_else(|| pair.old.map(|o| &old.workloads[o]));
        let unknown = workload.is_some_and(|workload| workload.previous && !workload.is_known());
        let application = pair.new.map(|n| applications.after[n]).or(pair.old.map(|o| applications.before[o]));
        Self {
            workload: Sides { before: pair.old, after: pair.new },
            paired_by: pair.paired_by,
            name: Sides::default(),
            unknown,
            application: application.unwrap_or_default(),
            version: 0,
            places: Vec::new(),
        }
    }

    /// Whether `twin` is the same version in another place, or this very one.
    fn is_twin(&self, twin: &VersionPair, sides: Sides<&View<'_>>) -> bool {
        let workloads = self.workloads(sides);
        !twin.is_replaced()
            && twin.workloads(sides).any(|workload| workloads.clone().any(|mine| mine.is_version(workload)))
    }

    /// What it is called now, or was at last.
    pub fn last_name(&self) -> &str {
        if self.workload.after.is_some() { &self.name.after } else { &self.name.before }
    }

    /// What it is called on either side by one source; `None` where that has no name for it.
    fn called(
        &self,
        source: NameSource,
        views: Sides<&View<'_>>,
        aliases: &Sides<RouteNames>,
    ) -> Sides<Option<Option<String>>> {
        let workloads = self.workload.zip(views).zip(aliases.as_ref());
        workloads.map(|((index, view), aliases)| Some(called(source, &view.workloads[index?], aliases.get(index))))
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
    let pairs = pair(&old.workloads, &new.workloads, &applications).into_iter();
    let mut version_pairs: Vec<VersionPair> = pairs.map(|pair| VersionPair::new(pair, sides, &applications)).collect();
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
    let mut first = None;
    for twin in group.iter().copied().filter(|twin| version_pair.is_twin(&version_pairs[*twin], sides)) {
        if version_pairs[twin].workload.into_iter().all(|workload| workload.is_some()) {
            return twin;
        }
        first = first.or(Some(twin));
    }
    first.unwrap_or(index)
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
        let names: Vec<Sides<Option<Option<String>>>> =
            known.iter().map(|index| version_pairs[*index].called(source, views, aliases)).collect();
        let all = names.iter().flat_map(|names| names.as_ref()).flatten().all(Option::is_some);
        let workloads: Vec<_> = known.iter().map(|index| version_pairs[*index].workload).collect();
        if (all && are_unique(&names, &workloads, views)) || matches!(source, NameSource::Place) {
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

/// Whether no two version pairs clash: two workloads may have one name only if they are the same version.
fn are_unique(
    names: &[Sides<Option<Option<String>>>],
    workloads: &[Sides<Option<usize>>],
    views: Sides<&View<'_>>,
) -> bool {
    let mut named: Vec<(usize, &Option<String>, &Workload)> = Vec::new();
    for (pair, (names, indexes)) in names.iter().zip(workloads).enumerate() {
        for side in Side::BOTH {
            if let (Some(name), Some(index)) = (&names[side], indexes[side]) {
                named.push((pair, name, &views[side].workloads[index]));
            }
        }
    }
    let mut rest = named.as_slice();
    while let Some(((pair, name, workload), later)) = rest.split_first() {
        if later.iter().any(|(p, n, w)| p != pair && n == name && !w.is_version(workload)) {
            return false;
        }
        rest = later;
    }
    true
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

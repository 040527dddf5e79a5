//! Versions through the change: each with what it is on either side, and with the name that people know it by.

use std::collections::BTreeMap;

use super::family::families;
use super::image;
use super::pair::{Bond, pair};
use super::unit::Unit;
use super::view::View;
use crate::sides::{Side, Sides};

/// A version on both sides of the change.
#[derive(Debug, Clone)]
pub struct Track {
    /// Its index among the units of either side.
    pub unit: Sides<Option<usize>>,
    /// How both belong together.
    pub bond: Bond,
    /// What it is called on either side.
    pub name: Sides<String>,
    /// Whether nothing tells what it serves: the revision that an InferenceService had before.
    pub unknown: bool,
    /// The number of the application that it belongs to.
    pub family: usize,
    /// The track that stands for its version: another one, where the same version stands in several places.
    pub version: usize,
    /// All tracks that this one stands for.
    pub places: Vec<usize>,
}

impl Track {
    /// What it is called now, or was at last.
    pub fn last_name(&self) -> &str {
        if self.unit.after.is_some() { &self.name.after } else { &self.name.before }
    }

    /// The units that it is on either side.
    fn units<'u>(&self, sides: Sides<&'u View<'_>>) -> impl Iterator<Item = &'u Unit> + Clone + use<'u> {
        self.unit.zip(sides).into_iter().filter_map(|(unit, view)| view.units.get(unit?))
    }

    /// Whether the place is all that both sides share: what serves there was replaced.
    pub fn is_replaced(&self) -> bool {
        matches!(self.bond, Bond::Place | Bond::Relabelled)
    }
}

/// All versions of both sides, the new ones first.
pub fn tracks(sides: Sides<&View<'_>>) -> Vec<Track> {
    let Sides { before: old, after: new } = sides;
    let families = families(sides);
    let track = |pair: super::pair::Pair| {
        let unit = pair.new.map(|n| &new.units[n]).or_else(|| pair.old.map(|o| &old.units[o]));
        let unknown = unit.is_some_and(|unit| unit.previous && !unit.is_known());
        let family = pair.new.map(|n| families.after[n]).or(pair.old.map(|o| families.before[o]));
        Track {
            unit: Sides { before: pair.old, after: pair.new },
            bond: pair.bond,
            name: Sides::default(),
            unknown,
            family: family.unwrap_or_default(),
            version: 0,
            places: Vec::new(),
        }
    };
    let mut tracks: Vec<Track> = pair(&old.units, &new.units, &families).into_iter().map(track).collect();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, track) in tracks.iter().enumerate() {
        groups.entry(track.family).or_default().push(index);
    }
    let aliases = sides.map(Aliases::of);
    for group in groups.values() {
        for index in group {
            tracks[*index].version = twin(&tracks, *index, group, sides);
        }
        name(&mut tracks, group, sides, &aliases);
    }
    for index in 0..tracks.len() {
        let version = tracks[index].version;
        tracks[version].places.push(index);
    }
    tracks
}

/// For each unit of a side, the track that stands for its version.
pub fn versions(tracks: &[Track], view: &View<'_>, side: Side) -> Vec<usize> {
    let mut versions = vec![0; view.units.len()];
    for track in tracks {
        if let Some(version) = track.unit[side].and_then(|unit| versions.get_mut(unit)) {
            *version = track.version;
        }
    }
    versions
}

/// The track that stands for the version of the one at `index`: the first that is on both sides and serves the same, else
/// the first at all.
fn twin(tracks: &[Track], index: usize, group: &[usize], sides: Sides<&View<'_>>) -> usize {
    let track = &tracks[index];
    if track.is_replaced() {
        return index;
    }
    let is_twin = |twin: &Track| {
        let units = track.units(sides);
        !twin.is_replaced() && twin.units(sides).any(|unit| units.clone().any(|own| own.is_version(unit)))
    };
    let twins = || group.iter().copied().filter(|twin| is_twin(&tracks[*twin]));
    let on_both = twins().find(|twin| tracks[*twin].unit.into_iter().all(|unit| unit.is_some()));
    on_both.or_else(|| twins().next()).unwrap_or(index)
}

/// What routes call the units of one side.
struct Aliases {
    /// For each unit: the name of the route, and the route's name of it.
    of: Vec<Vec<(String, String)>>,
}

impl Aliases {
    fn of(view: &View<'_>) -> Self {
        let mut of = vec![Vec::new(); view.units.len()];
        for route in &view.entrances {
            for (version, _) in &route.targets {
                if let [unit] = view.units_of(route, version)[..] {
                    of[unit].push((route.identity.name.clone(), version.clone()));
                }
            }
        }
        Self { of }
    }

    fn get(&self, unit: Option<usize>) -> &[(String, String)] {
        unit.and_then(|unit| self.of.get(unit)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Where a name is taken from, the best first.
#[derive(Clone, Copy)]
enum Source {
    Label,
    Chosen,
    Short,
    Full,
    Place,
}

/// Names the tracks of `group` by the first source that names all of them, each otherwise.
fn name(tracks: &mut [Track], group: &[usize], views: Sides<&View<'_>>, aliases: &Sides<Aliases>) {
    let known: Vec<usize> = group.iter().copied().filter(|index| !tracks[*index].unknown).collect();
    for source in [Source::Label, Source::Chosen, Source::Short, Source::Full, Source::Place] {
        let both = |index: usize| {
            let track = &tracks[index];
            let name = |side: Side| {
                track.unit[side].map(|unit| called(source, &views[side].units[unit], aliases[side].get(Some(unit))))
            };
            Sides { before: name(Side::Before), after: name(Side::After) }
        };
        let names: Vec<Sides<Option<Option<String>>>> = known.iter().map(|index| both(*index)).collect();
        let all = names.iter().flat_map(|names| names.as_ref()).flatten().all(Option::is_some);
        // Two units may have one name only if they are the same version.
        let unit = |index: usize, side: Side| tracks[known[index]].unit[side].map(|unit| &views[side].units[unit]);
        let clash = |(i, a): (usize, Side), (j, b): (usize, Side)| {
            names[i][a].is_some()
                && names[i][a] == names[j][b]
                && !unit(i, a).zip(unit(j, b)).is_some_and(|(one, other)| one.is_version(other))
        };
        let sides = || Side::BOTH.into_iter().flat_map(|a| Side::BOTH.map(|b| (a, b)));
        let unique = (0..names.len()).all(|i| (0..i).all(|j| sides().all(|(a, b)| !clash((i, a), (j, b)))));
        if (all && unique) || matches!(source, Source::Place) {
            for (index, names) in known.iter().zip(names) {
                let Sides { before: old, after: new } = names.map(|name| name.flatten().unwrap_or_default());
                let track = &mut tracks[*index];
                track.name.before = if track.unit.before.is_some() { old } else { new.clone() };
                track.name.after = if track.unit.after.is_some() { new } else { track.name.before.clone() };
                if !track.is_replaced() {
                    // One version has one name, whatever either side has come to call it.
                    track.name.before.clone_from(&track.name.after);
                }
            }
            break;
        }
    }
    for index in group.iter().filter(|index| !known.contains(index)) {
        tracks[*index].name.before = "the previous revision".into();
        tracks[*index].name.after = "the previous revision".into();
    }
}

/// The name of a unit from one source; routes know it by `aliases`.
fn called(source: Source, unit: &Unit, aliases: &[(String, String)]) -> Option<String> {
    let image = || match unit.images.as_slice() {
        [] => None,
        images => images.iter().find(|(name, _)| *name == unit.name).or(images.last()).map(|(_, image)| image),
    };
    match source {
        Source::Label => unit.label.clone(),
        Source::Chosen => {
            let own = |(route, alias): &(String, String)| chosen(alias, route);
            aliases.iter().find_map(own).or_else(|| {
                let route = aliases.first().map_or(unit.object.name.as_str(), |(route, _)| route.as_str());
                chosen(&unit.name, route).filter(|name| aliases.is_empty() || *name != unit.object.name)
            })
        }
        Source::Short => match unit.models.first() {
            Some(model) => Some(image::end(model).to_string()),
            None => image().and_then(|image| image::tag_or_digest(image)),
        },
        Source::Full => unit.models.first().cloned().or_else(|| image().cloned()),
        Source::Place => {
            let alias = aliases.first().map(|(_, alias)| alias.clone());
            let part = unit.part.as_ref().map(|part| format!("{}/{part}", unit.object.name));
            Some(alias.or(part).unwrap_or_else(|| unit.object.name.clone()))
        }
    }
}

/// `name`, where a person chose it: it is no place in storage, no image, and no mere position behind the name of the
/// application, which is left out.
fn chosen(name: &str, application: &str) -> Option<String> {
    let own = name.strip_prefix(application).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name);
    let position = own.bytes().all(|b| b.is_ascii_digit());
    let path = name.contains(['/', ':', '(']);
    (!position && !path && !own.is_empty() && name != application).then(|| own.to_string())
}

//! Versions through the change: each with what it is on either side, and with the name that people know it by.

use std::collections::BTreeMap;

use super::family::families;
use super::image;
use super::pair::{Bond, pair};
use super::unit::Unit;
use super::view::View;

/// A version on both sides of the change.
#[derive(Debug, Clone)]
pub struct Track {
    /// Its index among the old units.
    pub old: Option<usize>,
    /// Its index among the new units.
    pub new: Option<usize>,
    /// How both belong together.
    pub bond: Bond,
    /// What it is called on the old side.
    pub old_name: String,
    /// What it is called on the new side.
    pub new_name: String,
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
    pub fn name(&self) -> &str {
        if self.new.is_some() { &self.new_name } else { &self.old_name }
    }

    /// Whether the place is all that both sides share: what serves there was replaced.
    pub fn is_replaced(&self) -> bool {
        matches!(self.bond, Bond::Place | Bond::Relabelled)
    }
}

/// All versions of both sides, the new ones first.
pub fn tracks(old: &View<'_>, new: &View<'_>) -> Vec<Track> {
    let families = families(old, new);
    let track = |pair: super::pair::Pair| {
        let unit = pair.new.map(|n| &new.units[n]).or_else(|| pair.old.map(|o| &old.units[o]));
        let unknown = unit.is_some_and(|unit| unit.previous && !unit.is_known());
        let (old_name, new_name) = (String::new(), String::new());
        Track {
            old: pair.old,
            new: pair.new,
            bond: pair.bond,
            old_name,
            new_name,
            unknown,
            family: pair.new.map(|n| families[1][n]).or(pair.old.map(|o| families[0][o])).unwrap_or_default(),
            version: 0,
            places: Vec::new(),
        }
    };
    let mut tracks: Vec<Track> = pair(&old.units, &new.units, &families).into_iter().map(track).collect();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, track) in tracks.iter().enumerate() {
        groups.entry(track.family).or_default().push(index);
    }
    let sides = [Aliases::of(old), Aliases::of(new)];
    for group in groups.values() {
        for index in group {
            tracks[*index].version = twin(&tracks, *index, group, old, new);
        }
        name(&mut tracks, group, [old, new], &sides);
    }
    for index in 0..tracks.len() {
        let version = tracks[index].version;
        tracks[version].places.push(index);
    }
    tracks
}

/// For each unit of a side, the track that stands for its version.
pub fn versions(tracks: &[Track], units: usize, of: impl Fn(&Track) -> Option<usize>) -> Vec<usize> {
    let mut versions = vec![0; units];
    for track in tracks {
        if let Some(own) = of(track).and_then(|unit| versions.get_mut(unit)) {
            *own = track.version;
        }
    }
    versions
}

/// The track that stands for the version of the one at `index`: the first that is on both sides and serves the same, else
/// the first at all.
fn twin(tracks: &[Track], index: usize, group: &[usize], old: &View<'_>, new: &View<'_>) -> usize {
    let units = |track: &Track| {
        let sides = [track.old.map(|unit| &old.units[unit]), track.new.map(|unit| &new.units[unit])];
        sides.into_iter().flatten()
    };
    let own = &tracks[index];
    if own.is_replaced() {
        return index;
    }
    let same =
        |other: &Track| !other.is_replaced() && units(other).any(|unit| units(own).any(|mine| mine.is_version(unit)));
    let both = |other: &Track| other.old.is_some() && other.new.is_some();
    let found = |wanted: &dyn Fn(&Track) -> bool| {
        group.iter().copied().find(|other| wanted(&tracks[*other]) && same(&tracks[*other]))
    };
    found(&both).or_else(|| found(&|_| true)).unwrap_or(index)
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
fn name(tracks: &mut [Track], group: &[usize], views: [&View<'_>; 2], sides: &[Aliases; 2]) {
    let known: Vec<usize> = group.iter().copied().filter(|index| !tracks[*index].unknown).collect();
    for source in [Source::Label, Source::Chosen, Source::Short, Source::Full, Source::Place] {
        let both = |index: usize| {
            let track = &tracks[index];
            let side = |side: usize, unit: Option<usize>| {
                unit.map(|unit| called(source, &views[side].units[unit], sides[side].get(Some(unit))))
            };
            [side(0, track.old), side(1, track.new)]
        };
        let names: Vec<[Option<Option<String>>; 2]> = known.iter().map(|index| both(*index)).collect();
        let all = names.iter().flatten().flatten().all(Option::is_some);
        // Two units may have one name only if they are the same version.
        let unit = |index: usize, side: usize| {
            let track = &tracks[known[index]];
            let unit = if side == 0 { track.old } else { track.new };
            unit.map(|unit| &views[side].units[unit])
        };
        let clash = |(i, a): (usize, usize), (j, b): (usize, usize)| {
            names[i][a].is_some()
                && names[i][a] == names[j][b]
                && !unit(i, a).zip(unit(j, b)).is_some_and(|(one, other)| one.is_version(other))
        };
        let sides = [(0, 0), (0, 1), (1, 0), (1, 1)];
        let unique = (0..names.len()).all(|i| (0..i).all(|j| sides.iter().all(|(a, b)| !clash((i, *a), (j, *b)))));
        if (all && unique) || matches!(source, Source::Place) {
            for (index, [old, new]) in known.iter().zip(names) {
                let [old, new] = [old, new].map(|name| name.flatten().unwrap_or_default());
                let track = &mut tracks[*index];
                track.old_name = if track.old.is_some() { old } else { new.clone() };
                track.new_name = if track.new.is_some() { new } else { track.old_name.clone() };
                if !track.is_replaced() {
                    // One version has one name, whatever either side has come to call it.
                    track.old_name.clone_from(&track.new_name);
                }
            }
            break;
        }
    }
    for index in group.iter().filter(|index| !known.contains(index)) {
        tracks[*index].old_name = "the previous revision".into();
        tracks[*index].new_name = "the previous revision".into();
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

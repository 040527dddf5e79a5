//! Values over values, as Helm lays them.
//!
//! Maps merge, lists replace, null deletes. One thing is more than Helm's: a map laid over the *list* of versions
//! addresses its entries by position or name, because generated charts key versions so and the same overrides
//! must mean the same for both. For the same reason the spec is not only the first layer, but the default of all others
//! too, as it is in its chart: a whole map that a flag sets does not delete the keys that it lacks, null does.

use crate::problem::{Code, Problem};
use crate::source::At;
use crate::yaml::{Data, Pair, Yaml};

/// The values of a user, layer upon layer; defaults come under them at the end.
#[derive(Debug)]
pub struct Layers {
    values: Yaml,
    /// The first layer, where others follow.
    spec: Option<Yaml>,
    /// The nulls that deleted something of a lower layer.
    deletions: Vec<At>,
}

impl Layers {
    /// No values; `at` is where a message about the whole would point.
    pub fn new(at: At) -> Self {
        Self { values: Yaml { data: Data::Map(Vec::new()), at }, spec: None, deletions: Vec::new() }
    }

    /// The values so far, to be edited.
    pub fn values_mut(&mut self) -> &mut Yaml {
        &mut self.values
    }

    /// The values so far.
    pub fn values(&self) -> &Yaml {
        &self.values
    }

    /// The values so far are the spec; others follow. A list of versions is then like a chart's, keyed by position: what
    /// follows says of each version what it changes, layer upon layer, and all of that is laid over the list at the end.
    pub fn spec_ends(&mut self) {
        self.spec = Some(self.values.clone());
        if let Some(versions) = versions_mut(&mut self.values)
            && matches!(versions.data, Data::Seq(_))
        {
            versions.data = Data::Map(Vec::new());
        }
    }

    /// Makes the versions a list again, where the spec has one: flags that count its entries follow.
    pub fn list_versions(&mut self, problems: &mut Vec<Problem>) {
        let list = self.spec.as_mut().and_then(versions_mut);
        if let Some(Yaml { data: Data::Seq(entries), at }) = list
            && let Some(keyed) = versions_mut(&mut self.values)
            && let Data::Map(over) = &mut keyed.data
        {
            let mut entries = entries.clone();
            lay_entries(&mut entries, std::mem::take(over), &mut self.deletions, problems);
            *keyed = Yaml { data: Data::Seq(entries), at: *at };
        }
    }

    /// Lays `over` on top, as a further `-f` file.
    pub fn lay(&mut self, over: Yaml, problems: &mut Vec<Problem>) {
        let at = over.at;
        match over.data {
            Data::Map(pairs) => {
                self.values.at = at;
                lay_map(&mut self.values, pairs, &mut self.deletions, problems, 0);
            }
            // An empty file has no values.
            _ if over.is_null() => {}
            _ => problems.push(
                Problem::new(Code::WRONG_TYPE, format!("a values file is a map, and this is {}", over.kind())).at(at),
            ),
        }
    }

    /// The values over `defaults`; every null that deletes something of a user's layer is gone. One that deletes a
    /// default stays: it is a part of the spec, which is a values file of its chart too. `is_flag` tells which places are
    /// those of flags: a null from there always deletes.
    pub fn over(mut self, defaults: &Yaml, is_flag: impl Fn(At) -> bool, problems: &mut Vec<Problem>) -> Yaml {
        let mut deletions = self.deletions;
        if let Some(spec) = &self.spec {
            coalesce(&mut self.values, spec, &mut deletions, problems, 0);
            in_order(&mut self.values, spec);
        }
        coalesce(&mut self.values, defaults, &mut Vec::new(), problems, 0);
        prune(&mut self.values, &|at| is_flag(at) || deletions.contains(&at));
        self.values
    }
}

fn versions_mut(values: &mut Yaml) -> Option<&mut Yaml> {
    ["application", "versions"].iter().try_fold(values, |values, key| match &mut values.data {
        Data::Map(pairs) => pairs.iter_mut().find(|pair| &*pair.key == *key).map(|pair| &mut pair.value),
        _ => None,
    })
}

fn lay_map(base: &mut Yaml, over: Vec<Pair>, deletions: &mut Vec<At>, problems: &mut Vec<Problem>, depth: usize) {
    let Data::Map(pairs) = &mut base.data else { return };
    for pair in over {
        let Some(lower) = pairs.iter_mut().find(|lower| lower.key == pair.key) else {
            pairs.push(pair);
            continue;
        };
        if pair.value.is_null() {
            deletions.push(pair.value.at);
        }
        match (&mut lower.value.data, pair.value.data) {
            (Data::Map(_), Data::Map(over)) => lay_map(&mut lower.value, over, deletions, problems, depth + 1),
            (Data::Seq(entries), Data::Map(over)) if depth == 1 && &*pair.key == "versions" => {
                lay_entries(entries, over, deletions, problems);
            }
            (_, data) => {
                lower.key_at = pair.key_at;
                lower.value = Yaml { data, at: pair.value.at };
            }
        }
    }
}

fn lay_entries(entries: &mut [Yaml], over: Vec<Pair>, deletions: &mut Vec<At>, problems: &mut Vec<Problem>) {
    for pair in over {
        let position = match pair.key.parse::<usize>() {
            Ok(index) => Some(index).filter(|index| *index < entries.len()),
            Err(_) => entries.iter().position(|entry| name_of(entry) == Some(&*pair.key)),
        };
        let Some(index) = position else {
            let problem =
                Problem::new(Code::NO_SUCH_VERSION, format!("there is no version `{}` to lay this over", pair.key));
            let help = format!(
                "`versions` is a list in a lower layer; its entries are called \"0\" to \"{}\", or by `metadata.name`",
                entries.len().saturating_sub(1)
            );
            problems.push(problem.at(pair.key_at).help(help));
            continue;
        };
        match (&mut entries[index], pair.value) {
            (entry @ Yaml { data: Data::Map(_), .. }, Yaml { data: Data::Map(over), .. }) => {
                lay_map(entry, over, deletions, problems, 2);
            }
            (entry, value) => *entry = value,
        }
    }
}

/// What the metadata of a version calls it.
fn name_of(version: &Yaml) -> Option<&str> {
    version.get("metadata")?.get("name")?.as_str()
}

/// Helm's coalescing of values with a chart's defaults: a null there deletes the default. A map of versions that a flag
/// gave is laid over a list of them, as that of a file is.
fn coalesce(values: &mut Yaml, defaults: &Yaml, deletions: &mut Vec<At>, problems: &mut Vec<Problem>, depth: usize) {
    let (Data::Map(pairs), Data::Map(under)) = (&mut values.data, &defaults.data) else { return };
    for default in under {
        let Some(given) = pairs.iter_mut().find(|given| given.key == default.key) else {
            pairs.push(default.clone());
            continue;
        };
        if given.value.is_null() {
            deletions.push(given.value.at);
            continue;
        }
        match (&mut given.value.data, &default.value.data) {
            (Data::Map(over), Data::Seq(entries)) if depth == 1 && &*default.key == "versions" => {
                let mut entries = entries.clone();
                lay_entries(&mut entries, std::mem::take(over), deletions, problems);
                given.value = Yaml { data: Data::Seq(entries), at: default.value.at };
            }
            _ => coalesce(&mut given.value, &default.value, deletions, problems, depth + 1),
        }
    }
}

/// Brings the keys of maps into the order of `spec`: a map that a flag set has another, and so would a list made of it.
fn in_order(values: &mut Yaml, spec: &Yaml) {
    let (Data::Map(pairs), Data::Map(under)) = (&mut values.data, &spec.data) else { return };
    pairs.sort_by_key(|pair| under.iter().position(|known| known.key == pair.key).unwrap_or(usize::MAX));
    for pair in pairs {
        if let Some(known) = under.iter().find(|known| known.key == pair.key) {
            in_order(&mut pair.value, &known.value);
        }
    }
}

fn prune(values: &mut Yaml, deletes: &impl Fn(At) -> bool) {
    match &mut values.data {
        Data::Map(pairs) => {
            pairs.retain(|pair| !(pair.value.is_null() && deletes(pair.value.at)));
            pairs.iter_mut().for_each(|pair| prune(&mut pair.value, deletes));
        }
        Data::Seq(items) => items.iter_mut().for_each(|item| prune(item, deletes)),
        Data::Scalar(..) => {}
    }
}

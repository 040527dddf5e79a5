//! Puts an entry into the values so far.

use super::{MAX_INDEX, PathStep};
use crate::node::Scalar;
use crate::problem::{Code, Problem};
use crate::source::At;
use crate::yaml::{Data, Pair, Yaml};

/// What is to be put.
pub(super) struct Put {
    /// Nothing, where the text ended within the path; such a path may still make an empty list.
    pub value: Option<Yaml>,
    /// Whether the text ended here: then new entries of lists are dropped, and a path to nothing is not an error.
    pub ended: bool,
    /// Whether the path named an entry of a list by a key: such an entry has the list's as its default, so that a map
    /// set within it merges with what is there.
    pub keyed: bool,
}

impl Put {
    /// Puts the value where `steps`, the first a key, lead from `pairs`.
    pub fn map(&mut self, pairs: &mut Vec<Pair>, steps: &[PathStep]) -> Result<(), Problem> {
        let [PathStep::Key(key, key_at), rest @ ..] = steps else { return Ok(()) };
        let Some((next, after)) = rest.split_first() else {
            match (self.value.take(), pairs.iter_mut().find(|p| *p.key == **key)) {
                (
                    Some(Yaml { data: Data::Map(new), .. }),
                    Some(Pair { value: Yaml { data: Data::Map(old), .. }, .. }),
                ) if self.keyed => {
                    merge(old, new);
                }
                (Some(value), _) => set(pairs, key, *key_at, value),
                (None, _) => {}
            }
            return Ok(());
        };
        let Some(old) = pairs.iter_mut().find(|p| *p.key == **key) else {
            let data = match next {
                PathStep::Key(..) => {
                    let mut inner = Vec::new();
                    self.map(&mut inner, rest)?;
                    self.not_empty(&inner, key, *key_at)?;
                    if inner.is_empty() {
                        return Ok(());
                    }
                    Data::Map(inner)
                }
                PathStep::Index(index, at) => {
                    let mut inner = Vec::new();
                    self.list(&mut inner, *index, *at, after)?;
                    Data::Seq(inner)
                }
            };
            set(pairs, key, *key_at, Yaml { data, at: *key_at });
            return Ok(());
        };
        match (&mut old.value.data, next) {
            (Data::Map(inner), PathStep::Key(..)) => {
                self.map(inner, rest)?;
                self.not_empty(inner, key, *key_at)
            }
            (Data::Seq(inner), PathStep::Index(index, at)) => {
                let length = inner.len();
                self.list(inner, *index, *at, after)?;
                if key.is_empty() {
                    // Helm sets nothing under an empty name, so it loses the longer list.
                    inner.truncate(length);
                }
                Ok(())
            }
            (Data::Seq(inner), PathStep::Key(name, at)) if number(name).is_some() => {
                let index = in_range(name, inner.len(), key, *at)?;
                self.keyed = true;
                self.list(inner, index, *at, after)
            }
            _ => Err(mismatch(key, *key_at, &old.value, next)),
        }
    }

    /// Puts the value where `index` and then `rest` lead from `list`.
    fn list(&mut self, list: &mut Vec<Yaml>, index: usize, at: At, rest: &[PathStep]) -> Result<(), Problem> {
        if index > MAX_INDEX && !self.ended {
            let problem = Problem::new(
                Code::INVALID_SET,
                format!("the index {index} is above {MAX_INDEX}, the largest that there is"),
            );
            return Err(problem.at(at).help("indices count from 0, as in `ports[0]=80`"));
        }
        let new = match rest.split_first() {
            None => match self.value.take() {
                Some(value) => value,
                None => return Ok(()),
            },
            Some((PathStep::Index(next, next_at), after)) => match list.get_mut(index).filter(|old| !old.is_null()) {
                Some(Yaml { data: Data::Seq(inner), .. }) => return self.list(inner, *next, *next_at, after),
                Some(old) => return Err(mismatch(&index.to_string(), at, old, &PathStep::Index(*next, *next_at))),
                None => {
                    let mut inner = Vec::new();
                    self.list(&mut inner, *next, *next_at, after)?;
                    Yaml { data: Data::Seq(inner), at }
                }
            },
            Some((PathStep::Key(name, name_at), after)) => match list.get_mut(index) {
                Some(Yaml { data: Data::Map(inner), .. }) => return self.map(inner, rest),
                Some(Yaml { data: Data::Seq(inner), .. }) if number(name).is_some() => {
                    let next = in_range(name, inner.len(), &index.to_string(), *name_at)?;
                    self.keyed = true;
                    return self.list(inner, next, *name_at, after);
                }
                Some(old) => {
                    // Helm puts a map in the place of whatever else is there.
                    let mut inner = Vec::new();
                    let result = self.map(&mut inner, rest);
                    *old = Yaml { data: Data::Map(inner), at };
                    return result;
                }
                None => {
                    let mut inner = Vec::new();
                    self.map(&mut inner, rest)?;
                    Yaml { data: Data::Map(inner), at }
                }
            },
        };
        if self.ended {
            return Ok(());
        }
        if list.len() <= index {
            list.resize(index + 1, Yaml::scalar(Scalar::Null, at));
        }
        match (list.get_mut(index), new) {
            (Some(Yaml { data: Data::Map(old), .. }), Yaml { data: Data::Map(new), .. }) if self.keyed => {
                merge(old, new);
            }
            (Some(old), new) => *old = new,
            (None, _) => {}
        }
        Ok(())
    }

    /// Refuses a path such as `a.=1`, that leads to no name.
    fn not_empty(&self, inner: &[Pair], key: &str, at: At) -> Result<(), Problem> {
        if self.ended || !inner.is_empty() {
            return Ok(());
        }
        let problem = Problem::new(Code::INVALID_SET, format!("no name follows `{key}.`")).at(at);
        Err(problem.help("for example: `image.tag=v1`; a dot that is part of a name is `\\.`"))
    }
}

/// Sets `key`, unless it is empty.
fn set(pairs: &mut Vec<Pair>, key: &str, key_at: At, value: Yaml) {
    if key.is_empty() {
        return;
    }
    let pair = Pair { key: key.into(), key_at, value };
    match pairs.iter_mut().find(|p| p.key == pair.key) {
        Some(old) => *old = pair,
        None => pairs.push(pair),
    }
}

/// Puts all of `from` into `base`: maps into maps, and anything else in the place of what was there.
pub(super) fn merge(base: &mut Vec<Pair>, from: Vec<Pair>) {
    for pair in from {
        match base.iter_mut().find(|p| p.key == pair.key) {
            Some(Pair { value: Yaml { data: Data::Map(old), .. }, .. }) if matches!(pair.value.data, Data::Map(_)) => {
                if let Data::Map(new) = pair.value.data {
                    merge(old, new);
                }
            }
            Some(old) => *old = pair,
            None => base.push(pair),
        }
    }
}

/// The index that a name is, where it is one.
fn number(name: &str) -> Option<usize> {
    let digits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| name.parse().unwrap_or(usize::MAX))
}

fn in_range(name: &str, length: usize, list: &str, at: At) -> Result<usize, Problem> {
    if let Some(index) = number(name).filter(|&index| index < length) {
        return Ok(index);
    }
    let entries = if length == 1 { "entry" } else { "entries" };
    let problem =
        Problem::new(Code::NO_SUCH_ENTRY, format!("`{list}` has no entry {name}; it has {length} {entries}")).at(at);
    Err(problem.help(format!("entries count from 0; to make a new one, write `{list}[{length}]`")))
}

/// What is wrong where `next` does not lead into `old`, which stands at `key`.
fn mismatch(key: &str, at: At, old: &Yaml, next: &PathStep) -> Problem {
    let (wanted, help) = match (next, &old.data) {
        (PathStep::Key(..), Data::Seq(_)) => ("a map", format!("name an entry by its number: `{key}[0]`")),
        (PathStep::Index(..), Data::Map(_)) => ("a list", format!("name an entry by its key: `{key}.name`")),
        (PathStep::Key(..), _) => ("a map", format!("leave the path at `{key}`, or make `{key}` a map first")),
        (PathStep::Index(..), _) => ("a list", format!("leave the path at `{key}`, or make `{key}` a list first")),
    };
    let problem = Problem::new(Code::WRONG_TYPE, format!("`{key}` is {}, not {wanted}", old.kind())).at(at).help(help);
    problem.also(old.at, format!("`{key}` is set here"))
}

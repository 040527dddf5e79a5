//! The other direction: the old objects and what differs make the new ones.

use std::collections::{HashMap, HashSet};

use super::{ChangeKind, Item, ObjectDiff, ObjectKind, PathStep, ValueChange};
use crate::bundle::Identity;
use crate::node::{Node, Origin};
use crate::problem::{Code, Problem};

/// What `changes` make of `before`.
///
/// # Errors
/// A change is to something that `before` does not have.
pub fn apply(before: &Node, changes: &[ValueChange]) -> Result<Node, Problem> {
    let changes: Vec<(&[PathStep], &ValueChange)> =
        changes.iter().map(|change| (change.path.0.as_slice(), change)).collect();
    value(before, &changes)
}

/// What `diff` makes of `before`, the objects of one release. What is not shown of a comparison is not made, and a masked
/// value becomes the word that masks it.
///
/// # Errors
/// A change is to something that `before` does not have.
pub fn apply_all(before: &[Node], diff: &[ObjectDiff]) -> Result<Vec<Node>, Problem> {
    let mut objects: Vec<Option<Node>> = before.iter().cloned().map(Some).collect();
    let mut places: HashMap<OwnedKey, Vec<usize>> = HashMap::new();
    for (at, node) in before.iter().enumerate() {
        if let Some(identity) = Identity::from_object(node) {
            places.entry(owned_key(&identity)).or_default().push(at);
        }
    }
    for object in diff {
        let Some(old) = &object.before else {
            objects.extend(object.after.as_ref().map(|after| Some(after.node.clone())));
            continue;
        };
        let place = places.get(&owned_key(&old.identity)).and_then(|places| places.get(old.nth));
        let missing =
            || Problem::new(Code::INVALID_COMPARISON, format!("{} is not among the old objects", old.identity));
        let place = objects.get_mut(*place.ok_or_else(missing)?).ok_or_else(missing)?;
        let node = place.take().ok_or_else(missing)?;
        if object.kind != ObjectKind::Deleted {
            *place = Some(apply(&node, &object.changes)?);
        }
    }
    Ok(objects.into_iter().flatten().collect())
}

/// [`Identity::key`], with texts of its own.
type OwnedKey = (String, String, Option<String>, String);

fn owned_key(identity: &Identity) -> OwnedKey {
    let (group, kind, namespace, name) = identity.key();
    (group.to_owned(), kind.to_owned(), namespace.map(str::to_owned), name.to_owned())
}

/// Changes and what is left of their paths.
type Left<'c> = [(&'c [PathStep], &'c ValueChange)];

fn value(before: &Node, changes: &Left<'_>) -> Result<Node, Problem> {
    if let Some((_, change)) = changes.iter().find(|(path, _)| path.is_empty()) {
        return Ok(change.after.clone().unwrap_or(Node::NULL));
    }
    match (before, changes.first()) {
        (_, None) => Ok(before.clone()),
        (Node::Map(entries, origin), Some((_, first))) => map(entries, *origin, changes, first),
        (Node::Seq(items, origin), Some((_, first))) => list(items, *origin, changes, first),
        (_, Some((_, change))) => Err(missing(change)),
    }
}

fn missing(change: &ValueChange) -> Problem {
    Problem::new(Code::INVALID_COMPARISON, format!("there is no `{}` to change", change.path))
}

fn map(entries: &[(Node, Node)], origin: Origin, changes: &Left<'_>, first: &ValueChange) -> Result<Node, Problem> {
    let mut by_key: HashMap<&str, Vec<(&[PathStep], &ValueChange)>> = HashMap::new();
    for (path, change) in changes {
        let [PathStep::Key(key), rest @ ..] = path else { return Err(missing(first)) };
        by_key.entry(key).or_default().push((rest, change));
    }
    let mut made = Vec::with_capacity(entries.len());
    for (key, old) in entries {
        let changes = by_key.remove(key.text().unwrap_or_default().as_str()).unwrap_or_default();
        if !changes.iter().any(|(rest, change)| rest.is_empty() && change.kind == ChangeKind::Removed) {
            made.push((key.clone(), value(old, &changes)?));
        }
    }
    // What is new comes in the order of the changes.
    for (path, change) in changes {
        let [PathStep::Key(key), ..] = path else { continue };
        if by_key.contains_key(&**key) {
            match (&change.after, change.kind, path.len()) {
                (Some(after), ChangeKind::Added, 1) => made.push((Node::literal(key.clone()), after.clone())),
                _ => return Err(missing(change)),
            }
        }
    }
    Ok(Node::Map(made.into(), origin))
}

fn list(items: &[Node], origin: Origin, changes: &Left<'_>, first: &ValueChange) -> Result<Node, Problem> {
    // Changes to items of the old list, by position; and what is put into the new one, by position there.
    let mut old: HashMap<u32, Vec<(&[PathStep], &ValueChange)>> = HashMap::new();
    let mut put: Vec<(u32, Option<u32>, &ValueChange)> = Vec::new();
    let mut taken: HashSet<u32> = HashSet::new();
    for (path, change) in changes {
        let [PathStep::Item(Item { before, after, .. }), rest @ ..] = path else { return Err(missing(first)) };
        match (change.kind, rest, before, after) {
            (ChangeKind::Added, [], None, Some(to)) => put.push((*to, None, change)),
            (ChangeKind::Removed, [], Some(from), None) => {
                taken.insert(*from);
            }
            (ChangeKind::Moved, [], Some(from), Some(to)) => {
                taken.insert(*from);
                put.push((*to, Some(*from), change));
            }
            (_, rest, Some(from), _) => old.entry(*from).or_default().push((rest, change)),
            _ => return Err(missing(change)),
        }
    }
    let known = |at: &u32| (*at as usize) < items.len();
    if let Some((_, change)) = old.iter().find(|(at, _)| !known(at)).and_then(|(_, changes)| changes.first()) {
        return Err(missing(change));
    }
    if !taken.iter().all(known) {
        return Err(missing(first));
    }
    let (mut kept, mut moved) = (Vec::with_capacity(items.len()), HashMap::new());
    for (at, item) in (0u32..).zip(items) {
        let item = value(item, old.get(&at).map_or(&[][..], Vec::as_slice))?;
        if taken.contains(&at) {
            moved.insert(at, item);
        } else {
            kept.push(item);
        }
    }
    put.sort_by_key(|(to, ..)| *to);
    let mut made = Vec::with_capacity(kept.len() + put.len());
    let mut kept = kept.into_iter();
    for (to, from, change) in put {
        made.extend(kept.by_ref().take((to as usize).saturating_sub(made.len())));
        let item = from.map_or_else(|| change.after.clone(), |from| moved.remove(&from));
        match item.filter(|_| made.len() == to as usize) {
            Some(item) => made.push(item),
            None => return Err(missing(change)),
        }
    }
    made.extend(kept);
    Ok(Node::Seq(made.into(), origin))
}

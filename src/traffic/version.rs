//! What the destinations of one object are called.

use std::collections::HashMap;

use super::target::Target;
use super::{Mirror, Route, Rule};

/// What a destination is called, if no other is called the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The name by itself.
    pub short: String,
    /// The same with what tells it from others: its namespace, or its host.
    pub full: String,
    /// Its port, which only matters where one rule names two of one destination.
    pub port: Option<String>,
    /// Where it is.
    pub target: Target,
}

/// A rule whose destinations are not yet named.
#[derive(Debug)]
pub struct Draft {
    /// The rule without shares and mirrors.
    pub rule: Rule,
    /// Who gets its requests, and with what weight.
    pub shares: Vec<(Name, u64)>,
    /// Who gets copies, and of what percentage.
    pub mirrors: Vec<(Name, f64)>,
}

/// Gives `route` its rules, with all destinations named: by their short names, and by their full ones where those are
/// the same.
pub fn settle(drafts: Vec<Draft>, route: &mut Route) {
    let names = FullNames::of(&drafts);
    for draft in drafts {
        let mut rule = draft.rule.clone();
        for (name, weight) in &draft.shares {
            let version = draft.share_version(name, &names);
            route.reach(version.clone(), name.target.clone());
            rule.share(version, *weight);
        }
        for (name, percent) in &draft.mirrors {
            route.reach(names.version(name), name.target.clone());
            rule.mirrors.push(Mirror { version: names.version(name), percent: *percent });
        }
        route.rules.push(rule);
    }
}

/// The full names that each short name stands for.
struct FullNames(HashMap<String, Vec<String>>);

impl FullNames {
    fn of(drafts: &[Draft]) -> Self {
        let mut names: HashMap<String, Vec<String>> = HashMap::new();
        for name in drafts.iter().flat_map(Draft::names) {
            let fulls = names.entry(name.short.clone()).or_default();
            if !fulls.contains(&name.full) {
                fulls.push(name.full.clone());
            }
        }
        Self(names)
    }

    /// What the version is called: by its short name where that is of one only.
    fn version(&self, name: &Name) -> String {
        let is_unique = self.0.get(&name.short).is_some_and(|fulls| fulls.len() == 1);
        if is_unique { name.short.clone() } else { name.full.clone() }
    }
}

impl Draft {
    /// What the version of a share is called: with its port where the rule sends requests to others of it as well.
    fn share_version(&self, name: &Name, names: &FullNames) -> String {
        let on_ports = self.shares.iter().any(|(share, _)| share.full == name.full && share.port != name.port);
        match &name.port {
            Some(port) if on_ports => format!("{}:{port}", names.version(name)),
            _ => names.version(name),
        }
    }

    fn names(&self) -> impl Iterator<Item = &Name> {
        self.shares.iter().map(|(name, _)| name).chain(self.mirrors.iter().map(|(name, _)| name))
    }
}

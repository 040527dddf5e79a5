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
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for draft in &drafts {
        for name in draft.names() {
            let fulls = names.entry(name.short.clone()).or_default();
            if !fulls.contains(&name.full) {
                fulls.push(name.full.clone());
            }
        }
    }
    let unique = |name: &Name| names.get(&name.short).is_some_and(|fulls| fulls.len() == 1);
    for draft in drafts {
        let called = |name: &Name| if unique(name) { name.short.clone() } else { name.full.clone() };
        let with_port = |name: &Name| {
            let on_ports = draft.shares.iter().any(|(share, _)| share.full == name.full && share.port != name.port);
            match &name.port {
                Some(port) if on_ports => format!("{}:{port}", called(name)),
                _ => called(name),
            }
        };
        let mut rule = draft.rule.clone();
        for (name, weight) in &draft.shares {
            route.reach(with_port(name), name.target.clone());
            rule.share(with_port(name), *weight);
        }
        for (name, percent) in &draft.mirrors {
            route.reach(called(name), name.target.clone());
            rule.mirrors.push(Mirror { version: called(name), percent: *percent });
        }
        route.rules.push(rule);
    }
}

impl Draft {
    fn names(&self) -> impl Iterator<Item = &Name> {
        self.shares.iter().map(|(name, _)| name).chain(self.mirrors.iter().map(|(name, _)| name))
    }
}

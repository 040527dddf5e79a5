//! What the destinations of one object are called.

use std::collections::HashMap;

use super::{Mirror, Rule};

/// What a destination is called, if no other is called the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The name by itself.
    pub short: String,
    /// The same with what tells it from others: its namespace, or its host.
    pub full: String,
    /// Its port, which only matters where one rule names two of one destination.
    pub port: Option<String>,
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

/// Names all destinations: by their short names, and by their full ones where those are the same.
pub fn settle(drafts: Vec<Draft>) -> Vec<Rule> {
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for draft in &drafts {
        let mirrors = draft.mirrors.iter().map(|(name, _)| name);
        for name in draft.shares.iter().map(|(name, _)| name).chain(mirrors) {
            let fulls = names.entry(name.short.clone()).or_default();
            if !fulls.contains(&name.full) {
                fulls.push(name.full.clone());
            }
        }
    }
    let unique = |name: &Name| names.get(&name.short).is_some_and(|fulls| fulls.len() == 1);
    let called = |name: &Name| if unique(name) { name.short.clone() } else { name.full.clone() };
    let named = |draft: Draft| {
        let mut rule = draft.rule;
        for (name, weight) in &draft.shares {
            let other = |(other, _): &&(Name, u64)| other.full == name.full && other.port != name.port;
            match (draft.shares.iter().find(other), &name.port) {
                (Some(_), Some(port)) => rule.share(format!("{}:{port}", called(name)), *weight),
                _ => rule.share(called(name), *weight),
            }
        }
        let mirrors = draft.mirrors.iter();
        rule.mirrors = mirrors.map(|(name, percent)| Mirror { version: called(name), percent: *percent }).collect();
        rule
    };
    drafts.into_iter().map(named).collect()
}

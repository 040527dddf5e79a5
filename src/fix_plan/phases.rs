//! The states on the way from one spec to another, finer than most ways need.
//!
//! 1. What leaves gets no more requests. A version that is to be the primary gets all.
//! 2. What leaves goes, and the primary changes: its place, or who is in it.
//! 3. What is new comes in without requests, and then gets its share.
//!
//! Which of the states a way needs, the checks decide: a step that is safe without the one before it is taken at once.

use std::sync::Arc;

use super::layout::{Layout, SpecVersion};
use super::migration::{Migration, PlannedSpec, Shares};
use crate::impact::Impact;
use crate::pack::Environment;
use crate::render::Rendered;
use crate::sides::Sides;
use crate::spec::Strategy;

/// The states between `old` and `new`, of which `change` is the difference: without either.
pub fn layouts(
    impact: &Impact<'_>,
    old: &Layout,
    new: &Layout,
    before: &Rendered,
    after: &Rendered,
    max_step: Option<u64>,
) -> Vec<Layout> {
    let (Some(from), Some(to)) = (old.primary_key(), new.primary_key()) else { return Vec::new() };
    if !old.is_like(new) {
        return Vec::new();
    }
    let specs = Sides { before: (old, before), after: (new, after) };
    let specs = specs.map(|(layout, rendered)| PlannedSpec { layout, plan: &rendered.plan });
    let migration = Migration::new(impact, specs);
    let mut phases = Phases {
        now: old.clone(),
        shares: migration.shares.before.clone(),
        all: Vec::new(),
        environment: &after.environment,
        max_step,
    };
    // Where nothing is routed yet, the new strategy can be had at once.
    if old.strategy != new.strategy && before.plan.routing.rules.is_empty() {
        phases.now.strategy = new.strategy;
        phases.push();
    }
    phases.leave(&migration, &from);
    match migration.promoted_from.clone().or_else(|| (to != from).then(|| to.clone())) {
        Some(promoted) => phases.promote(&migration, new, &from, &to, promoted),
        None if migration.leaving.contains(&from) => phases.replace(&migration, new, &from),
        None => {}
    }
    phases.arrive(&migration, new);
    phases.all
}

/// The states so far, and the last of them, which grows into the next.
struct Phases<'a> {
    now: Layout,
    /// The shares of the rest now.
    shares: Shares,
    all: Vec<Layout>,
    environment: &'a Environment,
    max_step: Option<u64>,
}

impl Phases<'_> {
    fn push(&mut self) {
        if self.all.last() != Some(&self.now) {
            self.all.push(self.now.clone());
        }
    }

    fn candidates(&self) -> Vec<Arc<str>> {
        let primary = self.now.primary_key();
        self.now.keys().filter(|key| Some(key) != primary.as_ref()).collect()
    }

    /// Candidates that leave get no more requests.
    fn leave(&mut self, migration: &Migration, primary: &Arc<str>) {
        let leaving: Vec<Arc<str>> = self
            .candidates()
            .into_iter()
            .filter(|key| migration.leaving.contains(key) && migration.promoted_from.as_ref() != Some(key))
            .collect();
        if leaving.is_empty() {
            return;
        }
        let mut to = self.shares.clone();
        for key in &leaving {
            let freed = to.insert(key.clone(), 0.0).unwrap_or(0.0);
            *to.entry(primary.clone()).or_default() += freed;
        }
        if self.is_weighted() {
            self.shift(&to);
        }
        self.drop(&leaving, primary);
    }

    /// Leaves `leaving` without requests, then without their own content, then out, as far as positions allow.
    fn drop(&mut self, leaving: &[Arc<str>], primary: &Arc<str>) {
        leaving.iter().for_each(|key| self.idle(key));
        self.push();
        self.loosen();
        // KServe sends everything to the newest revision that is ready as soon as no percentage is set, so that must
        // be one with the primary's content.
        let entry = self.now.version(primary).map(|version| version.entry.clone()).unwrap_or_default();
        for key in leaving {
            if let Some(version) = self.now.version_mut(key) {
                version.entry.clone_from(&entry);
            }
        }
        self.push();
        let keyed = self.now.primary.is_some();
        while let Some(last) = self.now.versions.iter().rposition(|version| leaving.contains(&version.key)) {
            if !keyed && last + 1 < self.now.versions.len() {
                break;
            }
            let version = self.now.versions.remove(last);
            self.shares.remove(&version.key);
        }
        self.push();
    }

    /// The version at `promoted` becomes the primary, which is at `from` now and at `to` then.
    fn promote(&mut self, migration: &Migration, new: &Layout, from: &Arc<str>, to: &Arc<str>, promoted: Arc<str>) {
        let asked = self.now.version(&promoted).is_some();
        if !asked {
            // One that comes as the primary comes as a candidate first; there may be no room for others then.
            self.end(from);
            self.bring(new, &promoted);
        }
        self.by_weight(&promoted);
        if asked || self.shares_by_weight() {
            let all = Shares::from([(promoted.clone(), 100.0)]);
            if self.now.version(&promoted).is_some_and(|version| version.matches.is_none()) && self.is_weighted() {
                self.shift(&self.padded(&all));
            }
        }
        self.loosen();
        if from != to {
            self.now.primary = Some(to.clone());
            self.quiet(from);
            self.push();
            self.end(to);
        } else {
            self.take_over(new, from, &promoted, migration);
        }
    }

    /// Gives the place at `key` the content that it has in `new`.
    fn install(&mut self, new: &Layout, key: &Arc<str>) {
        if let (Some(place), Some(version)) = (self.now.version_mut(key), new.version(key)) {
            place.entry.clone_from(&version.entry);
        }
    }

    /// The primary's place gets the version that is at `promoted`, and then its requests.
    fn take_over(&mut self, new: &Layout, primary: &Arc<str>, promoted: &Arc<str>, migration: &Migration) {
        self.install(new, primary);
        self.push();
        if self.is_weighted() {
            self.now_all_to(primary);
        }
        self.idle(promoted);
        self.push();
        if migration.leaving.contains(promoted) {
            self.end(primary);
        }
    }

    /// The primary's place gets something new.
    fn replace(&mut self, migration: &Migration, new: &Layout, primary: &Arc<str>) {
        self.end(primary);
        self.by_weight(primary);
        let gradually = self.max_step.is_some_and(|most| most < 100) && self.is_weighted();
        let (Some(version), true) = (new.version(primary), gradually) else {
            self.install(new, primary);
            return self.push();
        };
        // A place of its own for as long as it takes.
        let key = self.now.free_key(primary);
        let version = SpecVersion { key: key.clone(), ..version.clone() };
        self.now.versions.push(version);
        self.idle(&key);
        self.push();
        self.shift(&self.padded(&Shares::from([(key.clone(), 100.0)])));
        self.take_over(
            new,
            primary,
            &key,
            &Migration { leaving: vec![key.clone()], promoted_from: None, ..migration.clone() },
        );
    }

    /// What is new comes in without requests; then everybody gets its share.
    fn arrive(&mut self, migration: &Migration, new: &Layout) {
        self.now.strategy = new.strategy;
        let known: Vec<Arc<str>> = self.now.keys().collect();
        for version in &new.versions {
            let is_primary = self.now.primary_key().as_ref() == Some(&version.key);
            match self.now.version_mut(&version.key) {
                None => self.bring(new, &version.key),
                Some(place)
                    if !is_primary && migration.leaving.contains(&version.key) && known.contains(&version.key) =>
                {
                    place.entry.clone_from(&version.entry);
                    self.idle(&version.key);
                }
                Some(_) => {}
            }
        }
        self.push();
        if self.is_weighted() {
            self.shift(&self.padded(&migration.shares.after));
        }
        for version in &new.versions {
            let is_primary = self.now.primary_key().as_ref() == Some(&version.key);
            if let Some(place) = self.now.version_mut(&version.key).filter(|_| !is_primary && version.matches.is_some())
            {
                place.matches.clone_from(&version.matches);
                place.weight.clone_from(&version.weight);
            }
        }
        self.push();
    }

    /// Ends the canary: all go to `key`, then the others go.
    fn end(&mut self, key: &Arc<str>) {
        if self.is_weighted() {
            self.shift(&self.padded(&Shares::from([(key.clone(), 100.0)])));
        }
        let leaving: Vec<Arc<str>> = self.now.keys().filter(|leaving| leaving != key).collect();
        if !leaving.is_empty() {
            self.drop(&leaving, key);
        }
    }

    /// Adds the version that `new` has at `key`, without requests.
    fn bring(&mut self, new: &Layout, key: &Arc<str>) {
        let Some(version) = new.version(key) else { return };
        self.now.versions.push(SpecVersion { weight: None, matches: None, ..version.clone() });
        self.idle(key);
        self.push();
    }

    /// Whether the strategy shares requests by weight.
    fn is_weighted(&self) -> bool {
        self.shares_by_weight() && !self.shares.is_empty()
    }

    fn shares_by_weight(&self) -> bool {
        self.now.strategy.is_some_and(Strategy::shares_by_weight)
    }

    /// Sees to it that `key` can get a share by weight, where steps have to be small.
    fn by_weight(&mut self, key: &Arc<str>) {
        if self.max_step.is_none_or(|most| most >= 100) {
            return;
        }
        let primary = self.now.primary_key();
        if self.now.strategy == Some(Strategy::Mirror) && self.environment.has(Strategy::BlueGreen) {
            self.now.strategy = Some(Strategy::BlueGreen);
            self.shares = primary.iter().map(|primary| (primary.clone(), 100.0)).collect();
        }
        if self.shares_by_weight() && self.now.version(key).is_some_and(|version| version.matches.is_some()) {
            self.idle(key);
            self.now_all_to(&primary.unwrap_or_else(|| key.clone()));
        }
        let shares = self.padded(&self.shares.clone());
        self.set(&shares);
    }

    /// Clients no longer come back to their version: it may be about to go.
    fn loosen(&mut self) {
        if self.now.strategy == Some(Strategy::Ab) && self.environment.has(Strategy::BlueGreen) {
            self.now.strategy = Some(Strategy::BlueGreen);
            let shares = self.padded(&self.shares.clone());
            self.set(&shares);
            self.push();
        }
    }

    /// `shares`, with nothing for all others.
    fn padded(&self, shares: &Shares) -> Shares {
        self.now.keys().map(|key| (key.clone(), share(shares, &key))).collect()
    }

    /// Moves the requests to `to`, in steps that are small enough.
    fn shift(&mut self, to: &Shares) {
        let from = self.shares.clone();
        let widest = to.iter().map(|(key, goal)| (goal - share(&from, key)).abs()).fold(0.0, f64::max);
        let most = self.max_step.unwrap_or(100).clamp(1, 100) as f64;
        let count = (widest / most).ceil().max(1.0) as u32;
        for step in 1..=count {
            let part = f64::from(step) / f64::from(count);
            let between = |(key, goal): (&Arc<str>, &f64)| {
                let start = share(&from, key);
                (key.clone(), (start + (goal - start) * part).round())
            };
            self.set(&to.iter().map(between).collect());
            if widest >= 0.5 {
                self.push();
            }
        }
    }

    /// All requests go to `key`, at once.
    fn now_all_to(&mut self, key: &Arc<str>) {
        let shares = self.padded(&Shares::from([(key.clone(), 100.0)]));
        self.set(&shares);
    }

    /// Gives the versions these shares, as weights. What rounding leaves is the primary's.
    fn set(&mut self, shares: &Shares) {
        self.shares.clone_from(shares);
        let primary = self.now.primary_key();
        let candidates: f64 =
            shares.iter().filter(|(key, _)| Some(*key) != primary.as_ref()).map(|(_, share)| share.round()).sum();
        let percent = self.environment.percent;
        for (key, share) in shares {
            let is_primary = Some(key) == primary.as_ref();
            let weight = if is_primary { (100.0 - candidates).max(0.0) } else { share.round() };
            if let Some(version) = self.now.version_mut(key).filter(|version| version.matches.is_none()) {
                version.weigh(weight as u64);
                if is_primary && percent {
                    version.weight = None;
                }
            }
        }
    }

    /// A version that was the primary stays without requests.
    fn quiet(&mut self, key: &Arc<str>) {
        let shares = self.padded(&self.shares.clone());
        if self.is_weighted() {
            self.set(&shares);
        }
        if let Some(version) = self.now.version_mut(key)
            && version.matches.is_none()
        {
            version.weigh(0);
        }
        let primary = self.now.primary_key();
        let percent = self.environment.percent || self.now.strategy == Some(Strategy::Mirror);
        if let Some(version) = primary.as_ref().and_then(|primary| self.now.version_mut(primary)) {
            version.matches = None;
            if percent {
                version.weight = None;
            }
        }
        if self.now.strategy == Some(Strategy::Canary) && !percent {
            self.now.by_weight = true;
        }
    }

    /// Leaves a candidate without requests.
    fn idle(&mut self, key: &Arc<str>) {
        if self.now.strategy == Some(Strategy::Canary) && !self.environment.percent {
            // What the environment assumes of others is written out, so that they keep it.
            let default = self.default_match();
            let primary = self.now.primary_key();
            let by_weight = self.now.by_weight;
            for version in &mut self.now.versions {
                let keeps = Some(&version.key) != primary.as_ref() && version.key != *key;
                if keeps && version.matches.is_none() && version.weight.is_none() && !by_weight {
                    version.matches.clone_from(&default);
                }
            }
            self.now.by_weight = true;
        }
        if let Some(version) = self.now.version_mut(key) {
            version.matches = None;
            version.weigh(0);
        }
    }

    /// What the environment assumes of a candidate that says nothing.
    fn default_match(&self) -> Option<crate::yaml::Pair> {
        let canary = self.environment.defaults.get("application")?.get("canary")?.get("match")?;
        Some(crate::yaml::Pair { key: "match".into(), key_at: canary.at, value: canary.clone() })
    }
}

/// The share of a version; one that is not named has none.
fn share(shares: &Shares, key: &Arc<str>) -> f64 {
    shares.get(key).copied().unwrap_or(0.0)
}

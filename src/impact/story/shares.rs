//! Who gets which part of the requests, where that changed.

use super::{Event, Story, requests, step};
use crate::impact::phrase::Phrase;
use crate::impact::requests::{Moved, Outcome, Party};
use crate::kinds::PodSource;
use crate::sides::{Side, Sides};
use crate::spec::Strategy;
use crate::traffic::percent_text;

impl<'a> Story<'a> {
    /// Requests of matches that go elsewhere.
    pub(super) fn matched(&mut self) {
        let (mut clauses, mut moves) = (Vec::new(), false);
        for moved in self.matches().filter(|moved| moved.is_changed()) {
            let (Some(before), Some(after)) = (&moved.outcome.before, &moved.outcome.after) else { continue };
            moves = true;
            // A version that came for them is told of.
            let told = self.told.iter().any(|party| after.answers(party)) && after.shares.len() == 1;
            if !told {
                clauses.push(self.elsewhere(moved, before, after));
            }
        }
        let untold =
            self.rest.before.same(self.rest.after) && self.entrance.primary.before == self.entrance.primary.after;
        if moves && clauses.is_empty() && untold {
            // They were taken from all others, who stay where they are.
            let verb = if self.rest.after.shares.len() == 1 { " keeps all others" } else { " keep all others" };
            let all = self.receivers(self.rest.after, Side::After).plain(verb);
            let last = self.clauses.pop().unwrap_or_default();
            self.clauses.push(Phrase::joined([last, all], ", "));
        }
        self.apart = !clauses.is_empty();
        if self.apart && self.events.is_empty() {
            self.events.push(Event::Shifted);
        }
        self.clauses.extend(clauses);
        // A match that is there on both sides, and whose requests stay where they are, while the others move.
        let kept = |moved: &&Moved| !moved.is_changed() && self.is_matched_on_both(moved);
        let kept: Vec<&Moved> = self.matches().filter(kept).collect();
        if !kept.is_empty() && !self.rest.before.same(self.rest.after) {
            let header = |moved: &&Moved| moved.requests.text.split(" and ").all(|part| part.starts_with("header "));
            let words = if kept.iter().all(header) { "header users unchanged" } else { "matched requests unchanged" };
            self.unchanged = Some(Phrase::new().plain(words));
        }
    }

    /// Where the requests of a match go, and where they went.
    fn elsewhere(&self, moved: &Moved, before: &Outcome, after: &Outcome) -> Phrase {
        let all = requests(moved);
        let gone = |party: &Party| self.told.contains(party) && !self.exists(party, Side::After);
        match (after.same(self.rest.after), before.same(self.rest.before)) {
            // The one who had them is gone, and told of.
            (true, _) if before.shares.iter().all(|(party, _)| gone(party)) => {
                all.plain(" go to ").then(self.receivers(after, Side::After))
            }
            (true, _) => all.plain(" go with all others, no longer to ").then(self.receivers(before, Side::Before)),
            (_, true) => all.plain(" now go to ").then(self.receivers(after, Side::After)),
            _ => all
                .plain(" go to ")
                .then(self.receivers(after, Side::After))
                .plain(", no longer to ")
                .then(self.receivers(before, Side::Before)),
        }
    }

    /// Shares of the rest, and copies, that are other ones.
    pub(super) fn shares(&mut self) {
        let Sides { before, after } = self.rest;
        let lead = if before.same(after) { Phrase::new() } else { self.shift() };
        let mut all = self.steps();
        all.extend(self.copies());
        if before.other != after.other {
            let word = |outcome: &Outcome| outcome.other.clone().unwrap_or_else(|| "a version".into());
            all.push(Phrase::new().plain(format!("they go to {}, no longer to {}", word(after), word(before))));
        }
        if !all.is_empty() {
            self.push_shares(lead, Phrase::joined(all, ", "));
        }
        self.clauses.extend(self.unchanged.take());
    }

    /// Puts the shares where they belong: what follows from a version that came or went stands in its clause.
    fn push_shares(&mut self, lead: Phrase, shares: Phrase) {
        let came = matches!(self.events.last(), Some(Event::Added { .. })) && !self.apart;
        let back = self.clauses.len() == 1 && matches!(self.events.last(), Some(Event::RolledBack { .. }));
        match self.clauses.pop() {
            Some(last) if came => self.clauses.push(last.plain(", ").then(shares)),
            Some(last) if back && self.told.is_empty() => self.clauses.push(last.plain(": ").then(shares)),
            last => {
                self.clauses.extend(last);
                let lead = if self.apart { Phrase::new().plain("all others: ") } else { lead };
                self.clauses.push(lead.then(shares));
            }
        }
    }

    /// The shares that are other ones, candidates first: they are what the change is about.
    fn steps(&self) -> Vec<Phrase> {
        let Sides { before, after } = self.rest;
        let mut parties: Vec<&Party> = self.named(Side::After);
        parties.extend(self.named(Side::Before).into_iter().filter(|party| !self.named(Side::After).contains(party)));
        parties.retain(|party| !self.told.contains(party));
        parties.sort_by_key(|party| self.entrance.primary.after.as_ref() == Some(*party));
        let step = |party: &Party| match (before.percent(party), after.percent(party)) {
            (Some(was), Some(is)) if was != is => {
                Some(self.name(party, Side::After).plain(format!(" {}", step(was, is))))
            }
            (Some(_), None) if !self.told.is_empty() => None,
            (Some(_), None) => Some(self.name(party, Side::After).plain(format!(" with {}", self.learned()))),
            (None, Some(is)) => Some(self.name(party, Side::After).plain(format!(" {}", percent_text(is)))),
            _ => None,
        };
        parties.into_iter().filter_map(step).collect()
    }

    fn copies(&self) -> Vec<Phrase> {
        let Sides { before, after } = self.rest;
        let get = |outcome: &Outcome, party: &Party| {
            outcome.copies.iter().find(|(own, _)| own == party).map_or(0.0, |(_, percent)| *percent)
        };
        let mut parties: Vec<&Party> = after.copies.iter().chain(&before.copies).map(|(party, _)| party).collect();
        parties.dedup();
        let mut all: Vec<Phrase> = Vec::new();
        for (index, party) in parties.iter().enumerate() {
            let (was, is) = (get(before, party), get(after, party));
            if was != is && !self.told.contains(party) && !parties[..index].contains(party) {
                let words = Phrase::new().plain("copies to ").then(self.name(party, Side::After));
                all.push(words.plain(format!(" {}", step(was, is))));
            }
        }
        all
    }

    /// How a mere shift of shares is called.
    fn shift(&mut self) -> Phrase {
        let Sides { before, after } = self.rest;
        let none = Phrase::new();
        let Some(primary) = self.entrance.primary.after.as_ref() else { return none };
        if self.events.iter().any(|event| *event != Event::Renamed) {
            return none;
        }
        let all = |party: &Party, outcome: &Outcome| outcome.percent(party) == Some(100.0);
        let candidates = || after.shares.iter().map(|(party, _)| party).filter(|party| *party != primary);
        if let Some(to) = candidates().find(|party| all(party, after)) {
            return self.turned(to, Event::Switched { to: self.event_name(to) }, "switched to ");
        }
        let rises = before.percent(primary).zip(after.percent(primary)).is_some_and(|(was, is)| is > was);
        let overtakes = leads(before).is_some_and(|party| party != primary) && leads(after) == Some(primary);
        if rises && (all(primary, after) || overtakes) {
            let previous = |track: usize| self.change.after(track).is_some_and(|unit| unit.previous);
            let to = self.event_name(primary);
            return match (primary, all(primary, after)) {
                (Party::Track(track), true) if previous(*track) => {
                    self.turned(primary, Event::Pinned { to }, "pinned to ")
                }
                (_, true) => self.turned(primary, Event::RolledBack { to }, "rolled back to "),
                (_, false) => self.turned(primary, Event::RolledBack { to }, "rolled back in part to "),
            };
        }
        self.events.push(Event::Shifted);
        let moved = |party: &&Party| before.percent(party) != after.percent(party);
        let one = candidates().filter(moved).count() == 1 && moved(&primary);
        if self.is_canary() && one && !self.apart { none.plain("canary ") } else { none }
    }

    /// The requests turn to `party`.
    fn turned(&mut self, party: &Party, event: Event, words: &str) -> Phrase {
        self.events.push(event);
        let lead = Phrase::new().plain(words).then(self.name(party, Side::After));
        match (self.rest.before.percent(party), self.rest.after.percent(party)) {
            (Some(was), Some(is)) if !self.apart => {
                self.told.push(party.clone());
                lead.plain(format!(", {}; ", step(was, is)))
            }
            _ => lead.plain(": "),
        }
    }

    /// Whether the strategy is a canary, as far as it shows.
    fn is_canary(&self) -> bool {
        let entrance = self.entrance.route.after.map(|new| &self.change.sides.after.entrances[new]);
        match self.change.sides.after.plan {
            Some(plan) => plan.routing.strategy == Strategy::Canary,
            None => entrance.is_some_and(|route| route.identity.pods() == PodSource::InferenceService),
        }
    }

    /// Whether a rule of its own takes the requests on both sides.
    fn is_matched_on_both(&self, moved: &Moved) -> bool {
        let has = |route: Option<&crate::traffic::Route>| {
            route.is_some_and(|route| {
                crate::traffic::classes(route).iter().any(|class| class.requests == moved.requests.text)
            })
        };
        has(self.entrance.route.before.map(|old| &self.change.sides.before.entrances[old]))
            && has(self.entrance.route.after.map(|new| &self.change.sides.after.entrances[new]))
    }
}

/// Who gets the most.
fn leads(outcome: &Outcome) -> Option<&Party> {
    let known = outcome.shares.iter().filter_map(|(party, percent)| Some((party, (*percent)?)));
    known.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(party, _)| party)
}

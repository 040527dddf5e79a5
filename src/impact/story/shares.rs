//! Who gets which part of the requests, where that changed.

use super::{Event, Story, requests, step};
use crate::impact::phrase::Phrase;
use crate::impact::requests::{Outcome, Receiver, TrafficShift};
use crate::kinds::PodSource;
use crate::sides::{Side, Sides};
use crate::spec::Strategy;
use crate::traffic::percent_text;

impl<'a> Story<'a> {
    /// Requests of matches that go elsewhere.
    pub(super) fn matched(&mut self) {
        let (mut clauses, mut moves) = (Vec::new(), false);
        for shift in self.matches().filter(|shift| shift.is_changed()) {
            let (Some(before), Some(after)) = (&shift.outcome.before, &shift.outcome.after) else { continue };
            moves = true;
            // A version that came for them is told of.
            let arrived = self.mentioned.iter().any(|receiver| after.answers(receiver)) && after.shares.len() == 1;
            if !arrived {
                clauses.push(self.elsewhere(shift, before, after));
            }
        }
        let untold =
            self.rest.before.same(self.rest.after) && self.entry_point.primary.before == self.entry_point.primary.after;
        if moves && clauses.is_empty() && untold {
            // They were taken from all others, who stay where they are.
            let verb = if self.rest.after.shares.len() == 1 { " keeps all others" } else { " keep all others" };
            let all = self.receivers_phrase(self.rest.after, Side::After).plain(verb);
            let last = self.clauses.pop().unwrap_or_default();
            self.clauses.push(Phrase::joined([last, all], ", "));
        }
        self.apart = !clauses.is_empty();
        if self.apart && self.events.is_empty() {
            self.events.push(Event::Shifted);
        }
        self.clauses.extend(clauses);
        // A match that is there on both sides, and whose requests stay where they are, while the others move.
        let unchanged = self.matches().filter(|shift| !shift.is_changed());
        let kept: Vec<&TrafficShift> = unchanged.filter(|shift| self.is_matched_on_both(shift)).collect();
        if !kept.is_empty() && !self.rest.before.same(self.rest.after) {
            let by_header = kept.iter().all(|shift| shift.requests.are_by_header());
            let words = if by_header { "header users unchanged" } else { "matched requests unchanged" };
            self.unchanged = Some(Phrase::new().plain(words));
        }
    }

    /// Where the requests of a match go, and where they went.
    fn elsewhere(&self, shift: &TrafficShift, before: &Outcome, after: &Outcome) -> Phrase {
        let all = requests(shift);
        match (after.same(self.rest.after), before.same(self.rest.before)) {
            // The one who had them is gone, and told of.
            (true, _) if before.shares.iter().all(|(receiver, _)| self.is_mentioned_gone(receiver)) => {
                all.plain(" go to ").then(self.receivers_phrase(after, Side::After))
            }
            (true, _) => {
                all.plain(" go with all others, no longer to ").then(self.receivers_phrase(before, Side::Before))
            }
            (_, true) => all.plain(" now go to ").then(self.receivers_phrase(after, Side::After)),
            _ => all
                .plain(" go to ")
                .then(self.receivers_phrase(after, Side::After))
                .plain(", no longer to ")
                .then(self.receivers_phrase(before, Side::Before)),
        }
    }

    /// Whether a clause told that the version is gone.
    fn is_mentioned_gone(&self, receiver: &Receiver) -> bool {
        self.mentioned.contains(receiver) && !self.exists(receiver, Side::After)
    }

    /// Shares of the rest, and copies, that are other ones.
    pub(super) fn shares(&mut self) {
        let Sides { before, after } = self.rest;
        let lead = if before.same(after) { Phrase::new() } else { self.shift() };
        let mut all = self.steps();
        all.extend(self.copies());
        if before.other != after.other {
            let [to, from] = [after, before].map(|outcome| outcome.other.as_deref().unwrap_or("a version"));
            all.push(Phrase::new().plain(format!("they go to {to}, no longer to {from}")));
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
            Some(last) if back && self.mentioned.is_empty() => self.clauses.push(last.plain(": ").then(shares)),
            last => {
                self.clauses.extend(last);
                let lead = if self.apart { Phrase::new().plain("all others: ") } else { lead };
                self.clauses.push(lead.then(shares));
            }
        }
    }

    /// The shares that are other ones, candidates first: they are what the change is about.
    fn steps(&self) -> Vec<Phrase> {
        let mut receivers: Vec<&Receiver> = self.named(Side::After);
        receivers.extend(
            self.named(Side::Before).into_iter().filter(|receiver| !self.named(Side::After).contains(receiver)),
        );
        receivers.retain(|receiver| !self.mentioned.contains(receiver));
        receivers.sort_by_key(|receiver| self.entry_point.primary.after.as_ref() == Some(*receiver));
        receivers.into_iter().filter_map(|receiver| self.share_step(receiver)).collect()
    }

    /// The share of one version, where it is another one: `shop-2 20 % → 50 %`.
    fn share_step(&self, receiver: &Receiver) -> Option<Phrase> {
        let words = match (self.rest.before.percent(receiver), self.rest.after.percent(receiver)) {
            (Some(was), Some(is)) if was != is => format!(" {}", step(was, is)),
            (Some(_), None) if self.mentioned.is_empty() => format!(" with {}", self.learned()),
            (None, Some(is)) => format!(" {}", percent_text(is)),
            _ => return None,
        };
        Some(self.name(receiver, Side::After).plain(words))
    }

    fn copies(&self) -> Vec<Phrase> {
        let Sides { before, after } = self.rest;
        let mut receivers: Vec<&Receiver> =
            after.copies.iter().chain(&before.copies).map(|(receiver, _)| receiver).collect();
        receivers.dedup();
        let mut all: Vec<Phrase> = Vec::new();
        for (index, receiver) in receivers.iter().enumerate() {
            let (was, is) = (before.copies_of(receiver), after.copies_of(receiver));
            if was != is && !self.mentioned.contains(receiver) && !receivers[..index].contains(receiver) {
                let words = Phrase::new().plain("copies to ").then(self.name(receiver, Side::After));
                all.push(words.plain(format!(" {}", step(was, is))));
            }
        }
        all
    }

    /// How a mere shift of shares is called.
    fn shift(&mut self) -> Phrase {
        let Sides { before, after } = self.rest;
        let none = Phrase::new();
        let Some(primary) = self.entry_point.primary.after.as_ref() else { return none };
        if self.events.iter().any(|event| *event != Event::Renamed) {
            return none;
        }
        let named = after.shares.iter().map(|(receiver, _)| receiver);
        let candidates: Vec<&Receiver> = named.filter(|receiver| *receiver != primary).collect();
        if let Some(to) = candidates.iter().find(|receiver| after.percent(receiver) == Some(100.0)) {
            return self.turned(to, Event::Switched { to: self.event_name(to) }, "switched to ");
        }
        let rises = before.percent(primary).zip(after.percent(primary)).is_some_and(|(was, is)| is > was);
        let overtakes = leads(before).is_some_and(|receiver| receiver != primary) && leads(after) == Some(primary);
        let gets_all = after.percent(primary) == Some(100.0);
        if rises && (gets_all || overtakes) {
            let to = self.event_name(primary);
            return match (self.is_previous(primary), gets_all) {
                (true, true) => self.turned(primary, Event::Pinned { to }, "pinned to "),
                (_, true) => self.turned(primary, Event::RolledBack { to }, "rolled back to "),
                (_, false) => self.turned(primary, Event::RolledBack { to }, "rolled back in part to "),
            };
        }
        self.events.push(Event::Shifted);
        let shifted = candidates.iter().filter(|candidate| self.is_shifted(candidate)).count();
        let one = shifted == 1 && self.is_shifted(primary);
        if self.is_canary() && one && !self.apart { none.plain("canary ") } else { none }
    }

    /// Whether the share of the version is another one.
    fn is_shifted(&self, receiver: &Receiver) -> bool {
        self.rest.before.percent(receiver) != self.rest.after.percent(receiver)
    }

    /// The requests turn to `receiver`.
    fn turned(&mut self, receiver: &Receiver, event: Event, words: &str) -> Phrase {
        self.events.push(event);
        let lead = Phrase::new().plain(words).then(self.name(receiver, Side::After));
        match (self.rest.before.percent(receiver), self.rest.after.percent(receiver)) {
            (Some(was), Some(is)) if !self.apart => {
                self.mentioned.push(receiver.clone());
                lead.plain(format!(", {}; ", step(was, is)))
            }
            _ => lead.plain(": "),
        }
    }

    /// Whether the strategy is a canary, as far as it shows.
    fn is_canary(&self) -> bool {
        let entry_point = self.entry_point.route.after.map(|new| &self.impact.sides.after.entry_points[new]);
        match self.impact.sides.after.plan {
            Some(plan) => plan.routing.strategy == Strategy::Canary,
            None => entry_point.is_some_and(|route| route.identity.pods() == PodSource::InferenceService),
        }
    }

    /// Whether a separate rule takes the requests on both sides.
    fn is_matched_on_both(&self, shift: &TrafficShift) -> bool {
        self.entry_point.route.zip(self.impact.sides.as_ref()).into_iter().all(|(index, view)| {
            let route = index.map(|index| &view.entry_points[index]);
            route.is_some_and(|route| crate::traffic::classes(route).iter().any(|class| shift.requests.are_of(class)))
        })
    }
}

/// Who gets the most.
fn leads(outcome: &Outcome) -> Option<&Receiver> {
    let known = outcome.shares.iter().filter_map(|(receiver, percent)| Some((receiver, (*percent)?)));
    known.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(receiver, _)| receiver)
}

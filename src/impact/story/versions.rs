//! What became of the primary and of the candidates.

use std::cmp::Ordering;

use super::{Event, Story, requests, step};
use crate::impact::image;
use crate::impact::phrase::Phrase;
use crate::impact::requests::Receiver;
use crate::sides::Side;
use crate::traffic::percent_text;

impl<'a> Story<'a> {
    /// What became of the primary.
    pub(super) fn primary(&mut self) {
        let (Some(old), Some(new)) = (&self.entry_point.primary.before, &self.entry_point.primary.after) else {
            return;
        };
        let stays = self.named(Side::After).contains(&old);
        if old == new {
            if self.is_replaced(new) {
                self.replaced(new, "");
            }
        } else if self.named(Side::Before).contains(&new) {
            self.promoted(old, new, stays);
        } else if stays {
            self.rolled_back(old, new);
        } else {
            let (was, is) = (self.impact.name(old, Side::Before).to_string(), self.event_name(new));
            let words = self.name(new, Side::After).plain(" replaces ").then(self.name(old, Side::Before));
            self.mentioned.extend([old.clone(), new.clone()]);
            self.back_or_on(was, is, words);
        }
    }

    fn promoted(&mut self, old: &Receiver, new: &Receiver, stays: bool) {
        self.mentioned.push(new.clone());
        // What stands in the candidate's place need not be the candidate.
        let promoted = if self.is_replaced(new) {
            let was = self.impact.name(new, Side::Before).to_string();
            self.events.push(Event::Replaced { old: was, new: self.event_name(new) });
            self.name(new, Side::After).plain(" replaces ").then(self.name(new, Side::Before))
        } else {
            self.events.push(Event::Promoted { version: self.event_name(new) });
            self.name(new, Side::After).plain(" promoted")
        };
        self.clauses.push(match (self.rest.before.percent(new), self.rest.after.percent(new)) {
            (Some(before), Some(after)) if before == after => promoted,
            (Some(before), Some(after)) if before > 0.0 => promoted.plain(format!(", {}", step(before, after))),
            (_, Some(100.0)) => promoted.plain(", now gets all requests"),
            (_, Some(gets)) => promoted.plain(format!(", now gets {}", percent_text(gets))),
            (_, None) => promoted,
        });
        if !stays {
            self.mentioned.push(old.clone());
            let verb = if self.exists(old, Side::After) { " no longer gets any" } else { " is gone" };
            self.clauses.push(self.name(old, Side::Before).plain(verb));
        }
    }

    /// A version stands before the primary that was not there before.
    fn rolled_back(&mut self, old: &Receiver, new: &Receiver) {
        self.events.push(Event::RolledBack { to: self.event_name(new) });
        let whole = self.rest.after.percent(new).is_none_or(|percent| percent == 100.0);
        let words = Phrase::new().plain(if whole { "rolled back to " } else { "rolled back in part to " });
        // What KServe did before is in no file: this side's spec only says what it should be.
        let guessed = self.is_previous(new);
        let unknown =
            matches!(new, Receiver::Version(version_pair) if self.impact.version_pairs[*version_pair].unknown);
        let name = self.name(new, Side::After);
        let name = if guessed && !unknown { name.plain(" (by the spec, the previous revision)") } else { name };
        self.clauses.push(words.then(name));
        let copies = Some(self.rest.after.copies_of(old)).filter(|percent| *percent > 0.0);
        let left = match (self.rest.after.percent(old), self.takes(old, Side::After), copies) {
            (None, ..) => Phrase::new().plain("stays as its candidate"),
            (Some(0.0), Some(requests), _) => Phrase::new().plain("keeps ").then(requests),
            (Some(0.0), None, Some(percent)) => {
                Phrase::new().plain(format!("gets copies of {}", percent_text(percent)))
            }
            _ => return,
        };
        self.mentioned.extend([old.clone(), new.clone()]);
        self.clauses.push(self.name(old, Side::After).plain(" ").then(left));
    }

    /// A version whose place another one took.
    fn replaced(&mut self, receiver: &Receiver, role: &str) {
        let (old, new) = (self.impact.name(receiver, Side::Before).to_string(), self.event_name(receiver));
        let lead = Phrase::new().plain(role).then(self.name(receiver, Side::After));
        if old == new {
            self.events.push(Event::Replaced { old, new });
            self.clauses.push(lead.plain(" serves something else"));
            return;
        }
        let words = lead.plain(" replaces ").then(self.name(receiver, Side::Before));
        self.back_or_on(old, new, words);
    }

    /// One version in place of another: a roll back, where it is an older one.
    fn back_or_on(&mut self, old: String, new: String, words: Phrase) {
        if image::compare(&new, &old) == Some(Ordering::Less) {
            self.events.push(Event::RolledBack { to: new });
            self.clauses.push(Phrase::new().plain("rolled back, ").then(words));
        } else {
            self.events.push(Event::Replaced { old, new });
            self.clauses.push(words);
        }
    }

    /// What became of the candidates.
    pub(super) fn candidates(&mut self) {
        let primaries =
            [&self.entry_point.primary.before, &self.entry_point.primary.after].map(|primary| primary.as_ref());
        let [mut before, mut after] = [self.named(Side::Before), self.named(Side::After)];
        for candidates in [&mut before, &mut after] {
            candidates.retain(|receiver| !primaries.contains(&Some(receiver)));
        }
        for receiver in &after {
            if !before.contains(receiver) {
                self.added(receiver);
            } else if self.is_replaced(receiver) {
                self.replaced(receiver, "candidate ");
            }
        }
        for receiver in before.iter().filter(|receiver| !after.contains(receiver)) {
            self.removed(receiver);
        }
    }

    fn added(&mut self, receiver: &Receiver) {
        self.events.push(Event::Added { version: self.event_name(receiver) });
        self.mentioned.push(receiver.clone());
        let verb = if self.exists(receiver, Side::Before) { " joins" } else { " added" };
        let head = Phrase::new().plain("candidate ").then(self.name(receiver, Side::After)).plain(verb);
        let mut gets = Vec::new();
        match self.rest.after.percent(receiver) {
            Some(percent) if percent > 0.0 => gets.push(Phrase::new().plain(format!("with {}", percent_text(percent)))),
            None => gets.push(Phrase::new().plain(format!("with {}", self.learned()))),
            _ => {}
        }
        gets.extend(self.takes(receiver, Side::After).map(|requests| Phrase::new().plain("for ").then(requests)));
        let copies = self.rest.after.copies.iter().filter(|(copied, percent)| copied == receiver && *percent > 0.0);
        gets.extend(
            copies.map(|(_, percent)| Phrase::new().plain(format!("with copies of {}", percent_text(*percent)))),
        );
        self.clauses.push(match gets.is_empty() {
            true => head.plain(", no traffic yet"),
            false => head.plain(" ").then(Phrase::joined(gets, " and ")),
        });
    }

    fn removed(&mut self, receiver: &Receiver) {
        let version = self.impact.name(receiver, Side::Before).to_string();
        self.mentioned.push(receiver.clone());
        self.events.push(Event::Removed { version });
        let gone = if self.exists(receiver, Side::After) { " taken off the route" } else { " removed" };
        let name = self.name(receiver, Side::Before);
        let candidate = Phrase::new().plain("candidate ").then(name.clone()).plain(gone);
        let copies = self.rest.before.copies_of(receiver) > 0.0;
        let matched = self.takes(receiver, Side::Before).is_some();
        self.clauses.push(match self.rest.before.percent(receiver) {
            Some(percent) if percent > 0.0 => {
                let kept = self.entry_point.primary.before == self.entry_point.primary.after;
                match self.entry_point.primary.after.as_ref().filter(|_| kept) {
                    Some(to) => {
                        self.events.push(Event::RolledBack { to: self.event_name(to) });
                        name.plain(format!(" rolled back and{gone}, {}", step(percent, 0.0)))
                    }
                    None => name.plain(format!("{gone}, {}", step(percent, 0.0))),
                }
            }
            _ if copies => candidate.plain(", no more copies"),
            Some(_) if !matched => candidate.plain(", it had no traffic"),
            _ => candidate,
        });
    }

    /// The requests of matches that `receiver` answers on one side.
    fn takes(&self, receiver: &Receiver, side: Side) -> Option<Phrase> {
        let answered = self
            .matches()
            .filter(|shift| shift.outcome[side].as_ref().is_some_and(|outcome| outcome.answers(receiver)));
        let answered: Vec<Phrase> = answered.map(requests).collect();
        (!answered.is_empty()).then(|| Phrase::joined(answered, " or "))
    }
}

//! What happened to the versions of one entry point, in the words of a release.
//!
//! The story is told in this order: the entry point itself, the primary, the candidates that came or went, the requests of
//! matches that go elsewhere, the shares of all others. What a clause has told, no later one tells again.

mod event;
mod shares;
mod versions;

pub use event::Event;

use super::Impact;
use super::entry_point::EntryPoint;
use super::phrase::Phrase;
use super::requests::{Outcome, Receiver, RequestKind, TrafficShift};
use crate::sides::{Side, Sides};
use crate::traffic::percent_text;

/// What happened at `entry_point`, which is called `name`, and that in a sentence; an empty one where nothing did.
pub fn tell(impact: &Impact<'_>, entry_point: &EntryPoint, name: &str) -> (Vec<Event>, Phrase) {
    let mut story = Story::new(impact, entry_point);
    let lead = Phrase::new().name(name);
    match (entry_point.route.before, entry_point.route.after) {
        (None, _) => {
            story.events.push(Event::Appeared);
            let all = story.all(Side::After);
            (story.events, lead.plain(" is new: ").then(all).plain("."))
        }
        (_, None) => {
            story.events.push(Event::Vanished);
            let all = story.all(Side::Before);
            (story.events, lead.plain(" is gone: until now ").then(all).plain("."))
        }
        _ => {
            let lead = lead.then(story.renamed());
            story.primary();
            story.candidates();
            story.matched();
            story.shares();
            if story.clauses.is_empty() && !story.events.contains(&Event::Renamed) {
                return (story.events, Phrase::new());
            }
            if story.clauses.is_empty() {
                story.clauses.push(Phrase::new().plain("the traffic stays as it is"));
            }
            (story.events, lead.plain(": ").then(Phrase::joined(story.clauses, "; ")).plain("."))
        }
    }
}

struct Story<'a> {
    impact: &'a Impact<'a>,
    entry_point: &'a EntryPoint,
    /// Who gets the rest, before and after.
    rest: Sides<&'a Outcome>,
    events: Vec<Event>,
    clauses: Vec<Phrase>,
    /// Those whose share of the rest is told.
    mentioned: Vec<Receiver>,
    /// Whether requests of a match are told to go elsewhere, so that the rest are "all others".
    apart: bool,
    /// That other requests stay where they are, to be told at the end.
    unchanged: Option<Phrase>,
}

const NOBODY: &Outcome = &Outcome { shares: Vec::new(), copies: Vec::new(), other: None };

impl<'a> Story<'a> {
    fn new(impact: &'a Impact<'a>, entry_point: &'a EntryPoint) -> Self {
        let rest = entry_point.rest();
        let rest = rest.map(|rest| rest.outcome.as_ref().map(|outcome| outcome.as_ref().unwrap_or(NOBODY)));
        let rest = rest.unwrap_or(Sides { before: NOBODY, after: NOBODY });
        let (events, clauses, mentioned) = (Vec::new(), Vec::new(), Vec::new());
        Self { impact, entry_point, rest, events, clauses, mentioned, apart: false, unchanged: None }
    }

    fn name(&self, receiver: &Receiver, side: Side) -> Phrase {
        let name = self.impact.name(receiver, side);
        match receiver {
            Receiver::Version(version_pair) if self.impact.version_pairs[*version_pair].unknown => {
                Phrase::new().plain(name)
            }
            _ => Phrase::new().name(name),
        }
    }

    fn event_name(&self, receiver: &Receiver) -> String {
        self.impact.name(receiver, Side::After).to_string()
    }

    /// Whether the version is on the side at all, be it without requests.
    fn exists(&self, receiver: &Receiver, side: Side) -> bool {
        match receiver {
            Receiver::Version(version_pair) => {
                let version_pairs = &self.impact.version_pairs;
                let places = version_pairs[*version_pair].places.iter().map(|place| &version_pairs[*place]);
                places.into_iter().any(|place| place.workload[side].is_some())
            }
            Receiver::Other(_) => self.named(side).contains(&receiver),
        }
    }

    /// Whether what stood in the version's place was another version.
    fn is_replaced(&self, receiver: &Receiver) -> bool {
        matches!(receiver, Receiver::Version(version_pair) if self.impact.version_pairs[*version_pair].is_replaced())
    }

    /// Whether the version is, on the new side, the revision that an InferenceService had before.
    fn is_previous(&self, receiver: &Receiver) -> bool {
        matches!(receiver, Receiver::Version(version_pair)
            if self.impact.after(*version_pair).is_some_and(|workload| workload.previous))
    }

    /// All who are named on one side.
    fn named(&self, side: Side) -> Vec<&'a Receiver> {
        self.entry_point.receivers(side)
    }

    /// The requests of matches.
    fn matches(&self) -> impl Iterator<Item = &'a TrafficShift> + use<'a> {
        self.entry_point.shifts.iter().filter(|shift| shift.requests.kind == RequestKind::Matched)
    }

    /// What the entry point was before, where it is another object now.
    fn renamed(&mut self) -> Phrase {
        let none = Phrase::new();
        let (Some(old), Some(new)) = (self.entry_point.route.before, self.entry_point.route.after) else { return none };
        let (old, new) = (&self.impact.sides.before.entry_points[old], &self.impact.sides.after.entry_points[new]);
        match (&old.through, &new.through) {
            (Some(_), None) => self.clauses.push(Phrase::new().plain("no longer routed by the Iter8 controller")),
            (None, Some(_)) => self.clauses.push(Phrase::new().plain("from now on routed by the Iter8 controller")),
            _ => {}
        }
        let (from, to) = (&old.identity, &new.identity);
        if from.same_object(to) {
            return none;
        }
        self.events.push(Event::Renamed);
        if from.kind != to.kind {
            none.plain(format!(", now {} and so far {} ", article(&to.kind), article(&from.kind))).name(&from.name)
        } else if from.name != to.name {
            none.plain(", so far ").name(&from.name)
        } else {
            none.plain(", so far in the namespace ").name(from.namespace.as_deref().unwrap_or("default"))
        }
    }

    /// Who gets requests: one name, or names with their shares.
    fn receivers_phrase(&self, outcome: &Outcome, side: Side) -> Phrase {
        if let Some(words) = &outcome.other {
            return Phrase::new().plain(words);
        }
        let shares = outcome.shares.iter();
        let serving: Vec<&(Receiver, Option<f64>)> =
            shares.filter(|(_, percent)| percent.is_none_or(|percent| percent > 0.0)).collect();
        if let [(receiver, _)] = serving.as_slice() {
            return self.name(receiver, side);
        }
        let learned = serving.iter().any(|(_, percent)| percent.is_none());
        let shares = serving.iter().map(|(receiver, percent)| {
            let percent = percent.map(|percent| format!(" {}", percent_text(percent))).unwrap_or_default();
            self.name(receiver, side).plain(percent)
        });
        let all = Phrase::joined(shares, ", ");
        if learned { all.plain(format!(", each with {}", self.learned())) } else { all }
    }

    /// Whether a Service leads to the versions without any route.
    fn is_service(&self) -> bool {
        let new = self.entry_point.route.after.map(|new| &self.impact.sides.after.entry_points[new]);
        let route =
            new.or_else(|| self.entry_point.route.before.map(|old| &self.impact.sides.before.entry_points[old]));
        route.is_some_and(|route| route.identity.is_service())
    }

    /// What a share is that nobody wrote.
    fn learned(&self) -> &'static str {
        if self.is_service() { "a share by its pods" } else { "a share that the platform learns" }
    }

    /// Everything of one side: for an entry point that is new, or gone.
    fn all(&self, side: Side) -> Phrase {
        let outcome = self.rest[side];
        let (gets, go, leads, none) = match side {
            Side::Before => ("got", "went", "it led to ", " none"),
            Side::After => ("gets", "go", "it leads to ", " none yet"),
        };
        let matched = self.matches().filter_map(|shift| {
            let receivers_phrase = self.receivers_phrase(shift.outcome[side].as_ref()?, side);
            Some(requests(shift).plain(format!(" {go} to ")).then(receivers_phrase))
        });
        let mut clauses: Vec<Phrase> = matched.collect();
        let others = if clauses.is_empty() { "" } else { " other" };
        let answering = outcome.shares.iter().filter(|(receiver, _)| outcome.answers(receiver)).count();
        let receivers_phrase = self.receivers_phrase(outcome, side);
        clauses.push(match (answering, &outcome.other) {
            (1, None) if self.is_service() => Phrase::new().plain(leads).then(receivers_phrase),
            (1, None) => receivers_phrase.plain(format!(" {gets} all{others} requests")),
            (_, Some(_)) => Phrase::new().plain(format!("all{others} requests {go} to ")).then(receivers_phrase),
            _ => receivers_phrase,
        });
        clauses.extend(outcome.copies.iter().filter(|(_, percent)| *percent > 0.0).map(|(receiver, percent)| {
            self.name(receiver, side).plain(format!(" {gets} copies of {}", percent_text(*percent)))
        }));
        let idle = self.named(side).into_iter().filter(|receiver| !self.entry_point.serves(receiver, side));
        clauses.extend(idle.map(|receiver| self.name(receiver, side).plain(none)));
        Phrase::joined(clauses, ", ")
    }
}

/// `20 % → 50 %`
fn step(before: f64, after: f64) -> String {
    format!("{} → {}", percent_text(before), percent_text(after))
}

/// ``requests where `header x is "y"` ``
fn requests(shift: &TrafficShift) -> Phrase {
    Phrase::new().plain("requests where ").name(&shift.requests.text)
}

/// `a Service`, `an InferenceService`
pub fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['A', 'E', 'I', 'O']) || kind.starts_with("HTTP");
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

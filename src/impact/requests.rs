//! Kinds of requests, and who gets each before and after.

use super::view::View;
use crate::sides::Sides;
use crate::traffic::{Action, Class, Match, Part, Request, Route, Rule, StringTest, classes};

/// Requests that are alike to the routes of both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Requests {
    /// Which they are.
    pub kind: RequestKind,
    /// The alternatives that take them; none for the rest.
    pub clauses: Vec<Match>,
    /// In words: `header x-tier is "beta"`, `all requests`.
    pub text: String,
    /// One of them; none where no request can be told to be one.
    pub example: Option<Request>,
}

/// Which requests they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// Those that a match takes.
    Matched,
    /// Those of clients that come back with the cookie of a version.
    Returning,
    /// All others.
    Rest,
}

/// Who gets requests.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Who answers them, and how many percent; `None` where the platform learns it or spreads them over pods.
    pub shares: Vec<(Receiver, Option<f64>)>,
    /// Who gets copies, and of how many percent.
    pub copies: Vec<(Receiver, f64)>,
    /// What else happens to them, in words.
    pub other: Option<String>,
}

/// Someone who gets requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// A version, by its index among the version pairs.
    Version(usize),
    /// Something that the objects do not describe, or several workloads at once, by its name.
    Other(String),
}

/// Requests with who gets them on either side; `None` where that side has no such entry point.
#[derive(Debug, Clone, PartialEq)]
pub struct TrafficShift {
    /// The requests.
    pub requests: Requests,
    /// Who gets them on either side.
    pub outcome: Sides<Option<Outcome>>,
}

impl TrafficShift {
    /// Whether anything is another for them.
    pub fn is_changed(&self) -> bool {
        match (&self.outcome.before, &self.outcome.after) {
            (Some(before), Some(after)) => !before.same(after),
            (before, after) => before.is_some() != after.is_some(),
        }
    }
}

impl Outcome {
    /// The percentage of `receiver`: 0 where it gets nothing, `None` where nobody can say.
    pub fn percent(&self, receiver: &Receiver) -> Option<f64> {
        self.shares.iter().find(|(sharer, _)| sharer == receiver).map_or(Some(0.0), |(_, percent)| *percent)
    }

    /// Whether `receiver` gets any request, or any copy.
    pub fn serves(&self, receiver: &Receiver) -> bool {
        self.answers(receiver) || self.copies_of(receiver) > 0.0
    }

    /// The percentage of copies that `receiver` gets.
    pub fn copies_of(&self, receiver: &Receiver) -> f64 {
        let copies = self.copies.iter().find(|(copied, percent)| copied == receiver && *percent > 0.0);
        copies.map_or(0.0, |(_, percent)| *percent)
    }

    /// Whether `receiver` answers any request.
    pub fn answers(&self, receiver: &Receiver) -> bool {
        self.shares.iter().any(|(sharer, percent)| sharer == receiver && percent.is_none_or(|percent| percent > 0.0))
    }

    /// All who are named, for requests or for copies.
    pub fn receivers(&self) -> impl Iterator<Item = &Receiver> {
        self.shares.iter().map(|(receiver, _)| receiver).chain(self.copies.iter().map(|(receiver, _)| receiver))
    }

    /// Whether both say the same; who gets nothing does not count.
    pub fn same(&self, outcome: &Outcome) -> bool {
        self.sorted_shares() == outcome.sorted_shares()
            && self.sorted_copies() == outcome.sorted_copies()
            && self.other == outcome.other
    }

    fn sorted_shares(&self) -> Vec<(String, Option<i64>)> {
        sorted(self.shares.iter().map(|(receiver, percent)| (receiver, *percent)))
    }

    fn sorted_copies(&self) -> Vec<(String, Option<i64>)> {
        sorted(self.copies.iter().map(|(receiver, percent)| (receiver, Some(*percent))))
    }
}

/// Receivers with what they get in millionths of a percent: less is nobody's intention.
fn sorted<'o>(all: impl Iterator<Item = (&'o Receiver, Option<f64>)>) -> Vec<(String, Option<i64>)> {
    let mut list: Vec<_> = all
        .map(|(receiver, percent)| (format!("{receiver:?}"), percent.map(|percent| (percent * 1e6).round() as i64)))
        .filter(|(_, percent)| *percent != Some(0))
        .collect();
    list.sort();
    list
}

/// Who is behind the names of routes.
#[derive(Debug, Clone, Copy)]
pub struct ReceiverLookup<'a> {
    /// The side.
    pub view: &'a View<'a>,
    /// For each of its workloads, the version pair that stands for its version.
    pub versions: &'a [usize],
}

impl ReceiverLookup<'_> {
    /// Who is meant by a version that `route` names.
    pub fn of(&self, route: &Route, version: &str) -> Receiver {
        let version_pair = match self.view.workloads_of(route, version)[..] {
            [workload] => self.versions.get(workload),
            _ => None,
        };
        version_pair.map_or_else(|| Receiver::Other(version.to_string()), |index| Receiver::Version(*index))
    }

    /// Adds the versions that a routemap watches, and that no rule names while they have no weight.
    fn add_idle(&self, route: &Route, outcome: &mut Outcome) {
        let watched = route.through.iter().flat_map(|routemap| &routemap.watched);
        let named: Vec<Receiver> = route.versions().map(|version| self.of(route, version)).collect();
        for version in watched {
            let workload = self.view.index.workloads_of_object(&version.name).iter().find(|workload| {
                let workload = self.view.workloads.get(**workload);
                workload.is_some_and(|workload| workload.object.namespace == route.identity.namespace)
            });
            let version_pair = workload.and_then(|workload| self.versions.get(*workload));
            let receiver = version_pair
                .map(|version_pair| Receiver::Version(*version_pair))
                .filter(|receiver| !named.contains(receiver));
            if let Some(receiver) = receiver.filter(|receiver| outcome.receivers().all(|named| named != receiver)) {
                outcome.shares.push((receiver, Some(0.0)));
            }
        }
    }

    /// Who gets `requests` that come in at `route`.
    fn outcome_of(&self, route: &Route, requests: &Requests) -> Outcome {
        let mut outcome = self.outcome(route, requests.rule(route));
        if requests.kind == RequestKind::Rest {
            self.add_idle(route, &mut outcome);
        }
        outcome
    }

    /// Who gets the requests of a rule.
    pub fn outcome(&self, route: &Route, rule: Option<&Rule>) -> Outcome {
        let Some(rule) = rule else { return Outcome { other: Some("nobody".into()), ..Outcome::default() } };
        let mut outcome = Outcome::default();
        for share in &rule.shares {
            let (receiver, percent) = (self.of(route, &share.version), rule.percent(share));
            match outcome.shares.iter_mut().find(|(sharer, _)| *sharer == receiver) {
                Some((_, sum)) => *sum = sum.zip(percent).map(|(a, b)| a + b),
                None => outcome.shares.push((receiver, percent)),
            }
        }
        outcome.copies = rule.mirrors.iter().map(|mirror| (self.of(route, &mirror.version), mirror.percent)).collect();
        outcome.other = match &rule.action {
            Action::Forward if rule.shares.iter().all(|share| share.weight == 0) => Some("nobody".into()),
            Action::Forward | Action::Learned => None,
            Action::Redirect => Some("a redirect".into()),
            Action::Respond(_) => Some("an answer of the route itself".into()),
            Action::Unread(_) => Some("not known".into()),
        };
        outcome
    }
}

/// All kinds of requests of two routes, either of which may be absent, with who gets them; the rest comes last.
pub fn shifts(routes: Sides<Option<(&Route, ReceiverLookup<'_>)>>) -> Vec<TrafficShift> {
    let mut kinds: Vec<Requests> = Vec::new();
    for (route, _) in routes.after.iter().chain(&routes.before) {
        for requests in requests(route) {
            if !kinds.iter().any(|listed| listed.kind == requests.kind && listed.is(&requests)) {
                kinds.push(requests);
            }
        }
    }
    kinds.sort_by_key(|requests| matches!(requests.kind, RequestKind::Rest));
    let outcome =
        |requests: &Requests| routes.map(|side| side.map(|(route, receivers)| receivers.outcome_of(route, requests)));
    kinds.into_iter().map(|requests| TrafficShift { outcome: outcome(&requests), requests }).collect()
}

/// Which requests are meant, in a sentence: ``requests where `header x is "y"` ``, `all other requests`.
pub fn requests_text(requests: &Requests) -> String {
    match requests.kind {
        RequestKind::Matched => format!("requests where `{}`", requests.text),
        RequestKind::Returning => format!("clients that come back, where `{}`", requests.text),
        RequestKind::Rest => requests.text.clone(),
    }
}

/// The kinds of requests that `route` tells from each other.
pub fn requests(route: &Route) -> Vec<Requests> {
    classes(route).into_iter().map(|class| requests_of_class(class, route)).collect()
}

fn requests_of_class(class: Class<'_>, route: &Route) -> Requests {
    let clauses = class.of(route).map(|rule| rule.matches.as_slice()).unwrap_or_default();
    let clauses: Vec<&Match> = clauses.iter().filter(|one| !one.internal).collect();
    let rest = is_rest(&class, route);
    let returning = !clauses.is_empty() && clauses.iter().all(|one| one.is_cookie_of(&route.identity.name));
    let kind = match (rest, returning) {
        (true, _) => RequestKind::Rest,
        (_, true) => RequestKind::Returning,
        _ => RequestKind::Matched,
    };
    let candidates: Vec<Request> = match kind {
        RequestKind::Rest => vec![Request::default()],
        _ => clauses.iter().filter_map(|one| one.witness()).collect(),
    };
    let example = candidates.into_iter().find(|request| route.verdict(request).rule == class.rule);
    let clauses = class.clauses.into_iter().cloned().collect();
    Requests { kind, clauses, text: class.requests, example }
}

impl Requests {
    /// Whether both mean the same requests.
    fn is(&self, requests: &Requests) -> bool {
        self.kind == RequestKind::Rest && requests.kind == RequestKind::Rest
            || are_same(&self.clauses, &requests.clauses)
    }

    /// Whether they are those of `class`, which is not the rest.
    pub fn are_of(&self, class: &Class<'_>) -> bool {
        !self.clauses.is_empty() && are_same(&self.clauses, class.clauses.iter().copied())
    }

    /// Whether it is by headers alone that they are told from others.
    pub fn are_by_header(&self) -> bool {
        !self.clauses.is_empty() && self.clauses.iter().all(Match::is_by_header)
    }

    /// The rule of `route` that takes them.
    pub fn rule<'r>(&self, route: &'r Route) -> Option<&'r Rule> {
        let classes = classes(route);
        let rest = classes.iter().find(|class| is_rest(class, route));
        if self.kind == RequestKind::Rest {
            return rest.and_then(|class| class.of(route));
        }
        match (classes.iter().find(|class| self.are_of(class)), &self.example) {
            (Some(class), _) => class.of(route),
            (None, Some(request)) => route.verdict(request).taken(),
            (None, None) => rest.and_then(|class| class.of(route)),
        }
    }
}

/// Whether a class of requests of `route` is what no match takes.
fn is_rest(class: &Class<'_>, route: &Route) -> bool {
    class.rule.is_none() || class.of(route).is_some_and(Rule::takes_all)
}

/// Whether the alternatives are the same ones in the same order.
fn are_same<'m>(one: &[Match], two: impl IntoIterator<Item = &'m Match>) -> bool {
    let mut two = two.into_iter();
    one.iter().all(|clause| two.next().is_some_and(|next| clause.is_same(next))) && two.next().is_none()
}

impl Match {
    /// Whether it asks for nothing but a cookie by which the platform keeps a client of `application` with a version.
    fn is_cookie_of(&self, application: &str) -> bool {
        match self.tests.as_slice() {
            [test] if self.unread.is_empty() && test.part == Part::Header("cookie".into()) => match &test.test {
                StringTest::Regex(text) => text.contains(&format!("{application}-version=")),
                _ => false,
            },
            _ => false,
        }
    }
}

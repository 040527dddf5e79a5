//! Kinds of requests, and who gets each before and after.

use super::view::View;
use crate::sides::Sides;
use crate::traffic::{Action, Match, Part, Request, Route, Rule, StringTest, classes};

/// Requests that are alike to the routes of both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Requests {
    /// Which they are.
    pub kind: Kind,
    /// In words: `header x-tier is "beta"`, `all requests`.
    pub text: String,
    /// One of them; none where no request can be told to be one.
    pub example: Option<Request>,
}

/// Which requests they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
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
    pub shares: Vec<(Party, Option<f64>)>,
    /// Who gets copies, and of how many percent.
    pub copies: Vec<(Party, f64)>,
    /// What else happens to them, in words.
    pub other: Option<String>,
}

/// Someone who gets requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A version, by its index among the tracks.
    Track(usize),
    /// Something that the objects do not describe, or several units at once, by its name.
    Other(String),
}

/// Requests with who gets them on either side; `None` where that side has no such entrance.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The requests.
    pub requests: Requests,
    /// Who gets them on either side.
    pub outcome: Sides<Option<Outcome>>,
}

impl Moved {
    /// Whether anything is another for them.
    pub fn is_changed(&self) -> bool {
        match (&self.outcome.before, &self.outcome.after) {
            (Some(before), Some(after)) => !before.same(after),
            (before, after) => before.is_some() != after.is_some(),
        }
    }
}

impl Outcome {
    /// The percentage of `party`: 0 where it gets nothing, `None` where nobody can say.
    pub fn percent(&self, party: &Party) -> Option<f64> {
        self.shares.iter().find(|(own, _)| own == party).map_or(Some(0.0), |(_, percent)| *percent)
    }

    /// Whether `party` gets any request, or any copy.
    pub fn serves(&self, party: &Party) -> bool {
        self.answers(party) || self.copies.iter().any(|(own, percent)| own == party && *percent > 0.0)
    }

    /// Whether `party` answers any request.
    pub fn answers(&self, party: &Party) -> bool {
        self.shares.iter().any(|(own, percent)| own == party && percent.is_none_or(|percent| percent > 0.0))
    }

    /// All who are named, for requests or for copies.
    pub fn parties(&self) -> impl Iterator<Item = &Party> {
        self.shares.iter().map(|(party, _)| party).chain(self.copies.iter().map(|(party, _)| party))
    }

    /// Whether both say the same; who gets nothing does not count.
    pub fn same(&self, other: &Outcome) -> bool {
        let shares = |all: &Outcome| sorted(all.shares.iter().map(|(party, percent)| (party.clone(), *percent)));
        let copies = |all: &Outcome| sorted(all.copies.iter().map(|(party, percent)| (party.clone(), Some(*percent))));
        shares(self) == shares(other) && copies(self) == copies(other) && self.other == other.other
    }
}

fn sorted(all: impl Iterator<Item = (Party, Option<f64>)>) -> Vec<(String, Option<i64>)> {
    // A millionth of a percent is nobody's intention.
    let rounded = |percent: f64| (percent * 1e6).round() as i64;
    let mut list: Vec<_> = all
        .map(|(party, percent)| (format!("{party:?}"), percent.map(rounded)))
        .filter(|(_, percent)| *percent != Some(0))
        .collect();
    list.sort();
    list
}

/// Who is behind the names of routes.
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    /// The side.
    pub view: &'a View<'a>,
    /// For each of its units, the track that stands for its version.
    pub versions: &'a [usize],
}

impl Parties<'_> {
    /// Who is meant by a version that `route` names.
    pub fn of(&self, route: &Route, version: &str) -> Party {
        let named = || Party::Other(version.to_string());
        match self.view.units_of(route, version)[..] {
            [unit] => self.versions.get(unit).map_or_else(named, |track| Party::Track(*track)),
            _ => named(),
        }
    }

    /// Adds the versions that a routemap watches, and that no rule names while they have no weight.
    fn add_idle(&self, route: &Route, outcome: &mut Outcome) {
        let watched = route.through.iter().flat_map(|routemap| &routemap.watched);
        let named: Vec<Party> = route.versions().map(|version| self.of(route, version)).collect();
        for own in watched {
            let own = self.view.index.units_of_object(&own.name).iter().find(|unit| {
                let unit = self.view.units.get(**unit);
                unit.is_some_and(|unit| unit.object.namespace == route.identity.namespace)
            });
            let track = own.and_then(|unit| self.versions.get(*unit));
            let party = track.map(|track| Party::Track(*track)).filter(|party| !named.contains(party));
            if let Some(party) = party.filter(|party| outcome.parties().all(|own| own != party)) {
                outcome.shares.push((party, Some(0.0)));
            }
        }
    }

    /// Who gets `requests` that come in at `route`.
    fn outcome_of(&self, route: &Route, requests: &Requests) -> Outcome {
        let mut outcome = self.outcome(route, requests.rule(route));
        if requests.kind == Kind::Rest {
            self.add_idle(route, &mut outcome);
        }
        outcome
    }

    /// Who gets the requests of a rule.
    pub fn outcome(&self, route: &Route, rule: Option<&Rule>) -> Outcome {
        let Some(rule) = rule else { return Outcome { other: Some("nobody".into()), ..Outcome::default() } };
        let mut outcome = Outcome::default();
        for share in &rule.shares {
            let (party, percent) = (self.of(route, &share.version), rule.percent(share));
            match outcome.shares.iter_mut().find(|(own, _)| *own == party) {
                Some((_, own)) => *own = own.zip(percent).map(|(a, b)| a + b),
                None => outcome.shares.push((party, percent)),
            }
        }
        outcome.copies = rule.mirrors.iter().map(|own| (self.of(route, &own.version), own.percent)).collect();
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
pub fn moved(routes: Sides<Option<(&Route, Parties<'_>)>>) -> Vec<Moved> {
    let mut kinds: Vec<Requests> = Vec::new();
    for (route, _) in routes.after.iter().chain(&routes.before) {
        for requests in requests(route) {
            if !kinds.iter().any(|own| own.kind == requests.kind && own.is(&requests)) {
                kinds.push(requests);
            }
        }
    }
    kinds.sort_by_key(|requests| matches!(requests.kind, Kind::Rest));
    let outcome =
        |requests: &Requests| routes.map(|side| side.map(|(route, parties)| parties.outcome_of(route, requests)));
    kinds.into_iter().map(|requests| Moved { outcome: outcome(&requests), requests }).collect()
}

/// Which requests are meant, in a sentence: ``requests where `header x is "y"` ``, `all other requests`.
pub fn requests_text(requests: &Requests) -> String {
    match requests.kind {
        Kind::Matched => format!("requests where `{}`", requests.text),
        Kind::Returning => format!("clients that come back, where `{}`", requests.text),
        Kind::Rest => requests.text.clone(),
    }
}

/// The kinds of requests that `route` tells from each other.
pub fn requests(route: &Route) -> Vec<Requests> {
    let of_class = |class: crate::traffic::Class| {
        let clauses = class.of(route).map(|rule| rule.matches.as_slice()).unwrap_or_default();
        let clauses: Vec<&Match> = clauses.iter().filter(|one| !one.internal).collect();
        let rest = class.rule.is_none() || class.of(route).is_some_and(Rule::takes_all);
        let returning = !clauses.is_empty() && clauses.iter().all(|one| one.is_cookie_of(&route.identity.name));
        let kind = match (rest, returning) {
            (true, _) => Kind::Rest,
            (_, true) => Kind::Returning,
            _ => Kind::Matched,
        };
        let takes = |request: &Request| route.verdict(request).rule == class.rule;
        let example = match kind {
            Kind::Rest => Some(Request::default()).filter(takes),
            _ => clauses.iter().filter_map(|one| one.witness()).find(takes),
        };
        Requests { kind, text: class.requests, example }
    };
    classes(route).into_iter().map(of_class).collect()
}

impl Requests {
    /// Whether both mean the same requests.
    fn is(&self, other: &Requests) -> bool {
        self.kind == Kind::Rest && other.kind == Kind::Rest || self.text == other.text
    }

    /// The rule of `route` that takes them.
    pub fn rule<'r>(&self, route: &'r Route) -> Option<&'r Rule> {
        let own = classes(route);
        let rest =
            |class: &&crate::traffic::Class| class.rule.is_none() || class.of(route).is_some_and(Rule::takes_all);
        if self.kind == Kind::Rest {
            return own.iter().find(rest).and_then(|class| class.of(route));
        }
        match own.iter().find(|class| class.requests == self.text) {
            Some(class) => class.of(route),
            None => match &self.example {
                Some(request) => route.verdict(request).taken(),
                None => own.iter().find(rest).and_then(|class| class.of(route)),
            },
        }
    }
}

impl Match {
    /// Whether it asks for nothing but a cookie by which the platform keeps a client of `application` with a version.
    fn is_cookie_of(&self, application: &str) -> bool {
        let cookie = |name: &Part| *name == Part::Header("cookie".into());
        match self.tests.as_slice() {
            [test] if self.unread.is_empty() && cookie(&test.part) => match &test.test {
                StringTest::Regex(text) => text.contains(&format!("{application}-version=")),
                _ => false,
            },
            _ => false,
        }
    }
}

//! One request, tried on a route.

use std::fmt;

use super::condition::{Match, Part};
use super::{Action, Answer, Mirror, Route, Rule, percent_text};
use crate::problem::{Code, Problem};

/// A request.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The host; where there is none, any route may take it.
    pub host: Option<String>,
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The headers, names in any case; several of one name are joined by commas, as Envoy does.
    pub headers: Vec<(String, String)>,
    /// The parameters of the query; of several with one name, the first counts.
    pub query: Vec<(String, String)>,
}

impl Default for Request {
    /// `GET /`, of any host.
    fn default() -> Self {
        Self {
            host: None,
            method: "GET".into(),
            path: "/".into(),
            scheme: "http".into(),
            headers: Vec::new(),
            query: Vec::new(),
        }
    }
}

impl Request {
    /// A `GET` of `target`: a path, and after a `?` its query.
    pub fn to(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
        let parameters = parameters.map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")));
        let query = parameters.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Self { path: path.to_string(), query, ..Self::default() }
    }
}

/// Who gets `request` on the only one of `routes`; on none, nobody.
///
/// # Errors
/// There are several.
pub fn answer<'r>(routes: &'r [Route], request: &Request) -> Result<Answer<'r>, Problem> {
    match routes {
        [] => Ok(Answer::default()),
        [route] => Ok(route.verdict(request).answer()),
        several => {
            let names: Vec<String> = several.iter().map(|route| route.identity.to_string()).collect();
            let problem =
                Problem::new(Code::SEVERAL_ROUTES, format!("several routes take such requests: {}", names.join(", ")));
            Err(problem.help("choose one with `--host` or `--only`"))
        }
    }
}

/// What becomes of a request on one route.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict<'a> {
    /// The route.
    pub route: &'a Route,
    /// The index of the rule that takes it; `None` where no rule does.
    pub rule: Option<usize>,
    /// The rules that were tried before and did not take it.
    pub passed: Vec<Passed>,
}

/// A rule that did not take a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Passed {
    /// Its index.
    pub rule: usize,
    /// Why not: the first failing condition of each of its alternatives.
    pub reasons: Vec<String>,
}

impl Request {
    fn part(&self, part: &Part) -> Option<String> {
        match part {
            Part::Path => Some(self.path.clone()),
            Part::Method => Some(self.method.clone()),
            Part::Scheme => Some(self.scheme.clone()),
            Part::Authority => self.host.clone(),
            Part::Header(name) => {
                let of_name = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
                let values: Vec<&str> = of_name.map(|(_, value)| value.as_str()).collect();
                (!values.is_empty()).then(|| values.join(","))
            }
            Part::Query(name) => {
                self.query.iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value.clone())
            }
        }
    }

    /// Why `one` does not hold; `None` where it does.
    pub(super) fn fails(&self, one: &Match) -> Option<String> {
        for test in &one.tests {
            let value = self.part(&test.part);
            match test.holds(value.as_deref()) {
                Ok(true) => {}
                Ok(false) => {
                    let has = value.map_or_else(|| "none".into(), |value| format!("{value:?}"));
                    return Some(format!("it wants: {test}; the request has {has}"));
                }
                Err(reason) => return Some(reason),
            }
        }
        let unread = one.unread.first()?;
        Some(format!("it depends on {unread}, which a request does not tell"))
    }
}

impl Route {
    /// All rules with their matches, in the order in which they are tried; a rule without matches has `None`.
    pub fn tried(&self) -> Vec<(usize, Option<&Match>)> {
        let mut tried: Vec<(usize, Option<&Match>)> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            match rule.matches.as_slice() {
                [] => tried.push((index, None)),
                matches => tried.extend(matches.iter().map(|one| (index, Some(one)))),
            }
        }
        tried.sort_by_key(|(_, one)| std::cmp::Reverse(one.map_or([0; 5], |one| one.rank)));
        tried
    }

    /// Which rule takes `request`, and why those before it do not. The host is not looked at: see [`Route::is_for`].
    pub fn verdict(&self, request: &Request) -> Verdict<'_> {
        let mut passed: Vec<Passed> = Vec::new();
        for (rule, one) in self.tried() {
            let Some(reason) = one.and_then(|one| request.fails(one)) else {
                passed.retain(|before| before.rule != rule);
                return Verdict { route: self, rule: Some(rule), passed };
            };
            match passed.iter_mut().find(|before| before.rule == rule) {
                Some(before) => before.reasons.push(reason),
                None => passed.push(Passed { rule, reasons: vec![reason] }),
            }
        }
        Verdict { route: self, rule: None, passed }
    }
}

impl<'a> Verdict<'a> {
    /// The rule that takes the request.
    pub fn taken(&self) -> Option<&'a Rule> {
        self.rule.and_then(|rule| self.route.rules.get(rule))
    }

    /// Who gets the request.
    pub fn answer(&self) -> Answer<'a> {
        self.taken().map(Answer::of).unwrap_or_default()
    }
}

impl fmt::Display for Verdict<'_> {
    /// The route, the rules that were tried, and who gets the request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        heading(self.route, f)?;
        for before in &self.passed {
            writeln!(f, "  not {}: {}", self.route.rule_name(before.rule), before.reasons.join("; or "))?;
        }
        let Some((index, rule)) = self.rule.zip(self.taken()) else {
            return writeln!(f, "  no rule takes this request");
        };
        writeln!(f, "  {} takes it", self.route.rule_name(index))?;
        for line in lines(rule) {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}

/// What a text calls the route, and what of it was not understood.
pub fn heading(route: &Route, f: &mut dyn fmt::Write) -> fmt::Result {
    write!(f, "{}", route.identity)?;
    if let Some(routemap) = &route.through {
        write!(f, ", made by the routemap {}", routemap.identity.name)?;
    }
    writeln!(f)?;
    route.unread.iter().try_for_each(|note| writeln!(f, "  note: {note}"))
}

/// Who gets a rule's requests, one line each.
pub fn lines(rule: &Rule) -> Vec<String> {
    let mut lines = match &rule.action {
        Action::Redirect => vec!["a redirect".to_string()],
        Action::Respond(Some(status)) => vec![format!("an answer with the status {status}")],
        Action::Respond(None) => vec!["an error: the rule has no destination".to_string()],
        Action::Unread(what) => vec![format!("not known: it {what}")],
        Action::Forward | Action::Learned => Vec::new(),
    };
    let width = rule.shares.iter().map(|share| share.version.chars().count()).max().unwrap_or(0);
    for share in &rule.shares {
        let percent = rule.percent(share).map_or_else(|| "learned".into(), percent_text);
        lines.push(format!("{:width$}  {percent}", share.version));
    }
    if rule.action == Action::Forward && rule.shares.iter().all(|share| share.weight == 0) {
        lines.push("an error: no version has a weight above 0".into());
    }
    for Mirror { version, percent } in &rule.mirrors {
        lines.push(format!("{version}  gets copies of {}", percent_text(*percent)));
    }
    lines
}

#[cfg(test)]
#[path = "tests/request.rs"]
mod tests;

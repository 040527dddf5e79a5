//! Who gets requests, as `route -o json` prints it.

use serde::Serialize;

use super::table::classes;
use super::{Action, Route, Rule};
use crate::node::Scalar;

/// Who gets some requests.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Answer<'a> {
    /// The name of the rule that takes them; none where it has no name, or no rule takes them.
    pub rule: Option<&'a str>,
    /// Whom the rule shares them among.
    pub shares: Vec<ShareAnswer<'a>>,
}

/// What one version gets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareAnswer<'a> {
    /// Its name.
    pub version: &'a str,
    /// Its weight; none where the platform learns it.
    pub weight: Option<u64>,
    /// How many of a hundred requests; none where the platform learns it.
    pub percent: Option<Scalar>,
}

/// All classes of requests of a route.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableAnswer<'a> {
    /// The object that routes.
    pub route: String,
    /// The classes, in the order in which the rules are tried.
    pub classes: Vec<ClassAnswer<'a>>,
}

/// Who gets one class of requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassAnswer<'a> {
    /// Which they are, in words.
    pub requests: String,
    /// Who gets them.
    #[serde(flatten)]
    pub answer: Answer<'a>,
}

impl<'a> Answer<'a> {
    /// Who gets the requests that `rule` takes.
    pub fn of(rule: &'a Rule) -> Self {
        let shares = rule.shares.iter().map(|share| ShareAnswer {
            version: &share.version,
            weight: (rule.action != Action::Learned).then_some(share.weight),
            percent: rule.percent(share).map(Scalar::Float),
        });
        Self { rule: rule.name.as_deref(), shares: shares.collect() }
    }
}

impl<'a> TableAnswer<'a> {
    /// Who gets which requests of `route`.
    pub fn of(route: &'a Route) -> Self {
        let classes = classes(route).into_iter().map(|class| {
            let answer = class.of(route).map(Answer::of).unwrap_or_default();
            ClassAnswer { requests: class.requests, answer }
        });
        Self { route: route.identity.to_string(), classes: classes.collect() }
    }
}

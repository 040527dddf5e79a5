//! All classes of requests, with who gets them.

use super::request::{heading, lines};
use super::{Match, Route, Rule};

/// Requests that one rule takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Class<'r> {
    /// The index of the rule; `None` for the requests that no rule takes.
    pub rule: Option<usize>,
    /// The alternatives of the rule that take them; none for all requests that are left.
    pub clauses: Vec<&'r Match>,
    /// Which they are, in words. What an earlier class takes is not meant again.
    pub requests: String,
}

/// The classes of a route, in the order in which its rules are tried: one a rule that a client's request can reach,
/// and one for what no rule takes.
pub fn classes(route: &Route) -> Vec<Class<'_>> {
    let mut classes: Vec<Class<'_>> = Vec::new();
    for (index, one) in route.tried() {
        let Some(one) = one.filter(|one| !one.takes_all()) else {
            let requests = if classes.is_empty() { "all requests" } else { "all other requests" };
            classes.retain(|class| class.rule != Some(index));
            classes.push(Class { rule: Some(index), clauses: Vec::new(), requests: requests.into() });
            return classes;
        };
        if one.internal {
            continue;
        }
        match classes.iter_mut().find(|class| class.rule == Some(index)) {
            Some(class) => {
                class.requests = format!("{}, or {one}", class.requests);
                class.clauses.push(one);
            }
            None => classes.push(Class { rule: Some(index), clauses: vec![one], requests: Match::to_string(one) }),
        }
    }
    classes.push(Class { rule: None, clauses: Vec::new(), requests: "all other requests".into() });
    classes
}

impl Class<'_> {
    /// Its rule.
    pub fn of<'a>(&self, route: &'a Route) -> Option<&'a Rule> {
        self.rule.and_then(|rule| route.rules.get(rule))
    }
}

/// All classes of `route` as a table for people.
pub fn table(route: &Route) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = heading(route, &mut out);
    let mut rows = vec![["requests".to_string(), "rule".into(), "who gets them".into()]];
    for class in classes(route) {
        let rule = class.rule.map_or_else(|| "none".into(), |rule| route.rule_name(rule).replace('`', ""));
        let who = class.of(route).map_or_else(|| vec!["nobody".into()], lines);
        let mut who = who.into_iter();
        rows.push([class.requests, rule, who.next().unwrap_or_default()]);
        rows.extend(who.map(|line| [String::new(), String::new(), line]));
    }
    let [first, second] = [0, 1].map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    for [requests, rule, who] in &rows {
        let line = format!("  {requests:first$}  {rule:second$}  {who}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

//! Which requests a candidate gets, in the words of its platform.

use std::sync::Arc;

use super::Planner;
use super::version::Version;
use crate::node::{Field, Node};
use crate::pack::Dialect;
use crate::problem::{Code, Problem};

impl Planner<'_> {
    /// Brings the matches of all versions into the environment's dialect, and notes what it cannot say.
    pub(super) fn matches(&mut self, versions: &mut [Arc<Version>]) {
        let Some(dialect) = self.environment.dialect else { return };
        for version in versions {
            let matches = self.translated(&version.matches, dialect);
            let default_matches = self.translated(&version.default_matches, dialect);
            if matches != version.matches || default_matches != version.default_matches {
                let version = Arc::make_mut(version);
                (version.matches, version.default_matches) = (matches, default_matches);
            }
        }
    }

    fn translated(&mut self, matches: &Node, dialect: Dialect) -> Node {
        let Node::Seq(clauses, origin) = matches else { return matches.clone() };
        if clauses.is_empty() {
            let at = self.spec.places.at(*origin);
            let problem =
                Problem::new(Code::INVALID_MATCH, "`match` is empty, so it is unclear which requests the version gets")
                    .at(at);
            self.problems.push(problem.help("leave it out for the default, or give it a clause"));
        }
        let mut changed = false;
        let translated: Vec<Node> = clauses
            .iter()
            .map(|clause| match self.clause(clause, dialect) {
                Ok(None) => clause.clone(),
                Ok(Some(clause)) => {
                    changed = true;
                    clause
                }
                Err(problem) => {
                    self.problems.push(problem);
                    clause.clone()
                }
            })
            .collect();
        if !changed {
            return matches.clone();
        }
        self.spec.pins.pin(*origin);
        Node::seq(translated)
    }

    /// A clause in `dialect`, where it is in the other one; `None` where it may stay as it is.
    fn clause(&self, clause: &Node, dialect: Dialect) -> Result<Option<Node>, Problem> {
        if !clause.entries().iter().any(|(key, value)| is_foreign(key, value, dialect)) {
            return Ok(None);
        }
        self.spec.pins.pin(clause.origin());
        let entries = clause.entries().iter().map(|(key, value)| match is_foreign(key, value, dialect) {
            true => self.part(key, value, dialect),
            false => Ok((key.clone(), value.clone())),
        });
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        if !distinct(&entries) {
            let problem =
                Problem::new(Code::INVALID_MATCH, "this clause says one thing twice, in the words of two platforms");
            return Err(problem.at(self.at(clause)).help("write the clause as the platform does"));
        }
        Ok(Some(Node::map(entries)))
    }

    fn part(&self, key: &Node, value: &Node, dialect: Dialect) -> Result<(Node, Node), Problem> {
        let name = key.text().unwrap_or_default();
        let cannot = || self.untranslatable(&name, value, dialect);
        let written = match (dialect, name.as_str()) {
            (Dialect::Gateway, "headers" | "queryParams") => {
                self.spec.pins.pin(value.origin());
                let items = value.entries().iter().map(|(header, test)| {
                    let (kind, value) = self.tested(test, &[("exact", "Exact"), ("regex", "RegularExpression")])?;
                    Some(Node::map([
                        pair("type", Node::literal(kind)),
                        pair("name", header.clone()),
                        pair("value", value),
                    ]))
                });
                (key.clone(), Node::seq(items.collect::<Option<Vec<_>>>().ok_or_else(cannot)?))
            }
            (Dialect::Gateway, "uri") => {
                let kinds = [("exact", "Exact"), ("regex", "RegularExpression")];
                let (kind, value) = self.tested(value, &kinds).ok_or_else(cannot)?;
                pair("path", Node::map([pair("type", Node::literal(kind)), pair("value", value)]))
            }
            (Dialect::Gateway, "method") => {
                let (_, value) = self.tested(value, &[("exact", "Exact")]).ok_or_else(cannot)?;
                (key.clone(), value)
            }
            (Dialect::Istio, "headers" | "queryParams") => {
                self.spec.pins.pin(value.origin());
                let items = value.items().iter().map(|item| {
                    let name: Field<Arc<str>> = Field::new(item.get("name")?.clone());
                    name.pin(&self.spec.pins)?;
                    Some((name.node(), self.test(item)?))
                });
                let entries = items.collect::<Option<Vec<_>>>().filter(|entries| distinct(entries));
                (key.clone(), Node::map(entries.ok_or_else(cannot)?))
            }
            (Dialect::Istio, "path") => pair("uri", self.test(value).ok_or_else(cannot)?),
            (Dialect::Istio, "method") => (key.clone(), Node::map([pair("exact", value.clone())])),
            _ => (key.clone(), value.clone()),
        };
        Ok(written)
    }

    fn untranslatable(&self, name: &str, value: &Node, dialect: Dialect) -> Problem {
        let platform = match dialect {
            Dialect::Istio => "Istio",
            Dialect::Gateway => "the Gateway API",
        };
        let problem =
            Problem::new(Code::UNSUPPORTED_MATCH, format!("this `{name}` cannot be said in the words of {platform}"));
        problem.at(self.at(value)).help("write the clause as the platform does")
    }

    /// Istio's `{exact: value}` as one of `kinds` and the value.
    fn tested(&self, test: &Node, kinds: &[(&str, &'static str)]) -> Option<(&'static str, Node)> {
        self.spec.pins.pin(test.origin());
        let [(key, value)] = test.entries() else { return None };
        let word = key.text()?;
        kinds.iter().find(|(exactness, _)| *exactness == word).map(|(_, kind)| (*kind, value.clone()))
    }

    /// The Gateway API's `{type, value}` as Istio's `{exact: value}`.
    fn test(&self, item: &Node) -> Option<Node> {
        self.spec.pins.pin(item.origin());
        let kind = item.get("type").inspect(|node| self.spec.pins.pin_node(node));
        let word = match kind.and_then(Node::text).as_deref() {
            None | Some("Exact") => "exact",
            Some("RegularExpression") => "regex",
            Some(_) => return None,
        };
        Some(Node::map([(Node::literal(word), item.get("value")?.clone())]))
    }
}

/// Whether no key comes twice.
fn distinct(entries: &[(Node, Node)]) -> bool {
    (0..entries.len()).all(|i| entries[..i].iter().all(|(key, _)| key.text() != entries[i].0.text()))
}

/// Whether an entry of a clause is written in the words of the other dialect.
fn is_foreign(key: &Node, value: &Node, dialect: Dialect) -> bool {
    match (dialect, key.text().as_deref()) {
        (Dialect::Gateway, Some("headers" | "queryParams" | "method")) => matches!(value, Node::Map(..)),
        (Dialect::Istio, Some("headers" | "queryParams")) => matches!(value, Node::Seq(..)),
        (Dialect::Istio, Some("method")) => matches!(value, Node::Scalar(..)),
        (Dialect::Gateway, Some("uri")) | (Dialect::Istio, Some("path")) => true,
        _ => false,
    }
}

fn pair(key: &str, value: Node) -> (Node, Node) {
    (Node::literal(key), value)
}

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
            let own = self.translated(&version.matches, dialect);
            let default = self.translated(&version.default_matches, dialect);
            if own != version.matches || default != version.default_matches {
                let version = Arc::make_mut(version);
                (version.matches, version.default_matches) = (own, default);
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
        let foreign = |key: &Node, value: &Node| {
            matches!(
                (dialect, key.text().as_deref(), value),
                (Dialect::Gateway, Some("headers" | "queryParams" | "method"), Node::Map(..))
                    | (Dialect::Gateway, Some("uri"), _)
                    | (Dialect::Istio, Some("headers" | "queryParams"), Node::Seq(..))
                    | (Dialect::Istio, Some("path"), _)
                    | (Dialect::Istio, Some("method"), Node::Scalar(..))
            )
        };
        if !clause.entries().iter().any(|(key, value)| foreign(key, value)) {
            return Ok(None);
        }
        self.spec.pins.pin(clause.origin());
        let entries = clause.entries().iter().map(|(key, value)| match foreign(key, value) {
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
        let cannot = || {
            let platform = if dialect == Dialect::Istio { "Istio" } else { "the Gateway API" };
            let problem = Problem::new(
                Code::UNSUPPORTED_MATCH,
                format!("this `{name}` cannot be said in the words of {platform}"),
            );
            problem.at(self.at(value)).help("write the clause as the platform does")
        };
        let pair = |key: &str, value: Node| (Node::literal(key), value);
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

    /// Istio's `{exact: value}` as one of `kinds` and the value.
    fn tested(&self, test: &Node, kinds: &[(&str, &'static str)]) -> Option<(&'static str, Node)> {
        self.spec.pins.pin(test.origin());
        let [(key, value)] = test.entries() else { return None };
        let word = key.text()?;
        kinds.iter().find(|(own, _)| *own == word).map(|(_, kind)| (*kind, value.clone()))
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
    let same = |i: usize| entries[..i].iter().any(|(key, _)| key.text() == entries[i].0.text());
    !(0..entries.len()).any(same)
}

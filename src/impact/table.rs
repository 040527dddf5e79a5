//! Traffic before and after, as lines of a table and as a Mermaid flowchart.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::summary::{NamedOutcome, RouteSummary, Row, Summary};
use crate::traffic::{escape, percent_text};

/// One version's part of some requests, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Which requests, in words.
    pub requests: String,
    /// Who gets them.
    pub version: String,
    /// Whether it gets copies of them, which nobody waits for.
    pub copies: bool,
    /// What it gets before: `20 %`, `learned`, `copies of 10 %`; none where it is not named.
    pub before: Option<String>,
    /// What it gets after.
    pub after: Option<String>,
}

impl Line {
    /// Whether it gets something else than before; nothing is `0 %`.
    pub fn is_changed(&self) -> bool {
        let some = |text: &Option<String>| text.clone().filter(|text| text != NOTHING);
        some(&self.before) != some(&self.after)
    }
}

const NOTHING: &str = "0 %";

/// Who gets which requests of `route`, before and after. Clients that a cookie keeps with their version are left out.
pub fn lines(route: &RouteSummary) -> Vec<Line> {
    route.rows.iter().filter(|row| !row.returning).flat_map(of_row).collect()
}

fn of_row(row: &Row) -> Vec<Line> {
    let sides = [&row.before, &row.after].map(|side| side.as_ref().map(parts).unwrap_or_default());
    let mut names: Vec<(&str, bool)> = Vec::new();
    // In the order of the new side; what only the old side has comes last.
    for (name, copies, _) in sides[1].iter().chain(&sides[0]) {
        if !names.contains(&(name, *copies)) {
            names.push((name, *copies));
        }
    }
    let get = |side: usize, name: &str, copies: bool| {
        let own = sides[side].iter().find(|(own, kind, _)| own == name && *kind == copies);
        own.map(|(_, _, text)| text.clone())
    };
    let line = |(name, copies): (&str, bool)| Line {
        requests: row.requests.clone(),
        version: name.to_string(),
        copies,
        before: get(0, name, copies),
        after: get(1, name, copies),
    };
    names.into_iter().map(line).collect()
}

/// Each receiver: its name, whether it gets copies, and what it gets.
fn parts(receivers: &NamedOutcome) -> Vec<(String, bool, String)> {
    let share = |(name, percent): &(String, Option<f64>)| {
        (name.clone(), false, percent.map_or_else(|| "learned".into(), percent_text))
    };
    let copies =
        |(name, percent): &(String, f64)| (name.clone(), true, format!("copies of {}", percent_text(*percent)));
    let other = receivers.other.iter().map(|other| (other.clone(), false, "100 %".into()));
    receivers.shares.iter().map(share).chain(receivers.copies.iter().map(copies)).chain(other).collect()
}

impl Summary {
    /// The traffic before and after as a table for people; empty where no object routes requests.
    pub fn table(&self) -> String {
        let mut out = String::new();
        for route in &self.routes {
            let mut rows = vec![["requests".to_string(), "version".into(), "before".into(), "after".into()]];
            let mut last = String::new();
            for line in lines(route) {
                let requests = if line.requests == last { String::new() } else { line.requests.clone() };
                last = line.requests;
                let cell = |side: Option<String>| side.unwrap_or_else(|| "–".into());
                rows.push([requests, line.version, cell(line.before), cell(line.after)]);
            }
            let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let widths = [width(0), width(1), width(2)];
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{}", route.name);
            for [requests, version, before, after] in &rows {
                let [first, second, third] = widths;
                let line = format!("  {requests:first$}  {version:second$}  {before:third$}  {after}");
                let _ = writeln!(out, "{}", line.trim_end());
            }
        }
        out
    }

    /// The traffic before and after as one Mermaid flowchart: on each way what it carries, with both numbers where they
    /// differ. Copies go by dotted lines, and so does what ends; what is new or more goes by thick ones.
    pub fn diagram(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        for (r, route) in self.routes.iter().enumerate() {
            let _ = writeln!(out, "  r{r}([\"{}\"])", escape(&route.name));
            let all = lines(route);
            let mut versions: Vec<&str> = Vec::new();
            let mut requests: Vec<&str> = Vec::new();
            let mut ways = String::new();
            for line in &all {
                if !requests.contains(&line.requests.as_str()) {
                    let _ = writeln!(ways, "  r{r} --> r{r}c{}[\"{}\"]", requests.len(), escape(&line.requests));
                    requests.push(&line.requests);
                }
                if !versions.contains(&line.version.as_str()) {
                    versions.push(&line.version);
                }
                let class = requests.iter().position(|own| *own == line.requests).unwrap_or_default();
                let version = versions.iter().position(|own| *own == line.version).unwrap_or_default();
                let _ = writeln!(ways, "  r{r}c{class} {} r{r}v{version}", way(line));
            }
            for (v, version) in versions.iter().enumerate() {
                let _ = writeln!(out, "  r{r}v{v}[[\"{}\"]]", escape(version));
            }
            out.push_str(&ways);
        }
        out
    }
}

/// The arrow of a line.
fn way(line: &Line) -> String {
    let some = |text: &Option<String>| text.clone().filter(|text| text != NOTHING);
    let text = match (&line.before, &line.after) {
        _ if !line.is_changed() => line.after.clone().or(line.before.clone()).unwrap_or_default(),
        (before, after) => {
            let text = |side: &Option<String>| side.clone().unwrap_or_else(|| NOTHING.into());
            format!("{} → {}", text(before), text(after))
        }
    };
    let text = escape(&text);
    match (line.copies, line.is_changed(), some(&line.after).is_some()) {
        (true, ..) | (_, true, false) => format!("-. \"{text}\" .->"),
        (_, true, true) => format!("== \"{text}\" ==>"),
        _ => format!("-- \"{text}\" -->"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ReleaseState, summary};
    use crate::objects::Objects;

    fn objects(http: &str) -> Objects {
        let mut objects = Objects::default();
        let mut problems = Vec::new();
        let text = format!(
            "{{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {{name: shop}}, spec: {{http: [{http}]}}}}"
        );
        objects.add("test.yaml", &text, &mut problems);
        assert_eq!(problems, []);
        objects
    }

    #[test]
    fn before_and_after_stand_side_by_side() {
        let old = objects("{route: [{destination: {host: a}}]}");
        let new = objects(
            "{match: [{headers: {x: {exact: '\"]<b>'}}}], route: [{destination: {host: b}}]},
             {route: [{destination: {host: a}, weight: 70}, {destination: {host: b}, weight: 30}],
              mirror: {host: c}, mirrorPercentage: {value: 5}}",
        );
        let summary = summary(ReleaseState::of(&old), ReleaseState::of(&new));
        assert_eq!(
            summary.table(),
            "shop
  requests              version  before  after
  header x is \"\\\"]<b>\"  b        –       100 %
                        a        100 %   –
  all other requests    a        100 %   70 %
                        b        –       30 %
                        c        –       copies of 5 %
"
        );
        let diagram = summary.diagram();
        assert!(!diagram.contains('<') && !diagram.contains("]\""), "{diagram}");
        for way in ["r0c0 == \"0 #37; #8594; 100 #37;\" ==> r0v0", "r0c0 -. \"100 #37; #8594; 0 #37;\" .-> r0v1"] {
            assert!(diagram.contains(way), "{way}: {diagram}");
        }
    }
}

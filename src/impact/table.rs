//! Traffic before and after, as lines of a table and as a Mermaid flowchart.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::summary::{NamedOutcome, RouteSummary, Summary, TrafficRow};
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
        something(self.before.as_deref()) != something(self.after.as_deref())
    }
}

const NOTHING: &str = "0 %";

/// What one gets, where that is more than nothing.
fn something(text: Option<&str>) -> Option<&str> {
    text.filter(|text| *text != NOTHING)
}

/// Who gets which requests of `route`, before and after. Clients that a cookie keeps with their version are left out.
pub fn lines(route: &RouteSummary) -> Vec<Line> {
    route.rows.iter().filter(|row| !row.returning).flat_map(of_row).collect()
}

fn of_row(row: &TrafficRow) -> Vec<Line> {
    let sides = [&row.before, &row.after].map(|side| side.as_ref().map(parts).unwrap_or_default());
    let mut names: Vec<(&str, bool)> = Vec::new();
    // In the order of the new side; what only the old side has comes last.
    for (name, copies, _) in sides[1].iter().chain(&sides[0]) {
        if !names.contains(&(name, *copies)) {
            names.push((name, *copies));
        }
    }
    let mut lines = Vec::new();
    for (name, copies) in names {
        let [before, after] = sides.each_ref().map(|parts| part_of(parts, name, copies));
        lines.push(Line { requests: row.requests.clone(), version: name.to_string(), copies, before, after });
    }
    lines
}

/// What the receiver `name` gets of the requests, or of their copies.
fn part_of(parts: &[(String, bool, String)], name: &str, copies: bool) -> Option<String> {
    let part = parts.iter().find(|(receiver, kind, _)| receiver == name && *kind == copies);
    part.map(|(_, _, text)| text.clone())
}

/// Each receiver: its name, whether it gets copies, and what it gets.
fn parts(receivers: &NamedOutcome) -> Vec<(String, bool, String)> {
    let mut parts = Vec::new();
    for (name, percent) in &receivers.shares {
        parts.push((name.clone(), false, percent.map_or_else(|| "learned".into(), percent_text)));
    }
    for (name, percent) in &receivers.copies {
        parts.push((name.clone(), true, format!("copies of {}", percent_text(*percent))));
    }
    parts.extend(receivers.other.iter().map(|outcome| (outcome.clone(), false, "100 %".into())));
    parts
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
                let [before, after] = [line.before, line.after].map(|part| part.unwrap_or_else(|| "–".into()));
                rows.push([requests, line.version, before, after]);
            }
            let [first, second, third] =
                [0, 1, 2].map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{}", route.name);
            for [requests, version, before, after] in &rows {
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
                let class = requests.iter().position(|listed| *listed == line.requests).unwrap_or_default();
                let version = versions.iter().position(|listed| *listed == line.version).unwrap_or_default();
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
    let text = match (&line.before, &line.after) {
        _ if !line.is_changed() => line.after.clone().or(line.before.clone()).unwrap_or_default(),
        (before, after) => {
            format!("{} → {}", before.as_deref().unwrap_or(NOTHING), after.as_deref().unwrap_or(NOTHING))
        }
    };
    let text = escape(&text);
    match (line.copies, line.is_changed(), something(line.after.as_deref()).is_some()) {
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

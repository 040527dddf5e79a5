//! A Mermaid flowchart of all traffic.

use std::fmt::Write;

use super::table::classes;
use super::{Action, Traffic, percent_text};

/// All routes of `traffic` as one flowchart: the hosts, the classes of requests, the versions with their shares; copies
/// by dotted lines.
pub fn diagram(traffic: &Traffic) -> String {
    let mut out = String::from("flowchart LR\n");
    for (r, route) in traffic.routes.iter().enumerate() {
        let hosts = if route.hosts.is_empty() { "any host".into() } else { route.hosts.join(", ") };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  r{r}([\"{}<br/>{}\"])", escape(&route.identity.to_string()), escape(&hosts));
        let mut versions: Vec<&str> = Vec::new();
        let mut lines = String::new();
        for (c, class) in classes(route).iter().enumerate() {
            let _ = writeln!(lines, "  r{r} --> r{r}c{c}[\"{}\"]", escape(&class.requests));
            let Some(rule) = class.of(route) else {
                let _ = writeln!(lines, "  r{r}c{c} --> r{r}none[\"nobody\"]");
                continue;
            };
            let answer = match &rule.action {
                Action::Redirect => Some("a redirect"),
                Action::Respond(_) => Some("an answer of the route itself"),
                Action::Unread(_) => Some("not known"),
                Action::Forward | Action::Learned => None,
            };
            if let Some(answer) = answer {
                let _ = writeln!(lines, "  r{r}c{c} --> r{r}c{c}o[\"{answer}\"]");
            }
            for name in rule.shares.iter().map(|s| &s.version).chain(rule.mirrors.iter().map(|m| &m.version)) {
                if !versions.contains(&name.as_str()) {
                    versions.push(name);
                }
            }
            for share in &rule.shares {
                let percent = rule.percent(share).map_or_else(|| "learned".into(), percent_text);
                let _ = writeln!(
                    lines,
                    "  r{r}c{c} -- \"{}\" --> r{r}v{}",
                    escape(&percent),
                    index(&versions, &share.version)
                );
            }
            for mirror in &rule.mirrors {
                let copies = escape(&format!("copies of {}", percent_text(mirror.percent)));
                let _ = writeln!(lines, "  r{r}c{c} -. \"{copies}\" .-> r{r}v{}", index(&versions, &mirror.version));
            }
        }
        for (v, version) in versions.iter().enumerate() {
            let _ = writeln!(out, "  r{r}v{v}[[\"{}\"]]", escape(version));
        }
        out.push_str(&lines);
    }
    out
}

/// The index of `version` among those that are already drawn.
fn index(versions: &[&str], version: &str) -> usize {
    versions.iter().position(|drawn| *drawn == version).unwrap_or_default()
}

/// `text` as Mermaid shows it: everything that could mean something to it, or to the page around it, as a
/// numeric entity.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '.' | '-' | '/' | ':' | ',' | '=' | '(' | ')' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c if c.is_control() => out.push(' '),
            c => {
                let _ = write!(out, "#{};", c as u32);
            }
        }
    }
    out
}

#[cfg(test)]
#[path = "tests/diagram.rs"]
mod tests;

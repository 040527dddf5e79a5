//! What a change means, as JSON: who gets the traffic, and what can go wrong on the way.

use super::Story;
use super::wire::{object, optional, place};
use crate::change::{Receivers, RouteSummary, Row};
use crate::node::{Node, Origin, Scalar};
use crate::source::Sources;
use crate::transition::Finding;

/// A story in the format of docs/diff.md.
pub fn of_story(story: &Story, sources: Option<&Sources>) -> Node {
    let green = story.is_green();
    object([
        ("text", Node::literal(story.summary.text(green))),
        ("routine", Node::bool(story.summary.is_routine(green))),
        ("routes", list(story.summary.routes.iter().map(of_route))),
        ("findings", list(story.findings.iter().map(|finding| of_finding(finding, sources)))),
    ])
}

fn of_route(route: &RouteSummary) -> Node {
    object([("name", text(&route.name)), ("requests", list(route.rows.iter().map(of_row)))])
}

fn of_row(row: &Row) -> Node {
    object([
        ("requests", text(&row.requests)),
        ("before", optional(row.before.as_ref().map(of_receivers))),
        ("after", optional(row.after.as_ref().map(of_receivers))),
    ])
}

fn of_receivers(receivers: &Receivers) -> Node {
    let percent = |percent: f64| Node::Scalar(Scalar::Float(percent), Origin::Literal);
    let share = |(version, part): &(String, Option<f64>)| {
        object([("version", text(version)), ("percent", optional(part.map(percent)))])
    };
    let copy = |(version, part): &(String, f64)| object([("version", text(version)), ("percent", percent(*part))]);
    object([
        ("shares", list(receivers.shares.iter().map(share))),
        ("copies", list(receivers.copies.iter().map(copy))),
        ("other", optional(receivers.other.as_deref().map(text))),
    ])
}

fn of_finding(finding: &Finding, sources: Option<&Sources>) -> Node {
    let moment = finding.moment.as_ref();
    object([
        ("rule", text(finding.rule.id)),
        ("severity", text(finding.severity.word())),
        ("message", text(&finding.message)),
        ("object", text(&finding.object.to_string())),
        ("place", place(finding.at, sources)),
        ("after", optional(moment.map(|moment| text(&moment.after)))),
        ("until", optional(moment.map(|moment| text(&moment.until)))),
        ("requests", list(finding.requests.iter().map(|requests| text(requests)))),
        ("safe", list(finding.safe.iter().map(|step| text(step)))),
    ])
}

fn text(text: &str) -> Node {
    Node::literal(text)
}

fn list(items: impl Iterator<Item = Node>) -> Node {
    Node::seq(items.collect::<Vec<_>>())
}

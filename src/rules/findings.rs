//! What a rule has found so far.

use super::{Finding, Position, Rule, Severity, locate};
use crate::bundle::Manifest;
use crate::node::Node;
use crate::objects::Objects;

/// Where a check reports what it finds.
#[derive(Debug)]
pub struct Findings<'a> {
    rule: &'static Rule,
    severity: Severity,
    objects: &'a Objects,
    list: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(rule: &'static Rule, severity: Severity, objects: &'a Objects) -> Self {
        Self { rule, severity, objects, list: Vec::new() }
    }

    pub(super) fn into_list(self) -> Vec<Finding> {
        self.list
    }

    /// Reports `node`, a part of `object`. Where a value is missing, `node` is what it is missing from.
    pub fn add(&mut self, object: &'a Manifest, node: &Node, message: impl Into<String>) {
        self.add_at(locate(self.objects, object, node), message);
    }

    /// Reports what is at `position`. The finding can be told more of what it is about.
    pub fn add_at(&mut self, position: Position, message: impl Into<String>) -> &mut Finding {
        let Position { object, path, at } = position;
        let (rule, severity, message) = (self.rule, self.severity, message.into());
        let (moment, requests, safe) = (None, Vec::new(), Vec::new());
        let index = self.list.len();
        self.list.push(Finding { rule, severity, message, object, path, at, moment, requests, safe });
        &mut self.list[index]
    }
}

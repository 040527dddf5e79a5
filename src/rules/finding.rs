//! What a rule reports.

use serde::{Deserialize, Serialize};

use super::{Rule, Severity};
use crate::bundle::Identity;
use crate::node::Path;
use crate::source::At;

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a short sentence without a full stop.
    pub message: String,
    /// The object that it is in; where two states are compared, one of the new state, or one that is gone.
    pub object: Identity,
    /// The path to the value inside the object.
    pub path: Path,
    /// Where it stands in the user's file: the value itself, or what is nearest to it of all that has a place.
    pub at: Option<At>,
    /// When it goes wrong, where that is a time of the delivery.
    pub moment: Option<Moment>,
    /// Which requests meet it, in words; none where all do, or where it is not about requests.
    pub requests: Vec<String>,
    /// The commits that are safe in place of the one that it is found in, in order.
    pub safe: Vec<String>,
}

/// A time of the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// It begins when this has happened: ``Deployment `shop-1` is deleted``.
    pub after: String,
    /// It ends with this.
    pub until: String,
}

impl Finding {
    /// How to do it better, in one line: the safe commits, else what the rule advises.
    pub fn help(&self) -> String {
        if self.safe.is_empty() {
            return self.rule.how.to_string();
        }
        let steps = self.safe.iter().enumerate().map(|(index, step)| format!("({}) {step}", index + 1));
        format!("safe commits: {}", steps.collect::<Vec<_>>().join("; "))
    }

    /// Says which commits are safe in its place.
    pub fn safe_commits(&mut self, commits: Vec<String>) -> &mut Self {
        self.safe = commits;
        self
    }

    /// Says when it goes wrong.
    pub fn during(&mut self, moment: Moment) -> &mut Self {
        self.moment = Some(moment);
        self
    }

    /// Says which requests meet it.
    pub fn for_requests(&mut self, requests: Vec<String>) -> &mut Self {
        self.requests = requests;
        self
    }
}

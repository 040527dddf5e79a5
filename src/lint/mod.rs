//! What a cluster would refuse, or silently ignore, said before merge.
//!
//! A rule looks at all objects of a release at once, since most of what goes wrong goes wrong between objects, and
//! reports the very node that is wrong; where that node stands in the user's file is worked out only for what is
//! reported. One rule is one file in `rules/`, with its documentation in it: `docs/lints.md`, `helmwright lint
//! --explain` and the SARIF output are made from there.

mod context;
mod rules;
mod schema;
pub(crate) mod view;

pub use crate::rules::{Finding, Findings, Rule, Severity};
pub use context::Context;
pub use rules::RULES;
pub use schema::Crds;

use std::collections::HashMap;

use crate::bundle::Identity;
use crate::objects::Objects;
use crate::problem::Problem;
use crate::rules::Levels;

/// Looks at the objects of a release for what one rule says.
pub type Check = for<'a> fn(&Context<'a>, &mut Findings<'a>);

/// What the user asks for.
#[derive(Debug, Default)]
pub struct Settings {
    levels: Levels,
    /// The CRDs to validate objects against.
    pub crds: Crds,
    /// Registries whose images need a pull secret, besides those of the spec.
    pub private_registries: Vec<String>,
}

impl Settings {
    /// Takes one `ID=off|warn|error`.
    ///
    /// # Errors
    /// There is no such rule or level.
    pub fn set(&mut self, text: &str) -> Result<(), Problem> {
        self.levels.set(text, &RULES)
    }
}

/// All findings of all rules that are on, object by object.
pub fn lint(objects: &Objects, settings: &Settings) -> Vec<Finding> {
    let context = Context::new(objects, settings);
    let mut findings = RULES.run(&settings.levels, objects, |check, findings| check(&context, findings));
    let mut order: HashMap<&Identity, usize> = HashMap::new();
    for (index, manifest) in objects.manifests.iter().enumerate() {
        order.entry(&manifest.identity).or_insert(index);
    }
    findings.sort_by_key(|finding| order.get(&finding.object).copied());
    findings
}

/// `docs/lints.md`.
pub fn page() -> String {
    RULES.page(include_str!("intro.md"))
}

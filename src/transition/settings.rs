//! What the checks go by.

use super::RULES;
use crate::delivery::Delivery;
use crate::impact::ReleaseState;
use crate::node::FromNode;
use crate::problem::Problem;
use crate::rules::Levels;

/// What the checks go by.
#[derive(Debug, Clone, Default)]
pub struct TransitionSettings {
    /// Who brings the change into the cluster; `kubectl apply`, where nobody is known.
    pub delivery: Option<Delivery>,
    /// The most percent points that a version's share may change by.
    pub max_step: Option<u64>,
    pub(super) levels: Levels,
}

impl TransitionSettings {
    /// What the spec of the new side says.
    pub fn of(new: ReleaseState<'_>) -> Self {
        let Some(rendered) = new.rendered else { return Self::default() };
        let max_step = u64::from_node(rendered.spec.get(&["application", "maxStep"]));
        Self { delivery: rendered.plan.delivery, max_step, levels: Levels::default() }
    }

    /// Takes one `ID=off|warn|error`.
    ///
    /// # Errors
    /// There is no such rule or level.
    pub fn set(&mut self, text: &str) -> Result<(), Problem> {
        self.levels.set(text, &RULES)
    }
}

//! Which version of a plan a workload is.

use crate::impact::Workload;
use crate::node::Node;
use crate::plan::{Plan, Version};

/// The index of the version of `plan` that a workload is.
pub fn version_of(plan: &Plan, workload: &Workload) -> Option<usize> {
    // An InferenceService that holds one version only holds the newest, and the one before is the first.
    if workload.previous {
        return (!plan.versions.is_empty()).then_some(0);
    }
    let is_application = text(&plan.application.name).as_ref() == Some(&workload.object.name);
    let named = plan.versions.iter().position(|version| is_named(version, workload, is_application));
    named.or_else(|| plan.versions.len().checked_sub(1).filter(|_| is_application && workload.is_main))
}

/// Whether `workload` has the name of `version`: its object does, or the object has the version's short name at its end or, where
/// the object is the whole application, for this part.
fn is_named(version: &Version, workload: &Workload, is_application: bool) -> bool {
    let short = text(&version.get("short"));
    text(&version.name).as_ref() == Some(&workload.object.name)
        || is_application && short.is_some() && (short == workload.part || short.as_ref() == Some(&workload.name))
        || short.is_some_and(|short| workload.object.name.ends_with(&format!("-{short}")))
}

fn text(node: &Node) -> Option<String> {
    node.text().filter(|text| !text.is_empty())
}

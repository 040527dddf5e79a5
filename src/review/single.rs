//! One release that the command line names, where there is no workspace.

use super::{Diff, compare_rendered};
use crate::diff::DiffOptions;
use crate::files::Files;
use crate::pack::Catalog;
use crate::plan::ReleaseName;
use crate::problem::{Code, Problem, Problems};
use crate::render::{Rendered, render};
use crate::spec::{Input, Inputs};
use crate::transition::TransitionSettings;

/// A release as `render` takes it, and the two places that its files are read from.
#[derive(Debug)]
pub struct Single {
    /// Its name and namespace.
    pub release: ReleaseName,
    /// Its files, by their paths from the root of the repository, and its flags.
    pub inputs: Inputs,
    /// The old state.
    pub base: Files,
    /// The new state.
    pub head: Files,
}

impl Single {
    /// The release with its files read from `files`; none where the spec is not there.
    fn render(&self, files: &Files, catalog: &Catalog) -> Result<Option<Rendered>, Problems> {
        match self.inputs.files.first() {
            Some(Input::Path(spec)) if files.is_file(spec)? => {
                let inputs = Inputs { from: files.clone(), ..self.inputs.clone() };
                render(&inputs, &self.release, catalog).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// Compares the two states of a release. Where the spec is not there, neither is the release.
///
/// # Errors
/// What does not render; a spec on neither side.
pub fn single(
    single: &Single,
    catalog: &Catalog,
    options: &DiffOptions,
    settings: impl Fn(&mut TransitionSettings) + Sync,
) -> Result<Diff, Problems> {
    let before = single.render(&single.base, catalog)?;
    let after = single.render(&single.head, catalog)?;
    let Some(known) = after.as_ref().or(before.as_ref()) else {
        let spec = match single.inputs.files.first() {
            Some(Input::Path(spec)) => format!("there is no spec `{spec}` on either side"),
            _ => "there is no spec to compare".into(),
        };
        return Err(Problem::new(Code::NOTHING_TO_COMPARE, spec).help("give one with `-f FILE`").into());
    };
    let name = known.plan.application.name.text().unwrap_or_default();
    let release = compare_rendered(&name, before.as_ref(), after.as_ref(), options, &settings);
    let nothing = release.is_empty() && release.hidden.is_empty();
    Ok(Diff { releases: if nothing { Vec::new() } else { vec![release] } })
}

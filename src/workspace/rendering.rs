//! Releases rendered, all cores at work.

use rayon::prelude::*;

use super::{Release, Workspace};
use crate::pack::Catalog;
use crate::problem::Problems;
use crate::render::{Rendered, render};
use crate::spec::Inputs;

impl Workspace {
    /// Renders one release.
    ///
    /// # Errors
    /// Every problem found.
    pub fn render(&self, release: &Release, catalog: &Catalog) -> Result<Rendered, Problems> {
        self.render_of(release, &self.inputs(release)?, catalog)
    }

    /// Renders one release, whose files are read already.
    ///
    /// # Errors
    /// Every problem found.
    pub fn render_of(&self, release: &Release, inputs: &Inputs, catalog: &Catalog) -> Result<Rendered, Problems> {
        render(inputs, &self.plan_release(release), catalog)
    }

    /// Renders `releases` in parallel and hands each to `finish`, which should keep no more of it than is needed, as there
    /// may be many. The results come in the order of the releases. `done` is called after each.
    ///
    /// # Errors
    /// Every problem of every release.
    pub fn render_all<T: Send>(
        &self,
        releases: &[&Release],
        catalog: &Catalog,
        finish: impl Fn(&Release, Rendered) -> Result<T, Problems> + Sync,
        done: impl Fn() + Sync,
    ) -> Result<Vec<T>, Problems> {
        let results = releases.par_iter().map(|release| {
            let result = self.render(release, catalog).and_then(|rendered| finish(release, rendered));
            done();
            result.map_err(|report| (release.to_string(), report))
        });
        all(results.collect(), Problems::join)
    }
}

/// All results, or what `join` makes of all errors.
pub(super) fn all<T, E>(
    results: Vec<Result<T, E>>,
    join: impl FnOnce(Vec<E>) -> Option<Problems>,
) -> Result<Vec<T>, Problems> {
    let (mut right, mut wrong) = (Vec::with_capacity(results.len()), Vec::new());
    for result in results {
        match result {
            Ok(value) => right.push(value),
            Err(error) => wrong.push(error),
        }
    }
    join(wrong).map_or(Ok(right), Err)
}

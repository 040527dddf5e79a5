//! All lints over all releases.

use std::collections::HashSet;

use super::{Release, Workspace};
use crate::lint::{self, Finding, Settings};
use crate::objects::Objects;
use crate::pack::Catalog;
use crate::problem::Problems;
use crate::render::Rendered;
use crate::source::{At, SourceId, Sources};
use crate::traffic;

impl Workspace {
    /// Looks at the objects of each of `releases` by itself, and gives the findings of all with the texts that they point
    /// into. What is the same in several stages of a spec comes once. `done` is told after each release.
    ///
    /// # Errors
    /// Every problem of every release that cannot be rendered.
    pub fn lint_all(
        &self,
        releases: &[&Release],
        catalog: &Catalog,
        settings: &Settings,
        done: impl Fn() + Sync,
    ) -> Result<(Vec<Finding>, Sources), Problems> {
        let lint = |_: &Release, rendered: Rendered| Ok(lint_one(rendered, settings));
        let (mut all, mut sources, mut known) = (Vec::new(), Sources::default(), HashSet::new());
        for (findings, texts) in self.render_all(releases, catalog, lint, done)?.into_iter().flatten() {
            let more = sources.append(texts);
            for mut finding in findings {
                // Packs have texts of their own, which no finding points into.
                finding.at = finding.at.map(|at| At { source: SourceId(at.source.0 + more), ..at });
                let place = finding.at.map(|at| (sources.get(at.source).map(|source| source.name.clone()), at.range()));
                let key =
                    (finding.rule.id, finding.message.clone(), finding.object.clone(), finding.path.clone(), place);
                if known.insert(key) {
                    all.push(finding);
                }
            }
        }
        Ok((all, sources))
    }
}

/// The findings in one release, and the texts that they point into; nothing where there are none.
fn lint_one(rendered: Rendered, settings: &Settings) -> Option<(Vec<Finding>, Sources)> {
    let mut objects = Objects::from(rendered);
    traffic::add_made(&mut objects);
    let findings = lint::lint(&objects, settings);
    (!findings.is_empty()).then_some((findings, objects.sources))
}

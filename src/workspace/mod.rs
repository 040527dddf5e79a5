//! A repository's releases: `helmwright.yaml`, and what it makes of the specs around it.
//!
//! A workspace is read through [`Files`], so that the one of a base revision is made of nothing but that revision.

mod conflicts;
pub mod fields;
mod folder;
mod glob;
mod linting;
mod location;
mod names;
mod orphans;
mod output;
mod pairs;
mod read;
mod release;
mod rendering;
mod select;

use std::sync::Arc;

pub use folder::{File, Title};
pub use location::{FILE, Location};
pub use output::{Outputs, Totals, content};
pub use pairs::{ReleasePair, moved_specs, pairs};
pub use release::{Format, Release};
pub use select::Selection;

use crate::diff::{DiffOptions, Pattern};
use crate::files::Files;
use crate::lint;
use crate::pack::Catalog;
use crate::problem::{Problem, Problems};
use crate::source::{At, Sources};
use crate::write;

/// A workspace as it is written down.
#[derive(Debug)]
pub struct Workspace {
    files: Files,
    config: String,
    sources: Arc<Sources>,
    entries: Vec<read::ReleaseEntry>,
    packs: Vec<RepositoryPath>,
    lint: Lint,
    /// What comparisons leave out and hide.
    pub diff: DiffSettings,
}

/// A path of the file, as seen from the root of the repository.
#[derive(Debug, Clone)]
struct RepositoryPath {
    path: String,
    at: At,
}

/// `lint`.
#[derive(Debug, Default)]
struct Lint {
    rules: Vec<(String, At)>,
    crds: Vec<RepositoryPath>,
    registries: Vec<String>,
}

/// `diff`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiffSettings {
    /// Where differences are not shown.
    pub ignore: Vec<Filter>,
    /// Where values are masked.
    pub secrets: Vec<Filter>,
}

/// A path in objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The path, as the user wrote it.
    pub path: String,
    /// The kind of objects that it counts for; `None` for all.
    pub kind: Option<String>,
}

impl Filter {
    fn pattern(&self) -> Result<Pattern, Problem> {
        let kind = self.kind.as_ref().map(|kind| format!("{kind}:")).unwrap_or_default();
        Pattern::parse(&format!("{kind}{}", self.path))
    }
}

impl Workspace {
    /// The file, by its path from the root of the repository.
    pub fn config(&self) -> &str {
        &self.config
    }

    /// Where everything is read from.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Whether it has packs of its own.
    pub fn has_packs(&self) -> bool {
        !self.packs.is_empty()
    }

    /// Adds the workspace's packs to `catalog`.
    ///
    /// # Errors
    /// What cannot be read, or a folder without a pack.
    pub fn add_packs(&self, catalog: &mut Catalog) -> Result<(), Problems> {
        for pack in &self.packs {
            catalog.add_packs(&self.files, &pack.path).map_err(|report| {
                let problem = report.as_one().at(pack.at);
                self.report(vec![problem])
            })?;
        }
        Ok(())
    }

    /// Adds what comparisons leave out, and what they mask, to `options`.
    ///
    /// # Errors
    /// A path does not follow the grammar.
    pub fn configure(&self, options: &mut DiffOptions) -> Result<(), Problem> {
        for filter in &self.diff.ignore {
            options.ignore.push(filter.pattern()?);
        }
        for filter in &self.diff.secrets {
            options.secrets.push(filter.pattern()?);
        }
        Ok(())
    }

    /// What lints are on, and what they know.
    ///
    /// # Errors
    /// There is no such rule, or a CustomResourceDefinition cannot be read.
    pub fn lint(&self) -> Result<lint::Settings, Problems> {
        let mut settings = lint::Settings::default();
        let mut problems = Vec::new();
        for (rule, at) in &self.lint.rules {
            problems.extend(settings.set(rule).err().map(|problem| problem.at(*at)));
        }
        for path in &self.lint.crds {
            if let Err(report) = settings.crds.add(&self.files.name(&path.path)) {
                problems.push(report.as_one().at(path.at));
            }
        }
        settings.private_registries.clone_from(&self.lint.registries);
        if problems.is_empty() { Ok(settings) } else { Err(self.report(problems)) }
    }

    /// The problems with the texts that they point into.
    fn report(&self, problems: Vec<Problem>) -> Problems {
        Problems::new(problems, &self.sources)
    }
}

/// The JSON Schema of `helmwright.yaml`.
pub fn schema() -> String {
    write::table_schema("helmwright workspace", &fields::ROOT)
}

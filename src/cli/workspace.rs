//! What the verbs that work on a workspace have in common.

use super::global::Global;
use super::terminal::Terminal;
use crate::bundle::Bundle;
use crate::lint::{Finding, Settings};
use crate::pack::Catalog;
use crate::problem::Problems;
use crate::render::Rendered;
use crate::source::Sources;
use crate::workspace::{Outputs, Release, Selection, Workspace};

/// The most remarks that are shown.
const REMARKS: usize = 20;

/// A workspace with its releases and packs.
pub struct Loaded {
    pub workspace: Workspace,
    releases: Vec<Release>,
    catalog: Catalog,
}

impl Loaded {
    /// The workspace that the user is in; `None` where there is none.
    pub fn find(global: &Global, terminal: &Terminal) -> anyhow::Result<Option<Self>> {
        let Some(workspace) = global.workspace()? else { return Ok(None) };
        let releases = workspace.releases(|remark| terminal.note(&remark))?;
        let catalog = global.catalog_of(&workspace)?;
        if releases.is_empty() {
            terminal.note(&format!("`{}` lists no releases", workspace.config()));
        }
        Ok(Some(Self { workspace, releases, catalog }))
    }

    /// Renders the selected releases and compares them with the working tree.
    pub fn outputs(&self, selection: &Selection, force: bool, terminal: &Terminal) -> Result<Outputs, Problems> {
        let bar = terminal.progress(selection.select(&self.releases)?.len());
        let outputs = self.workspace.outputs(&self.releases, selection, &self.catalog, force, || bar.inc(1));
        bar.finish_and_clear();
        let outputs = outputs?;
        remarks(&outputs.remarks, terminal);
        if outputs.without_output > 0 {
            let count = plural(outputs.without_output, "release");
            terminal.note(&format!("{count} without `output`: rendered, but written nowhere"));
        }
        Ok(outputs)
    }

    /// What `write` makes of the objects of each selected release.
    pub fn stream<T: Send>(
        &self,
        selection: &Selection,
        write: impl Fn(&Bundle) -> T + Sync,
        terminal: &Terminal,
    ) -> Result<Vec<T>, Problems> {
        let selected = selection.select(&self.releases)?;
        let bar = terminal.progress(selected.len());
        let all = self.workspace.stream(&selected, &self.catalog, write, || bar.inc(1));
        bar.finish_and_clear();
        let (written, notes) = all?;
        remarks(&notes, terminal);
        Ok(written)
    }

    /// What lints find in the selected releases.
    pub fn lint(
        &self,
        selection: &Selection,
        settings: &Settings,
        terminal: &Terminal,
    ) -> Result<(Vec<Finding>, Sources), Problems> {
        let selected = selection.select(&self.releases)?;
        let bar = terminal.progress(selected.len());
        let all = self.workspace.lint_all(&selected, &self.catalog, settings, || bar.inc(1));
        bar.finish_and_clear();
        all
    }

    /// The one release that is selected, rendered.
    pub fn one(&self, selection: &Selection) -> Result<Rendered, Problems> {
        self.workspace.render(selection.one(&self.releases)?, &self.catalog)
    }
}

/// Shows the first of many remarks.
fn remarks(remarks: &[String], terminal: &Terminal) {
    remarks.iter().take(REMARKS).for_each(|remark| terminal.note(remark));
    if let more @ 1.. = remarks.len().saturating_sub(REMARKS) {
        terminal.note(&format!("and {more} more of the kind"));
    }
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

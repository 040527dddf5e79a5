//! What the verbs that work on a whole workspace have in common.

use super::global::Global;
use super::terminal::Terminal;
use crate::bundle::Bundle;
use crate::pack::Catalog;
use crate::problem::{Problem, Report};
use crate::workspace::{Outputs, Release, Selection, Workspace};

/// The most remarks that are shown.
const REMARKS: usize = 20;

/// A workspace with its releases and packs.
pub struct Loaded {
    pub workspace: Workspace,
    pub releases: Vec<Release>,
    pub catalog: Catalog,
}

impl Loaded {
    /// The workspace that the user is in; `instead` is what to do where there is none.
    pub fn new(global: &Global, terminal: &Terminal, instead: &str) -> Result<Self, Report> {
        let Some(workspace) = global.workspace()? else {
            let problem = Problem::new("there is no helmwright.yaml here or above, and no spec is given");
            return Err(problem.help(instead).into());
        };
        let releases = workspace.releases(|remark| terminal.note(&remark))?;
        let catalog = global.catalog_of(&workspace)?;
        if releases.is_empty() {
            terminal.note(&format!("`{}` lists no releases", workspace.config()));
        }
        Ok(Self { workspace, releases, catalog })
    }

    /// Renders the selected releases and compares them with the working tree.
    pub fn outputs(&self, selection: &Selection, force: bool, terminal: &Terminal) -> Result<Outputs, Report> {
        let selected = selection.of(&self.releases)?;
        let bar = terminal.progress(selected.len());
        let outputs = self.workspace.outputs(&self.releases, &selected, &self.catalog, force, || bar.inc(1));
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
    ) -> Result<Vec<T>, Report> {
        let selected = selection.of(&self.releases)?;
        let bar = terminal.progress(selected.len());
        let all = self.workspace.stream(&selected, &self.catalog, write, || bar.inc(1));
        bar.finish_and_clear();
        let (written, notes) = all?;
        remarks(&notes, terminal);
        Ok(written)
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

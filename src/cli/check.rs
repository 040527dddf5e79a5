//! `helmwright check`

use std::process::ExitCode;

use clap::ValueEnum;

use super::global::Global;
use super::terminal::Terminal;
use super::workspace::{Loaded, plural};
use crate::problem::{Code, Problem};
use crate::report;
use crate::workspace::Selection;

/// Say which files of the workspace are not what its releases render to
///
/// Renders the releases of helmwright.yaml and compares them with the files in their folders, without writing
/// anything. A file is stale if it has other content, missing if it is not there, and orphaned if nothing renders
/// it any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright check
  helmwright check shop --stage prod
  helmwright check -o json | jq -r '.files[].path'

Exit codes: 0 all is as rendered, 1 some files are not, 2 the input or the usage is wrong.")]
pub struct CheckArgs {
    /// Check only the release of that name
    name: Option<String>,

    /// Check only releases whose name matches; may be repeated
    #[arg(long = "release", value_name = "GLOB")]
    releases: Vec<String>,

    /// Check only releases of this stage
    #[arg(long)]
    stage: Option<String>,

    /// The format on standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "plain")]
    output: CheckFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CheckFormat {
    /// A line for each file
    Plain,
    /// One JSON document
    Json,
}

impl CheckArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let names = self.name.iter().chain(&self.releases).map(String::as_str);
        let selection = Selection::new(names, self.stage.as_deref())?;
        let Some(loaded) = Loaded::find(global, terminal)? else {
            let problem = Problem::new(Code::NO_WORKSPACE, "there is no helmwright.yaml here or above");
            return Err(problem.help("list the repository's releases in one, at its root").into());
        };
        let outputs = loaded.outputs(&selection, true, terminal)?;
        let files = outputs.files();
        terminal.print(&match self.output {
            CheckFormat::Plain => report::files(&files),
            CheckFormat::Json => report::files_json(&files, outputs.releases, outputs.unchanged()),
        })?;
        let releases = plural(outputs.releases, "release");
        if files.is_empty() {
            terminal.note(&format!("{releases}, {}: all as rendered", plural(outputs.unchanged(), "file")));
            return Ok(ExitCode::SUCCESS);
        }
        let wrong = plural(files.len(), "file");
        terminal.note(&format!("{releases}, {wrong} not as rendered; `helmwright render` writes them"));
        Ok(ExitCode::from(1))
    }
}

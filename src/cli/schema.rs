//! `helmwright schema`

use std::process::ExitCode;

use super::global::Global;
use super::terminal::Terminal;
use crate::workspace;
use crate::write;

/// Write the JSON Schema of the spec or of the workspace, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright schema > helmwright.schema.json
  helmwright schema --workspace > workspace.schema.json

An editor with the YAML language server then checks and completes a spec that begins with:
  # yaml-language-server: $schema=helmwright.schema.json")]
pub struct SchemaArgs {
    /// The schema of helmwright.yaml
    #[arg(long)]
    workspace: bool,
}

impl SchemaArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let catalog = global.catalog()?;
        let schema = if self.workspace { workspace::schema() } else { write::schema(&catalog) };
        terminal.print(&schema)?;
        Ok(ExitCode::SUCCESS)
    }
}

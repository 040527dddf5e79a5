//! `helmwright schema`

use std::process::ExitCode;

use super::global::Global;
use super::terminal::Terminal;
use crate::workspace;
use crate::write;

/// Write the JSON Schema of the spec, of the workspace or of a pack, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright schema > helmwright.schema.json
  helmwright schema --workspace > workspace.schema.json
  helmwright schema --pack > pack.schema.json

An editor with the YAML language server then checks and completes a spec that begins with:
  # yaml-language-server: $schema=helmwright.schema.json")]
pub struct SchemaArgs {
    /// The schema of helmwright.yaml
    #[arg(long)]
    workspace: bool,

    /// The schema of pack.yaml
    #[arg(long, conflicts_with = "workspace")]
    pack: bool,
}

impl SchemaArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        terminal.print(&match self {
            Self { workspace: true, .. } => workspace::schema(),
            Self { pack: true, .. } => write::pack_schema(),
            _ => write::schema(&global.catalog()?),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

//! `helmwright schema`

use super::terminal::Terminal;
use crate::pack::Catalog;
use crate::problem::Report;
use crate::write;

/// Write the JSON Schema of the spec, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright schema > helmwright.schema.json

An editor with the YAML language server then checks and completes a spec that begins with:
  # yaml-language-server: $schema=helmwright.schema.json")]
pub struct Args {}

impl Args {
    pub fn run(self, catalog: &Catalog, terminal: &Terminal) -> Result<(), Report> {
        terminal.print(&write::schema(catalog))
    }
}

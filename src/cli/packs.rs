//! `helmwright packs`

use std::process::ExitCode;

use super::global::Global;
use super::terminal::Terminal;
use crate::write;

/// The environments that a release can target
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
Examples:
  helmwright packs list
  helmwright packs show deployment-istio")]
pub enum PacksCommand {
    /// One line an environment: its name, its strategies, what it makes
    List,
    /// What an environment makes, its strategies and fields, and an example
    Show {
        /// The environment
        environment: String,
    },
}

impl PacksCommand {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let catalog = &global.catalog()?;
        terminal.print(&match self {
            PacksCommand::List => write::pack_list(catalog)?,
            PacksCommand::Show { environment } => write::pack(&*catalog.environment(&environment)?)?,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

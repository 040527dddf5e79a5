//! `helmwright packs`

use super::terminal::Terminal;
use crate::pack::Catalog;
use crate::problem::Report;
use crate::write;

/// The environments that a release can target
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
Examples:
  helmwright packs list
  helmwright packs show deployment-istio")]
pub enum Args {
    /// One line an environment: its name, its strategies, what it makes
    List,
    /// What an environment makes, its strategies and fields, and an example
    Show {
        /// The environment
        environment: String,
    },
}

impl Args {
    pub fn run(self, catalog: &Catalog, terminal: &Terminal) -> Result<(), Report> {
        terminal.print(&match self {
            Args::List => write::pack_list(catalog)?,
            Args::Show { environment } => write::pack(&*catalog.environment(&environment)?)?,
        })
    }
}

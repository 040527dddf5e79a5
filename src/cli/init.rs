//! `helmwright init`

use std::process::ExitCode;

use super::global::Global;
use super::terminal::Terminal;
use crate::spec::Strategy;

/// Write a commented spec to begin with, to standard output
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright init kserve > release.yaml
  helmwright init deployment-istio --strategy canary > release.yaml")]
pub struct InitArgs {
    /// The environment
    environment: String,

    /// The strategy [default: blue-green where the environment has it, else its first]
    #[arg(long)]
    strategy: Option<String>,
}

impl InitArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let environment = global.catalog()?.environment(&self.environment)?;
        let strategy = match self.strategy.as_deref() {
            Some(word) => environment.strategy(word)?,
            None if environment.has(Strategy::BlueGreen) => Strategy::BlueGreen,
            None => environment.strategies().next().unwrap_or(Strategy::None),
        };
        terminal.print(&environment.starting_spec(&self.environment, strategy)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

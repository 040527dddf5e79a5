//! `helmwright init`

use std::process::ExitCode;

use super::global::Global;
use super::terminal::Terminal;
use crate::problem::Problem;

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
            Some(strategy) => strategy,
            None if environment.modes("blue-green").is_empty() => environment.strategies().next().unwrap_or("none"),
            None => "blue-green",
        };
        if environment.modes(strategy).is_empty() {
            let known: Vec<&str> = environment.strategies().collect();
            let problem = Problem::new(format!("`{}` has no strategy `{strategy}`", environment.name));
            return Err(problem.help(format!("it has `{}`", known.join("`, `"))).into());
        }
        terminal.print(&environment.starting_spec(&self.environment, strategy)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

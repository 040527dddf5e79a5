//! The command line: one file a verb, each of which only turns arguments into a call of the library.

mod chart;
mod completions;
mod init;
mod lint;
mod packs;
mod release;
mod render;
mod route;
mod schema;
mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::pack::Catalog;
use crate::problem::Report;
use terminal::Terminal;

/// One spec of an application, its versions and its rollout in; manifests or an Iter8 routemap out.
#[derive(Debug, Parser)]
#[command(
    name = "helmwright",
    version,
    about,
    max_term_width = 100,
    after_help = "\
Examples:
  helmwright init deployment-istio --strategy canary > release.yaml
  helmwright render shop -n prod -f release.yaml
  helmwright render shop -n prod -f release.yaml --output-dir rendered/
  helmwright chart shop -n prod -f release.yaml --output-dir chart/
  helmwright route shop -n prod -f release.yaml --header user-group=canary
  helmwright lint shop -n prod -f release.yaml

Exit codes: 0 fine, 1 findings, 2 the input or the usage is wrong."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Add the packs of a folder to those in the program, one a subfolder; may be repeated
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    packs: Vec<PathBuf>,

    /// Colour in messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    color: terminal::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    Render(render::Args),
    Chart(chart::Args),
    Route(route::Args),
    Lint(lint::Args),
    #[command(subcommand)]
    Packs(packs::Args),
    Init(init::Args),
    Schema(schema::Args),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(cli.color);
    match cli.run(&terminal) {
        Ok(code) => code,
        Err(report) => {
            terminal.report(&report);
            ExitCode::from(2)
        }
    }
}

impl Cli {
    fn run(self, terminal: &Terminal) -> Result<ExitCode, Report> {
        let mut catalog = Catalog::embedded();
        for folder in &self.packs {
            catalog.add_folder(folder)?;
        }
        let done = match self.command {
            Command::Lint(args) => return args.run(&catalog, terminal),
            Command::Render(args) => args.run(&catalog, terminal),
            Command::Chart(args) => args.run(&catalog, terminal),
            Command::Route(args) => args.run(&catalog, terminal),
            Command::Packs(args) => args.run(&catalog, terminal),
            Command::Init(args) => args.run(&catalog, terminal),
            Command::Schema(args) => args.run(&catalog, terminal),
            Command::Completions(args) => args.run(terminal),
            Command::Man(args) => args.run(terminal),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}

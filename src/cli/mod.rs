//! The command line: one file a verb, each of which only turns arguments into a call of the library.

mod chart;
mod check;
mod completions;
mod delivery;
mod diff;
mod global;
mod init;
mod lint;
mod packs;
mod release;
mod render;
mod repository;
mod root;
mod route;
mod schema;
mod terminal;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::problem::Report;
use global::Global;
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
  helmwright diff                   what this branch does to the releases
  helmwright render                 all releases of helmwright.yaml
  helmwright check                  whether their output is what they render to

Exit codes: 0 fine, 1 findings or differences, 2 the input or the usage is wrong."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Subcommand)]
enum Command {
    Render(render::Args),
    Check(check::Args),
    Chart(chart::Args),
    Delivery(delivery::Args),
    Route(route::Args),
    Lint(lint::Args),
    Diff(diff::Args),
    #[command(subcommand)]
    Packs(packs::Args),
    Init(init::Args),
    Schema(schema::Args),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let arguments = diff::arguments(std::env::args_os().collect());
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // There is nowhere left to say that this fails.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { diff::usage_failure(&arguments) } else { 0 });
        }
    };
    let terminal = Terminal::new(cli.global.color);
    let failure = match &cli.command {
        Command::Diff(args) => args.failure(),
        _ => FAILURE,
    };
    match cli.run(&terminal) {
        Ok(code) => code,
        Err(report) => {
            terminal.report(&report);
            ExitCode::from(failure)
        }
    }
}

/// The exit code for wrong input or usage.
const FAILURE: u8 = 2;

impl Cli {
    fn run(self, terminal: &Terminal) -> Result<ExitCode, Report> {
        let global = &self.global;
        let done = match self.command {
            Command::Render(args) => return args.run(global, terminal),
            Command::Lint(args) => return args.run(global, terminal),
            Command::Check(args) => return args.run(global, terminal),
            Command::Diff(args) => return args.run(global, terminal),
            Command::Chart(args) => args.run(global, terminal),
            Command::Delivery(args) => args.run(&global.catalog()?, terminal),
            Command::Route(args) => args.run(global, terminal),
            Command::Packs(args) => args.run(&global.catalog()?, terminal),
            Command::Init(args) => args.run(&global.catalog()?, terminal),
            Command::Schema(args) => args.run(&global.catalog()?, terminal),
            Command::Completions(args) => args.run(terminal),
            Command::Man(args) => args.run(terminal),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}

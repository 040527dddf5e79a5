//! The command line: one file a verb, each of which only turns arguments into a call of the library.

mod chart;
mod check;
mod completions;
mod delivery;
mod diff;
mod explain;
mod global;
mod init;
mod lint;
mod packs;
mod release;
mod render;
mod root;
mod route;
mod schema;
mod terminal;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    Render(render::RenderArgs),
    Check(check::CheckArgs),
    Chart(chart::ChartArgs),
    Delivery(delivery::DeliveryArgs),
    Route(route::RouteArgs),
    Lint(lint::LintArgs),
    Diff(diff::DiffArgs),
    Explain(explain::ExplainArgs),
    #[command(subcommand)]
    Packs(packs::PacksCommand),
    Init(init::InitArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
    Man(completions::ManArgs),
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
    cli.run(&terminal).unwrap_or_else(|error| {
        terminal.fail(error);
        ExitCode::from(failure)
    })
}

/// The exit code for wrong input or usage.
const FAILURE: u8 = 2;

impl Cli {
    fn run(self, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let global = &self.global;
        match self.command {
            Command::Render(args) => args.run(global, terminal),
            Command::Check(args) => args.run(global, terminal),
            Command::Chart(args) => args.run(global, terminal),
            Command::Delivery(args) => args.run(global, terminal),
            Command::Route(args) => args.run(global, terminal),
            Command::Lint(args) => args.run(global, terminal),
            Command::Diff(args) => args.run(global, terminal),
            Command::Explain(args) => args.run(global, terminal),
            Command::Packs(command) => command.run(global, terminal),
            Command::Init(args) => args.run(global, terminal),
            Command::Schema(args) => args.run(global, terminal),
            Command::Completions(args) => args.run(global, terminal),
            Command::Man(args) => args.run(global, terminal),
        }
    }
}

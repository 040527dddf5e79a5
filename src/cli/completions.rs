//! `helmwright completions` and `helmwright man`

use std::io;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use super::global::Global;
use super::terminal::Terminal;

/// Write a shell's completion script
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright completions bash > /etc/bash_completion.d/helmwright
  helmwright completions fish > ~/.config/fish/completions/helmwright.fish")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Write the manual page
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright man | man -l -
  helmwright man > /usr/local/share/man/man1/helmwright.1")]
pub struct ManArgs {}

impl CompletionsArgs {
    pub fn run(self, _: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "helmwright", &mut script);
        terminal.print(&String::from_utf8_lossy(&script))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl ManArgs {
    pub fn run(self, _: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let page = page().context("cannot write the page")?;
        terminal.print(&String::from_utf8_lossy(&page))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// One page for the program and all of its verbs.
fn page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let man = clap_mangen::Man::new(verb.clone());
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        man.render_extra_section(&mut page)?;
    }
    Ok(page)
}

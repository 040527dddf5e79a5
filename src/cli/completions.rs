//! `helmwright completions` and `helmwright man`

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use super::terminal::Terminal;
use crate::problem::{Problem, Report};

/// Write a shell's completion script
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright completions bash > /etc/bash_completion.d/helmwright
  helmwright completions fish > ~/.config/fish/completions/helmwright.fish")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

/// Write the manual page
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright man | man -l -
  helmwright man > /usr/local/share/man/man1/helmwright.1")]
pub struct Man {}

impl Completions {
    pub fn run(self, terminal: &Terminal) -> Result<(), Report> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "helmwright", &mut script);
        terminal.print(&String::from_utf8_lossy(&script))
    }
}

impl Man {
    pub fn run(self, terminal: &Terminal) -> Result<(), Report> {
        let mut page = Vec::new();
        let mut command = Cli::command();
        command.build();
        let failed = |error: std::io::Error| Report::from(Problem::new(format!("cannot write the page: {error}")));
        clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
        for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
            let man = clap_mangen::Man::new(verb.clone());
            man.render_name_section(&mut page).map_err(failed)?;
            man.render_synopsis_section(&mut page).map_err(failed)?;
            man.render_description_section(&mut page).map_err(failed)?;
            man.render_options_section(&mut page).map_err(failed)?;
            man.render_extra_section(&mut page).map_err(failed)?;
        }
        terminal.print(&String::from_utf8_lossy(&page))
    }
}

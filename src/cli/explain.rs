//! `helmwright explain`

use std::ffi::OsStr;
use std::process::ExitCode;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

use super::global::Global;
use super::terminal::Terminal;
use crate::report;

/// Say what a code means that a problem or a finding is printed with
///
/// Knows the codes of problems, the lints and the transition checks: what each says, why that is wrong, and how to mend
/// it. Without a code it lists all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright explain unknown-field
  helmwright explain")]
pub struct ExplainArgs {
    /// The code
    #[arg(value_parser = CodeParser, hide_possible_values = true)]
    code: Option<String>,
}

impl ExplainArgs {
    pub fn run(self, _: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let text = self.code.map_or_else(|| Ok(report::explanations()), |code| report::explain(&code))?;
        terminal.print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Takes any text, since `report::explain` says more of one that is no code, and has shells complete the codes.
#[derive(Debug, Clone)]
struct CodeParser;

impl TypedValueParser for CodeParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(report::explained().map(PossibleValue::new)))
    }
}

//! Where a command's output goes: colour on a terminal, none in a pipe.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::Context;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use crate::problem::{Problem, Problems};

/// When to colour messages.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The standard streams.
pub struct Terminal {
    color: bool,
    output_color: bool,
    width: usize,
}

impl Terminal {
    /// The streams of this process.
    pub fn new(color: Color) -> Self {
        let terminal = io::stderr().is_terminal();
        let colors = |terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        // Git pages what the programs that it starts print.
        let output = io::stdout().is_terminal() || std::env::var_os("GIT_PAGER_IN_USE").is_some();
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(100, |(width, _)| usize::from(width.0));
        let (color, output_color) = (colors(terminal), colors(output));
        Self { color, output_color, width: if terminal { width } else { 100 } }
    }

    /// Writes `text` to standard output. A reader that has seen enough is no error.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn print(&self, text: &str) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("cannot write the output"),
        }
    }

    /// Whether standard output is to be coloured.
    pub fn colors_output(&self) -> bool {
        self.output_color
    }

    /// Writes `text` to standard output; on a terminal through `$PAGER`, or else `less`, which ends by itself where
    /// all fits on the screen.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn page(&self, text: &str) -> anyhow::Result<()> {
        let pager = std::env::var("PAGER").unwrap_or_else(|_| "less".into());
        let mut words = pager.split_whitespace();
        let program = words.next().filter(|program| *program != "cat");
        let Some(program) = program.filter(|_| io::stdout().is_terminal() && !text.is_empty()) else {
            return self.print(text);
        };
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        let Ok(mut child) = command.spawn() else { return self.print(text) };
        if let Some(mut input) = child.stdin.take() {
            // A reader that has seen enough ends the pager, and that is no error.
            let _ = input.write_all(text.as_bytes());
        }
        let _ = child.wait();
        Ok(())
    }

    /// Writes a remark to standard error.
    pub fn note(&self, text: &str) {
        let (on, off) = if self.color { ("\x1b[33m", "\x1b[0m") } else { ("", "") };
        // There is nowhere left to say that this fails.
        let _ = writeln!(io::stderr(), "{on}note:{off} {text}");
    }

    /// A bar that counts up to `length` on standard error, and leaves nothing there; none in a pipe.
    pub fn progress(&self, length: usize) -> ProgressBar {
        let bar = ProgressBar::new(length as u64);
        let style = ProgressStyle::with_template("rendering {wide_bar} {pos}/{len}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }

    /// Writes what ended the command to standard error: every problem of its input with its excerpt, or what it met on
    /// its way.
    pub fn fail(&self, error: anyhow::Error) {
        let text = match error.downcast::<Problems>() {
            Ok(report) => self.excerpts(&report),
            Err(error) => match error.downcast::<Problem>() {
                Ok(problem) => self.excerpts(&problem.into()),
                Err(error) => self.excerpt(miette::Report::msg(format!("{error:#}")).as_ref()),
            },
        };
        // There is nowhere left to say that this fails.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Every problem with its excerpt.
    pub fn excerpts(&self, report: &Problems) -> String {
        report.diagnostics().map(|problem| self.excerpt(problem)).collect()
    }

    fn excerpt(&self, problem: &dyn Diagnostic) -> String {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_context_lines(1)
            .with_show_related_as_nested(true);
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = handler.render_report(&mut out, problem);
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out
    }
}

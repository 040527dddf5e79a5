//! Where a command's output goes: colour on a terminal, none in a pipe.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::problem::{Problem, Report};

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
    width: usize,
}

impl Terminal {
    /// The streams of this process.
    pub fn new(color: Color) -> Self {
        let terminal = io::stderr().is_terminal();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(100, |(width, _)| usize::from(width.0));
        Self { color, width: if terminal { width } else { 100 } }
    }

    /// Writes `text` to standard output. A reader that has seen enough is no error.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn print(&self, text: &str) -> Result<(), Report> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Problem::new(format!("cannot write the output: {error}")).into())
            }
            _ => Ok(()),
        }
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

    /// Writes every problem to standard error, each with its excerpt.
    pub fn report(&self, report: &Report) {
        // There is nowhere left to say that this fails.
        let _ = io::stderr().write_all(self.excerpts(report).as_bytes());
    }

    /// Every problem with its excerpt.
    pub fn excerpts(&self, report: &Report) -> String {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_context_lines(1)
            .with_show_related_as_nested(true);
        let mut out = String::new();
        for problem in report.diagnostics() {
            // Writing to a String cannot fail.
            let _ = handler.render_report(&mut out, problem);
            if !out.ends_with('\n') {
                out.push('\n');
            }
        }
        out
    }
}

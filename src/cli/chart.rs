//! `helmwright chart`

use std::path::PathBuf;
use std::process::ExitCode;

use super::global::Global;
use super::release::ReleaseArgs;
use super::terminal::Terminal;
use crate::problem::{Code, Problem};
use crate::tree::Tree;
use crate::write;

/// Write a Helm chart of a release
///
/// The chart renders to what `helmwright render` writes, also where its dials are turned: what the spec passes through
/// untouched is a value of the chart, and all else is part of its structure, which Helm then refuses to change. The
/// spec itself is a values file of the chart too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright chart wisdom -n default -f values.yaml --output-dir chart/
  helm upgrade --install wisdom chart/ -n default --set application.versions.1.weight=30
  helmwright chart shop -n prod -f release.yaml --version 1.4.0 --package --output-dir dist/")]
pub struct ChartArgs {
    #[command(flatten)]
    release: ReleaseArgs,

    /// The chart's version [default: 0.0.0-g and a hash of the content]
    #[arg(long)]
    version: Option<String>,

    /// The folder to write to [default: the chart's name; with --package the current folder]
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,

    /// Write one archive, <name>-<version>.tgz, instead of the chart's files
    #[arg(long)]
    package: bool,

    /// Write into a folder that holds something else
    #[arg(long)]
    force: bool,
}

impl ChartArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let rendered = self.release.render(
            global,
            terminal,
            ("there is no spec to make a chart of", "give one with `-f FILE`, or list releases in helmwright.yaml; `helmwright init` writes a spec to begin with"),
        )?;
        rendered.remarks().iter().for_each(|remark| terminal.note(remark));
        let chart = write::chart(&rendered, &write::ChartOptions { version: self.version })?;
        chart.remarks.iter().for_each(|remark| terminal.note(remark));
        if self.package {
            let folder = self.output_dir.unwrap_or_else(|| PathBuf::from("."));
            let (name, bytes) = chart.package()?;
            crate::tree::replace(&folder.join(&name), &bytes)?;
            terminal.note(&format!("{} written", folder.join(&name).display()));
            return Ok(ExitCode::SUCCESS);
        }
        let folder = self.output_dir.unwrap_or_else(|| PathBuf::from(&chart.name));
        if !self.force && !Tree::owns(&folder)? {
            let problem = Problem::new(
                Code::FOREIGN_FILES,
                format!("`{}` holds something that is no chart of helmwright's", folder.display()),
            );
            return Err(problem.help("give another folder, or `--force` to write into it all the same").into());
        }
        let written = chart.files.write(&folder, self.force)?;
        terminal.note(&format!(
            "{}: {} {}, {} written, {} unchanged, {} removed",
            folder.display(),
            chart.name,
            chart.version,
            written.written.len(),
            written.unchanged,
            written.removed.len()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

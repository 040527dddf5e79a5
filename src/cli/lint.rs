//! `helmwright lint`

use std::process::ExitCode;

use clap::ValueEnum;

use super::global::Global;
use super::release::ReleaseArgs;
use super::root::Root;
use super::terminal::Terminal;
use super::workspace::{Loaded, plural};
use crate::lint::{self, Finding, RULES, Settings, Severity};
use crate::objects::Objects;
use crate::problem::Problems;
use crate::report;
use crate::traffic;

/// Say what a cluster would refuse or ignore
///
/// Renders the release, looks at all its objects together, and shows what is wrong in the spec. With `--manifests` it
/// looks at any objects instead, and without either at all releases that helmwright.yaml lists, each by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright lint shop -n prod -f release.yaml
  helmwright lint
  helmwright lint --manifests rendered/ --crds crds/
  helmwright lint shop -f release.yaml --rule image-tag=off -o sarif > lint.sarif
  helmwright lint --explain istio-rule-order

Exit codes: 0 nothing found, 1 findings, 2 the input or the usage is wrong.")]
pub struct LintArgs {
    #[command(flatten)]
    release: ReleaseArgs,

    /// Look at these objects: a file, a folder, or `-` for standard input
    #[arg(long, value_name = "PATH", conflicts_with_all = ["values", "name", "namespace", "stage", "set", "set_string", "set_json", "set_file", "set_literal"])]
    manifests: Option<String>,

    /// Check the objects against CustomResourceDefinitions, too: a file or a folder; may be repeated
    #[arg(long, value_name = "PATH")]
    crds: Vec<String>,

    /// A registry whose images need a pull secret, besides the spec's `privateRegistries`; may be repeated
    #[arg(long = "private-registry", value_name = "HOST")]
    private_registries: Vec<String>,

    /// Turn a rule off, or change how bad it is: `ID=off|warn|error`; may be repeated
    #[arg(long = "rule", value_name = "ID=LEVEL")]
    rules: Vec<String>,

    /// The format on standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "plain")]
    output: LintFormat,

    /// List the rules
    #[arg(long, exclusive = true)]
    list: bool,

    /// Print the documentation of a rule
    #[arg(long, value_name = "ID", exclusive = true)]
    explain: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LintFormat {
    /// Each finding with the lines it is about
    Plain,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code review
    Sarif,
}

impl LintArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        if self.list {
            terminal.print(&RULES.list())?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(id) = &self.explain {
            terminal.print(&RULES.explain(RULES.find(id)?))?;
            return Ok(ExitCode::SUCCESS);
        }
        let (findings, sources) = match self.workspace(global, terminal)? {
            Some(loaded) => {
                let settings = self.settings(loaded.workspace.lint()?)?;
                loaded.lint(&self.release.selection(&[])?, &settings, terminal)?
            }
            None => {
                let settings = self.settings(Settings::default())?;
                let mut objects = self.objects(global, terminal)?;
                traffic::add_made(&mut objects);
                (lint::lint(&objects, &settings), objects.sources)
            }
        };
        terminal.print(&match self.output {
            LintFormat::Plain if findings.is_empty() => String::new(),
            LintFormat::Plain => terminal.excerpts(&report::plain(&findings, &sources)) + &summary(&findings),
            LintFormat::Json => report::json(&findings, &sources),
            LintFormat::Sarif => report::sarif(&findings, &Root::here().name(&sources)),
        })?;
        Ok(ExitCode::from(u8::from(!findings.is_empty())))
    }

    /// The workspace, if it is about that.
    fn workspace(&self, global: &Global, terminal: &Terminal) -> anyhow::Result<Option<Loaded>> {
        if self.manifests.is_none() && self.release.is_empty() { Loaded::find(global, terminal) } else { Ok(None) }
    }

    /// What the flags say, over `settings`.
    fn settings(&self, mut settings: Settings) -> Result<Settings, Problems> {
        self.rules.iter().try_for_each(|text| settings.set(text))?;
        self.crds.iter().try_for_each(|path| settings.crds.add(path))?;
        settings.private_registries.extend(self.private_registries.iter().cloned());
        Ok(settings)
    }

    fn objects(&self, global: &Global, terminal: &Terminal) -> anyhow::Result<Objects> {
        if let Some(path) = &self.manifests {
            return Ok(Objects::read(path)?);
        }
        let nothing = (
            "there is nothing to look at",
            "give a spec with `-f FILE`, or objects with `--manifests PATH`, or list releases in helmwright.yaml",
        );
        Ok(self.release.render(global, terminal, nothing)?.into())
    }
}

fn summary(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    format!("{}, {}\n", plural(count(Severity::Error), "error"), plural(count(Severity::Warning), "warning"))
}

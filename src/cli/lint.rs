//! `helmwright lint`

use std::process::ExitCode;

use clap::ValueEnum;

use super::release::ReleaseArgs;
use super::terminal::Terminal;
use crate::lint::{self, Finding, Settings, Severity};
use crate::node::Node;
use crate::objects::Objects;
use crate::pack::Catalog;
use crate::problem::{Problem, Report};
use crate::render::render;
use crate::report;
use crate::traffic;

/// Say what a cluster would refuse or ignore
///
/// Renders the release, looks at all its objects together, and shows what is wrong in the spec. With `--manifests` it
/// looks at any objects instead.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright lint shop -n prod -f release.yaml
  helmwright lint --manifests rendered/ --crds crds/
  helmwright lint shop -f release.yaml --rule image-tag=off -o sarif > lint.sarif
  helmwright lint --explain istio-rule-order

Exit codes: 0 nothing found, 1 findings, 2 the input or the usage is wrong.")]
pub struct Args {
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
    output: Format,

    /// List the rules
    #[arg(long, exclusive = true)]
    list: bool,

    /// Print the documentation of a rule
    #[arg(long, value_name = "ID", exclusive = true)]
    explain: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Each finding with the lines it is about
    Plain,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code review
    Sarif,
}

impl Args {
    pub fn run(self, catalog: &Catalog, terminal: &Terminal) -> Result<ExitCode, Report> {
        if self.list {
            return terminal.print(&lint::list()).map(|()| ExitCode::SUCCESS);
        }
        if let Some(id) = &self.explain {
            return terminal.print(&lint::explain(lint::rule(id)?)).map(|()| ExitCode::SUCCESS);
        }
        let mut settings = Settings::default();
        self.rules.iter().try_for_each(|text| settings.set(text))?;
        self.crds.iter().try_for_each(|path| settings.crds.add(path))?;
        let mut objects = self.objects(catalog, &mut settings)?;
        traffic::add_made(&mut objects);
        let findings = lint::lint(&objects, &settings);
        terminal.print(&match self.output {
            Format::Plain if findings.is_empty() => String::new(),
            Format::Plain => terminal.excerpts(&report::plain(&findings, &objects.sources)) + &summary(&findings),
            Format::Json => report::json(&findings, &objects.sources),
            Format::Sarif => report::sarif(&findings, &objects.sources),
        })?;
        Ok(ExitCode::from(u8::from(!findings.is_empty())))
    }

    fn objects(&self, catalog: &Catalog, settings: &mut Settings) -> Result<Objects, Report> {
        settings.private_registries.clone_from(&self.private_registries);
        if let Some(path) = &self.manifests {
            return Objects::read(path);
        }
        let inputs = self.release.inputs();
        if inputs.files.is_empty() && inputs.edits.is_empty() {
            let problem = Problem::new("there is nothing to look at");
            return Err(problem.help("give a spec with `-f FILE`, or objects with `--manifests PATH`").into());
        }
        let rendered = render(&inputs, &self.release.release(), catalog)?;
        let registries = rendered.spec.get(&["privateRegistries"]).items().iter().filter_map(Node::text);
        settings.private_registries.extend(registries);
        Ok(rendered.into())
    }
}

fn summary(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let plural = |count: usize, of: &str| format!("{count} {of}{}", if count == 1 { "" } else { "s" });
    format!("{}, {}\n", plural(count(Severity::Error), "error"), plural(count(Severity::Warning), "warning"))
}

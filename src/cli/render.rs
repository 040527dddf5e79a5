//! `helmwright render`

use std::path::PathBuf;

use clap::ValueEnum;

use super::release::ReleaseArgs;
use super::terminal::Terminal;
use crate::pack::Catalog;
use crate::problem::{Problem, Report};
use crate::render::{Rendered, render};
use crate::write;

/// Write the objects of a release
///
/// Reads the spec, lays the other values over it as Helm does, and writes the objects: to standard output, or one
/// file an object to a folder. In a folder, files that are as they should be are left untouched, and files that an
/// earlier run wrote and this one does not are removed; nothing else ever is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright render wisdom -n default -f values.yaml
  helmwright render wisdom -f values.yaml --set application.versions[1].weight=30
  helmwright render shop -n prod -f release.yaml --stage prod --output-dir rendered/prod --kustomize
  helmwright render shop -f release.yaml -o json | jq '.items[].kind'")]
pub struct Args {
    #[command(flatten)]
    release: ReleaseArgs,

    /// The format on standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "yaml", conflicts_with = "output_dir")]
    output: Format,

    /// Write one file an object to this folder
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,

    /// Write a kustomization.yaml that lists the files
    #[arg(long, requires = "output_dir")]
    kustomize: bool,

    /// Overwrite files of the folder that helmwright did not write
    #[arg(long, requires = "output_dir")]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A stream of documents
    Yaml,
    /// One `v1/List`
    Json,
}

impl Args {
    pub fn run(self, catalog: &Catalog, terminal: &Terminal) -> Result<(), Report> {
        let inputs = self.release.inputs();
        if inputs.files.is_empty() && inputs.edits.is_empty() {
            let problem = Problem::new("there is no spec to render");
            return Err(problem.help("give one with `-f FILE`; `helmwright init` writes one to begin with").into());
        }
        let rendered = render(&inputs, &self.release.release(), catalog)?;
        remarks(&rendered, terminal);
        let Some(folder) = &self.output_dir else {
            return terminal.print(&match self.output {
                Format::Yaml => write::manifests(&rendered.bundle),
                Format::Json => write::json_list(&rendered.bundle),
            });
        };
        let written = write::files(&rendered.bundle, self.kustomize).write(folder, self.force)?;
        let [new, removed] = [written.written.len(), written.removed.len()];
        terminal.note(&format!(
            "{}: {new} written, {} unchanged, {removed} removed",
            folder.display(),
            written.unchanged
        ));
        Ok(())
    }
}

/// Says what is right with a release, but hardly meant.
pub fn remarks(rendered: &Rendered, terminal: &Terminal) {
    if let Some(reason) = &rendered.environment.deprecated {
        terminal.note(&format!("`{}`: {reason}", rendered.environment.name));
    }
    if !rendered.plan.remarks.is_empty() {
        let remarks = Report::new(rendered.plan.remarks.clone(), &rendered.spec.sources).to_string();
        remarks.lines().for_each(|remark| terminal.note(remark));
    }
}

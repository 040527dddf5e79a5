//! `helmwright render`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::global::Global;
use super::release::ReleaseArgs;
use super::terminal::Terminal;
use super::workspace::{Loaded, plural};
use crate::bundle::Bundle;
use crate::problem::{Code, Problem};
use crate::write;

/// Write the objects of a release, or of all releases of the workspace
///
/// Reads the spec, lays the other values over it as Helm does, and writes the objects: to standard output, or one
/// file an object to a folder. In a folder, files that are as they should be are left untouched, and files that an
/// earlier run wrote and this one does not are removed; nothing else ever is.
///
/// Without `-f` it renders the releases that helmwright.yaml lists, each into its folder, and removes what is left of
/// releases that are not listed any more. If one of them is wrong, nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright render wisdom -n default -f values.yaml
  helmwright render wisdom -f values.yaml --set application.versions[1].weight=30
  helmwright render shop -n prod -f release.yaml --stage prod --output-dir rendered/prod --kustomize
  helmwright render shop -f release.yaml -o json | jq '.items[].kind'
  helmwright render
  helmwright render --release 'shop*' --stage prod
  helmwright render --stdout | kubeconform -")]
pub struct RenderArgs {
    #[command(flatten)]
    release: ReleaseArgs,

    /// Render the releases of the workspace whose name matches; may be repeated
    #[arg(long = "release", value_name = "GLOB", conflicts_with_all = ["values", "set", "set_string", "set_json", "set_file", "set_literal"])]
    releases: Vec<String>,

    /// Write to standard output, also where the workspace has folders
    #[arg(long, conflicts_with = "output_dir")]
    stdout: bool,

    /// The format on standard output [default: yaml]
    #[arg(short, long, value_name = "FORMAT", conflicts_with = "output_dir")]
    output: Option<RenderFormat>,

    /// Write one file an object to this folder
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,

    /// Write a kustomization.yaml that lists the files
    #[arg(long, requires = "output_dir")]
    kustomize: bool,

    /// Overwrite files of the folder that helmwright did not write
    #[arg(long)]
    force: bool,

    /// Exit with 1 where a file was written or removed, for hooks before a commit
    #[arg(long)]
    exit_code: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RenderFormat {
    /// A stream of documents
    Yaml,
    /// One `v1/List`
    Json,
}

impl RenderArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        if self.release.is_empty()
            && let Some(loaded) = Loaded::find(global, terminal)?
        {
            return self.workspace(&loaded, terminal);
        }
        let rendered = self.release.render(
            global,
            terminal,
            ("there is no spec to render", "give one with `-f FILE`, or list releases in helmwright.yaml; `helmwright init` writes a spec to begin with"),
        )?;
        rendered.remarks().iter().for_each(|remark| terminal.note(remark));
        let Some(folder) = &self.output_dir else {
            terminal.print(&match self.output {
                Some(RenderFormat::Json) => write::json_list(&rendered.bundle),
                Some(RenderFormat::Yaml) | None => write::manifests(&rendered.bundle),
            })?;
            return Ok(ExitCode::SUCCESS);
        };
        let written = write::files(&rendered.bundle, self.kustomize).write(folder, self.force)?;
        let [new, removed] = [written.written.len(), written.removed.len()];
        terminal.note(&format!(
            "{}: {new} written, {} unchanged, {removed} removed",
            folder.display(),
            written.unchanged
        ));
        Ok(self.code(new + removed))
    }

    /// Renders the releases of the workspace.
    fn workspace(self, loaded: &Loaded, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let selection = self.release.selection(&self.releases)?;
        if self.output_dir.is_some() {
            let problem = Problem::new(Code::MISSING_ARGUMENT, "`--output-dir` needs a spec: `-f FILE`");
            return Err(problem.help("of the releases of a workspace, helmwright.yaml says that").into());
        }
        if self.stdout || self.output.is_some() {
            terminal.print(&match self.output {
                Some(RenderFormat::Json) => {
                    let bundles = loaded.stream(&selection, Bundle::clone, terminal)?;
                    write::json_list(bundles.iter().flatten())
                }
                Some(RenderFormat::Yaml) | None => loaded.stream(&selection, write::manifests, terminal)?.concat(),
            })?;
            return Ok(ExitCode::SUCCESS);
        }
        let outputs = loaded.outputs(&selection, self.force, terminal)?;
        let releases = plural(outputs.releases, "release");
        let totals = outputs.write()?;
        terminal.note(&format!(
            "{releases}: {} written, {} unchanged, {} removed",
            totals.written, totals.unchanged, totals.removed
        ));
        Ok(self.code(totals.written + totals.removed))
    }

    /// The exit code where that many files are not as they were.
    fn code(&self, changed: usize) -> ExitCode {
        ExitCode::from(u8::from(self.exit_code && changed > 0))
    }
}

//! The arguments that name a release and its values, as Helm has them.

use clap::Args;

use super::global::Global;
use super::terminal::Terminal;
use super::workspace::Loaded;
use crate::files::Files;
use crate::plan::ReleaseName;
use crate::problem::{Code, Problem, Problems};
use crate::render::{Rendered, render};
use crate::spec::strvals::Flag;
use crate::spec::{Input, Inputs};
use crate::workspace::Selection;

/// A release and its values.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// The release's name; needed unless the spec has `application.metadata.name`, which goes before it. Without `-f`,
    /// a release of the workspace
    name: Option<String>,

    #[command(flatten)]
    values: ValueArgs,
}

/// The values of a release, and where it goes.
#[derive(Debug, Args)]
pub struct ValueArgs {
    /// The release's namespace; the spec's `application.metadata.namespace` goes before it [default: default]
    #[arg(short, long)]
    namespace: Option<String>,

    /// The spec, then files to lay over it; `-` is standard input
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    values: Vec<String>,

    /// Lay `<spec>.<STAGE>.yaml` over the spec
    #[arg(long)]
    stage: Option<String>,

    /// Set values: `a.b=1,c[0]=x`
    #[arg(long, value_name = "VALUES")]
    set: Vec<String>,

    /// Set values that are strings, whatever they look like
    #[arg(long, value_name = "VALUES")]
    set_string: Vec<String>,

    /// Set values that are JSON: `a.b={"c":1}`
    #[arg(long, value_name = "VALUES")]
    set_json: Vec<String>,

    /// Set values to the text of files: `a.b=path`
    #[arg(long, value_name = "VALUES")]
    set_file: Vec<String>,

    /// Set one value to all that follows the `=`
    #[arg(long, value_name = "VALUE")]
    set_literal: Vec<String>,
}

impl ReleaseArgs {
    /// Whether there is neither a file nor a value, so that it is about the workspace.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The releases of the workspace that are meant: by the name, or any of these globs, and the stage.
    pub fn selection(&self, globs: &[String]) -> Result<Selection, Problems> {
        self.values.selection(self.name.iter().chain(globs))
    }

    /// Renders the release of the files and flags, or the one of the workspace. Where there is neither, `nothing` says
    /// what is missing, and what else would do.
    pub fn render(
        &self,
        global: &Global,
        terminal: &Terminal,
        nothing: (&'static str, &'static str),
    ) -> anyhow::Result<Rendered> {
        if self.is_empty() {
            let Some(loaded) = Loaded::find(global, terminal)? else {
                return Err(Problem::new(Code::NO_WORKSPACE, nothing.0).help(nothing.1).into());
            };
            return Ok(loaded.one(&self.selection(&[])?)?);
        }
        if global.names_workspace() {
            let problem = Problem::new(
                Code::CONFLICTING_ARGUMENTS,
                "`--config` and a spec on the command line do not go together",
            );
            return Err(problem.help("leave one of them out").into());
        }
        Ok(render(&self.inputs(), &self.release(), &global.catalog()?)?)
    }

    /// The name and namespace.
    pub fn release(&self) -> ReleaseName {
        self.values.release(self.name.as_deref())
    }

    /// The files and flags.
    pub fn inputs(&self) -> Inputs {
        self.values.inputs()
    }
}

impl ValueArgs {
    /// Whether there is neither a file nor a value.
    pub fn is_empty(&self) -> bool {
        let edits = [&self.set, &self.set_string, &self.set_json, &self.set_file, &self.set_literal];
        self.values.is_empty() && edits.iter().all(|edits| edits.is_empty())
    }

    /// The releases of the workspace that are meant: those whose name matches any of these globs, and of the stage.
    pub fn selection<'a>(&self, globs: impl Iterator<Item = &'a String>) -> Result<Selection, Problems> {
        if self.namespace.is_some() {
            let problem = Problem::new(Code::MISSING_ARGUMENT, "`--namespace` needs a spec: `-f FILE`");
            return Err(problem.help("of the releases of a workspace, helmwright.yaml says that").into());
        }
        Ok(Selection::new(globs.map(String::as_str), self.stage.as_deref())?)
    }

    /// The name and namespace of a release called `name`.
    pub fn release(&self, name: Option<&str>) -> ReleaseName {
        let namespace = self.namespace.clone().or_else(plugin_namespace);
        ReleaseName { name: name.map(Into::into), namespace: namespace.map(Into::into) }
    }

    /// The files and flags.
    pub fn inputs(&self) -> Inputs {
        let file = |path: &String| if path == "-" { Input::Stdin } else { Input::Path(path.clone()) };
        let flags = [
            (Flag::Set, &self.set),
            (Flag::SetString, &self.set_string),
            (Flag::SetJson, &self.set_json),
            (Flag::SetFile, &self.set_file),
            (Flag::SetLiteral, &self.set_literal),
        ];
        Inputs {
            files: self.values.iter().map(file).collect(),
            stage: self.stage.clone(),
            edits: flags.into_iter().flat_map(|(flag, texts)| texts.iter().map(move |t| (flag, t.clone()))).collect(),
            from: Files::default(),
        }
    }
}

/// The namespace that Helm was called with: as a plugin of Helm's, the program never sees `-n` itself.
fn plugin_namespace() -> Option<String> {
    std::env::var("HELM_PLUGIN_NAME").ok().filter(|name| name == "helmwright")?;
    std::env::var("HELM_NAMESPACE").ok().filter(|namespace| !namespace.is_empty())
}

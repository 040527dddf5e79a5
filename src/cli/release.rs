//! The arguments that name a release and its values, as Helm has them.

use clap::Args;

use crate::plan::Release;
use crate::spec::strvals::Flag;
use crate::spec::{Input, Inputs};

/// A release and its values.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// The release's name; needed unless the spec has `application.metadata.name`, which goes before it. Without `-f`,
    /// the release of the workspace that is called so
    name: Option<String>,

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
    /// Whether there is neither a file nor a value.
    pub fn is_empty(&self) -> bool {
        let edits = [&self.set, &self.set_string, &self.set_json, &self.set_file, &self.set_literal];
        self.values.is_empty() && edits.iter().all(|edits| edits.is_empty())
    }

    /// The name, which is that of a release of the workspace where there is nothing else.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The namespace.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The stage.
    pub fn stage(&self) -> Option<&str> {
        self.stage.as_deref()
    }

    /// The name and namespace.
    pub fn release(&self) -> Release {
        let namespace = self.namespace.clone().or_else(plugin_namespace);
        Release { name: self.name.as_deref().map(Into::into), namespace: namespace.map(Into::into) }
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
        }
    }
}

/// The namespace that Helm was called with: as a plugin of Helm's, the program never sees `-n` itself.
fn plugin_namespace() -> Option<String> {
    std::env::var("HELM_PLUGIN_NAME").ok().filter(|name| name == "helmwright")?;
    std::env::var("HELM_NAMESPACE").ok().filter(|namespace| !namespace.is_empty())
}

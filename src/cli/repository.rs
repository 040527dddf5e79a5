//! Which two states of the repository a comparison is of.

use std::path::{Path, PathBuf};

use super::global::Global;
use super::release::ValueArgs;
use super::terminal::Terminal;
use crate::diff::{Diff, Options, Pattern};
use crate::files::{self, Files};
use crate::git::{Ask, Repository, Sides};
use crate::problem::{Problem, Report};
use crate::review::{Single, State, review as compare, single};
use crate::spec::{Input, Inputs};
use crate::transition::Settings;
use crate::workspace::{FILE, Filter, Location, Workspace};

/// What the user wants compared.
pub struct Asked<'a> {
    pub ask: Ask<'a>,
    pub name: Option<&'a str>,
    pub releases: &'a [String],
    pub values: &'a ValueArgs,
}

/// Compares the releases of both states; `options` also takes what the workspace says of comparisons.
pub fn review(
    asked: &Asked<'_>,
    global: &Global,
    options: &mut Options,
    settings: &(impl Fn(&mut Settings) + Sync),
    terminal: &Terminal,
) -> Result<Diff, Report> {
    let here = std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .map_err(|error| Problem::new(format!("cannot find the working directory: {error}")))?;
    let repository = Repository::open(&here)?;
    let Sides { base, head, found } = repository.sides(asked.ask)?;
    terminal.note(&format!("compared with {found}"));
    let (root, below) = match repository.workdir().map(Path::canonicalize) {
        Some(Ok(root)) => {
            let below = here.strip_prefix(&root).unwrap_or(Path::new("")).to_path_buf();
            (below.iter().map(|_| "..").collect::<PathBuf>(), below)
        }
        _ => (PathBuf::new(), PathBuf::new()),
    };
    let head = head.map_or(Files::Disk(root), Files::Revision);
    let base = Files::Revision(base);
    if !asked.values.is_empty() {
        let inputs = rooted(asked.values.inputs(), &below)?;
        let one = Single { release: asked.values.release(asked.name), inputs, base, head };
        return single(&one, &global.catalog()?, options, settings);
    }
    let config = global.location()?.map_or_else(|| FILE.to_string(), |Location { config, .. }| config);
    let base = State::read(base, &config, global.catalog()?)?;
    let head = State::read(head, &config, global.catalog()?)?;
    let Some(workspace) = head.workspace.as_ref().or(base.workspace.as_ref()) else {
        let problem = Problem::new(format!("there is no `{config}`, and no spec on the command line"));
        let help =
            "list the releases in helmwright.yaml, give a spec with `-f FILE`, or compare files with `--no-index`";
        return Err(problem.help(help).into());
    };
    said(workspace, options)?;
    let selection = asked.values.selection(asked.name.map(str::to_string).iter().chain(asked.releases))?;
    compare(&base, &head, &selection, options, settings, || {})
}

/// The inputs with paths from the root of the repository; `below` is where the user is.
fn rooted(inputs: Inputs, below: &Path) -> Result<Inputs, Report> {
    let below = below.to_string_lossy();
    let file = |input| match input {
        Input::Path(path) => files::resolve(&below, &path)
            .map(Input::Path)
            .ok_or_else(|| Problem::new(format!("`{path}` is outside of the repository"))),
        _ => Err(Problem::new("a spec on standard input has no state before: give a file")),
    };
    Ok(Inputs { files: inputs.files.into_iter().map(file).collect::<Result<_, _>>()?, ..inputs })
}

/// Adds what the workspace leaves out of comparisons, and what it hides.
fn said(workspace: &Workspace, options: &mut Options) -> Result<(), Report> {
    let pattern = |filter: &Filter| {
        let kind = filter.kind.as_ref().map(|kind| format!("{kind}:")).unwrap_or_default();
        Pattern::parse(&format!("{kind}{}", filter.path))
    };
    for filter in &workspace.diff.ignore {
        options.ignore.push(pattern(filter)?);
    }
    for filter in &workspace.diff.secrets {
        options.secrets.push(pattern(filter)?);
    }
    Ok(())
}

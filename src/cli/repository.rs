//! Which two states of the repository a comparison is of.

use std::path::{Path, PathBuf};

use super::global::Global;
use super::release::ValueArgs;
use super::root::Root;
use super::terminal::Terminal;
use crate::diff::{DiffOptions, Pattern, holds_secrets};
use crate::files::Files;
use crate::fix_plan::{FixPlan, fix_plan};
use crate::git::{Ask, ComparedRevisions, Repository};
use crate::path;
use crate::problem::{Problem, Report};
use crate::review::Diff;
use crate::review::{Single, State, plans as safe, review as compare, single};
use crate::spec::{Input, Inputs};
use crate::transition::Settings;
use crate::workspace::{FILE, Filter, Location, Selection, Workspace};

/// What the user wants compared.
pub struct Asked<'a> {
    pub ask: Ask<'a>,
    pub name: Option<&'a str>,
    pub releases: &'a [String],
    pub values: &'a ValueArgs,
}

/// What is compared: the states of a workspace, or of one release.
enum States {
    Workspace(Box<(State, State)>),
    Single(Box<Single>),
}

/// Compares the releases of both states; `options` also takes what the workspace says of comparisons. Also where the
/// paths of the new state begin.
pub fn review(
    asked: &Asked<'_>,
    global: &Global,
    options: &mut DiffOptions,
    settings: &(impl Fn(&mut Settings) + Sync),
    terminal: &Terminal,
) -> Result<(Diff, Root), Report> {
    match asked.states(global, terminal)? {
        States::Single(one) => {
            let root = Root::here().at(one.head.revision());
            Ok((single(&one, &global.catalog()?, options, settings)?, root))
        }
        States::Workspace(states) => {
            let (base, head) = *states;
            said(head.workspace.as_ref().or(base.workspace.as_ref()), options)?;
            let root = Root::here().at(head.revision.as_ref());
            Ok((compare(&base, &head, &asked.selection()?, options, settings, || {})?, root))
        }
    }
}

/// The commits that lead safely from one state to the other, by release.
pub fn plans(
    asked: &Asked<'_>,
    global: &Global,
    options: &mut DiffOptions,
    terminal: &Terminal,
) -> Result<Vec<(String, FixPlan)>, Report> {
    match asked.states(global, terminal)? {
        States::Single(one) => {
            let side = |from: &Files| Inputs { from: from.clone(), ..one.inputs.clone() };
            let plan = fix_plan(&side(&one.base), &side(&one.head), &one.release, &global.catalog()?, |objects| {
                holds_secrets(objects, options)
            })?;
            Ok(vec![(asked.name.unwrap_or_default().to_string(), plan)])
        }
        States::Workspace(states) => {
            let (base, head) = *states;
            said(head.workspace.as_ref().or(base.workspace.as_ref()), options)?;
            safe(&base, &head, &asked.selection()?, options)
        }
    }
}

impl Asked<'_> {
    fn selection(&self) -> Result<Selection, Report> {
        self.values.selection(self.name.map(str::to_string).iter().chain(self.releases))
    }

    fn states(&self, global: &Global, terminal: &Terminal) -> Result<States, Report> {
        let here = std::env::current_dir()
            .and_then(|here| here.canonicalize())
            .map_err(|error| Problem::new(format!("cannot find the working directory: {error}")))?;
        let repository = Repository::open(&here)?;
        let ComparedRevisions { base, head, base_name } = repository.sides(self.ask)?;
        terminal.note(&format!("compared with {base_name}"));
        let (root, below) = match repository.workdir().map(Path::canonicalize) {
            Some(Ok(root)) => {
                let below = here.strip_prefix(&root).unwrap_or(Path::new("")).to_path_buf();
                (below.iter().map(|_| "..").collect::<PathBuf>(), below)
            }
            _ => (PathBuf::new(), PathBuf::new()),
        };
        let head = head.map_or(Files::Disk(root), Files::Revision);
        let base = Files::Revision(base);
        if !self.values.is_empty() {
            let inputs = rooted(self.values.inputs(), &below)?;
            let release = self.values.release(self.name);
            return Ok(States::Single(Box::new(Single { release, inputs, base, head })));
        }
        let config = global.location()?.map_or_else(|| FILE.to_string(), |Location { config, .. }| config);
        let base = State::read(base, &config, global.catalog()?)?;
        let head = State::read(head, &config, global.catalog()?)?;
        if head.workspace.is_none() && base.workspace.is_none() {
            let problem = Problem::new(format!("there is no `{config}`, and no spec on the command line"));
            let help =
                "list the releases in helmwright.yaml, give a spec with `-f FILE`, or compare files with `--no-index`";
            return Err(problem.help(help).into());
        }
        Ok(States::Workspace(Box::new((base, head))))
    }
}

/// The inputs with paths from the root of the repository; `below` is where the user is.
fn rooted(inputs: Inputs, below: &Path) -> Result<Inputs, Report> {
    let below = below.to_string_lossy();
    let file = |input| match input {
        Input::Path(path) => path::resolve(&below, &path)
            .map(Input::Path)
            .ok_or_else(|| Problem::new(format!("`{path}` is outside of the repository"))),
        _ => Err(Problem::new("a spec on standard input has no state before: give a file")),
    };
    Ok(Inputs { files: inputs.files.into_iter().map(file).collect::<Result<_, _>>()?, ..inputs })
}

/// Adds what the workspace leaves out of comparisons, and what it hides.
fn said(workspace: Option<&Workspace>, options: &mut DiffOptions) -> Result<(), Report> {
    let Some(workspace) = workspace else { return Ok(()) };
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

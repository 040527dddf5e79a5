//! Which two states of the repository are compared, and of which releases.

use std::path::{Path, PathBuf};

use super::{Diff, Single, State, plans, review, single};
use crate::diff::{DiffOptions, holds_secrets};
use crate::files::Files;
use crate::fix_plan::{FixPlan, fix_plan};
use crate::git::{Endpoints, Repository, Revision};
use crate::pack::Catalog;
use crate::path;
use crate::plan::ReleaseName;
use crate::problem::{Code, Problem, Problems};
use crate::spec::{Input, Inputs};
use crate::transition::TransitionSettings;
use crate::workspace::Selection;

/// The releases that are compared.
#[derive(Debug)]
pub enum Subject {
    /// Those of the workspace whose file is `config`, a path from the root of the repository, as far as they are
    /// selected.
    Workspace {
        /// The file.
        config: String,
        /// Which of its releases.
        selection: Selection,
    },
    /// The one whose files and flags are these, as seen from the folder that the user is in.
    Release {
        /// Its name and namespace.
        release: ReleaseName,
        /// Its files and flags.
        inputs: Inputs,
    },
}

/// Both states of what is compared.
#[derive(Debug)]
pub enum States {
    /// Those of a workspace.
    Workspace(Box<(State, State, Selection)>),
    /// Those of one release.
    Single(Box<(Single, Catalog)>),
}

impl States {
    /// The states of `subject` at both `sides` of the repository; `here` is the folder that the user is in. `catalog`
    /// makes the packs that do not depend on a state.
    ///
    /// # Errors
    /// Everything wrong with `helmwright.yaml` and what it names; a spec that is outside of the repository, or no file.
    pub fn read(
        repository: &Repository,
        sides: Endpoints,
        here: &Path,
        subject: Subject,
        catalog: impl Fn() -> Result<Catalog, Problems>,
    ) -> Result<Self, Problems> {
        let (root, below) = place(repository, here);
        let base = Files::Revision(sides.base);
        let head = sides.head.map_or(Files::Disk(root), Files::Revision);
        match subject {
            Subject::Release { release, inputs } => {
                let inputs = rooted(inputs, &below)?;
                Ok(Self::Single(Box::new((Single { release, inputs, base, head }, catalog()?))))
            }
            Subject::Workspace { config, selection } => {
                let base = State::read(base, &config, catalog()?)?;
                let head = State::read(head, &config, catalog()?)?;
                if head.workspace.is_none() && base.workspace.is_none() {
                    let problem = Problem::new(
                        Code::NO_WORKSPACE,
                        format!("there is no `{config}`, and no spec on the command line"),
                    );
                    let help = "list the releases in helmwright.yaml, give a spec with `-f FILE`, or compare files with \
                                `--no-index`";
                    return Err(problem.help(help).into());
                }
                Ok(Self::Workspace(Box::new((base, head, selection))))
            }
        }
    }

    /// The revision of the new state; the working tree where there is none.
    pub fn head(&self) -> Option<&Revision> {
        match self {
            Self::Workspace(states) => states.1.revision.as_ref(),
            Self::Single(single) => single.0.head.revision(),
        }
    }

    /// Compares the releases of both states, with what the workspace says of comparisons added to `options`.
    ///
    /// # Errors
    /// What does not render; what the repository lacks.
    pub fn review(
        &self,
        mut options: DiffOptions,
        settings: impl Fn(&mut TransitionSettings) + Sync,
    ) -> Result<Diff, Problems> {
        match self {
            Self::Single(release) => single(&release.0, &release.1, &options, settings),
            Self::Workspace(states) => {
                let (base, head, selection) = &**states;
                configure(&mut options, base, head)?;
                review(base, head, selection, &options, settings, || {})
            }
        }
    }

    /// The commits that lead safely from one state to the other, by release.
    ///
    /// # Errors
    /// As for [`review`](Self::review).
    pub fn plans(&self, mut options: DiffOptions) -> Result<Vec<(String, FixPlan)>, Problems> {
        match self {
            Self::Single(release) => {
                let (Single { release, inputs, base, head }, catalog) = &**release;
                let [old, new] = [base, head].map(|files| Inputs { from: files.clone(), ..inputs.clone() });
                let plan = fix_plan(&old, &new, release, catalog, |objects| holds_secrets(objects, &options))?;
                Ok(vec![(release.name.as_deref().unwrap_or_default().to_string(), plan)])
            }
            Self::Workspace(states) => {
                let (base, head, selection) = &**states;
                configure(&mut options, base, head)?;
                plans(base, head, selection, &options)
            }
        }
    }
}

/// The root of the working tree as seen from `here`, and `here` as seen from the root. A bare repository has none.
fn place(repository: &Repository, here: &Path) -> (PathBuf, PathBuf) {
    let Some(Ok(root)) = repository.workdir().map(Path::canonicalize) else { return Default::default() };
    let below = here.strip_prefix(&root).unwrap_or(Path::new("")).to_path_buf();
    (below.iter().map(|_| "..").collect(), below)
}

/// The inputs with paths from the root of the repository; `below` is where the user is.
fn rooted(inputs: Inputs, below: &Path) -> Result<Inputs, Problem> {
    let below = below.to_string_lossy();
    let files = inputs.files.into_iter().map(|input| match input {
        Input::Path(path) => path::resolve(&below, &path)
            .map(Input::Path)
            .ok_or_else(|| Problem::new(Code::OUTSIDE_REPOSITORY, format!("`{path}` is outside of the repository"))),
        _ => Err(Problem::new(Code::NOTHING_TO_COMPARE, "a spec on standard input has no state before: give a file")),
    });
    Ok(Inputs { files: files.collect::<Result<_, _>>()?, ..inputs })
}

/// Adds what the workspace leaves out of comparisons, and what it hides; the new state's goes first.
fn configure(options: &mut DiffOptions, base: &State, head: &State) -> Result<(), Problem> {
    let workspace = head.workspace.as_ref().or(base.workspace.as_ref());
    workspace.map_or(Ok(()), |workspace| workspace.configure(options))
}

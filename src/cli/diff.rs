//! `helmwright diff`

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;

use super::global::{Global, working_directory};
use super::release::ValueArgs;
use super::root::Root;
use super::terminal::Terminal;
use crate::diff::{DiffOptions, Pattern};
use crate::fix_plan::FixPlan;
use crate::git::{Ask, CiBase, Repository};
use crate::impact::ReleaseState;
use crate::objects::Objects;
use crate::problem::{Code, Problem};
use crate::report::diff as report;
use crate::review::external::{Contents, External};
use crate::review::manifests::{self, Secrecy};
use crate::review::{Diff, States, Subject, diff_release};
use crate::transition::TransitionSettings;
use crate::workspace::FILE;

/// Show what a change does
///
/// Renders the releases of helmwright.yaml, or the one of a spec, from the base in Git and from the working tree or a
/// second revision, and says who gets the traffic before and after, what can go wrong on the way, and what differs in
/// the objects. The base is `--base`, else the branch that the pull request goes into, else the merge base with the
/// default branch, else HEAD.
///
/// Objects are compared as Kubernetes would read them: the form of the YAML does not count, the items of lists are
/// paired by their names, objects that were renamed are found, and the values of Secrets are masked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright diff
  helmwright diff origin/main..HEAD -o markdown > comment.md
  helmwright diff --base main --fix-plan      the commits that are safe, as specs
  helmwright diff --base v1.4.0 -f release.yaml --name shop -n prod
  helmwright diff --no-index old.yaml new.yaml
  helmwright diff --no-index before/ after/ --ignore 'metadata.labels[\"helm.sh/chart\"]'
  helmwright diff --no-index before/ after/ -o markdown > comment.md
  GIT_EXTERNAL_DIFF=\"helmwright diff --git-external\" git diff
  KUBECTL_EXTERNAL_DIFF=\"helmwright diff --no-index\" kubectl diff -f rendered/

Exit codes: 0 nothing differs, 1 something does, 2 the input or the usage is wrong.")]
pub struct DiffArgs {
    /// A revision, `BASE..HEAD` or `BASE...HEAD`; with --no-index two files or folders
    #[arg(value_name = "RANGE|PATH")]
    paths: Vec<OsString>,

    /// The revision to compare with
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["no_index", "git_external"])]
    base: Option<String>,

    /// The name of a release whose spec is given with -f
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Only releases of the workspace whose name matches; may be repeated
    #[arg(long = "release", value_name = "GLOB")]
    releases: Vec<String>,

    #[command(flatten)]
    values: ValueArgs,

    /// Turn a transition check off, or change how bad it is: `ID=off|warn|error`; may be repeated
    #[arg(long = "rule", value_name = "ID=LEVEL")]
    rules: Vec<String>,

    /// Compare two files or folders, without Git
    #[arg(long, conflicts_with = "git_external")]
    no_index: bool,

    /// Take the arguments that Git gives to GIT_EXTERNAL_DIFF; other options come before this one
    #[arg(long)]
    git_external: bool,

    /// Print the commits that lead safely from one state to the other, as specs, instead of what differs
    #[arg(long, conflicts_with_all = ["no_index", "git_external", "output"])]
    fix_plan: bool,

    /// The format on standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "plain")]
    output: DiffFormat,

    /// Do not show changes of a value, as `spec.replicas` or `Deployment:metadata.labels["a/b"]`; may be repeated
    #[arg(long, value_name = "PATH")]
    ignore: Vec<String>,

    /// Mask a value as those of Secrets are; may be repeated
    #[arg(long = "secret", value_name = "PATH")]
    secrets: Vec<String>,

    /// Show the values of Secrets
    #[arg(long)]
    show_secrets: bool,

    /// The most that `-o markdown` prints, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = report::LIMIT)]
    limit: usize,

    /// Exit with 0 where something differs
    #[arg(long)]
    exit_zero: bool,

    /// Exit with 2 where something differs, and with 1 where the input or the usage is wrong, as helm-diff does
    #[arg(long, conflicts_with = "exit_zero")]
    detailed_exitcode: bool,

    /// Do not show the output in a pager
    #[arg(long)]
    no_pager: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum DiffFormat {
    /// For people, one line a value
    Plain,
    /// The lines of the YAML, as Git shows them
    Unified,
    /// A comment on a pull request
    Markdown,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code review
    Sarif,
}

/// The arguments of the process, with all that Git adds to `--git-external` marked as paths: a file may be called
/// `-x.yaml`.
pub fn arguments(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if let Some(at) = arguments.iter().position(|argument| argument == GIT_EXTERNAL) {
        arguments.insert(at + 1, "--".into());
    }
    arguments
}

/// The exit code for `arguments` that cannot be read.
pub fn usage_failure(arguments: &[OsString]) -> u8 {
    let has = |flag: &str| arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == flag);
    failure(has(GIT_EXTERNAL), has("--detailed-exitcode"))
}

const GIT_EXTERNAL: &str = "--git-external";

fn failure(git_external: bool, detailed: bool) -> u8 {
    match (git_external, detailed) {
        // Git ends where such a program fails.
        (true, _) => 0,
        (_, true) => 1,
        _ => super::FAILURE,
    }
}

impl DiffArgs {
    /// The exit code for wrong input or usage.
    pub fn failure(&self) -> u8 {
        failure(self.git_external, self.detailed_exitcode)
    }

    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let options = self.options()?;
        if self.git_external {
            self.external(&options, terminal)?;
            return Ok(ExitCode::SUCCESS);
        }
        if !self.no_index && self.paths.len() < 2 {
            let settings = self.settings()?;
            let states = self.states(global, terminal)?;
            if self.fix_plan {
                print_plans(&states.plans(options)?, terminal)?;
                return Ok(ExitCode::SUCCESS);
            }
            let root = Root::here().at(states.head());
            return Ok(self.code(self.print(states.review(options, settings)?, &root, terminal)?));
        }
        let [before, after] = self.paths.as_slice() else {
            let problem = Problem::new(
                Code::INVALID_ARGUMENT,
                format!("there are {} paths to compare, not two", self.paths.len()),
            );
            return Err(problem.help("write `helmwright diff --no-index OLD NEW`").into());
        };
        let secrecy = Secrecy::of(&options);
        let [before, after] = manifests::read_both(Path::new(before), Path::new(after), secrecy)?;
        let differs = self.show(&before, &after, &options, terminal)?;
        Ok(self.code(differs))
    }

    fn code(&self, differs: bool) -> ExitCode {
        ExitCode::from(match (differs, self.exit_zero, self.detailed_exitcode) {
            (false, ..) | (true, true, _) => 0,
            (true, _, false) => 1,
            (true, _, true) => 2,
        })
    }

    /// The two states of the repository that are compared.
    fn states(&self, global: &Global, terminal: &Terminal) -> anyhow::Result<States> {
        let here = working_directory()?.canonicalize().context("cannot find the working directory")?;
        let repository = Repository::open(&here)?;
        let range = self.paths.first().map(|range| range.to_string_lossy());
        let ci = CiBase::read(|name| std::env::var(name).ok());
        let sides = repository.sides(Ask { range: range.as_deref(), base: self.base.as_deref(), ..ci.ask() })?;
        terminal.note(&format!("compared with {}", sides.base_name));
        Ok(States::read(&repository, sides, &here, self.subject(global)?, || global.catalog())?)
    }

    fn subject(&self, global: &Global) -> anyhow::Result<Subject> {
        if self.values.is_empty() {
            let config = global.location()?.map_or_else(|| FILE.to_string(), |location| location.config);
            let selection = self.values.selection(self.name.iter().chain(&self.releases))?;
            return Ok(Subject::Workspace { config, selection });
        }
        let release = self.values.release(self.name.as_deref());
        Ok(Subject::Release { release, inputs: self.values.inputs() })
    }

    /// What turns the checks into those that are asked for.
    fn settings(&self) -> Result<impl Fn(&mut TransitionSettings) + Sync, Problem> {
        let mut known = TransitionSettings::default();
        self.rules.iter().try_for_each(|rule| known.set(rule))?;
        let rules = self.rules.clone();
        // Each is known to be right.
        Ok(move |settings: &mut TransitionSettings| {
            rules.iter().for_each(|rule| settings.set(rule).unwrap_or_default())
        })
    }

    fn options(&self) -> Result<DiffOptions, Problem> {
        let patterns = |texts: &[String]| texts.iter().map(|text| Pattern::parse(text)).collect::<Result<Vec<_>, _>>();
        Ok(DiffOptions {
            ignore: patterns(&self.ignore)?,
            secrets: patterns(&self.secrets)?,
            show_secrets: self.show_secrets,
        })
    }

    /// Prints what differs; whether anything does.
    fn show(
        &self,
        before: &Objects,
        after: &Objects,
        options: &DiffOptions,
        terminal: &Terminal,
    ) -> anyhow::Result<bool> {
        // What Git gives is one file, of which nobody knows what belongs to it.
        let mut settings = TransitionSettings::default();
        self.settings()?(&mut settings);
        let settings = (!self.git_external).then_some(&settings);
        let release = diff_release("", ReleaseState::of(before), ReleaseState::of(after), options, settings);
        self.print(Diff { releases: vec![release] }, &Root::here(), terminal)
    }

    fn print(&self, mut diff: Diff, root: &Root, terminal: &Terminal) -> anyhow::Result<bool> {
        let color = terminal.colors_output();
        let (text, paged) = match self.output {
            DiffFormat::Plain => (report::plain(&diff, color), true),
            DiffFormat::Unified => (report::unified(&diff, color), true),
            DiffFormat::Markdown => (report::markdown(&diff, self.limit), false),
            DiffFormat::Json => (report::json(&diff), false),
            DiffFormat::Sarif => {
                diff.releases.iter_mut().for_each(|release| release.sources = root.name(&release.sources));
                (report::sarif(&diff), false)
            }
        };
        if paged && !self.no_pager && !self.git_external {
            terminal.page(&text)?
        } else {
            terminal.print(&text)?
        }
        Ok(!diff.is_empty())
    }

    /// Compares the file that Git names.
    fn external(&self, options: &DiffOptions, terminal: &Terminal) -> anyhow::Result<()> {
        let (names, contents) = match External::parse(&self.paths)? {
            External::Unmerged(path) => return terminal.print(&format!("* Unmerged path {path}\n")),
            External::Changed { names, contents } => (names, contents),
        };
        let heading = if names[0] == names[1] { names[0].clone() } else { names.join(" → ") };
        terminal.print(&format!("{}\n", report::file_heading(&heading, terminal.colors_output())))?;
        match Contents::read(&names, &contents, options) {
            Contents::Objects(sides) => self.show(&sides[0], &sides[1], options, terminal).map(drop),
            Contents::Texts([before, after]) => {
                terminal.print(&report::text(&before, &after, terminal.colors_output()))
            }
            Contents::Secret => {
                terminal.print("differs; it cannot be read as YAML and may hold a secret, so it is not shown\n")
            }
            Contents::Binary => terminal.print("binary files differ\n"),
        }
    }
}

/// Prints the commits that are safe.
fn print_plans(plans: &[(String, FixPlan)], terminal: &Terminal) -> anyhow::Result<()> {
    if plans.is_empty() {
        terminal.note("no release differs");
    }
    for (name, plan) in plans {
        let heading = if name.is_empty() { String::new() } else { format!("# {name}\n") };
        terminal.print(&format!("{heading}{}", plan.specs()))?;
    }
    Ok(())
}

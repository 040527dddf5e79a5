//! `helmwright diff`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use super::global::Global;
use super::release::ValueArgs;
use super::repository;
use super::root::Root;
use super::terminal::Terminal;
use crate::diff::{DiffOptions, Pattern};
use crate::git::Ask;
use crate::impact::Side;
use crate::objects::Objects;
use crate::problem::{Problem, Report};
use crate::report::diff as report;
use crate::review::manifests::{self, Secrecy};
use crate::review::{Diff, diff_release};
use crate::transition::Settings;

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
pub struct Args {
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
    output: Format,

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
enum Format {
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

impl Args {
    /// The exit code for wrong input or usage.
    pub fn failure(&self) -> u8 {
        failure(self.git_external, self.detailed_exitcode)
    }

    pub fn run(self, global: &Global, terminal: &Terminal) -> Result<ExitCode, Report> {
        let mut options = self.options()?;
        if self.git_external {
            return self.external(&options, terminal).map(|()| ExitCode::SUCCESS);
        }
        if !self.no_index && self.paths.len() < 2 {
            if self.fix_plan {
                return self.plans(global, &mut options, terminal).map(|()| ExitCode::SUCCESS);
            }
            let (diff, root) = self.review(global, &mut options, terminal)?;
            return Ok(self.code(self.print(diff, &root, terminal)?));
        }
        let [before, after] = self.paths.as_slice() else {
            let problem = Problem::new(format!("there are {} paths to compare, not two", self.paths.len()));
            return Err(problem.help("write `helmwright diff --no-index OLD NEW`").into());
        };
        let [before, after] = manifests::read_both(Path::new(before), Path::new(after), secrecy(&options))?;
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

    /// Compares two states of the repository.
    fn review(&self, global: &Global, options: &mut DiffOptions, terminal: &Terminal) -> Result<(Diff, Root), Report> {
        let settings = self.settings()?;
        self.asked(|asked| repository::review(asked, global, options, &settings, terminal))
    }

    /// Prints the commits that are safe.
    fn plans(&self, global: &Global, options: &mut DiffOptions, terminal: &Terminal) -> Result<(), Report> {
        let plans = self.asked(|asked| repository::plans(asked, global, options, terminal))?;
        if plans.is_empty() {
            terminal.note("no release differs");
        }
        for (name, plan) in plans {
            let heading = if name.is_empty() { String::new() } else { format!("# {name}\n") };
            terminal.print(&format!("{heading}{}", plan.specs()))?;
        }
        Ok(())
    }

    /// What the arguments and the CI system want compared.
    fn asked<T>(&self, then: impl FnOnce(&repository::Asked<'_>) -> T) -> T {
        let range = self.paths.first().map(|range| range.to_string_lossy().into_owned());
        let environment = |name: &str| std::env::var(name).ok();
        let (github, gitlab) = (environment("GITHUB_BASE_REF"), environment("CI_MERGE_REQUEST_DIFF_BASE_SHA"));
        let ask = Ask {
            range: range.as_deref(),
            base: self.base.as_deref(),
            github_base_ref: github.as_deref(),
            merge_request_base: gitlab.as_deref(),
        };
        let Self { name, releases, values, .. } = self;
        then(&repository::Asked { ask, name: name.as_deref(), releases, values })
    }

    /// What turns the checks into those that are asked for.
    fn settings(&self) -> Result<impl Fn(&mut Settings) + Sync, Report> {
        let mut known = Settings::default();
        self.rules.iter().try_for_each(|rule| known.set(rule))?;
        let rules = self.rules.clone();
        // Each is known to be right.
        Ok(move |settings: &mut Settings| rules.iter().for_each(|rule| settings.set(rule).unwrap_or_default()))
    }

    fn options(&self) -> Result<DiffOptions, Report> {
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
    ) -> Result<bool, Report> {
        // What Git gives is one file, of which nobody knows what belongs to it.
        let mut settings = Settings::default();
        self.settings()?(&mut settings);
        let settings = (!self.git_external).then_some(&settings);
        let release = diff_release("", Side::of(before), Side::of(after), options, settings);
        self.print(Diff { releases: vec![release] }, &Root::here(), terminal)
    }

    fn print(&self, mut diff: Diff, root: &Root, terminal: &Terminal) -> Result<bool, Report> {
        let color = terminal.colors_output();
        let (text, paged) = match self.output {
            Format::Plain => (report::plain(&diff, color), true),
            Format::Unified => (report::unified(&diff, color), true),
            Format::Markdown => (report::markdown(&diff, self.limit), false),
            Format::Json => (report::json(&diff), false),
            Format::Sarif => {
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

    /// `path old-file old-hex old-mode new-file new-hex new-mode`, and for a file that was renamed its new path and
    /// what Git says of that; for one with conflicts the path alone (gitdiffcore's `GIT_EXTERNAL_DIFF`).
    fn external(&self, options: &DiffOptions, terminal: &Terminal) -> Result<(), Report> {
        let path = |at: usize| self.paths.get(at).map(PathBuf::from).unwrap_or_default();
        let name = |at: usize| path(at).display().to_string();
        match self.paths.len() {
            1 => return terminal.print(&format!("* Unmerged path {}\n", name(0))),
            7 | 9 => {}
            _ => return Err(Problem::new("these are not the arguments that Git gives to GIT_EXTERNAL_DIFF").into()),
        }
        let names = [name(0), if self.paths.len() == 9 { name(7) } else { name(0) }];
        let heading = if names[0] == names[1] { names[0].clone() } else { format!("{} → {}", names[0], names[1]) };
        terminal.print(&format!("{}\n", report::file_heading(&heading, terminal.colors_output())))?;
        let sides = [path(1), path(4)].map(|file| std::fs::read(file).unwrap_or_default());
        let sides = sides.map(|bytes| String::from_utf8(bytes).ok());
        let [Some(before), Some(after)] = &sides else { return terminal.print("binary files differ\n") };
        if names.iter().all(|name| manifests::is_manifest(Path::new(name))) {
            let read = |name: &str, text: &str| manifests::of_text(name, text, secrecy(options));
            if let (Ok(before), Ok(after)) = (read(&names[0], before), read(&names[1], after)) {
                return self.show(&before, &after, options, terminal).map(|_| ());
            }
            if [before, after].into_iter().any(|text| manifests::speaks_of_secret(text)) && !options.show_secrets {
                return terminal
                    .print("differs; it cannot be read as YAML and may hold a secret, so it is not shown\n");
            }
        }
        terminal.print(&report::text(before, after, terminal.colors_output()))
    }
}

/// Which texts are not to be shown where they cannot be read.
fn secrecy(options: &DiffOptions) -> Secrecy {
    match (options.show_secrets, options.secrets.is_empty()) {
        (true, _) => Secrecy::None,
        (false, true) => Secrecy::Secrets,
        (false, false) => Secrecy::All,
    }
}

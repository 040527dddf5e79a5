//! Which two revisions are compared.

use git2::Oid;

use super::{DEEPEN, Repository, Revision, failed};
use crate::problem::{Code, Problem};

/// What to compare, as the user and the CI system say it. An empty text says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// `BASE`, `BASE..HEAD` or `BASE...HEAD`, as `git diff` takes them.
    pub range: Option<&'a str>,
    /// A revision to compare with.
    pub base: Option<&'a str>,
    /// GitHub's `GITHUB_BASE_REF`: the branch that a pull request goes into.
    pub github_base_ref: Option<&'a str>,
    /// GitLab's `CI_MERGE_REQUEST_DIFF_BASE_SHA`: the commit that a merge request began at.
    pub merge_request_base: Option<&'a str>,
}

/// The base of a change, as the CI system says it.
#[derive(Debug, Clone, Default)]
pub struct CiBase {
    github: Option<String>,
    gitlab: Option<String>,
}

impl CiBase {
    /// What GitHub and GitLab say; `variable` reads one of the environment.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        Self { github: variable("GITHUB_BASE_REF"), gitlab: variable("CI_MERGE_REQUEST_DIFF_BASE_SHA") }
    }

    /// That, where the user says nothing.
    pub fn ask(&self) -> Ask<'_> {
        Ask { github_base_ref: self.github.as_deref(), merge_request_base: self.gitlab.as_deref(), ..Ask::default() }
    }
}

/// The two sides of a comparison.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// The state before.
    pub base: Revision,
    /// How the base was found, for messages: `origin/main`, ``the merge base with `origin/main` ``.
    pub base_name: String,
    /// The state after; the working tree, uncommitted changes and all, where there is none.
    pub head: Option<Revision>,
}

impl Repository {
    /// Finds the sides of a comparison. What the user says goes first, then what the CI system says, then the merge base
    /// of `HEAD` with the default branch of the upstream, then `HEAD` itself. The base of a branch is where `HEAD` left
    /// it: what was merged into that branch since is not a change of `HEAD`. On a branch without any commit everything is new.
    ///
    /// # Errors
    /// There is no such revision, or this clone lacks it.
    pub fn sides(&self, ask: Ask<'_>) -> Result<Endpoints, Problem> {
        let (range, base) = (given(ask.range), given(ask.base));
        if let (Some(range), Some(base)) = (&range, &base) {
            let problem =
                Problem::new(Code::CONFLICTING_ARGUMENTS, format!("`{range}` and `--base {base}` both name a base"));
            return Err(problem.help("give one of them"));
        }
        if let Some(range) = &range
            && let Some((from, to, merge_base)) = split(range)
        {
            let head = self.revision(to)?;
            let base = self.revision(from)?;
            let (base, base_name) = match merge_base {
                true => (self.merge_base(&base, &head, from)?.ok_or_else(|| unrelated(from, to))?, between(from)),
                false => (base, format!("`{from}`")),
            };
            return Ok(Endpoints { base, base_name, head: Some(head) });
        }
        let head = self.head()?;
        let (base, base_name) = if let Some(base) = range.or(base) {
            (self.revision(&base)?, format!("`{base}`"))
        } else {
            self.implied(head.as_ref(), given(ask.github_base_ref), given(ask.merge_request_base))?
        };
        match (self.workdir(), head) {
            (Some(_), _) => Ok(Endpoints { base, base_name, head: None }),
            (None, Some(head)) => Ok(Endpoints { base, base_name, head: Some(head) }),
            (None, None) => Err(Problem::new(
                Code::NOTHING_TO_COMPARE,
                "a bare repository without any commit has nothing to compare",
            )),
        }
    }

    /// The base where the user names none.
    fn implied(
        &self,
        head: Option<&Revision>,
        branch: Option<String>,
        commit: Option<String>,
    ) -> Result<(Revision, String), Problem> {
        if let Some(branch) = branch {
            let (name, tip) = self.branch(&branch)?;
            return match head.map(|head| self.merge_base(&tip, head, &name)).transpose()?.flatten() {
                Some(base) => Ok((base, between(&name))),
                None => Ok((tip, format!("`{name}`"))),
            };
        }
        if let Some(commit) = commit {
            return Ok((self.revision(&commit)?, format!("`{commit}`")));
        }
        let Some(head) = head else { return Ok((self.nothing(), "a branch without any commit".into())) };
        if let Some(name) = self.default_branch()? {
            let tip = self.revision(&name)?;
            if let Some(base) = self.merge_base(&tip, head, &name)? {
                return Ok((base, between(&name)));
            }
        } else if self.has_remote()? && self.is_shallow()? {
            // `HEAD` would compare what CI has checked out with itself, and find nothing.
            let problem =
                Problem::new(Code::INCOMPLETE_CLONE, "this clone is shallow and has no default branch to compare with");
            return Err(problem.help(format!("{DEEPEN}; or name a base with `--base`")));
        }
        Ok((head.clone(), "`HEAD`".into()))
    }

    /// The branch of that name, the remote's rather than the local one, which may be behind.
    fn branch(&self, branch: &str) -> Result<(String, Revision), Problem> {
        let remote = self.remote()?.unwrap_or_else(|| "origin".into());
        let tracked = format!("{remote}/{branch}");
        for name in [&tracked, branch] {
            if let Ok(revision) = self.revision(name) {
                return Ok((name.to_owned(), revision));
            }
        }
        let problem = Problem::new(
            Code::NO_SUCH_REVISION,
            format!("this clone has no branch `{tracked}`, which the change goes into"),
        );
        Err(problem.help(match self.is_shallow()? {
            true => DEEPEN.to_owned(),
            false => format!("`git fetch {remote} {branch}` gets it; in CI, `fetch-depth: 0` of actions/checkout does"),
        }))
    }

    /// The best common ancestor of `branch`, which messages call `name`, and `head`; `None` where there is none.
    fn merge_base(&self, branch: &Revision, head: &Revision, name: &str) -> Result<Option<Revision>, Problem> {
        let (Some(one), Some(two)) = (branch.commit(), head.commit()) else { return Ok(None) };
        let base = self.with(|handle| match handle.repository.merge_base(one, two) {
            Ok(base) => Ok(Some(base)),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed(format!("cannot find the merge base with `{name}`"))(error)),
        })?;
        if base.is_none() && self.is_shallow()? {
            let problem = Problem::new(
                Code::INCOMPLETE_CLONE,
                format!("this clone is shallow and lacks the merge base with `{name}`"),
            );
            return Err(problem.help(DEEPEN));
        }
        base.map(|base: Oid| self.revision(&base.to_string())).transpose()
    }

    /// The default branch of the upstream, such as `origin/main`.
    fn default_branch(&self) -> Result<Option<String>, Problem> {
        let Some(remote) = self.remote()? else { return Ok(None) };
        self.with(|handle| {
            let repository = &handle.repository;
            let configured = repository.config().and_then(|config| config.get_string("init.defaultBranch")).ok();
            let names = ["HEAD", "main", "master"].into_iter().map(str::to_owned).chain(configured);
            let mut names = names.map(|name| format!("{remote}/{name}"));
            // A remote's `HEAD` may point at a branch that is gone.
            let exists = |name: &String| tracked(repository, name).and_then(|branch| branch.resolve()).is_ok();
            let Some(name) = names.find(exists) else { return Ok(None) };
            let target = tracked(repository, &name).ok();
            let target = target.and_then(|branch| branch.symbolic_target().ok().flatten().map(str::to_owned));
            let target = target.and_then(|target| target.strip_prefix("refs/remotes/").map(str::to_owned));
            Ok(Some(target.unwrap_or(name)))
        })
    }

    /// The remote of the current branch: the one that it tracks, else `origin`, else the only one.
    fn remote(&self) -> Result<Option<String>, Problem> {
        self.with(|handle| {
            let repository = &handle.repository;
            let remotes = repository.remotes().map_err(failed("cannot read the remotes"))?;
            let remotes: Vec<&str> = remotes.iter().filter_map(|name| name.ok().flatten()).collect();
            let branch = repository.head().ok().and_then(|head| head.shorthand().ok().map(str::to_owned));
            let configured =
                branch.and_then(|branch| repository.config().ok()?.get_string(&format!("branch.{branch}.remote")).ok());
            let mut preferred = configured.as_deref().into_iter().chain(["origin"]);
            let only = if let [only] = remotes[..] { Some(only) } else { None };
            Ok(preferred.find(|name| remotes.contains(name)).or(only).map(str::to_owned))
        })
    }

    fn has_remote(&self) -> Result<bool, Problem> {
        self.remote().map(|remote| remote.is_some())
    }

    fn is_shallow(&self) -> Result<bool, Problem> {
        self.with(|handle| Ok(handle.repository.is_shallow()))
    }
}

fn given(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The ends of `BASE..HEAD` or `BASE...HEAD`, and whether it is the latter; an end that is left out is `HEAD`.
fn split(range: &str) -> Option<(&str, &str, bool)> {
    let (from, to, merge_base) = match range.split_once("...") {
        Some((from, to)) => (from, to, true),
        None => range.split_once("..").map(|(from, to)| (from, to, false))?,
    };
    let [from, to] = [from, to].map(|end| if end.is_empty() { "HEAD" } else { end });
    Some((from, to, merge_base))
}

/// The remote-tracking branch `name`, such as `origin/main`.
fn tracked<'r>(repository: &'r git2::Repository, name: &str) -> Result<git2::Reference<'r>, git2::Error> {
    repository.find_reference(&format!("refs/remotes/{name}"))
}

fn between(name: &str) -> String {
    format!("the merge base with `{name}`")
}

fn unrelated(one: &str, two: &str) -> Problem {
    Problem::new(
        Code::NO_COMMON_COMMIT,
        format!("`{one}` and `{two}` have no commit in common, so `{one}...{two}` has no base"),
    )
}

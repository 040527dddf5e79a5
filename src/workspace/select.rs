//! Which releases of a workspace a command is about.

use globset::{Glob, GlobMatcher};

use super::Release;
use crate::problem::{Code, Problem};
use crate::spec::suggest::nearest;

/// The most releases that a message names.
const SHOWN: usize = 10;

/// Releases by name and stage; all unless something is asked for.
#[derive(Debug, Default)]
pub struct Selection {
    names: Vec<GlobMatcher>,
    stage: Option<String>,
}

impl Selection {
    /// The releases whose name matches any of these globs, and which are of that stage.
    ///
    /// # Errors
    /// A name is not a valid glob.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>, stage: Option<&str>) -> Result<Self, Problem> {
        let names = names.into_iter().map(matcher).collect::<Result<_, _>>()?;
        Ok(Self { names, stage: stage.map(str::to_owned) })
    }

    /// Whether everything is asked for.
    pub fn is_all(&self) -> bool {
        self.names.is_empty() && self.stage.is_none()
    }

    /// Whether `release` is asked for.
    pub fn has(&self, release: &Release) -> bool {
        (self.names.is_empty() || self.names.iter().any(|name| name.is_match(&release.name)))
            && (self.stage.is_none() || self.stage == release.stage)
    }

    /// Those of `releases` that are asked for.
    ///
    /// # Errors
    /// A name or the stage is asked for, and none is called so.
    pub fn select<'r>(&self, releases: &'r [Release]) -> Result<Vec<&'r Release>, Problem> {
        for name in &self.names {
            if !releases.iter().any(|release| name.is_match(&release.name)) {
                let name = name.glob().glob();
                return Err(missing(
                    Code::NO_SUCH_RELEASE,
                    "release",
                    name,
                    releases.iter().map(|release| release.name.as_str()),
                ));
            }
        }
        if let Some(stage) = &self.stage
            && !releases.iter().any(|release| release.stage.as_ref() == Some(stage))
        {
            return Err(missing(
                Code::NO_SUCH_STAGE,
                "stage",
                stage,
                releases.iter().filter_map(|release| release.stage.as_deref()),
            ));
        }
        let selected: Vec<&Release> = releases.iter().filter(|release| self.has(release)).collect();
        match (selected.is_empty(), &self.stage) {
            (true, Some(stage)) if !self.is_all() => {
                Err(Problem::new(Code::NO_SUCH_RELEASE, format!("none of these releases has the stage `{stage}`")))
            }
            _ => Ok(selected),
        }
    }

    /// The only one of `releases` that is asked for.
    ///
    /// # Errors
    /// There is none, or several; as for [`of`](Self::of).
    pub fn one<'r>(&self, releases: &'r [Release]) -> Result<&'r Release, Problem> {
        match self.select(releases)?.as_slice() {
            [] => Err(Problem::new(Code::NO_SUCH_RELEASE, "the workspace has no release")),
            [release] => Ok(release),
            several => {
                let named = several.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let more = several.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let problem = Problem::new(
                    Code::SEVERAL_RELEASES,
                    format!("this is about one release, and there are {named}{more}"),
                );
                Err(problem.help("say which: its name, and its stage with `--stage`"))
            }
        }
    }
}

fn matcher(name: &str) -> Result<GlobMatcher, Problem> {
    match Glob::new(name) {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => Err(Problem::new(Code::INVALID_GLOB, format!("`{name}` is not a valid glob: {}", error.kind()))),
    }
}

fn missing<'a>(code: Code, what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Problem {
    let problem = Problem::new(code, format!("the workspace has no {what} `{name}`"));
    let mut names: Vec<&str> = known.clone().collect();
    names.sort_unstable();
    names.dedup();
    match nearest(name, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => problem,
        None if names.len() > SHOWN => {
            problem.help(format!("there are {} and {} more", names[..SHOWN].join(", "), names.len() - SHOWN))
        }
        None => problem.help(format!("there are {}", names.join(", "))),
    }
}

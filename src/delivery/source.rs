//! Where the output of a release is, for whoever fetches it from there.

use std::sync::Arc;

use crate::node::{Node, Origin, Pins};
use crate::problem::{Code, Problem, Problems};
use crate::source::{At, Sources};
use crate::template::{Evaluator, Fields, Partials, Record, Scope, compile_text};

/// What is asked for: where the output is, in words that may hold `${{ stage }}`, `${{ name }}` and `${{ namespace }}`.
#[derive(Debug, Clone, Default)]
pub struct DeliveryRequest {
    /// The URL of a Git repository.
    pub repo: Option<String>,
    /// A folder in it, or in the artifact.
    pub path: Option<String>,
    /// A branch, a tag or a commit.
    pub revision: Option<String>,
    /// The URL of an artifact in an OCI registry.
    pub oci: Option<String>,
    /// The version of a chart or an artifact there: one, or a range.
    pub version: Option<String>,
    /// What the output is; otherwise a chart in a registry, and manifests elsewhere.
    pub form: Option<Form>,
    /// Whether weights of a routemap are turned in the cluster.
    pub live_weights: bool,
}

/// What the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain manifests, as `helmwright render` writes them.
    Manifests,
    /// A chart, as `helmwright chart` writes it.
    Chart,
}

/// Where output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputPlace {
    /// In a folder of a Git repository.
    Git {
        /// Its URL.
        repo: String,
        /// The folder.
        path: String,
        /// The branch, tag or commit.
        revision: String,
    },
    /// In an OCI registry.
    Registry {
        /// The URL, without `oci://`.
        repository: String,
        /// The version or the range of versions.
        version: String,
        /// The folder in the artifact, where it is no chart.
        path: String,
    },
    /// In a folder beside the file that is written.
    Folder(String),
}

impl DeliveryRequest {
    /// What the output is.
    pub fn form(&self) -> Form {
        self.form.unwrap_or(if self.oci.is_some() { Form::Chart } else { Form::Manifests })
    }

    /// That a controller can fetch the output.
    ///
    /// # Errors
    /// Nothing says from where.
    pub fn check_fetched(&self) -> Result<(), Problem> {
        if self.repo.is_some() || self.oci.is_some() {
            return Ok(());
        }
        let problem = Problem::new(Code::MISSING_ARGUMENT, "nothing says where the output is");
        Err(problem.help("give `--repo URL` and `--path PATH`, or `--oci URL`"))
    }

    /// Where the output is, with what `known` says in place of the expressions.
    ///
    /// # Errors
    /// Words that cannot be understood.
    pub fn place(&self, known: &[(&'static str, Option<&str>)]) -> Result<OutputPlace, Problems> {
        let path = expanded_option("--path", &self.path, known)?.unwrap_or_else(|| ".".to_string());
        let repo = expanded_option("--repo", &self.repo, known)?;
        let oci = expanded_option("--oci", &self.oci, known)?;
        Ok(match (repo, oci) {
            (Some(repo), _) => {
                let revision = expanded_option("--revision", &self.revision, known)?;
                OutputPlace::Git {
                    repo,
                    path: plain_path(&path)?,
                    revision: revision.unwrap_or_else(|| "main".to_string()),
                }
            }
            (None, Some(url)) => {
                let repository = repository(&url)?;
                let version = expanded_option("--chart-version", &self.version, known)?;
                let version = version.unwrap_or_else(|| "latest".to_string());
                OutputPlace::Registry { repository, version, path: plain_path(&path)? }
            }
            (None, None) => OutputPlace::Folder(path),
        })
    }
}

/// Whether `version` is one version, and no range: `1.2.3`, `v1.2.3-rc.1+build`.
pub fn is_one_version(version: &str) -> bool {
    semver::Version::parse(version.strip_prefix('v').unwrap_or(version)).is_ok()
}

fn expanded_option(
    flag: &str,
    text: &Option<String>,
    known: &[(&'static str, Option<&str>)],
) -> Result<Option<String>, Problems> {
    text.as_deref().map(|text| expanded(flag, text, known)).transpose()
}

/// `text`, the value of `flag`, with its expressions replaced by what they name.
///
/// # Errors
/// An expression that cannot be parsed, or that names something else.
pub fn expanded(flag: &str, text: &str, known: &[(&'static str, Option<&str>)]) -> Result<String, Problems> {
    if !text.contains("${{") {
        return Ok(text.to_string());
    }
    let mut sources = Sources::default();
    let at = At::new(sources.add(flag, text), 0, text.len());
    let given = known.iter().filter_map(|(name, value)| Some((*name, Node::literal((*value)?))));
    let scope: Arc<dyn Fields> = Arc::new(Record::new(given));
    let (pins, partials) = (Arc::new(Pins::new(0)), Partials::new());
    let node = compile_text(text, at, Origin::Literal, &sources).and_then(|scalars| {
        let evaluator = Evaluator::new(&pins, &partials);
        evaluator.scalars(&scalars, &Scope::Root(&scope)).map_err(|error| {
            let problem = Problem::new(Code::FAILED_EXPRESSION, error.message).at(error.at.unwrap_or(at));
            let stage = known.iter().any(|(name, value)| *name == "stage" && value.is_none());
            if stage && text.contains("stage") { problem.help("give the stages with `--stages`") } else { problem }
        })
    });
    node.map(|node| node.text().unwrap_or_default()).map_err(|problem| Problems::new(vec![problem], &sources))
}

/// A folder as a path without `./`, `/` at its ends, and steps upwards.
fn plain_path(path: &str) -> Result<String, Problems> {
    let steps: Vec<&str> = path.split('/').filter(|step| !matches!(*step, "" | ".")).collect();
    if steps.contains(&"..") {
        let problem = Problem::new(Code::INVALID_ARGUMENT, format!("`--path` goes upwards: `{path}`"));
        return Err(problem.help("it is a folder in the repository").into());
    }
    Ok(if steps.is_empty() { ".".to_string() } else { steps.join("/") })
}

/// `registry/repository` of an `oci://` URL.
fn repository(url: &str) -> Result<String, Problems> {
    let rest = url.strip_prefix("oci://").map(|rest| rest.trim_end_matches('/'));
    match rest.filter(|rest| rest.split('/').count() > 1 && !rest.split('/').any(str::is_empty)) {
        Some(rest) => Ok(rest.to_string()),
        None => {
            let problem =
                Problem::new(Code::INVALID_ARGUMENT, format!("`--oci` is not the URL of an artifact: `{url}`"));
            Err(problem.help("it has the form `oci://ghcr.io/acme/charts/shop`").into())
        }
    }
}

//! Where the output of a release is, for whoever fetches it from there.

use std::sync::Arc;

use super::order::{AFTER, annotation};
use super::owned::{OwnedField, live_weights, owned};
use crate::bundle::{Bundle, Identity};
use crate::node::{Node, Origin, Pins};
use crate::pack::{Evaluator, Fields, Partials, Record, Scope, compile_text};
use crate::problem::{Problem, Report};
use crate::source::{At, Sources};
use crate::spec::names;

/// What is asked for: where the output is, in words that may hold `${{ stage }}`, `${{ name }}` and `${{ namespace }}`.
#[derive(Debug, Clone, Default)]
pub struct Request {
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
    /// What the output is.
    pub form: Form,
    /// Whether weights of a routemap are turned in the cluster.
    pub live_weights: bool,
}

/// What the output is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// Plain manifests, as `helmwright render` writes them.
    #[default]
    Manifests,
    /// A chart, as `helmwright chart` writes it.
    Chart,
}

/// One release of one stage, and where its output is.
#[derive(Debug, Clone)]
pub struct Target {
    /// The stage, where there are stages.
    pub stage: Option<String>,
    /// Whether it is one of several.
    pub several: bool,
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// Where its output is.
    pub place: Place,
    /// What it is.
    pub form: Form,
    /// What a chart is given; null for nothing.
    pub values: Node,
    /// The fields that somebody in the cluster owns.
    pub owned: Vec<OwnedField>,
    /// Whether the objects say what Flux must not apply before the versions are ready.
    pub staged: bool,
    /// Whether the namespace is an object of the release.
    pub brings_namespace: bool,
    /// Whether every object says its namespace.
    pub namespaced: bool,
    /// Whether no object says another namespace than the release's.
    pub one_namespace: bool,
}

/// Where output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
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

/// A rendered release, as far as its delivery goes.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// Its stage.
    pub stage: Option<&'a str>,
    /// Whether it is one of several stages, which must not be called alike.
    pub several: bool,
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its objects.
    pub bundle: &'a Bundle,
}

impl Target {
    /// Where the output of `release` is, according to `request`.
    ///
    /// # Errors
    /// Words that cannot be understood.
    pub fn new(request: &Request, release: Release<'_>) -> Result<Self, Report> {
        let Release { stage, several, name, namespace, bundle } = release;
        if let Some((stage, why)) = stage.and_then(|stage| Some((stage, names::dns_label(stage)?))) {
            let problem = Problem::new(format!("`{stage}` cannot be the name of a stage here: {why}"));
            return Err(problem.help("it becomes a part of the name of an object").into());
        }
        let known = [("stage", stage), ("name", Some(name)), ("namespace", Some(namespace))];
        let expand =
            |flag: &str, text: &Option<String>| text.as_deref().map(|text| expanded(flag, text, &known)).transpose();
        let path = expand("--path", &request.path)?;
        let inside = || path.as_deref().map_or_else(|| Ok(".".to_string()), plain_path);
        let place = match (expand("--repo", &request.repo)?, expand("--oci", &request.oci)?) {
            (Some(repo), _) => Place::Git {
                repo,
                path: inside()?,
                revision: expand("--revision", &request.revision)?.unwrap_or_else(|| "main".to_string()),
            },
            (None, Some(url)) => Place::Registry {
                repository: repository(&url)?,
                version: expand("--chart-version", &request.version)?.unwrap_or_else(|| "latest".to_string()),
                path: inside()?,
            },
            (None, None) => Place::Folder(path.unwrap_or_else(|| ".".to_string())),
        };
        let objects = || bundle.iter().map(|manifest| &manifest.identity);
        let mut fields = owned(bundle.iter());
        if request.live_weights {
            fields.extend(live_weights(bundle.iter()));
        }
        Ok(Self {
            stage: stage.map(str::to_string),
            several,
            name: name.to_string(),
            namespace: namespace.to_string(),
            place,
            form: request.form,
            values: Node::NULL,
            owned: fields,
            staged: bundle.iter().any(|manifest| annotation(&manifest.node, AFTER).is_some()),
            brings_namespace: objects()
                .any(|own| own.group.is_empty() && own.kind == "Namespace" && own.name == namespace),
            namespaced: objects().all(|own| own.namespace.is_some() || is_cluster_wide(&own.kind)),
            one_namespace: objects().filter_map(|own| own.namespace.as_deref()).all(|own| own == namespace),
        })
    }

    /// Pins a chart in a registry to `version`.
    pub fn set_version(&mut self, to: &str) {
        if let Place::Registry { version, .. } = &mut self.place {
            *version = to.to_string();
        }
    }

    /// What its words may name.
    pub fn names(&self) -> [(&'static str, Option<&str>); 3] {
        [("stage", self.stage.as_deref()), ("name", Some(&self.name)), ("namespace", Some(&self.namespace))]
    }

    /// What Helm does to fields that somebody owns and a chart gives a value: it has no way to leave them alone.
    pub fn set_back(&self) -> Vec<String> {
        let given = self.owned.iter().filter(|field| field.given);
        let note = |field: &OwnedField| {
            let OwnedField { object, owner, .. } = field;
            format!("{object} gives `{}` a value, which {owner} owns: each upgrade sets it back", field.pointer())
        };
        given.map(note).collect()
    }

    /// What to call the objects that deliver it.
    pub fn object_name(&self) -> String {
        match self.stage.as_ref().filter(|_| self.several) {
            Some(stage) => format!("{}-{stage}", self.name),
            None => self.name.clone(),
        }
    }

    /// The owned fields by object, in order, as JSON Pointers.
    pub fn owned_by_object(&self) -> Vec<(&Identity, Vec<String>)> {
        let mut found: Vec<(&Identity, Vec<String>)> = Vec::new();
        for field in &self.owned {
            match found.iter_mut().find(|(object, _)| object.same_object(&field.object)) {
                Some((_, paths)) => paths.push(field.pointer()),
                None => found.push((&field.object, vec![field.pointer()])),
            }
        }
        found
    }

    /// Whether whoever delivers must make the namespace: it is not among the objects, and no cluster has it by itself.
    pub fn needs_namespace(&self) -> bool {
        let always_there = self.namespace == "default" || self.namespace.starts_with("kube-");
        // A chart leaves the Namespace out that it goes into.
        !always_there && (!self.brings_namespace || self.form == Form::Chart)
    }
}

/// Whether objects of `kind` are in no namespace; of a kind that somebody else defines, as far as its name tells.
fn is_cluster_wide(kind: &str) -> bool {
    matches!(kind, "Namespace" | "CustomResourceDefinition" | "APIService" | "PersistentVolume")
        || kind.starts_with("Cluster")
        || kind.ends_with("Class")
        || kind.ends_with("WebhookConfiguration")
}

/// Whether `version` is one version, and no range: `1.2.3`, `v1.2.3-rc.1+build`.
pub fn is_one_version(version: &str) -> bool {
    let core = version.strip_prefix('v').unwrap_or(version).split(['-', '+']).next().unwrap_or_default();
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    core.split('.').count() == 3 && core.split('.').all(number) && !version.contains([' ', ',', '|'])
}

/// Whether the output of all `targets` is at one place: then it is one chart, and the stages differ in its values.
///
/// # Errors
/// Only some are at one place, or what is there is no chart.
pub fn is_shared<'t>(targets: impl Iterator<Item = &'t Target>) -> Result<bool, Report> {
    let targets: Vec<&Target> = targets.collect();
    let alike = |i: usize| targets[..i].iter().find(|other| other.place == targets[i].place);
    let Some((first, second)) = (1..targets.len()).find_map(|i| Some((alike(i)?, targets[i]))) else {
        return Ok(false);
    };
    if first.form == Form::Chart && targets.iter().all(|target| target.place == first.place) {
        return Ok(true);
    }
    let stage = |target: &Target| target.stage.clone().unwrap_or_default();
    let message = format!("the output of the stages `{}` and `{}` is at one place", stage(first), stage(second));
    Err(Problem::new(message).help("put `${{ stage }}` where they differ, such as in `--path`").into())
}

/// `text`, the value of `flag`, with its expressions replaced by what they name.
///
/// # Errors
/// An expression that is none, or that names something else.
pub fn expanded(flag: &str, text: &str, known: &[(&'static str, Option<&str>)]) -> Result<String, Report> {
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
            let problem = Problem::new(error.message).at(error.at.unwrap_or(at));
            let stage = known.iter().any(|(name, value)| *name == "stage" && value.is_none());
            if stage && text.contains("stage") { problem.help("give the stages with `--stages`") } else { problem }
        })
    });
    node.map(|node| node.text().unwrap_or_default()).map_err(|problem| Report::new(vec![problem], &sources))
}

/// A folder as a path without `./`, `/` at its ends, and steps upwards.
fn plain_path(path: &str) -> Result<String, Report> {
    let steps: Vec<&str> = path.split('/').filter(|step| !matches!(*step, "" | ".")).collect();
    if steps.contains(&"..") {
        let problem = Problem::new(format!("`--path` goes upwards: `{path}`"));
        return Err(problem.help("it is a folder in the repository").into());
    }
    Ok(if steps.is_empty() { ".".to_string() } else { steps.join("/") })
}

/// `registry/repository` of an `oci://` URL.
fn repository(url: &str) -> Result<String, Report> {
    let rest = url.strip_prefix("oci://").map(|rest| rest.trim_end_matches('/'));
    match rest.filter(|rest| rest.split('/').count() > 1 && !rest.split('/').any(str::is_empty)) {
        Some(rest) => Ok(rest.to_string()),
        None => {
            let problem = Problem::new(format!("`--oci` is no URL of an artifact: `{url}`"));
            Err(problem.help("it has the form `oci://ghcr.io/acme/charts/shop`").into())
        }
    }
}

//! The releases of a workspace: its entries, spec by spec and stage by stage.

use std::collections::HashSet;
use std::fmt;

use super::folder::Title;
use super::names::{NameTemplate, Names};
use super::read::{ReleaseEntry, outside};
use super::{Workspace, glob};
use crate::path;
use crate::plan;
use crate::problem::{Code, Problem, Problems};
use crate::source::At;
use crate::spec::strvals::Flag;
use crate::spec::{Input, Inputs, names, stage};

/// One release of a workspace. All paths are from the root of the repository.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its namespace; none where nothing is said, so that it is `default`.
    pub namespace: Option<String>,
    /// Its stage.
    pub stage: Option<String>,
    /// The cluster that it goes to; one name for all where nothing is said.
    pub cluster: String,
    /// Its spec.
    pub spec: String,
    /// Who brings it into its cluster, unless the spec says it.
    pub delivery: Option<String>,
    /// The files over the spec and its stage.
    pub values: Vec<String>,
    /// What is set over all files, in the grammar of `--set`.
    pub set: Vec<String>,
    /// The folder that it is rendered into.
    pub output: Option<String>,
    /// What is written there.
    pub format: Format,
    /// The entry that it comes from.
    pub(super) at: At,
    /// Its name, stage and values in the entry.
    places: EntryPlaces,
}

#[derive(Debug, Clone, Default)]
struct EntryPlaces {
    stage: Option<At>,
    values: Vec<At>,
}

/// What is written of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// One file an object.
    #[default]
    Manifests,
    /// The same, and a kustomization.yaml.
    Kustomize,
    /// A Helm chart.
    Chart,
}

impl fmt::Display for Release {
    /// `shop`, or `shop (prod)` with its stage.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Title::new(self).fmt(f)
    }
}

impl Release {
    /// Whether `release` has the same name and settings, wherever its files are.
    pub fn is_made_like(&self, release: &Self) -> bool {
        (&self.name, &self.namespace, &self.stage, &self.set, self.values.len())
            == (&release.name, &release.namespace, &release.stage, &release.set, release.values.len())
    }
}

impl Workspace {
    /// Whether the files of `release` have the texts of `inputs`, which are those of another workspace.
    ///
    /// # Errors
    /// One is not there, or cannot be read.
    pub fn has_texts(&self, release: &Release, inputs: &Inputs) -> Result<bool, Problems> {
        let mut texts = inputs.files.iter().map(|input| match input {
            Input::Text { text, .. } => text.as_str(),
            Input::Path(_) | Input::Stdin => "",
        });
        if let Some(Input::Text { text, .. }) = self.beneath(release)
            && texts.next() != Some(&text)
        {
            return Ok(false);
        }
        let (paths, texts) = (self.paths(release)?, texts.collect::<Vec<_>>());
        if paths.len() != texts.len() {
            return Ok(false);
        }
        for ((path, at), text) in paths.iter().zip(texts) {
            match self.files.holds(path, text.as_bytes()) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => return Ok(false),
                Ok(None) => return Err(self.missing(release, path, *at)),
                Err(problem) => return Err(self.wrong(release, problem, *at)),
            }
        }
        Ok(true)
    }

    /// All releases, in the order of the entries, within one by spec, and then by stage. `remark` takes what is not
    /// an error, but may be a mistake, such as a glob that matches nothing.
    ///
    /// # Errors
    /// Every spec that does not exist, every invalid name, and every path that leads out of the repository.
    pub fn releases(&self, mut remark: impl FnMut(String)) -> Result<Vec<Release>, Problems> {
        let (mut releases, mut problems) = (Vec::new(), Vec::new());
        for entry in &self.entries {
            match self.specs(entry) {
                Ok(specs) => {
                    if specs.is_empty() {
                        remark(format!("no file matches `{}`", entry.spec.path));
                    }
                    for spec in specs {
                        self.expand(entry, &spec, &mut releases, &mut problems);
                    }
                }
                Err(problem) => problems.push(problem.at(entry.spec.at)),
            }
        }
        if problems.is_empty() { Ok(releases) } else { Err(self.report(problems)) }
    }

    fn specs(&self, entry: &ReleaseEntry) -> Result<Vec<String>, Problem> {
        let spec = &entry.spec.path;
        if glob::is_glob(spec) {
            return Ok(without_stages(glob::matches(&self.files, spec)?));
        }
        match self.files.is_file(spec)? {
            true => Ok(vec![spec.clone()]),
            false => Err(Problem::new(Code::NO_SUCH_FILE, format!("there is no spec `{}`", self.files.name(spec)))),
        }
    }

    fn expand(&self, entry: &ReleaseEntry, spec: &str, releases: &mut Vec<Release>, problems: &mut Vec<Problem>) {
        let stages = entry.stages.iter().map(|(stage, at)| (Some(stage.as_str()), Some(*at)));
        let none = entry.stages.is_empty().then_some((None, None));
        for (stage, at) in stages.chain(none) {
            match self.release(entry, spec, stage) {
                Ok(mut release) => {
                    release.places.stage = at;
                    releases.push(release);
                }
                Err(problem) => problems.push(match stage {
                    None if problem.message.contains("`stage`") => problem.help("this release has no `stages`"),
                    _ => problem,
                }),
            }
        }
    }

    fn release(&self, entry: &ReleaseEntry, spec: &str, stage: Option<&str>) -> Result<Release, Problem> {
        let folder = path::parent(spec).rsplit('/').next().filter(|name| !name.is_empty());
        let file = stage::stem(spec.rsplit('/').next().unwrap_or(spec));
        let known = Names::default().with("stage", stage).with("folder", folder).with("file", Some(file));
        let name = match (&entry.name, folder) {
            (Some(template), _) => template.fill(&known)?,
            (None, Some(folder)) => folder.to_owned(),
            (None, None) => {
                let problem = Problem::new(
                    Code::NO_RELEASE_NAME,
                    format!("`{spec}` is not in a folder that could name its release"),
                );
                return Err(problem.at(entry.spec.at).help("give the release a `name`"));
            }
        };
        let at = entry.name.as_ref().map_or(entry.spec.at, |template| template.at);
        label(&name, "the release's name").map_err(|problem| match entry.name {
            Some(_) => problem.at(at),
            None => problem.at(at).help("it is that of the spec's folder; give the release a `name`"),
        })?;
        let known = known.with("name", Some(&name));
        let namespace = entry.namespace.as_ref().map(|template| namespace(template, &known)).transpose()?;
        let known = known.with("namespace", Some(namespace.as_deref().unwrap_or("default")));
        let cluster = entry.cluster.as_ref().map(|template| template.fill(&known)).transpose()?;
        let output = entry.output.as_ref().map(|template| self.output_path(template, &known)).transpose()?;
        let values = entry.values.iter().map(|template| self.filled_path(template, &known));
        Ok(Release {
            cluster: cluster.unwrap_or_else(|| stage.unwrap_or_default().to_owned()),
            stage: stage.map(str::to_owned),
            spec: spec.to_owned(),
            delivery: entry.delivery.clone(),
            values: values.collect::<Result<_, _>>()?,
            set: entry.set.iter().map(|template| template.fill(&known)).collect::<Result<_, _>>()?,
            output,
            format: entry.format,
            at: entry.at,
            places: EntryPlaces { stage: None, values: entry.values.iter().map(|template| template.at).collect() },
            name,
            namespace,
        })
    }

    /// The path that `template` makes, from the root of the repository.
    fn filled_path(&self, template: &NameTemplate, names: &Names) -> Result<String, Problem> {
        let path = template.fill(names)?;
        path::resolve(path::parent(&self.config), &path).ok_or_else(|| outside(&path).at(template.at))
    }

    fn output_path(&self, template: &NameTemplate, names: &Names) -> Result<String, Problem> {
        let output = self.filled_path(template, names)?;
        match output.split('/').any(|step| step.eq_ignore_ascii_case(".git")) {
            true => Err(Problem::new(Code::INVALID_OUTPUT_PATH, format!("`{output}` belongs to Git")).at(template.at)),
            false => Ok(output),
        }
    }

    /// The name and namespace of `release`.
    pub fn plan_release(&self, release: &Release) -> plan::ReleaseName {
        plan::ReleaseName {
            name: Some(release.name.as_str().into()),
            namespace: release.namespace.as_deref().map(Into::into),
        }
    }

    /// Reads the files of `release`.
    ///
    /// # Errors
    /// One is not there, or cannot be read.
    pub fn inputs(&self, release: &Release) -> Result<Inputs, Problems> {
        let mut files: Vec<Input> = self.beneath(release).into_iter().collect();
        for (path, at) in self.paths(release)? {
            match self.files.text(&path) {
                Ok(Some(text)) => files.push(Input::Text { name: self.files.name(&path), text }),
                Ok(None) => return Err(self.missing(release, &path, at)),
                Err(problem) => return Err(self.wrong(release, problem, at)),
            }
        }
        let edits = release.set.iter().map(|set| (Flag::Set, set.clone())).collect();
        Ok(Inputs { files, stage: None, edits, from: self.files.clone() })
    }

    /// What the workspace says for all its releases; what a spec says for itself is laid over it.
    fn beneath(&self, release: &Release) -> Option<Input> {
        let delivery = release.delivery.as_ref()?;
        Some(Input::Text { name: self.files.name(&self.config), text: format!("delivery: {delivery}\n") })
    }

    /// The files of `release`, in the order in which they are laid, and where each is named.
    fn paths(&self, release: &Release) -> Result<Vec<(String, Option<At>)>, Problems> {
        let mut paths = vec![(release.spec.clone(), None)];
        if let Some(stage) = &release.stage {
            let at = release.places.stage;
            let path = stage::file(&self.files, &release.spec, stage);
            paths.push((path.map_err(|problem| self.wrong(release, problem, at))?, at));
        }
        let values = release.values.iter().zip(&release.places.values);
        paths.extend(values.map(|(path, at)| (path.clone(), Some(*at))));
        Ok(paths)
    }

    fn missing(&self, release: &Release, path: &str, at: Option<At>) -> Problems {
        self.wrong(
            release,
            Problem::new(Code::NO_SUCH_FILE, format!("there is no file `{}`", self.files.name(path))),
            at,
        )
    }

    fn wrong(&self, release: &Release, problem: Problem, at: Option<At>) -> Problems {
        self.report(vec![problem.at(at.or(Some(release.at)))])
    }
}

fn namespace(template: &NameTemplate, names: &Names) -> Result<String, Problem> {
    let namespace = template.fill(names)?;
    label(&namespace, "the release's namespace").map_err(|problem| problem.at(template.at))?;
    Ok(namespace)
}

fn label(text: &str, what: &str) -> Result<(), Problem> {
    match names::dns_label(text) {
        Some(why) => Err(Problem::new(Code::INVALID_NAME, format!("`{text}` cannot be {what}: {why}"))),
        None => Ok(()),
    }
}

/// `paths` without those that are stages of another.
fn without_stages(paths: Vec<String>) -> Vec<String> {
    let stems: HashSet<&str> = paths.iter().map(|path| stage::stem(path)).collect();
    paths.iter().filter(|path| !is_stage_file(path, &stems)).cloned().collect()
}

/// Whether `path` is that of a stage of a spec, such as `shop.prod.yaml` beside `shop.yaml`; `stems` are those of all files.
fn is_stage_file(path: &str, stems: &HashSet<&str>) -> bool {
    let stem = stage::stem(path);
    let name = stem.rfind('/').map_or(0, |slash| slash + 1);
    stem[name..].match_indices('.').any(|(dot, _)| stems.contains(&stem[..name + dot]))
}

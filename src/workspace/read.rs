//! `helmwright.yaml` as text into a [`Workspace`]: every problem in one pass.

use std::sync::Arc;

use super::names::NameTemplate;
use super::{DiffSettings, Filter, Format, Lint, RepositoryPath, Workspace, fields};
use crate::files::Files;
use crate::node::Scalar;
use crate::path;
use crate::problem::{Code, Problem, Problems};
use crate::source::{At, Sources};
use crate::spec::check;
use crate::yaml::{Data, Pair, Yaml};

/// One entry of `releases`.
#[derive(Debug)]
pub(super) struct ReleaseEntry {
    /// Its place.
    pub at: At,
    /// A path from the root of the repository, or a glob.
    pub spec: RepositoryPath,
    pub name: Option<NameTemplate>,
    pub namespace: Option<NameTemplate>,
    pub stages: Vec<(String, At)>,
    pub output: Option<NameTemplate>,
    pub format: Format,
    pub values: Vec<NameTemplate>,
    pub set: Vec<NameTemplate>,
    pub cluster: Option<NameTemplate>,
    pub delivery: Option<String>,
}

impl Workspace {
    /// Reads the workspace whose file stands at `config`; `None` where there is no such file.
    ///
    /// # Errors
    /// Every problem in the file; the specs that it names are not read yet.
    pub fn read(files: Files, config: &str) -> Result<Option<Self>, Problems> {
        let Some(text) = files.text(config)? else { return Ok(None) };
        let mut sources = Sources::default();
        let mut problems = Vec::new();
        let source = sources.add(files.name(config), text.as_str());
        let root = check::document(&text, source, fields::ROOT, "a workspace", &mut problems);
        let Some(root) = root else { return Err(Problems::new(problems, &sources)) };
        let delivery = word(&root, "delivery");
        let mut reader =
            EntryReader { folder: path::parent(config), delivery, sources: &sources, problems: &mut problems };
        let entries = items(&root, &["releases"]).iter().filter_map(|entry| reader.entry(entry)).collect();
        let packs = items(&root, &["packs"]).iter().filter_map(|pack| reader.path(pack)).collect();
        let lint = reader.lint(&root);
        let diff = DiffSettings { ignore: filters(&root, "ignore"), secrets: filters(&root, "secrets") };
        if !problems.is_empty() {
            return Err(Problems::new(problems, &sources));
        }
        Ok(Some(Self { files, config: config.into(), sources: Arc::new(sources), entries, packs, lint, diff }))
    }
}

struct EntryReader<'a> {
    /// The folder of the file.
    folder: &'a str,
    /// What holds for releases that say nothing else.
    delivery: Option<String>,
    sources: &'a Sources,
    problems: &'a mut Vec<Problem>,
}

impl EntryReader<'_> {
    fn entry(&mut self, entry: &Yaml) -> Option<ReleaseEntry> {
        let Some(spec) = get(entry, "spec") else {
            let problem = Problem::new(Code::MISSING_FIELD, "a release has no `spec`").at(entry.at);
            self.problems.push(problem.help("name its file, or a glob such as `apps/*/release.yaml`"));
            return None;
        };
        let spec = self.path(spec);
        let mut pattern = |key: &str| get(entry, key).and_then(|yaml| self.pattern(yaml));
        let [name, namespace, output, cluster] = ["name", "namespace", "output", "cluster"].map(&mut pattern);
        let mut patterns = |key: &str| items(entry, &[key]).iter().filter_map(|yaml| self.pattern(yaml)).collect();
        let (values, set) = (patterns("values"), patterns("set"));
        let stages: Vec<(String, At)> =
            items(entry, &["stages"]).iter().filter_map(|stage| Some((stage.as_str()?.to_owned(), stage.at))).collect();
        for (i, (stage, at)) in stages.iter().enumerate() {
            if let Some((_, first)) = stages[..i].iter().find(|(earlier, _)| earlier == stage) {
                let problem = Problem::new(Code::DUPLICATE_STAGE, format!("the stage `{stage}` comes twice")).at(*at);
                self.problems.push(problem.also(*first, "first here"));
            }
        }
        let format = match get(entry, "format").and_then(Yaml::as_str) {
            Some("kustomize") => Format::Kustomize,
            Some("chart") => Format::Chart,
            _ => Format::Manifests,
        };
        let delivery = word(entry, "delivery").or_else(|| self.delivery.clone());
        let (at, spec) = (entry.at, spec?);
        Some(ReleaseEntry { at, spec, name, namespace, stages, output, format, values, set, cluster, delivery })
    }

    fn pattern(&mut self, yaml: &Yaml) -> Option<NameTemplate> {
        NameTemplate::new(yaml.as_str()?, yaml.at, self.sources).map_err(|problem| self.problems.push(problem)).ok()
    }

    fn path(&mut self, yaml: &Yaml) -> Option<RepositoryPath> {
        let text = yaml.as_str()?;
        match path::resolve(self.folder, text) {
            Some(path) => Some(RepositoryPath { path, at: yaml.at }),
            None => {
                self.problems.push(outside(text).at(yaml.at));
                None
            }
        }
    }

    fn lint(&mut self, root: &Yaml) -> Lint {
        let mut lint = Lint::default();
        if let Some(Data::Map(rules)) = dig(root, &["lint", "rules"]).map(|rules| &rules.data) {
            for Pair { key, key_at, value } in rules {
                // YAML reads an `off` without quotes as false.
                let level =
                    if let Data::Scalar(Scalar::Bool(false), _) = value.data { Some("off") } else { value.as_str() };
                lint.rules.extend(level.map(|level| (format!("{key}={level}"), *key_at)));
            }
        }
        lint.crds = items(root, &["lint", "crds"]).iter().filter_map(|path| self.path(path)).collect();
        let registries = items(root, &["lint", "privateRegistries"]).iter();
        lint.registries = registries.filter_map(|text| text.as_str().map(str::to_owned)).collect();
        lint
    }
}

/// That `path` cannot be used because it would leave the repository.
pub(super) fn outside(path: &str) -> Problem {
    let problem = Problem::new(Code::OUTSIDE_REPOSITORY, format!("`{path}` is not a path inside the repository"));
    problem.help("paths are relative to this file, with `/` between their steps, and stay inside the repository")
}

fn filters(root: &Yaml, key: &str) -> Vec<Filter> {
    let filters = items(root, &["diff", key]).iter().filter_map(|item| match item.as_str() {
        Some(path) => Some(Filter { path: path.to_owned(), kind: None }),
        None => Some(Filter { path: word(item, "path")?, kind: word(item, "kind") }),
    });
    filters.collect()
}

fn word(yaml: &Yaml, key: &str) -> Option<String> {
    get(yaml, key).and_then(Yaml::as_str).map(str::to_owned)
}

fn get<'y>(yaml: &'y Yaml, key: &str) -> Option<&'y Yaml> {
    yaml.get(key).filter(|value| !value.is_null())
}

fn dig<'y>(yaml: &'y Yaml, path: &[&str]) -> Option<&'y Yaml> {
    path.iter().try_fold(yaml, |yaml, key| get(yaml, key))
}

fn items<'y>(yaml: &'y Yaml, path: &[&str]) -> &'y [Yaml] {
    match dig(yaml, path).map(|yaml| &yaml.data) {
        Some(Data::Seq(items)) => items,
        _ => &[],
    }
}

//! One environment: its `pack.yaml`, its templates and its defaults.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::header::{Dialect, Header, Requirement, RoutemapSettings};
use crate::problem::{Code, Problem, Problems};
use crate::source::{At, SourceId, Sources};
use crate::spec::{Mode, Strategy};
use crate::template::{self, Partials, Template};
use crate::yaml::{self, Data, Yaml};

/// A loaded pack.
#[derive(Debug)]
pub struct Environment {
    /// Its name: that of its folder.
    pub name: String,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// What it makes, in a sentence.
    pub description: String,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// What a version must say.
    pub requires: Vec<Requirement>,
    /// Which fields of a version it uses.
    pub fields: Vec<String>,
    /// The dialect of its matches; none where it has no rules.
    pub dialect: Option<Dialect>,
    /// How its routing is put in a routemap.
    pub routemap: Option<RoutemapSettings>,
    /// A spec to begin with.
    pub example: String,
    /// The lowest layer of every spec.
    pub defaults: Yaml,
    /// The objects of one version, of the application, and the routing objects.
    pub templates: [Templates; 3],
    /// What its templates can include.
    pub partials: Partials,
    /// Whether an object stands for the whole application: the spec's labels and annotations, and a whole Service, are
    /// then the application's too, and cannot name a version.
    pub whole_application: bool,
    /// Whether containers and other parts of an object are called by a version's key alone, where it has one.
    pub short_names: bool,
    /// Whether its weights are percentages: a candidate's is its own, the primary gets what is left.
    pub percent: bool,
    /// Its texts, which errors point into.
    pub sources: Arc<Sources>,
    strategies: BTreeMap<Strategy, Vec<Mode>>,
    max_versions: BTreeMap<Strategy, usize>,
    used: OnceLock<BTreeSet<String>>,
}

/// One of a pack's files.
#[derive(Debug)]
pub struct Templates {
    /// What a manifest's comment calls it: `deployment-istio/version.yaml`.
    pub name: Arc<str>,
    /// Its documents.
    pub documents: Vec<Template>,
}

/// The files of a pack, by name, and what messages call its folder.
#[derive(Debug, Default, Clone)]
pub struct PackFiles {
    /// The folder, as messages call it.
    pub folder: String,
    /// `pack.yaml` and its like.
    pub files: BTreeMap<String, String>,
    /// What its templates can include: names, what messages call them, and their texts.
    pub partials: Arc<BTreeMap<String, (String, String)>>,
    /// The defaults: what messages call them, and their text.
    pub defaults: Option<(String, String)>,
}

/// The names of a pack's templates.
const TEMPLATES: [&str; 3] = ["version.yaml", "application.yaml", "routing.yaml"];

impl Environment {
    /// Compiles the pack called `name`.
    ///
    /// # Errors
    /// Every problem in its files.
    pub fn load(name: &str, pack: &PackFiles) -> Result<Self, Problems> {
        let mut sources = Sources::of_pack();
        let mut problems = Vec::new();
        for file in pack.files.keys() {
            if file != "pack.yaml" && !TEMPLATES.contains(&file.as_str()) {
                let problem = Problem::new(
                    Code::INVALID_PACK,
                    format!("the pack `{name}` has a file `{file}`, which has no meaning"),
                );
                problems.push(problem.help(format!("a pack has pack.yaml, values.yaml and {}", TEMPLATES.join(", "))));
            }
        }
        let header = header(pack, &mut sources, &mut problems);
        let defaults = defaults(pack, &mut sources, &mut problems);
        let templates = TEMPLATES.map(|file| Templates {
            name: format!("{name}/{file}").into(),
            documents: templates(pack, file, &mut sources, &mut problems),
        });
        let partials = partials(pack, &templates, &mut sources, &mut problems);
        let (Some(header), true) = (header, problems.is_empty()) else { return Err(Problems::new(problems, &sources)) };
        Ok(Self {
            name: name.into(),
            aliases: header.aliases,
            description: header.description,
            deprecated: header.deprecated,
            requires: header.requires,
            fields: header.fields,
            dialect: header.dialect,
            routemap: header.routemap,
            example: header.example,
            defaults,
            templates,
            partials,
            whole_application: header.whole_application,
            short_names: header.short_names,
            percent: header.percent,
            sources: Arc::new(sources),
            strategies: header.strategies,
            max_versions: header.max_versions,
            used: OnceLock::new(),
        })
    }

    /// The strategies that it has, in the order of the documentation.
    pub fn strategies(&self) -> impl Iterator<Item = Strategy> {
        self.strategies.keys().copied()
    }

    /// Its strategy that a spec calls `word`.
    ///
    /// # Errors
    /// It has none.
    pub fn strategy(&self, word: &str) -> Result<Strategy, Problem> {
        Strategy::from_word(word).filter(|strategy| self.has(*strategy)).ok_or_else(|| {
            let known: Vec<&str> = self.strategies().map(Strategy::word).collect();
            let problem = Problem::new(Code::NO_SUCH_STRATEGY, format!("`{}` has no strategy `{word}`", self.name));
            problem.help(format!("it has `{}`", known.join("`, `")))
        })
    }

    /// Whether it has `strategy`.
    pub fn has(&self, strategy: Strategy) -> bool {
        !self.modes(strategy).is_empty()
    }

    /// Whether any of its templates looks at the version's field called `name`.
    pub fn uses(&self, name: &str) -> bool {
        let used = self.used.get_or_init(|| {
            let documents = self.templates.iter().flat_map(|templates| &templates.documents);
            let mut names = Vec::new();
            documents.chain(self.partials.values().flatten()).for_each(|template| template.names(&mut names));
            names.iter().filter_map(|name| field_of_version(name)).map(str::to_string).collect()
        });
        used.contains(name)
    }

    /// Whether its routing is an object of its own.
    pub fn has_routes(&self) -> bool {
        let [_, _, routing] = &self.templates;
        !routing.documents.is_empty()
    }

    /// How many versions a release with `strategy` can have at the most, where there is a limit.
    pub fn max_versions(&self, strategy: Strategy) -> Option<usize> {
        self.max_versions.get(&strategy).copied()
    }

    /// Who can evaluate the routing of `strategy`, the preferred one first; nobody, where there is no such strategy.
    pub fn modes(&self, strategy: Strategy) -> &[Mode] {
        self.strategies.get(&strategy).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Environment {
    /// A commented spec for `strategy` to begin with, under the environment's own name or an alias.
    ///
    /// # Errors
    /// The pack's example is not a template.
    pub fn starting_spec(&self, called: &str, strategy: Strategy) -> Result<String, Problems> {
        let engine = minijinja::Environment::empty();
        let strategies: Vec<&str> = self.strategies().map(Strategy::word).collect();
        let context = minijinja::context! { strategy => strategy.word(), strategies => strategies.join(", ") };
        let example = engine.render_str(&self.example, context).map_err(|error| {
            let message = format!("the example of the pack `{}` is not a template: {error}", self.name);
            Problems::from(Problem::new(Code::INVALID_PACK, message))
        })?;
        let mut out = format!("# {}\n", self.description);
        out.push_str("# Render it with: helmwright render NAME -n NAMESPACE -f THIS-FILE\n");
        out.push_str(&format!("environment: {called}\n"));
        if let [preferred, _, ..] = self.modes(strategy) {
            out.push_str("# Who evaluates the routing: `routemap`, the Iter8 controller; `static`, nobody: the routing object is\n");
            out.push_str("# written with these weights, and no route waits until its version is ready.\n");
            out.push_str(&format!("routing: {preferred}\n"));
        }
        out.push_str(example.trim_end());
        out.push('\n');
        Ok(out)
    }
}

impl Templates {
    /// The kinds of the objects that it makes, as far as they are written as they are.
    pub fn kinds(&self) -> Vec<String> {
        let mut kinds = Vec::new();
        self.documents.iter().for_each(|document| document.kinds(&mut kinds));
        kinds
    }
}

fn header(pack: &PackFiles, sources: &mut Sources, problems: &mut Vec<Problem>) -> Option<Header> {
    let Some(text) = pack.files.get("pack.yaml") else {
        problems
            .push(Problem::new(Code::INVALID_PACK, format!("`{}` has no pack.yaml, so it is not a pack", pack.folder)));
        return None;
    };
    let source = sources.add(format!("{}/pack.yaml", pack.folder), text.as_str());
    Header::read(text, source, problems)
}

/// The field of a version that the path `name` leads through.
fn field_of_version(name: &str) -> Option<&str> {
    name.split('.').skip_while(|step| *step != "version").nth(1)
}

fn defaults(pack: &PackFiles, sources: &mut Sources, problems: &mut Vec<Problem>) -> Yaml {
    let (name, text) = pack.defaults.clone().unwrap_or_default();
    let source = sources.add(name, text.as_str());
    let empty = Yaml { data: Data::Map(Vec::new()), at: At::new(source, 0, 0) };
    yaml::load(&text, source, problems)
        .into_iter()
        .next()
        .filter(|yaml| matches!(yaml.data, Data::Map(_)))
        .unwrap_or(empty)
}

fn templates(pack: &PackFiles, file: &str, sources: &mut Sources, problems: &mut Vec<Problem>) -> Vec<Template> {
    let Some(text) = pack.files.get(file) else { return Vec::new() };
    let source = sources.add(format!("{}/{file}", pack.folder), text.as_str());
    compiled(text, source, sources, problems)
}

/// The partials that `templates` include, and those that these include in turn. The others stay uncompiled: a program
/// that renders one release should start at once.
fn partials(pack: &PackFiles, templates: &[Templates], sources: &mut Sources, problems: &mut Vec<Problem>) -> Partials {
    let mut wanted = Vec::new();
    let documents = templates.iter().flat_map(|templates| &templates.documents);
    documents.for_each(|document| document.includes(&mut wanted));
    let mut wanted: Vec<(String, At)> = wanted.into_iter().map(|(name, at)| (name.to_string(), at)).collect();
    let mut partials = Partials::new();
    while let Some((name, at)) = wanted.pop() {
        if partials.contains_key(&name) {
            continue;
        }
        let Some((called, text)) = pack.partials.get(&name) else {
            let known: Vec<&str> = pack.partials.keys().map(String::as_str).collect();
            let problem =
                Problem::new(Code::INVALID_PACK, format!("there is nothing called `{name}` to include")).at(at);
            problems.push(problem.help(format!("there are {}", known.join(", "))));
            continue;
        };
        let source = sources.add(called.as_str(), text.as_str());
        let documents = compiled(text, source, sources, problems);
        let mut more = Vec::new();
        documents.iter().for_each(|document| document.includes(&mut more));
        wanted.extend(more.into_iter().map(|(name, at)| (name.to_string(), at)));
        partials.insert(name, documents);
    }
    partials
}

fn compiled(text: &str, source: SourceId, sources: &Sources, problems: &mut Vec<Problem>) -> Vec<Template> {
    let documents = yaml::load(text, source, problems);
    let documents = documents.iter().filter(|document| !document.is_null());
    documents.map(|document| template::compile(document, sources, problems)).collect()
}

//! One environment: its `pack.yaml`, its templates and its defaults.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use crate::problem::{Code, Problem, Problems};
use crate::source::{At, SourceId, Sources};
use crate::spec::{Mode, fields};
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
    pub routemap: Option<Routemap>,
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
    strategies: BTreeMap<String, Vec<Mode>>,
    max_versions: BTreeMap<String, usize>,
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

/// A field that a version must have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The field.
    pub field: String,
    /// The fields of which any makes it needless; of a whole specification, its `spec`.
    #[serde(default)]
    pub unless: Vec<String>,
}

/// How an environment's routing is put in a routemap.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Routemap {
    /// Iter8's short name of the routing object's kind, such as `vs`.
    #[serde(default)]
    pub gvr_short: Option<String>,
    /// Which objects of a version are watched, by kind, in this order.
    pub watch: Vec<String>,
    /// Whether versions carry a weight wherever there are rules, even if no rule shares by weight.
    #[serde(default)]
    pub always_weighted: bool,
}

/// `pack.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Header {
    description: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    deprecated: Option<String>,
    strategies: BTreeMap<String, Vec<Mode>>,
    #[serde(default)]
    dialect: Option<Dialect>,
    #[serde(default)]
    requires: Vec<Requirement>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    routemap: Option<Routemap>,
    #[serde(default)]
    whole_application: bool,
    #[serde(default)]
    short_names: bool,
    #[serde(default)]
    percent: bool,
    #[serde(default)]
    max_versions: BTreeMap<String, usize>,
    #[serde(default)]
    example: String,
}

/// How a platform writes a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Dialect {
    /// Istio's HTTPMatchRequest: `headers: {name: {exact: value}}`.
    #[serde(rename = "istio")]
    Istio,
    /// The Gateway API's HTTPRouteMatch: `headers: [{name, value}]`.
    #[serde(rename = "gateway-api")]
    Gateway,
}

/// The files of a pack, by name, and what messages call its folder.
#[derive(Debug, Default, Clone)]
pub struct Files {
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
    pub fn load(name: &str, pack: &Files) -> Result<Self, Problems> {
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
    pub fn strategies(&self) -> impl Iterator<Item = &'static str> {
        fields::STRATEGIES.iter().copied().filter(|name| self.strategies.contains_key(*name))
    }

    /// Whether any of its templates looks at the version's field called `name`.
    pub fn uses(&self, name: &str) -> bool {
        let used = self.used.get_or_init(|| {
            let documents = self.templates.iter().flat_map(|templates| &templates.documents);
            let mut names = Vec::new();
            documents.chain(self.partials.values().flatten()).for_each(|template| template.names(&mut names));
            let field = |name: &String| {
                let mut steps = name.split('.').skip_while(|step| *step != "version").skip(1);
                steps.next().map(str::to_string)
            };
            names.iter().filter_map(field).collect()
        });
        used.contains(name)
    }

    /// Whether its routing is an object of its own.
    pub fn has_routes(&self) -> bool {
        let [_, _, routing] = &self.templates;
        !routing.documents.is_empty()
    }

    /// How many versions a release with `strategy` can have at the most, where there is a limit.
    pub fn max_versions(&self, strategy: &str) -> Option<usize> {
        self.max_versions.get(strategy).copied()
    }

    /// Who can evaluate the routing of `strategy`, the preferred one first; nobody, where there is no such strategy.
    pub fn modes(&self, strategy: &str) -> &[Mode] {
        self.strategies.get(strategy).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Environment {
    /// A commented spec for `strategy` to begin with, under the environment's own name or an alias.
    ///
    /// # Errors
    /// The pack's example is no template.
    pub fn starting_spec(&self, called: &str, strategy: &str) -> Result<String, Problems> {
        let engine = minijinja::Environment::empty();
        let strategies: Vec<&str> = self.strategies().collect();
        let context = minijinja::context! { strategy, strategies => strategies.join(", ") };
        let example = engine.render_str(&self.example, context).map_err(|error| {
            let message = format!("the example of the pack `{}` is no template: {error}", self.name);
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

fn header(pack: &Files, sources: &mut Sources, problems: &mut Vec<Problem>) -> Option<Header> {
    let Some(text) = pack.files.get("pack.yaml") else {
        problems
            .push(Problem::new(Code::INVALID_PACK, format!("`{}` has no pack.yaml, so it is no pack", pack.folder)));
        return None;
    };
    let source = sources.add(format!("{}/pack.yaml", pack.folder), text.as_str());
    match serde_yaml::from_str::<Header>(text) {
        Ok(header) => {
            for strategy in header.strategies.keys().filter(|name| !fields::STRATEGIES.contains(&name.as_str())) {
                let start = text.find(strategy.as_str()).unwrap_or(0);
                let at = At::new(source, start, start + strategy.len());
                let problem = Problem::new(Code::NO_SUCH_STRATEGY, format!("there is no strategy `{strategy}`")).at(at);
                problems.push(problem.help(format!("there are {}", fields::STRATEGIES.join(", "))));
            }
            Some(header)
        }
        Err(error) => {
            let line = error.location().map_or(1, |location| location.line() as usize);
            let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
            let length = text[start..].lines().next().map_or(0, str::len);
            let message = error.without_snippet().to_string();
            problems.push(Problem::new(Code::INVALID_PACK, message).at(At::new(source, start, start + length)));
            None
        }
    }
}

fn defaults(pack: &Files, sources: &mut Sources, problems: &mut Vec<Problem>) -> Yaml {
    let (name, text) = pack.defaults.clone().unwrap_or_default();
    let source = sources.add(name, text.as_str());
    let empty = Yaml { data: Data::Map(Vec::new()), at: At::new(source, 0, 0) };
    yaml::load(&text, source, problems)
        .into_iter()
        .next()
        .filter(|yaml| matches!(yaml.data, Data::Map(_)))
        .unwrap_or(empty)
}

fn templates(pack: &Files, file: &str, sources: &mut Sources, problems: &mut Vec<Problem>) -> Vec<Template> {
    let Some(text) = pack.files.get(file) else { return Vec::new() };
    let source = sources.add(format!("{}/{file}", pack.folder), text.as_str());
    compiled(text, source, sources, problems)
}

/// The partials that `templates` include, and those that these include in turn. The others stay uncompiled: a program
/// that renders one release should start at once.
fn partials(pack: &Files, templates: &[Templates], sources: &mut Sources, problems: &mut Vec<Problem>) -> Partials {
    let mut wanted = Vec::new();
    let documents = templates.iter().flat_map(|templates| &templates.documents);
    documents.for_each(|document| document.includes(&mut wanted));
    let owned = |(name, at): (&str, At)| (name.to_string(), at);
    let mut wanted: Vec<(String, At)> = wanted.into_iter().map(owned).collect();
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
        wanted.extend(more.into_iter().map(owned));
        partials.insert(name, documents);
    }
    partials
}

fn compiled(text: &str, source: SourceId, sources: &Sources, problems: &mut Vec<Problem>) -> Vec<Template> {
    let documents = yaml::load(text, source, problems);
    let documents = documents.iter().filter(|document| !document.is_null());
    documents.map(|document| template::compile(document, sources, problems)).collect()
}

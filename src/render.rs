//! A plan and its environment's pack into the objects of the release.

pub mod order;

use std::sync::Arc;

use self::order::{ReleasePart, order};
use crate::bundle::{Bundle, Identity, Manifest};
use crate::kinds;
use crate::node::Node;
use crate::pack::{Catalog, Environment, RoutemapSettings};
use crate::plan::{Plan, ReleaseName};
use crate::problem::{Code, Problem, Problems};
use crate::spec::Mode;
use crate::spec::{Inputs, Spec};
use crate::template::{Error, Evaluator, Fields, Record, Scope, Value};

/// A release and all that was learnt on the way.
#[derive(Debug)]
pub struct Rendered {
    /// Its objects.
    pub bundle: Bundle,
    /// The spec, with the places of its values and what was used of them.
    pub spec: Spec,
    /// The plan.
    pub plan: Arc<Plan>,
    /// The environment.
    pub environment: Arc<Environment>,
    /// The name and namespace that it was rendered for.
    pub release: ReleaseName,
}

impl Rendered {
    /// What in the release is not wrong, but may be a mistake, a line each.
    pub fn remarks(&self) -> Vec<String> {
        let deprecated = self.environment.deprecated.iter();
        let mut remarks: Vec<String> =
            deprecated.map(|reason| format!("`{}`: {reason}", self.environment.name)).collect();
        if !self.plan.remarks.is_empty() {
            let report = Problems::new(self.plan.remarks.clone(), &self.spec.sources).to_string();
            remarks.extend(report.lines().map(str::to_owned));
        }
        remarks
    }
}

/// Reads, plans and renders one release.
///
/// # Errors
/// Every problem found; there is no output then.
pub fn render(inputs: &Inputs, release: &ReleaseName, catalog: &Catalog) -> Result<Rendered, Problems> {
    let mut environment: Option<Result<Arc<Environment>, Problems>> = None;
    let loaded = std::cell::OnceCell::new();
    let spec = Spec::load(inputs, |name| {
        if !catalog.contains(name) {
            return Err(catalog.unknown(name));
        }
        match loaded.get_or_init(|| catalog.environment(name)) {
            Ok(environment) => Ok((&environment.defaults, environment.sources.clone())),
            Err(_) => Err(Problem::new(Code::INVALID_PACK, format!("the pack of `{name}` cannot be used"))),
        }
    });
    if let Some(result) = loaded.get() {
        environment = Some(result.clone());
    }
    let environment = match environment {
        // A broken pack has to be mended first.
        Some(Err(report)) => return Err(report),
        Some(Ok(environment)) => environment,
        None => {
            return Err(spec
                .err()
                .unwrap_or_else(|| Problem::new(Code::NO_ENVIRONMENT, "the spec names no `environment`").into()));
        }
    };
    let spec = spec?;
    let plan = Arc::new(Plan::new(&spec, release, &environment)?);
    let shared = match (plan.routing.mode, &environment.routemap) {
        (Mode::Routemap, Some(_)) => Some(catalog.routemap()?),
        _ => None,
    };
    let renderer =
        Renderer { spec: &spec, plan: &plan, environment: &environment, manifests: Vec::new(), parts: Vec::new() };
    let bundle = renderer.bundle(shared.as_deref())?;
    Ok(Rendered { bundle, spec, plan, environment, release: release.clone() })
}

struct Renderer<'a> {
    spec: &'a Spec,
    plan: &'a Arc<Plan>,
    environment: &'a Environment,
    manifests: Vec<Manifest>,
    /// What each of them is of.
    parts: Vec<ReleasePart>,
}

impl Renderer<'_> {
    fn bundle(mut self, shared: Option<&Environment>) -> Result<Bundle, Problems> {
        let [version_file, application_file, routing_file] = &self.environment.templates;
        let root: Arc<dyn Fields> = self.plan.clone();
        let root = Scope::Root(&root);
        let mut watched = Vec::new();
        for version in &self.plan.versions {
            let scope = Scope::Bound { name: "version", value: Value::Object(version.clone()), up: &root };
            let objects = self.evaluate(version_file, &scope)?;
            if let Some(routemap) = self.environment.routemap.as_ref().filter(|_| shared.is_some()) {
                watched.push((version.clone(), resources(routemap, &objects)));
            }
            self.add(objects, ReleasePart::Version, &version_file.name)?;
        }
        let objects = self.evaluate(application_file, &root)?;
        // Where versions have no objects of their own, they are in the application's.
        let application =
            if version_file.documents.is_empty() { ReleasePart::Version } else { ReleasePart::Application };
        self.add(objects, application, &application_file.name)?;
        let routing = match self.plan.routing.rules.as_slice() {
            [] => Vec::new(),
            _ => self.evaluate(routing_file, &root)?,
        };
        if let (Some(_), [_, second, ..]) = (shared, routing.as_slice()) {
            let kind = second.text_at(&["kind"]).unwrap_or_default();
            let message = format!("{} makes a second object, a {kind}; a routemap holds one", routing_file.name);
            return Err(Problem::new(Code::INVALID_PACK, message)
                .help("set `routing: static`, or leave the routemap out of the pack")
                .into());
        }
        match (shared, &self.environment.routemap) {
            (Some(shared), Some(routemap)) => self.routemap(shared, routemap, watched, routing)?,
            _ => self.add(routing, ReleasePart::Routing, &routing_file.name)?,
        }
        for (i, object) in self.plan.extra.iter().enumerate() {
            // The identity tells the object from all others, and may be in its file's name.
            let metadata = object.get("metadata").unwrap_or(&Node::NULL);
            for node in
                [object.get("apiVersion"), metadata.get("name"), metadata.get("namespace")].into_iter().flatten()
            {
                if matches!(node, Node::Scalar(..)) {
                    self.spec.pins.pin(node.origin());
                }
            }
            self.add(vec![object.clone()], ReleasePart::Extra, &format!("extraObjects[{i}]").into())?;
        }
        if let Some(delivery) = self.plan.delivery {
            order(delivery, &self.parts, &mut self.manifests, &self.spec.pins);
        }
        Ok(Bundle::new(self.manifests))
    }

    fn evaluate(&self, file: &crate::pack::Templates, scope: &Scope<'_>) -> Result<Vec<Node>, Problems> {
        let evaluator = Evaluator::new(&self.spec.pins, &self.environment.partials);
        let mut objects = Vec::new();
        for document in &file.documents {
            let made = evaluator.documents(document, scope).map_err(|error| self.failed(error, file))?;
            objects.extend(made.into_iter().map(|object| self.versioned(object)));
        }
        Ok(objects)
    }

    /// A pack's expression failed: its place, and what of the spec it was about.
    fn failed(&self, error: Error, file: &crate::pack::Templates) -> Problems {
        let Error { message, at, read } = error;
        let message = if at.is_some() { message } else { format!("{message} ({})", file.name) };
        let problem = Problem::new(Code::FAILED_EXPRESSION, message).at(at);
        let problem = match self.spec.places.at(read) {
            Some(place) => problem.also(place, "while rendering this value of the spec"),
            None => problem,
        };
        Problems::new(vec![problem], &self.spec.sources)
    }

    /// The object with the API version that the user picked for its group.
    fn versioned(&self, object: Node) -> Node {
        let picked = self.plan.api_versions.entries();
        if !picked.is_empty() {
            self.spec.pins.pin_node(object.get("apiVersion").unwrap_or(&Node::NULL));
        }
        let picked =
            picked.iter().find(|(group, version)| is_of_group(&object, group) && self.spec.pins.is_given(version));
        let Some((group, version)) = picked else { return object };
        let api_version = Node::Concat([group.clone(), Node::literal("/"), version.clone()].into());
        let entries = object.entries().iter().map(|(key, value)| match key.text().as_deref() {
            Some("apiVersion") => (key.clone(), api_version.clone()),
            _ => (key.clone(), value.clone()),
        });
        Node::map(entries)
    }

    fn wrong(&self, code: Code, message: String, node: &Node) -> Problems {
        let problem = Problem::new(code, message).at(self.spec.places.at(node.origin()));
        Problems::new(vec![problem], &self.spec.sources)
    }

    fn routemap(
        &mut self,
        shared: &Environment,
        routemap: &RoutemapSettings,
        watched: Vec<(Arc<crate::plan::Version>, Vec<Value>)>,
        routing: Vec<Node>,
    ) -> Result<(), Problems> {
        let rules = !self.plan.routing.rules.is_empty();
        let versions = watched.into_iter().map(|(version, resources)| {
            let weight = if rules && routemap.always_weighted { version.get("weight") } else { Node::NULL };
            Value::from(Arc::new(Record::new([
                ("version", Value::Object(version)),
                ("resources", Value::List(resources.into())),
                ("weight", weight.into()),
            ])))
        });
        let record = Arc::new(Record::new([
            ("versions", Value::List(versions.collect())),
            ("gvrShort", routemap.gvr_short.as_deref().map_or(Node::NULL, Node::literal).into()),
            ("template", routing.into_iter().next().unwrap_or(Node::NULL).into()),
        ]));
        let root: Arc<dyn Fields> = self.plan.clone();
        let scope = Scope::Bound { name: "routemap", value: record.into(), up: &Scope::Root(&root) };
        for (file, part) in
            shared.templates.iter().zip([ReleasePart::Weight, ReleasePart::Routing, ReleasePart::Routing])
        {
            let objects = self.evaluate(file, &scope)?;
            self.add(objects, part, &file.name)?;
        }
        Ok(())
    }

    fn add(&mut self, objects: Vec<Node>, part: ReleasePart, source: &Arc<str>) -> Result<(), Problems> {
        for node in objects {
            let wrong = |code, message: String| self.wrong(code, message, &node);
            if !node.is_writable() {
                let message = format!(
                    "an object of {source} has a key that is not a string, or needs weights or availability, which in a \
                     routemap only routing.yaml can use"
                );
                return Err(wrong(Code::INVALID_OBJECT, message));
            }
            // The kind decides where the object stands among the others.
            self.spec.pins.pin_node(node.get("kind").unwrap_or(&Node::NULL));
            let Some(identity) = Identity::from_object(&node) else {
                return Err(self.incomplete(&node, source));
            };
            if let Some((message, value)) = unreadable(&node) {
                let at = self.spec.places.at(value.origin()).or(self.spec.places.at(node.origin()));
                let problem =
                    Problem::new(Code::INVALID_OBJECT, format!("{message}, and is not in {identity} (of {source})"))
                        .at(at);
                return Err(Problems::new(vec![problem], &self.spec.sources));
            }
            if let Some(first) = self.manifests.iter().find(|earlier| earlier.identity.same_object(&identity)) {
                return Err(wrong(
                    Code::DUPLICATE_OBJECT,
                    format!("{identity} comes twice: from {} and from {source}", first.source),
                ));
            }
            self.manifests.push(Manifest { node, source: source.clone(), identity });
            self.parts.push(part);
        }
        Ok(())
    }

    /// An object that does not say what it is: what it lacks, at the value that is none, else at the object.
    fn incomplete(&self, object: &Node, source: &str) -> Problems {
        let is_lacking = |path: &&&[&str]| object.text_at(path).is_none_or(|text| text.is_empty());
        let lacking: Vec<&[&str]> = Identity::REQUIRED.iter().filter(is_lacking).copied().collect();
        let names: Vec<String> = lacking.iter().map(|path| format!("`{}`", path.join("."))).collect();
        let nearest = lacking.first().map_or(object, |path| object.nearest(path));
        let at = self.spec.places.at(nearest.origin()).or_else(|| self.spec.places.at(object.origin()));
        let problem =
            Problem::new(Code::INVALID_OBJECT, format!("an object of {source} lacks {}", names.join(" and "))).at(at);
        let help = "every object says its `apiVersion`, `kind` and `metadata.name`; null and an empty string are none";
        Problems::new(vec![problem.help(help)], &self.spec.sources)
    }
}

/// Whether the API version of `object` is one of the group `group`.
fn is_of_group(object: &Node, group: &Node) -> bool {
    let Some(api_version) = object.text_at(&["apiVersion"]) else { return false };
    api_version.split_once('/').is_some_and(|(name, _)| group.text().as_deref() == Some(name))
}

/// What is wrong with an object's annotations, and the value that is: Helm, too, reads those of every object, and refuses
/// all but a map of scalars (`pkg/releaseutil/manifest.go`).
fn unreadable(object: &Node) -> Option<(String, &Node)> {
    let annotations = object.get("metadata")?.get("annotations")?;
    let Node::Map(entries, _) = annotations else {
        return (!annotations.is_null()).then(|| ("`annotations` must be a map of strings".to_string(), annotations));
    };
    let (key, value) = entries.iter().find(|(_, value)| matches!(value, Node::Map(..) | Node::Seq(..)))?;
    Some((format!("the annotation `{}` must be a string", key.text().unwrap_or_default()), value))
}

/// What of a version's objects the Iter8 controller watches, by the short names that it has for their kinds.
fn resources(routemap: &RoutemapSettings, objects: &[Node]) -> Vec<Value> {
    routemap.watch.iter().filter_map(|kind| resource(kind, objects)).collect()
}

fn resource(kind: &str, objects: &[Node]) -> Option<Value> {
    let object = objects.iter().find(|object| object.text_at(&["kind"]).as_deref() == Some(kind))?;
    let metadata = |key: &str| object.at(&["metadata", key]).cloned().unwrap_or(Node::NULL);
    let short = Node::literal(kinds::gvr_short(kind));
    let fields = [("gvrShort", short), ("name", metadata("name")), ("namespace", metadata("namespace"))];
    Some(Value::from(Arc::new(Record::new(fields))))
}

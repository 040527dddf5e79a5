//! A release with every default and name resolved, and its traffic as data. Nothing here reads a file or knows how
//! any platform says what is planned.

mod constraint;
mod delivery;
mod matches;
mod names;
mod routing;
mod strategy;
mod traffic;
mod version;
mod workload;

use std::sync::Arc;

pub use constraint::{Constraint, words};
pub use delivery::Delivery;
pub use routing::{Condition, Routing, RoutingMirror, RoutingRule, RoutingShare};
pub use version::Version;

use crate::node::{Field, Node, Origin, Scalar};
use crate::pack::Environment;
use crate::problem::{Code, Problem, Problems};
use crate::spec::{Mode, Spec, Strategy, fields};
use crate::template::{Fields, Record, Value};

/// A spec's name and namespace, as given to Helm.
#[derive(Debug, Clone, Default)]
pub struct ReleaseName {
    /// Its name; the spec's `application.metadata.name` goes before it.
    pub name: Option<Arc<str>>,
    /// Its namespace, `default` if none is given; the spec's `application.metadata.namespace` goes before it.
    pub namespace: Option<Arc<str>>,
}

/// A resolved release.
#[derive(Debug)]
pub struct Plan {
    /// The name and namespace of the application.
    pub application: Arc<Application>,
    /// The versions, the primary first.
    pub versions: Vec<Arc<Version>>,
    /// How traffic is shared among them.
    pub routing: Arc<Routing>,
    /// More objects, as they are.
    pub extra: Vec<Node>,
    /// The API versions that the user picked, by group.
    pub api_versions: Node,
    /// Who brings it into the cluster, where the spec says so.
    pub delivery: Option<Delivery>,
    /// What must hold across values.
    pub constraints: Vec<Constraint>,
    /// What of the spec is valid, but probably not meant.
    pub remarks: Vec<Problem>,
    environment: Node,
    root: Node,
}

/// What is common to all versions.
#[derive(Debug, Clone)]
pub struct Application {
    /// The name of the application: the spec's, else the release's.
    pub name: Node,
    /// Its namespace, likewise.
    pub namespace: Node,
    /// What else the spec says of it, and what follows from that.
    fields: Vec<(&'static str, Node)>,
}

/// The fields of [`Application`] besides its name and namespace.
const APPLICATION: [&str; 9] =
    ["labels", "annotations", "service", "serviceAccount", "algorithm", "epsilon", "seldon", "tagRouting", "ports"];

impl Plan {
    /// Plans `release` of `spec` for `environment`.
    ///
    /// # Errors
    /// Every problem found.
    pub fn new(spec: &Spec, release: &ReleaseName, environment: &Environment) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let plan = Planner { spec, environment, problems: &mut problems, constraints: Vec::new(), remarks: Vec::new() }
            .plan(release);
        match plan {
            Some(plan) if problems.is_empty() => Ok(plan),
            _ => Err(Problems::new(problems, &spec.sources)),
        }
    }
}

impl Fields for Plan {
    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "environment" => self.environment.clone().into(),
            "application" => self.application.clone().into(),
            "versions" => Value::list(&self.versions),
            "routing" => self.routing.clone().into(),
            _ => {
                let field = fields::ROOT.iter().find(|field| field.name == name)?;
                self.root.get(field.name).cloned().unwrap_or(Node::NULL).into()
            }
        })
    }

    fn names(&self) -> Vec<&str> {
        let plain = fields::ROOT.iter().map(|field| field.name);
        plain
            .filter(|name| !matches!(*name, "extraObjects" | "apiVersions" | "chart" | "delivery"))
            .chain(["versions"])
            .collect()
    }
}

impl Fields for Application {
    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "name" => Some(self.name.clone().into()),
            "namespace" => Some(self.namespace.clone().into()),
            _ => match self.fields.iter().find(|(field, _)| *field == name) {
                Some((_, node)) => Some(node.clone().into()),
                None => APPLICATION.contains(&name).then_some(Value::NULL),
            },
        }
    }

    fn names(&self) -> Vec<&str> {
        ["name", "namespace"].into_iter().chain(APPLICATION).collect()
    }
}

/// The entry `key` of a map; null where there is none.
fn child(node: &Node, key: &str) -> Node {
    node.get(key).cloned().unwrap_or(Node::NULL)
}

/// What planning needs at hand.
struct Planner<'a> {
    spec: &'a Spec,
    environment: &'a Environment,
    problems: &'a mut Vec<Problem>,
    constraints: Vec<Constraint>,
    /// What is valid, but probably not meant.
    remarks: Vec<Problem>,
}

impl Planner<'_> {
    fn plan(mut self, release: &ReleaseName) -> Option<Plan> {
        let spec = self.spec;
        let application_node = spec.get(&["application"]);
        if application_node.is_null() {
            let problem = Problem::new(Code::NO_APPLICATION, "the spec has no `application`")
                .at(spec.places.at(application_node.origin()));
            self.problems.push(problem.help("it holds the `versions` to release"));
            return None;
        }
        let environment = spec.get(&["environment"]).clone();
        spec.pins.pin(environment.origin());
        let application = Arc::new(self.application(release)?);
        let strategy = self.strategy();
        let mode = strategy.and_then(|strategy| self.mode(strategy));
        let versions = self.versions(&application, mode == Some(Mode::Routemap));
        let (strategy, mode, mut versions) = (strategy?, mode?, versions?);
        let routing = self.routing(strategy, mode, &application, &mut versions);
        let root = self.expanded(&spec.root, &application);
        let extra = root.get("extraObjects").cloned().unwrap_or(Node::NULL);
        spec.pins.pin(extra.origin());
        Some(Plan {
            extra: extra.items().to_vec(),
            api_versions: root.get("apiVersions").cloned().unwrap_or(Node::NULL),
            delivery: Delivery::of(spec.get(&["delivery"]), &spec.pins),
            routing: Arc::new(routing?),
            application,
            versions,
            constraints: self.constraints,
            remarks: self.remarks,
            environment,
            root,
        })
    }

    /// The strategy, if the environment has it.
    fn strategy(&mut self) -> Option<Strategy> {
        let field: Field<Arc<str>> = Field::new(self.spec.get(&["application", "strategy"]).clone());
        let word = field.pin(&self.spec.pins).unwrap_or_else(|| Strategy::None.word().into());
        let strategy = self.environment.strategy(&word);
        strategy.map_err(|problem| self.problems.push(problem.at(self.at(&field.node())))).ok()
    }

    /// Who evaluates the routing: what the spec says, else what the environment prefers for the strategy.
    fn mode(&mut self, strategy: Strategy) -> Option<Mode> {
        let field: Field<Arc<str>> = Field::new(self.spec.get(&["routing"]).clone());
        let modes = self.environment.modes(strategy);
        let Some(word) = field.pin(&self.spec.pins) else { return modes.first().copied() };
        let mode = Mode::from_word(&word).filter(|mode| modes.contains(mode));
        if mode.is_none() {
            let environment = &self.environment.name;
            let message = format!("`{environment}` cannot do the strategy `{strategy}` with `routing: {word}`");
            let known: Vec<String> = modes.iter().map(|mode| format!("`routing: {mode}`")).collect();
            let problem = Problem::new(Code::UNSUPPORTED_ROUTING, message).at(self.at(&field.node()));
            self.problems.push(problem.help(format!("it can with {}", known.join(" or "))));
        }
        mode
    }

    fn at(&self, node: &Node) -> Option<crate::source::At> {
        self.spec.places.at(node.origin())
    }

    /// `node`, or `default` where it is absent.
    fn given_or(&self, node: Node, default: Node) -> Node {
        if self.spec.pins.is_given(&node) { node } else { default }
    }

    /// Keeps `constraint`; where it is broken, that is a problem, which `place` finishes.
    fn constrain(&mut self, constraint: Constraint, place: impl FnOnce(Problem) -> Problem) {
        self.problems.extend(constraint.broken().map(place));
        self.constraints.push(constraint);
    }

    fn release_name(&mut self, release: &ReleaseName) -> Node {
        match &release.name {
            Some(name) => Node::Scalar(Scalar::Str(name.clone()), Origin::ReleaseName),
            None => Node::NULL,
        }
    }

    fn application(&mut self, release: &ReleaseName) -> Option<Application> {
        let release_name = self.release_name(release);
        let namespace = release.namespace.clone().unwrap_or_else(|| "default".into());
        let release_namespace = Node::Scalar(Scalar::Str(namespace), Origin::ReleaseNamespace);
        let outer = Record::new([(
            "release",
            Value::from(Arc::new(Record::new([
                ("name", release_name.clone()),
                ("namespace", release_namespace.clone()),
            ]))),
        )]);
        let outer: Arc<dyn Fields> = Arc::new(outer);
        let spec = self.spec;
        let [name, namespace] = ["name", "namespace"].map(|key| spec.get(&["application", "metadata", key]));
        let (name, namespace) = (self.expand(name, &outer), self.expand(namespace, &outer));
        let name = self.given_or(name, release_name);
        let namespace = self.given_or(namespace, release_namespace);
        if name.is_null() {
            let problem = Problem::new(Code::NO_RELEASE_NAME, "the release has no name");
            self.problems
                .push(problem.help("give it on the command line, or as `application.metadata.name` in the spec"));
            return None;
        }
        self.name_rule(&name, "the application's name");
        self.name_rule(&namespace, "the application's namespace");
        let application = Arc::new(Application { name, namespace, fields: Vec::new() });
        let fields = self.application_fields(&application);
        Some(Application { fields, ..Arc::unwrap_or_clone(application) })
    }
}

//! One version of the application, resolved.

use std::sync::Arc;

use super::{Application, Planner};
use crate::node::{Field, Node, Origin};
use crate::pack::{Fields, Record, Value};
use crate::problem::Problem;
use crate::spec::{names, workload};

/// A version with its names, its metadata, and its workload over the application's defaults.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its position; the primary's is 0.
    pub index: usize,
    /// What tells it from its siblings: its key where `versions` is a map, else its position.
    pub key: Node,
    /// `<application>-<key>`, unless its metadata names it.
    pub name: Node,
    /// The application's namespace, unless its metadata names one.
    pub namespace: Node,
    /// Name, namespace, labels and annotations of its objects.
    pub metadata: Node,
    /// Whether its own weight counts: it shares traffic by weight, or a percentage is mirrored to it.
    pub weighted: bool,
    /// Which requests it gets, as the user wrote it.
    pub matches: Node,
    /// Which requests it gets as a canary that does not say so; null for a share by weight.
    pub default_matches: Node,
    workload: Vec<(&'static str, Node)>,
    origin: Origin,
}

impl Version {
    /// A field of the [`workload`]; null where it is absent.
    pub fn get(&self, name: &str) -> Node {
        self.workload.iter().find(|(own, _)| *own == name).map_or(Node::NULL, |(_, node)| node.clone())
    }

    /// Its place in the spec.
    pub fn origin(&self) -> Origin {
        self.origin
    }
}

/// The plan's names for the objects that a specification can replace.
const SPECIFICATIONS: [(&str, &str); 3] = [
    ("deployment", "deploymentSpecification"),
    ("service", "serviceSpecification"),
    ("inferenceService", "inferenceServiceSpecification"),
];

impl Fields for Version {
    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "index" => Node::int(self.index).into(),
            "key" => self.key.clone().into(),
            "name" => self.name.clone().into(),
            "namespace" => self.namespace.clone().into(),
            "metadata" => self.metadata.clone().into(),
            "primary" => Node::bool(self.index == 0).into(),
            "weighted" => Node::bool(self.weighted).into(),
            _ => return self.workload.iter().find(|(own, _)| *own == name).map(|(_, node)| node.clone().into()),
        })
    }

    fn names(&self) -> Vec<&str> {
        let own = ["index", "key", "name", "namespace", "metadata", "primary", "weighted"];
        own.into_iter().chain(self.workload.iter().map(|(name, _)| *name)).collect()
    }

    fn origin(&self) -> Origin {
        self.origin
    }
}

impl Planner<'_> {
    /// All versions, the primary first; `watched` says whether Iter8's controller is to watch their objects.
    pub(super) fn versions(&mut self, application: &Arc<Application>, watched: bool) -> Option<Vec<Arc<Version>>> {
        let node = self.spec.get(&["application", "versions"]);
        self.spec.pins.pin(node.origin());
        let entries = match node {
            Node::Seq(items, _) => {
                self.no_primary();
                items.iter().enumerate().map(|(i, v)| (Node::literal(i.to_string()), v)).collect()
            }
            Node::Map(..) => self.keyed(node)?,
            _ => {
                // Where the defaults are all there is of it, the user has nothing to be pointed at.
                let at = self.at(self.spec.get(&["application"]));
                let at = at.filter(|at| at.source.0 < crate::source::Sources::PACKS);
                let problem = Problem::new("the application has no `versions`").at(at);
                self.problems.push(problem.help("list at least one version; the first is the primary"));
                return None;
            }
        };
        let versions: Vec<Arc<Version>> = entries
            .into_iter()
            .enumerate()
            .map(|(index, (key, entry))| Arc::new(self.version(index, key, entry, application, watched)))
            .collect();
        for (i, version) in versions.iter().enumerate() {
            let same = |other: &&Arc<Version>| other.name.text() == version.name.text();
            if let Some(first) = versions[..i].iter().find(same) {
                let at = self.at(&version.name).or(self.spec.places.at(version.origin));
                let problem =
                    Problem::new(format!("two versions are called `{}`", version.name.text().unwrap_or_default()));
                let first = self.at(&first.name).or(self.spec.places.at(first.origin));
                let problem = first.into_iter().fold(problem.at(at), |p, first| p.also(first, "so is this one"));
                self.problems.push(problem.help("give one of them another `metadata.name`"));
            }
        }
        Some(versions)
    }

    /// Notes a `primary` where `versions` is a list, whose first is the primary whatever it says.
    fn no_primary(&mut self) {
        let primary = self.spec.get(&["application", "primary"]);
        if !primary.is_null() {
            let problem = Problem::new("`primary` has no meaning where `versions` is a list: its first is the primary");
            let at = self.at(primary);
            self.problems.push(problem.at(at).help("take it out, or make `versions` a map by name"));
        }
    }

    /// The entries of a map of versions: the primary, then the others by name, so that sorting the map changes nothing.
    fn keyed<'n>(&mut self, node: &'n Node) -> Option<Vec<(Node, &'n Node)>> {
        let primary: Field<Arc<str>> = Field::new(self.spec.get(&["application", "primary"]).clone());
        let mut entries: Vec<(Node, &Node)> = node.entries().iter().map(|(key, value)| (key.clone(), value)).collect();
        entries.sort_by_key(|(key, _)| key.text());
        let names: Vec<String> = entries.iter().filter_map(|(key, _)| key.text()).collect();
        let Some(name) = primary.pin(&self.spec.pins) else {
            let problem = Problem::new("`versions` is a map, so `primary` must name the primary version");
            let at = self.at(node);
            self.problems.push(problem.at(at).help(format!("add `primary: {}` beside it", names.first()?)));
            return None;
        };
        let Some(position) = names.iter().position(|own| **own == *name) else {
            let problem = Problem::new(format!("`primary` names `{name}`, which is no version"));
            let at = self.at(&primary.node());
            self.problems.push(problem.at(at).help(format!("the versions are {}", names.join(", "))));
            return None;
        };
        let first = entries.remove(position);
        entries.insert(0, first);
        Some(entries)
    }

    fn version(
        &mut self,
        index: usize,
        key: Node,
        entry: &Node,
        application: &Arc<Application>,
        watched: bool,
    ) -> Version {
        let metadata = |key: &str| entry.get("metadata").and_then(|m| m.get(key)).cloned().unwrap_or(Node::NULL);
        let scope = |name: Node, namespace: Node| -> Arc<dyn Fields> {
            let names = [("name", name), ("namespace", namespace), ("key", key.clone()), ("index", Node::int(index))];
            Arc::new(Record::new([
                ("application", Value::Object(application.clone())),
                ("version", Arc::new(Record::new(names)).into()),
            ]))
        };
        let derived = Node::Concat([application.name.clone(), Node::literal("-"), key.clone()].into());
        let first_names = scope(derived.clone(), application.namespace.clone());
        let own = |node: Node, default: Node| if node.is_null() { default } else { node };
        let name = own(self.expand(&metadata("name"), &first_names), derived);
        let namespace = own(self.expand(&metadata("namespace"), &first_names), application.namespace.clone());
        // What the application is called is judged there, once.
        let of_application = |node: &Node| node.text().and_then(|text| names::dns_label(&text)).is_some();
        if !of_application(&application.name) || !metadata("name").is_null() {
            self.name_rule(&name, "the version's name");
        }
        if !metadata("namespace").is_null() {
            self.name_rule(&namespace, "the version's namespace");
        }

        let scoped = scope(name.clone(), namespace.clone());
        let mut both = |key: &str| {
            let common = self.spec.get(&["application", "metadata", key]);
            let merged = Node::merged(&metadata(key), common, &self.spec.pins);
            self.expand(&merged, &scoped)
        };
        let (mut labels, annotations) = (both("labels"), both("annotations"));
        self.label_values(&labels);
        if watched {
            // The controller sees only objects with this label, whatever the user's labels say.
            self.spec.pins.pin(labels.origin());
            let others = labels.entries().iter().filter(|(key, _)| key.text().as_deref() != Some(WATCH)).cloned();
            labels = Node::map(others.chain([(Node::literal(WATCH), Node::literal("true"))]).collect::<Vec<_>>());
        }
        let parts = [
            ("name", name.clone()),
            ("namespace", namespace.clone()),
            ("labels", labels),
            ("annotations", annotations),
        ];
        let filled =
            parts.into_iter().filter(|(_, node)| !node.is_null() && !matches!(node, Node::Map(e, _) if e.is_empty()));
        let metadata = Node::map(filled.map(|(key, node)| (Node::literal(key), node)).collect::<Vec<_>>());

        let application_node = self.spec.get(&["application"]);
        let mut workload: Vec<(&'static str, Node)> = Vec::with_capacity(workload::all().count() + 16);
        for field in workload::all() {
            let get = |node: &Node| node.get(field.name).cloned().unwrap_or(Node::NULL);
            let merged = Node::merged(&get(entry), &get(application_node), &self.spec.pins);
            workload.push((field.name, self.expand(&merged, &scoped)));
        }
        let matches = ["match", "matches"].into_iter().find_map(|key| entry.get(key).filter(|node| !node.is_null()));
        let matches = self.expand(&matches.cloned().unwrap_or(Node::NULL), &scoped);
        let default_matches = self.expand(self.spec.get(&["application", "canary", "match"]), &scoped);
        let mut version = Version {
            index,
            key,
            name,
            namespace,
            metadata,
            weighted: false,
            matches,
            default_matches,
            workload,
            origin: entry.origin(),
        };
        self.specifications(&mut version);
        version
    }

    /// Adds what a version's whole specifications say of its objects: metadata over the version's, and the spec.
    fn specifications(&mut self, version: &mut Version) {
        for (object, field) in SPECIFICATIONS {
            let specification = version.get(field);
            let get = |key: &str| specification.get(key).cloned().unwrap_or(Node::NULL);
            let metadata = Node::merged(&get("metadata"), &version.metadata, &self.spec.pins);
            if let Some(name) = get("metadata").get("name") {
                self.name_rule(&name.clone(), "the object's name");
            }
            let parts = [("metadata", metadata), ("spec", get("spec"))];
            let parts = parts.into_iter().filter(|(_, node)| !node.is_null());
            version.workload.push((object, Node::map(parts.map(|(k, v)| (Node::literal(k), v)).collect::<Vec<_>>())));
        }
        // Iter8 takes the port of a whole Service from here, not from its spec.
        let service = version.get("serviceSpecification");
        let first = service.get("ports").and_then(|ports| ports.items().first()?.get("port")).cloned();
        if let (Some(port), Some((_, own))) = (first, version.workload.iter_mut().find(|(name, _)| *name == "port")) {
            *own = port;
        }
        self.required(version);
    }

    /// Notes each field that the environment cannot do without.
    fn required(&mut self, version: &Version) {
        for rule in &self.environment.requires {
            let replaced = rule.unless.as_deref().is_some_and(|field| version.get(field).get("spec").is_some());
            if !replaced && version.get(&rule.field).is_null() {
                let at = self.spec.places.at(version.origin);
                let problem = Problem::new(format!(
                    "the version `{}` has no `{}`",
                    version.name.text().unwrap_or_default(),
                    rule.field
                ));
                let unless = rule.unless.as_ref().map(|field| format!(", or a whole `{field}`")).unwrap_or_default();
                self.problems
                    .push(problem.at(at).help(format!("give it here, or at `application` for all versions{unless}")));
            }
        }
    }

    fn label_values(&mut self, labels: &Node) {
        for (key, value) in labels.entries() {
            if let (Node::Concat(_), Some(text)) = (value, value.text())
                && let Some(why) = crate::spec::names::label_value(&text)
            {
                let label = key.text().unwrap_or_default();
                self.problems
                    .push(Problem::new(format!("the value `{text}` of `{label}` is not a label value: {why}")));
            }
        }
    }
}

/// The label that Iter8's controller looks for.
const WATCH: &str = "iter8.tools/watch";

//! One version of the application, resolved.

use std::sync::Arc;

use super::{Application, Constraint, Planner, child, words};
use crate::node::{Field, Node, Origin};
use crate::problem::{Code, Problem};
use crate::source::At;
use crate::spec::{names, workload};
use crate::template::{Fields, Record, Value};

/// A version with its names, its metadata, and its workload over the application's defaults.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its position; the primary's is 0.
    pub index: usize,
    /// Whether it is the newest: the last candidate, or the primary where there is none.
    pub last: bool,
    /// What tells it from its siblings: its key where `versions` is a map, else its position.
    pub key: Node,
    /// `<application>-<key>`, unless its metadata names it.
    pub name: Node,
    /// The application's namespace, unless its metadata names one.
    pub namespace: Node,
    /// Name, namespace, labels and annotations of its objects.
    pub metadata: Node,
    /// Whether its weight counts: it shares traffic by weight, or a percentage is mirrored to it.
    pub weighted: bool,
    /// Which requests it gets, as the user wrote it.
    pub matches: Node,
    /// Which requests it gets as a canary that does not say so; null for a share by weight.
    pub default_matches: Node,
    /// The application's name.
    pub(super) application_name: Node,
    /// The fields that are there.
    workload: Vec<(&'static str, Node)>,
    origin: Origin,
}

/// What planning adds to the fields of the table.
const DERIVED: [&str; 7] =
    ["short", "podAnnotations", "configMap", "serviceAccountName", "deployment", "service", "inferenceService"];

impl Version {
    /// Gives a field another value.
    pub(super) fn set(&mut self, name: &'static str, node: Node) {
        match self.workload.iter_mut().find(|(field, _)| *field == name) {
            Some((_, value)) => *value = node,
            None if node.is_null() => {}
            None => self.workload.push((name, node)),
        }
    }

    /// A field of the [`workload`]; null where it is absent.
    pub fn get(&self, name: &str) -> Node {
        self.workload.iter().find(|(field, _)| *field == name).map_or(Node::NULL, |(_, node)| node.clone())
    }

    /// The fields of the [`workload`] that are there.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, &Node)> {
        self.workload.iter().filter(|(_, node)| !node.is_null()).map(|(name, node)| (*name, node))
    }

    /// Its place in the spec.
    pub fn origin(&self) -> Origin {
        self.origin
    }
}

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
            "last" => Node::bool(self.last).into(),
            _ => match self.workload.iter().find(|(field, _)| *field == name) {
                Some((_, node)) => node.clone().into(),
                None if DERIVED.contains(&name) || workload::all().any(|field| field.name == name) => Value::NULL,
                None => return None,
            },
        })
    }

    fn names(&self) -> Vec<&str> {
        let resolved = ["index", "key", "name", "namespace", "metadata", "primary", "last", "weighted"];
        resolved.into_iter().chain(DERIVED).chain(workload::all().map(|field| field.name)).collect()
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
                // Where all of it comes from the defaults, there is no place in the user's files to point at.
                let at = self.at(node).or(self.at(self.spec.get(&["application"])));
                let at = at.filter(|at| !at.is_in_pack());
                let problem = Problem::new(Code::NO_VERSIONS, "the application has no `versions`").at(at);
                self.problems.push(problem.help("list at least one version; the first is the primary"));
                return None;
            }
        };
        let mut versions: Vec<Version> = entries
            .into_iter()
            .enumerate()
            .map(|(index, (key, entry))| self.version(index, key, entry, application, watched))
            .collect();
        if let Some(last) = versions.last_mut() {
            last.last = true;
        }
        let versions: Vec<Arc<Version>> = versions.into_iter().map(Arc::new).collect();
        for (i, version) in versions.iter().enumerate() {
            let name = version.name.text();
            if let Some(first) = versions[..i].iter().find(|first| first.name.text() == name) {
                let name = name.unwrap_or_default();
                let problem = Problem::new(Code::DUPLICATE_VERSION, names::filled(words::DISTINCT, &[&name]))
                    .at(self.named_at(version));
                let first = self.named_at(first);
                let problem = first.into_iter().fold(problem, |p, first| p.also(first, "so is this one"));
                self.problems.push(problem.help("give one of them another `metadata.name`"));
            }
        }
        let names = versions.iter().map(|version| version.name.clone()).collect();
        self.constraints.push(Constraint::Distinct { names });
        Some(versions)
    }

    /// Notes a `primary` where `versions` is a list, whose first is the primary whatever it says.
    fn no_primary(&mut self) {
        let primary = self.spec.get(&["application", "primary"]);
        if !primary.is_null() {
            let problem = Problem::new(
                Code::INVALID_PRIMARY,
                "`primary` has no meaning where `versions` is a list: its first is the primary",
            );
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
            let problem =
                Problem::new(Code::INVALID_PRIMARY, "`versions` is a map, so `primary` must name the primary version");
            let at = self.at(node);
            self.problems.push(problem.at(at).help(format!("add `primary: {}` beside it", names.first()?)));
            return None;
        };
        let Some(position) = names.iter().position(|version| **version == *name) else {
            let problem =
                Problem::new(Code::INVALID_PRIMARY, format!("`primary` names `{name}`, which is not a version"));
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
        let written = child(entry, "metadata");
        let derived = Node::Concat([application.name.clone(), Node::literal("-"), key.clone()].into());
        // Expressions in its name and namespace see those that it has by default.
        let first_names = scope(application, index, &key, &derived, &application.namespace);
        let name = self.expand(&child(&written, "name"), &first_names);
        let name = self.given_or(name, derived);
        let namespace = self.expand(&child(&written, "namespace"), &first_names);
        let namespace = self.given_or(namespace, application.namespace.clone());
        // A wrong name of the application is a problem there, once, and not in each version whose name begins with it.
        let is_application_wrong = application.name.text().and_then(|text| names::dns_label(&text)).is_some();
        if !is_application_wrong || !child(&written, "name").is_null() {
            self.name_rule(&name, "the version's name");
        }
        if !child(&written, "namespace").is_null() {
            self.name_rule(&namespace, "the version's namespace");
        }

        let scoped = scope(application, index, &key, &name, &namespace);
        let mut labels = self.expand(&child(&written, "labels"), &scoped);
        let annotations = self.expand(&child(&written, "annotations"), &scoped);
        self.label_values(&labels);
        if watched {
            // The controller sees only objects with this label, whatever the user's labels say.
            self.spec.pins.pin(labels.origin());
            let kept = labels.entries().iter().filter(|(key, _)| key.text().as_deref() != Some(WATCH)).cloned();
            labels = Node::map(kept.chain([(Node::literal(WATCH), Node::literal("true"))]));
        }
        let parts = [
            ("name", name.clone()),
            ("namespace", namespace.clone()),
            ("labels", labels),
            ("annotations", annotations),
        ];
        let pins = &self.spec.pins;
        let filled = parts.into_iter().filter(|(_, node)| {
            let empty = matches!(node, Node::Map(entries, _) if entries.is_empty());
            if empty {
                // It cannot be a dial: with an entry in it, the key would have to be written.
                pins.pin(node.origin());
            }
            !empty && !node.is_null()
        });
        let metadata = Node::object(filled);

        let mut workload: Vec<(&'static str, Node)> = Vec::new();
        for (key, value) in entry.entries().iter().filter(|(_, value)| !value.is_null()) {
            if let Some(field) = key.text().and_then(|key| workload::all().find(|field| field.name == key)) {
                workload.push((field.name, self.expand(value, &scoped)));
            }
        }
        let matches = ["match", "matches"].into_iter().find_map(|key| entry.get(key).filter(|node| !node.is_null()));
        let matches = self.expand(&matches.cloned().unwrap_or(Node::NULL), &scoped);
        let default_matches = self.expand(self.spec.get(&["application", "canary", "match"]), &scoped);
        let mut version = Version {
            index,
            last: false,
            application_name: application.name.clone(),
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
        self.workload(&mut version);
        self.ranges(&version);
        version
    }

    /// Where a version's name stands, or else the version.
    fn named_at(&self, version: &Version) -> Option<At> {
        self.at(&version.name).or(self.spec.places.at(version.origin))
    }

    /// The fewest pods are not more than the most.
    fn ranges(&mut self, version: &Version) {
        let autoscaling = version.get("autoscaling");
        let pairs = [
            // KServe takes a maximum of 0 for no limit.
            (version.get("minReplicas"), version.get("maxReplicas"), true),
            (child(&autoscaling, "minReplicas"), child(&autoscaling, "maxReplicas"), false),
        ];
        for (low, high, unlimited) in pairs {
            if low.is_null() || high.is_null() {
                continue;
            }
            let at = self.at(&low);
            let (low, high) = (("minReplicas", low), ("maxReplicas", high));
            self.constrain(Constraint::Ordered { low, high, unlimited }, |problem| problem.at(at));
        }
    }

    fn label_values(&mut self, labels: &Node) {
        for (key, value) in labels.entries() {
            if let Node::Concat(_) = value {
                let label = key.text().unwrap_or_default();
                self.constrain(Constraint::LabelValue { label, value: value.clone() }, |problem| problem);
            }
        }
    }
}

/// What expressions of a version can name.
fn scope(application: &Arc<Application>, index: usize, key: &Node, name: &Node, namespace: &Node) -> Arc<dyn Fields> {
    let version = Record::new([
        ("name", name.clone()),
        ("namespace", namespace.clone()),
        ("key", key.clone()),
        ("index", Node::int(index)),
    ]);
    let application = Value::Object(application.clone());
    Arc::new(Record::new([("application", application), ("version", Arc::new(version).into())]))
}

/// The label that Iter8's controller looks for.
const WATCH: &str = "iter8.tools/watch";

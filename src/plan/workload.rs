//! A version's workload in Kubernetes' own words: short forms written out, and what follows from a field.

use std::sync::Arc;

use super::version::Version;
use super::{Application, Planner, child};
use crate::node::{Field, Node, Symbol};
use crate::problem::{Code, Problem};
use crate::spec::workload;
use crate::template::{Fields, Record, Value};

/// The plan's names for the objects that a specification can replace.
const SPECIFICATIONS: [(&str, &str); 3] = [
    ("deployment", "deploymentSpecification"),
    ("service", "serviceSpecification"),
    ("inferenceService", "inferenceServiceSpecification"),
];

impl Planner<'_> {
    /// Writes out the short forms of `version`'s fields, and adds what follows from them.
    pub(super) fn workload(&mut self, version: &mut Version) {
        let more = version.given().any(|(name, _)| workload::MORE.iter().any(|field| field.name == name));
        self.unused(version);
        version.set("short", self.short_name(version));
        if !self.spec.pins.is_given(&version.get("containerName")) {
            let name = if self.environment.short_names { version.get("short") } else { version.name.clone() };
            version.set("containerName", name);
        }
        self.config(version);
        for name in ["env", "imagePullSecrets"] {
            let written = match name {
                "env" => self.environment_variables(&version.get(name)),
                _ => self.references(&version.get(name)),
            };
            version.set(name, written);
        }
        let port = self.probed_port(version);
        for probe in ["readinessProbe", "livenessProbe", "startupProbe"] {
            let written = self.probe(probe, &version.get(probe), &port);
            version.set(probe, written);
        }
        self.volumes(version);
        self.service_account(version);
        for (object, field) in SPECIFICATIONS {
            let specification = version.get(field);
            let (metadata, spec) = (child(&specification, "metadata"), child(&specification, "spec"));
            if let Some(name) = metadata.get("name") {
                self.name_rule(name, "the object's name");
            }
            let metadata = Node::merged(&metadata, &version.metadata, &self.spec.pins);
            let given = self.spec.pins.is_given(&spec);
            if given {
                // Whether it replaces what is generated, or is merged over it, depends on which other fields there are.
                workload::MORE.iter().for_each(|field| self.spec.pins.need(&version.get(field.name)));
            }
            let replaces = Node::bool(given && !more);
            version.set(object, Node::filled([("metadata", metadata), ("spec", spec), ("replaces", replaces)]));
        }
        // Iter8 takes the port of a whole Service from here, not from its spec.
        let service = version.get("serviceSpecification");
        if let Some(port) = service.get("ports").and_then(|ports| ports.items().first()?.get("port")) {
            self.spec.pins.need(port);
            version.set("port", port.clone());
        }
        self.required(version);
    }

    /// What the application's own objects are made of: its metadata, its whole Service, its service account.
    pub(super) fn application_fields(&mut self, application: &Arc<Application>) -> Vec<(&'static str, Node)> {
        let scope: Arc<dyn Fields> = Arc::new(Record::new([("application", Value::Object(application.clone()))]));
        let whole = self.environment.whole_application;
        let spec = self.spec;
        let mut fields = Vec::new();
        for name in ["algorithm", "epsilon", "seldon", "tagRouting"] {
            fields.push((name, self.expand(spec.get(&["application", name]), &scope)));
        }
        // Where no object stands for the whole application, this is a default of the versions, and may name them.
        if whole {
            fields.push(("service", self.expand(spec.get(&["application", "serviceSpecification"]), &scope)));
        }
        // A map is an account to create. A name is a default of the versions, like any other field.
        let account = spec.get(&["application", "serviceAccount"]);
        if let Node::Map(_, origin) = account {
            let account = self.expand(account, &scope);
            spec.pins.pin(*origin);
            let name = self.given_or(child(&account, "name"), application.name.clone());
            let secrets = self.references(&child(&account, "imagePullSecrets"));
            let annotations = child(&account, "annotations");
            let account = Node::filled([("name", name), ("annotations", annotations), ("imagePullSecrets", secrets)]);
            fields.push(("serviceAccount", account));
        }
        if whole {
            for name in ["labels", "annotations"] {
                fields.push((name, self.common(name, &scope)));
            }
        }
        fields.retain(|(_, node)| !node.is_null());
        fields
    }

    /// The application's labels or annotations, without those that tell versions apart: those are the versions' only,
    /// and what is wrong with them is said there.
    fn common(&mut self, name: &str, scope: &Arc<dyn Fields>) -> Node {
        let node = self.spec.get(&["application", "metadata", name]).clone();
        let Node::Map(entries, origin) = &node else { return node };
        let mut kept = Vec::with_capacity(entries.len());
        for (key, value) in entries.iter() {
            let problems = self.problems.len();
            let value = self.expand(value, scope);
            if self.problems.len() == problems {
                kept.push((key.clone(), value));
            }
            self.problems.truncate(problems);
        }
        if kept[..] == entries[..] {
            return node;
        }
        self.spec.pins.pin(*origin);
        Node::map(kept)
    }

    /// Remarks on fields that the environment does not use. Fields of Iter8's chart get none, since it ignores them silently too.
    fn unused(&mut self, version: &Version) {
        for (field, node) in version.given().filter(|(name, _)| workload::MORE.iter().any(|more| more.name == *name)) {
            // Planning turns these into fields of other names.
            let written: &[&str] = match field {
                "config" => &["configMap", "podAnnotations"],
                "serviceAccount" => &["serviceAccountName"],
                unchanged => &[unchanged],
            };
            if written.iter().any(|name| self.environment.uses(name)) {
                continue;
            }
            let name = &self.environment.name;
            let remark = Problem::new(Code::UNUSED_FIELD, format!("`{name}` does not use `{field}`, so it is ignored"));
            let at = self.at(node);
            self.remarks.push(remark.at(at));
        }
    }

    /// The version's key where it has one that is a name, else its name.
    fn short_name(&self, version: &Version) -> Node {
        let numbered = version.key.text().is_none_or(|key| key.bytes().all(|b| b.is_ascii_digit()));
        if numbered { version.name.clone() } else { version.key.clone() }
    }

    /// `config`: the ConfigMap's name, the reference to it, and the digest that restarts pods.
    fn config(&mut self, version: &mut Version) {
        let config = version.get("config");
        let data = child(&config, "data");
        if !self.spec.pins.is_given(&data) {
            return;
        }
        let derived = Node::Concat([version.name.clone(), Node::literal("-config")].into());
        let name = self.given_or(child(&config, "name"), derived);
        let restart = Field::<bool>::new(child(&config, "restart"));
        if restart.pin(&self.spec.pins) != Some(false) {
            let digest = Node::Symbol(Symbol::Digest(Arc::new(data.clone())));
            version.set("podAnnotations", Node::filled([("checksum/config", digest)]));
        }
        match config.get("mountPath") {
            Some(path) if self.spec.pins.is_given(path) => {
                let volume = Node::object([
                    ("name", Node::literal("config")),
                    ("configMap", Node::object([("name", name.clone())])),
                ]);
                let mount = Node::object([("name", Node::literal("config")), ("mountPath", path.clone())]);
                self.append(version, "volumes", volume);
                self.append(version, "volumeMounts", mount);
            }
            _ => self.append(
                version,
                "envFrom",
                Node::object([("configMapRef", Node::object([("name", name.clone())]))]),
            ),
        }
        version.set("configMap", Node::filled([("name", name), ("data", data)]));
    }

    fn append(&mut self, version: &mut Version, field: &'static str, item: Node) {
        let list = version.get(field);
        self.spec.pins.pin(list.origin());
        version.set(field, Node::seq(list.items().iter().cloned().chain([item]).collect::<Vec<_>>()));
    }

    /// `env` as a list.
    fn environment_variables(&mut self, env: &Node) -> Node {
        let Node::Map(entries, origin) = env else { return env.clone() };
        self.spec.pins.pin(*origin);
        let variables =
            entries.iter().map(|(key, value)| Node::filled([("name", key.clone()), ("value", value.clone())]));
        Node::seq(variables.collect::<Vec<_>>())
    }

    /// Names as a list of maps with a `name`.
    pub(super) fn references(&mut self, names: &Node) -> Node {
        let Node::Seq(items, origin) = names else { return names.clone() };
        if items.iter().all(|item| matches!(item, Node::Map(..))) {
            return names.clone();
        }
        self.spec.pins.pin(*origin);
        let references = items.iter().map(|item| match item {
            Node::Map(..) => item.clone(),
            name => Node::filled([("name", name.clone())]),
        });
        Node::seq(references.collect::<Vec<_>>())
    }

    /// A probe whose `http: /path`, `tcp: port` or `grpc: port` is written out; an HTTP probe asks the version's port.
    fn probe(&mut self, name: &str, probe: &Node, port: &Node) -> Node {
        let Node::Map(entries, origin) = probe else { return probe.clone() };
        if !entries.iter().any(|(key, value)| is_short_probe(key, value)) {
            return probe.clone();
        }
        self.spec.pins.pin(*origin);
        let mut written = Vec::with_capacity(entries.len());
        for (key, value) in entries.iter() {
            let word = key.text().filter(|_| is_short_probe(key, value));
            if word.is_some() && value.is_null() {
                continue;
            }
            let long = match word.as_deref() {
                Some("http") => "httpGet",
                Some("tcp") => "tcpSocket",
                _ => "",
            };
            if entries.iter().any(|(key, value)| key.text().as_deref() == Some(long) && !value.is_null()) {
                let word = word.as_deref().unwrap_or_default();
                let problem = Problem::new(
                    Code::CONFLICTING_FIELDS,
                    format!("`{word}` is short for `{long}`, and `{name}` has both"),
                );
                let at = self.at(value);
                self.problems.push(problem.at(at).help("give one of them; null takes out what `application` says"));
                continue;
            }
            written.push(match word.as_deref() {
                Some("http") => {
                    if !self.spec.pins.is_given(port) {
                        let problem = Problem::new(
                            Code::MISSING_FIELD,
                            format!("`{name}` asks over HTTP, but the version has no `port`"),
                        );
                        let help = "give it a `port`, or write the probe as Kubernetes does";
                        let at = self.at(value);
                        self.problems.push(problem.at(at).help(help));
                    }
                    (Node::literal("httpGet"), Node::filled([("path", value.clone()), ("port", port.clone())]))
                }
                Some("tcp") => (Node::literal("tcpSocket"), Node::filled([("port", value.clone())])),
                Some(_) => (key.clone(), Node::filled([("port", value.clone())])),
                None => (key.clone(), value.clone()),
            });
        }
        Node::map(written)
    }

    /// Volumes with a `mountPath` become a volume and a mount.
    fn volumes(&mut self, version: &mut Version) {
        const OF_MOUNT: [&str; 3] = ["mountPath", "subPath", "readOnly"];
        let volumes = version.get("volumes");
        if volumes.items().iter().any(|volume| volume.get("mountPath").is_some()) {
            self.spec.pins.pin(volumes.origin());
            let mut kept = Vec::new();
            for volume in volumes.items() {
                let Some(path) = volume.get("mountPath") else {
                    kept.push(volume.clone());
                    continue;
                };
                self.spec.pins.pin(volume.origin());
                let mount = [
                    ("name", child(volume, "name")),
                    ("mountPath", path.clone()),
                    ("subPath", child(volume, "subPath")),
                    ("readOnly", child(volume, "readOnly")),
                ];
                self.append(version, "volumeMounts", Node::filled(mount));
                let rest =
                    volume.entries().iter().filter(|(key, _)| !OF_MOUNT.map(Some).contains(&key.text().as_deref()));
                kept.push(Node::map(rest.cloned().collect::<Vec<_>>()));
            }
            version.set("volumes", Node::seq(kept));
        }
    }

    /// The port that requests go to: the version's, else its container's first.
    fn probed_port(&self, version: &Version) -> Node {
        match version.get("port") {
            node if node.is_null() => {
                version.get("ports").items().first().map_or(Node::NULL, |port| child(port, "containerPort"))
            }
            node => node,
        }
    }

    /// `serviceAccount`: the name that pods use. They use `default` anyway, so where that one gets annotations or secrets
    /// they do not name it.
    fn service_account(&mut self, version: &mut Version) {
        let account = version.get("serviceAccount");
        let mut name = account.clone();
        if let Node::Map(..) = account {
            let given = child(&account, "name");
            let is_default = Field::<Arc<str>>::new(given.clone()).check(|name| &*name == "default").unwrap_or(false);
            if is_default {
                self.spec.pins.pin_node(&given);
            }
            name = if is_default { Node::NULL } else { self.given_or(given, version.application_name.clone()) };
        }
        if matches!(account, Node::Map(..)) && self.spec.get(&["application", "serviceAccount"]).is_null() {
            let problem =
                Problem::new(Code::WRONG_TYPE, "a service account is created for the application, not for one version");
            let at = self.at(&account);
            self.problems.push(problem.at(at).help("write the map at `application`, or give a name here"));
        }
        version.set("serviceAccountName", name);
    }

    /// Whether a version has `field`; of a whole specification, its `spec`.
    fn has(&self, version: &Version, field: &str) -> bool {
        match version.get(field) {
            specification @ Node::Map(..) if field.ends_with("Specification") => {
                specification.get("spec").is_some_and(|spec| self.spec.pins.is_given(spec))
            }
            node => self.spec.pins.is_given(&node),
        }
    }

    /// Notes each field that the environment cannot do without.
    fn required(&mut self, version: &Version) {
        for rule in &self.environment.requires {
            if !self.has(version, &rule.field) && !rule.unless.iter().any(|field| self.has(version, field)) {
                let name = version.name.text().unwrap_or_default();
                let at = self.spec.places.at(version.origin());
                let problem =
                    Problem::new(Code::MISSING_FIELD, format!("the version `{name}` has no `{}`", rule.field)).at(at);
                let alternatives = rule.unless.iter().map(|field| match field.ends_with("Specification") {
                    true => format!(", or a whole `{field}`"),
                    false => format!(", or `{field}`"),
                });
                let alternatives: String = alternatives.collect();
                let help = format!("give it here, or at `application` for all versions{alternatives}");
                self.problems.push(problem.help(help));
            }
        }
    }
}

/// Whether an entry of a probe is one of the short forms, such as `http: /path`.
fn is_short_probe(key: &Node, value: &Node) -> bool {
    let is_scalar = matches!(value, Node::Scalar(..) | Node::Concat(_));
    is_scalar && matches!(key.text().as_deref(), Some("http" | "tcp" | "grpc"))
}

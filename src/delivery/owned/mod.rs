//! The fields of a release's objects that somebody in the cluster writes: controllers, autoscalers, the API server.
//!
//! Who delivers the release must leave them alone, or the two undo each other's work for ever. What a schema or a
//! webhook only fills in where a release says nothing is not here: both Argo CD and Flux compare by what the API server
//! itself makes of an object.

mod progressive;

use std::fmt;

use crate::bundle::{Identity, Manifest};
use crate::kinds::Owns;
use crate::node::Node;

/// A field that somebody in the cluster owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedField {
    /// The object that has it.
    pub object: Identity,
    /// Which field: the keys from the root, and the indexes of items.
    pub path: Vec<String>,
    /// Who owns it.
    pub owner: Owner,
    /// What the owner does with it.
    pub why: &'static str,
    /// Whether the object gives it a value, which the owner then replaces.
    pub given: bool,
}

/// Who owns a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A controller, for this object of the release.
    Object(Identity),
    /// The API server.
    ApiServer,
    /// Whoever runs the webhook that an object is about.
    Webhook,
    /// Whoever operates the release in the cluster.
    Operator,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Object(identity) => write!(f, "{} {}", identity.kind, identity.name),
            Owner::ApiServer => f.write_str("the API server"),
            Owner::Webhook => f.write_str("whoever runs the webhook"),
            Owner::Operator => f.write_str("the release's operator"),
        }
    }
}

impl OwnedField {
    fn new(object: &Manifest, path: &[&str], owner: Owner, why: &'static str) -> Self {
        Self {
            object: object.identity.clone(),
            path: path.iter().map(|step| step.to_string()).collect(),
            owner,
            why,
            given: object.node.at(path).is_some(),
        }
    }

    /// The field as a JSON Pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        self.path.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
    }

    /// Its value in `object`, where it is there and not null.
    pub fn value<'n>(&self, object: &'n Node) -> Option<&'n Node> {
        object.at(&self.path)
    }
}

/// All owned fields of `objects`, which are one release's: in the order of the owners, each field once.
pub fn owned<'m>(objects: impl IntoIterator<Item = &'m Manifest>) -> Vec<OwnedField> {
    let all: Vec<&Manifest> = objects.into_iter().collect();
    let mut fields = OwnedFields { all: &all, fields: Vec::new() };
    for object in &all {
        let Some(kind) = object.identity.known() else { continue };
        if let Some(scaler) = kind.scaler {
            fields.scaled(object, scaler.why);
        }
        match kind.owns {
            Owns::Nothing => {}
            Owns::Rollout => progressive::rollout(object, &mut fields),
            Owns::Canary => progressive::flagger(object, &mut fields),
            Owns::Webhooks => {
                for i in 0..object.node.items_at(&["webhooks"]).len() {
                    fields.injected(object, &["webhooks", &i.to_string(), "clientConfig", "caBundle"]);
                }
            }
            Owns::Authority(client, bundle) => {
                if object.node.at(client).is_some() {
                    fields.injected(object, bundle);
                }
            }
            Owns::Addresses => fields.addresses(object),
            Owns::Secret { name, is_own_by_default } => {
                let named = Some(name).filter(|path| !path.is_empty()).and_then(|path| object.node.text_at(path));
                let name = named.or_else(|| is_own_by_default.then(|| object.identity.name.clone()));
                name.iter().for_each(|name| fields.secret(object, name));
            }
        }
    }
    fields.fields
}

/// The weights of a routemap's versions, for users who turn them in the cluster with `kubectl annotate`. Whoever turns
/// them in the spec does not want them here, because nobody would apply them then.
pub fn live_weights<'m>(objects: impl IntoIterator<Item = &'m Manifest>) -> Vec<OwnedField> {
    const WEIGHT: [&str; 3] = ["metadata", "annotations", "iter8.tools/weight"];
    let config_maps = objects.into_iter().filter(|object| object.identity.is("", "ConfigMap"));
    let weights = config_maps.filter(|object| object.node.at(&WEIGHT).is_some());
    weights
        .map(|object| OwnedField::new(object, &WEIGHT, Owner::Operator, "the weight is turned in the cluster"))
        .collect()
}

/// The owned fields so far, and the objects in which they are looked for.
struct OwnedFields<'a> {
    all: &'a [&'a Manifest],
    fields: Vec<OwnedField>,
}

impl<'a> OwnedFields<'a> {
    /// `owner` owns the field of `object` at `path`.
    fn add(&mut self, owner: &Manifest, object: &Manifest, path: &[&str], why: &'static str) {
        if !self.fields.iter().any(|field| field.object.same_object(&object.identity) && field.path == path) {
            self.fields.push(OwnedField::new(object, path, Owner::Object(owner.identity.clone()), why));
        }
    }

    /// The object of that kind and name that `from` refers to. Istio, and Argo Rollouts for it, take `name.namespace`
    /// too.
    fn named(&self, from: &Manifest, group: &str, kind: &str, name: &str) -> Option<&'a Manifest> {
        self.find(group, kind, name, from.identity.namespace.as_deref()).or_else(|| {
            let (name, namespace) = name.split_once('.')?;
            self.find(group, kind, name, Some(namespace))
        })
    }

    /// What a `scaleTargetRef`, `targetRef` or `workloadRef` refers to; a Deployment, unless it says otherwise.
    fn referred(&self, from: &Manifest, reference: &Node) -> Option<&'a Manifest> {
        let api_version = reference.text_at(&["apiVersion"]).unwrap_or_else(|| "apps/v1".to_string());
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let kind = reference.text_at(&["kind"]).unwrap_or_else(|| "Deployment".to_string());
        self.find(group, &kind, &reference.text_at(&["name"])?, from.identity.namespace.as_deref())
    }

    /// An object without a namespace is in the release's, so it may be in any.
    fn find(&self, group: &str, kind: &str, name: &str, namespace: Option<&str>) -> Option<&'a Manifest> {
        self.all.iter().copied().find(|object| {
            let identity = &object.identity;
            (identity.group.as_str(), identity.kind.as_str(), identity.name.as_str()) == (group, kind, name)
                && (namespace.is_none() || identity.namespace.is_none() || identity.namespace.as_deref() == namespace)
        })
    }

    /// The number of pods of what `owner` scales.
    fn scaled(&mut self, owner: &Manifest, why: &'static str) {
        let reference = owner.node.at(&["spec", "scaleTargetRef"]);
        if let Some(target) = reference.and_then(|reference| self.referred(owner, reference)) {
            self.add(owner, target, &["spec", "replicas"], why);
        }
    }

    /// A certificate authority that is injected where nobody wrote one.
    fn injected(&mut self, object: &Manifest, path: &[&str]) {
        if object.node.text_at(path).is_none_or(|text| text.is_empty()) {
            let why = "the certificate authority is injected in the cluster";
            self.fields.push(OwnedField { given: false, ..OwnedField::new(object, path, Owner::Webhook, why) });
        }
    }

    /// The addresses of a Service, which the API server gives once and for all. They are here only where the object says
    /// one, which nobody needs to.
    fn addresses(&mut self, object: &Manifest) {
        for key in ["clusterIP", "clusterIPs"] {
            let given = object.node.at(&["spec", key]);
            if given.is_some_and(|node| is_address(node) || node.items().iter().any(is_address)) {
                let why = "it gives a Service its address, which never changes";
                self.fields.push(OwnedField::new(object, &["spec", key], Owner::ApiServer, why));
            }
        }
    }

    fn secret(&mut self, owner: &Manifest, name: &str) {
        if let Some(secret) = self.find("", "Secret", name, owner.identity.namespace.as_deref()) {
            self.add(owner, secret, &["data"], "it fills the Secret");
        }
    }
}

/// Whether `node` is an address of a Service: `None` asks for none.
fn is_address(node: &Node) -> bool {
    node.text().is_some_and(|text| !text.is_empty() && text != "None")
}

//! What is delivered: one release of one stage.

use super::health::{Health, health};
use super::owned::{OwnedField, live_weights, owned};
use super::source::{DeliveryRequest, Form, OutputPlace};
use crate::bundle::Identity;
use crate::node::Node;
use crate::problem::{Code, Problem, Problems};
use crate::render::Rendered;
use crate::render::order::{AFTER, annotation};
use crate::spec::names;

/// One release of one stage, and where its output is.
#[derive(Debug, Clone)]
pub struct DeliveryTarget {
    /// The stage, where there are stages.
    pub stage: Option<String>,
    /// Whether it is one of several.
    pub several: bool,
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// Where its output is.
    pub place: OutputPlace,
    /// What it is.
    pub form: Form,
    /// What a chart is given; null for nothing.
    pub values: Node,
    /// The fields that somebody in the cluster owns.
    pub owned: Vec<OwnedField>,
    /// When those of its objects are ready of which Flux cannot tell that by itself.
    pub health: Vec<Health>,
    /// Whether the objects say what Flux must not apply before the versions are ready.
    pub staged: bool,
    /// Whether the namespace is an object of the release.
    pub brings_namespace: bool,
    /// Whether every object says its namespace.
    pub namespaced: bool,
    /// Whether no object says another namespace than the release's.
    pub one_namespace: bool,
}

impl DeliveryTarget {
    /// What of `rendered`, the release of `stage`, is delivered, and where it is according to `request`. It may be one of
    /// `several` stages, whose objects must not be called alike.
    ///
    /// # Errors
    /// Words that cannot be understood.
    pub fn new(
        request: &DeliveryRequest,
        stage: Option<&str>,
        several: bool,
        rendered: &Rendered,
    ) -> Result<Self, Problems> {
        if let Some((stage, why)) = stage.and_then(|stage| Some((stage, names::dns_label(stage)?))) {
            let problem =
                Problem::new(Code::INVALID_NAME, format!("`{stage}` cannot be the name of a stage here: {why}"));
            return Err(problem.help("it becomes a part of the name of an object").into());
        }
        let Rendered { bundle, plan, release, .. } = rendered;
        let name = release.name.as_deref().map(str::to_string).or_else(|| plan.application.name.text());
        let (name, namespace) = (name.unwrap_or_default(), plan.application.namespace.text().unwrap_or_default());
        let place = request.place(&[("stage", stage), ("name", Some(&name)), ("namespace", Some(&namespace))])?;
        let identities: Vec<&Identity> = bundle.iter().map(|manifest| &manifest.identity).collect();
        let mut fields = owned(bundle.iter());
        if request.live_weights {
            fields.extend(live_weights(bundle.iter()));
        }
        Ok(Self {
            stage: stage.map(str::to_string),
            several,
            place,
            form: request.form(),
            values: Node::NULL,
            owned: fields,
            health: health(bundle.iter()),
            staged: bundle.iter().any(|manifest| annotation(&manifest.node, AFTER).is_some()),
            brings_namespace: identities
                .iter()
                .any(|identity| identity.is("", "Namespace") && identity.name == namespace),
            namespaced: identities.iter().all(|identity| identity.namespace.is_some() || identity.is_cluster_scoped()),
            one_namespace: identities
                .iter()
                .all(|identity| identity.namespace.as_ref().is_none_or(|named| *named == namespace)),
            name,
            namespace,
        })
    }

    /// Pins a chart in a registry to `version`.
    pub fn set_version(&mut self, to: &str) {
        if let OutputPlace::Registry { version, .. } = &mut self.place {
            *version = to.to_string();
        }
    }

    /// What its words may name.
    pub fn names(&self) -> [(&'static str, Option<&str>); 3] {
        [("stage", self.stage.as_deref()), ("name", Some(&self.name)), ("namespace", Some(&self.namespace))]
    }

    /// Notes on the fields that somebody owns and a chart sets: Helm has no way to leave them alone.
    pub fn set_back(&self) -> Vec<String> {
        let given = self.owned.iter().filter(|field| field.given);
        let notes = given.map(|field| {
            let OwnedField { object, owner, .. } = field;
            format!("{object} sets `{}`, which {owner} owns: each upgrade resets it", field.pointer())
        });
        notes.collect()
    }

    /// What to call the objects that deliver it.
    pub fn object_name(&self) -> String {
        match self.stage.as_ref().filter(|_| self.several) {
            Some(stage) => format!("{}-{stage}", self.name),
            None => self.name.clone(),
        }
    }

    /// The owned fields by object, in order, as JSON Pointers.
    pub fn owned_by_object(&self) -> Vec<(&Identity, Vec<String>)> {
        let mut objects: Vec<(&Identity, Vec<String>)> = Vec::new();
        for field in &self.owned {
            match objects.iter_mut().find(|(object, _)| object.same_object(&field.object)) {
                Some((_, paths)) => paths.push(field.pointer()),
                None => objects.push((&field.object, vec![field.pointer()])),
            }
        }
        objects
    }

    /// Whether whoever delivers must make the namespace: it is not among the objects, and no cluster has it by itself.
    pub fn needs_namespace(&self) -> bool {
        let always_there = self.namespace == "default" || self.namespace.starts_with("kube-");
        // A chart leaves the Namespace out that it goes into.
        !always_there && (!self.brings_namespace || self.form == Form::Chart)
    }
}

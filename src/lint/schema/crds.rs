//! CustomResourceDefinitions, by the kind that they define.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::structural::Schema;
use crate::bundle::Identity;
use crate::node::{Node, Scalar};
use crate::objects::Objects;
use crate::problem::{Code, Problem, Problems};

/// The CRDs of a run.
#[derive(Debug, Default)]
pub struct Crds(HashMap<(String, String), Vec<Version>>);

/// One version of a kind; its schema is compiled when the first object of it is met.
#[derive(Debug)]
struct Version {
    name: String,
    served: bool,
    schema: Node,
    compiled: OnceLock<Schema>,
}

impl Version {
    /// Reads `version`, an item of a CRD's `versions`.
    fn new(version: &Node) -> Self {
        Self {
            name: version.str_at(&["name"]).unwrap_or_default().into_owned(),
            served: !matches!(version.at(&["served"]), Some(Node::Scalar(Scalar::Bool(false), _))),
            schema: version.at(&["schema", "openAPIV3Schema"]).cloned().unwrap_or(Node::NULL),
            compiled: OnceLock::new(),
        }
    }
}

impl Crds {
    /// Reads the CRDs among the objects at `path`, as [`Objects::read`] reads it, and adds them.
    ///
    /// # Errors
    /// Every problem found; there is no CRD.
    pub fn add(&mut self, path: &str) -> Result<(), Problems> {
        let mut holds_crd = false;
        for object in Objects::read(path)?.manifests {
            if !object.identity.is("apiextensions.k8s.io", "CustomResourceDefinition") {
                continue;
            }
            holds_crd = true;
            let group = object.node.str_at(&["spec", "group"]).unwrap_or_default().into_owned();
            let kind = object.node.str_at(&["spec", "names", "kind"]).unwrap_or_default().into_owned();
            let versions = object.node.items_at(&["spec", "versions"]).iter().map(Version::new).collect();
            self.0.insert((group, kind), versions);
        }
        match holds_crd {
            true => Ok(()),
            false => Err(Problem::new(Code::NO_CRDS, format!("`{path}` holds no CustomResourceDefinition")).into()),
        }
    }

    /// The schema of objects like `identity`; `None` where no CRD defines the kind, and a message where the version
    /// is not served.
    pub fn of(&self, identity: &Identity) -> Option<Result<&Schema, String>> {
        if self.0.is_empty() {
            return None;
        }
        let versions = self.0.get(&(identity.group.clone(), identity.kind.clone()))?;
        let served: Vec<&Version> = versions.iter().filter(|version| version.served).collect();
        Some(match served.iter().find(|version| version.name == identity.version) {
            Some(version) => Ok(version.compiled.get_or_init(|| Schema::new(&version.schema).of_object())),
            None => {
                let names: Vec<&str> = served.iter().map(|version| version.name.as_str()).collect();
                let Identity { group, version, .. } = identity;
                Err(format!("`{group}/{version}` is not served; {} is", names.join(", ")))
            }
        })
    }
}

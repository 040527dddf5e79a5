//! What stands beside objects that run pods: ConfigMaps with their settings, and autoscalers.

use std::collections::HashMap;

use crate::kinds;
use crate::node::Node;
use crate::objects::Objects;

/// A namespace, if any, and a name.
type Place = (Option<String>, String);

/// The ConfigMaps and autoscalers of one side.
pub struct Companions<'a> {
    settings: HashMap<Place, &'a Node>,
    scalers: HashMap<Place, Vec<Scaler<'a>>>,
}

/// An object that scales another.
#[derive(Clone, Copy)]
pub struct Scaler<'a> {
    /// The object.
    pub object: &'a Node,
    /// The key of the fewest pods in its `spec`.
    pub min: &'static str,
    /// The key of the most.
    pub max: &'static str,
}

impl Scaler<'_> {
    /// Whether what it scales is of that kind, as far as it says.
    fn is_for(&self, kind: &str) -> bool {
        self.object.str_at(&["spec", "scaleTargetRef", "kind"]).is_none_or(|target| target == kind)
    }
}

impl<'a> Companions<'a> {
    /// Those among `objects`.
    pub fn of(objects: &'a Objects) -> Self {
        let mut companions = Self { settings: HashMap::new(), scalers: HashMap::new() };
        for manifest in &objects.manifests {
            let (identity, object) = (&manifest.identity, &manifest.node);
            if identity.is("", "ConfigMap") {
                companions.settings.entry((identity.namespace.clone(), identity.name.clone())).or_insert(object);
            }
            if let Some(kinds::ScalerKeys { min, max, .. }) = identity.known().and_then(|kind| kind.scaler)
                && let Some(name) = object.str_at(&["spec", "scaleTargetRef", "name"])
            {
                let place = (identity.namespace.clone(), name.into_owned());
                companions.scalers.entry(place).or_default().push(Scaler { object, min, max });
            }
        }
        companions
    }

    /// The ConfigMap of that name.
    pub fn settings(&self, namespace: Option<&str>, name: &str) -> Option<&'a Node> {
        self.settings.get(&(namespace.map(Into::into), name.to_string())).copied()
    }

    /// The autoscaler of an object of that kind and name.
    pub fn scaler(&self, namespace: Option<&str>, kind: &str, name: &str) -> Option<Scaler<'a>> {
        let all = self.scalers.get(&(namespace.map(Into::into), name.to_string()))?;
        all.iter().find(|scaler| scaler.is_for(kind)).copied()
    }
}

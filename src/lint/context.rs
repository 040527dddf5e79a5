//! What every rule needs to know of a release, worked out once.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::view::{self, Destination, Pods};
use super::{Crds, Settings};
use crate::bundle::Manifest;
use crate::kinds::{self, RouteReader};
use crate::node::Node;
use crate::objects::Objects;

/// The objects of a release, and indexes of them.
#[derive(Debug)]
pub struct Context<'a> {
    /// The objects.
    pub objects: &'a Objects,
    /// The CRDs to validate them against.
    pub crds: &'a Crds,
    kinds: HashMap<&'a str, Vec<&'a Manifest>>,
    private_registries: &'a [String],
    /// The namespace of objects that name none, where the others all name the same.
    default_namespace: &'a str,
    namespaces: Vec<&'a str>,
    pods: OnceCell<Vec<Pods<'a>>>,
    destinations: OnceCell<Vec<Destination<'a>>>,
}

impl<'a> Context<'a> {
    /// Indexes `objects`.
    pub fn new(objects: &'a Objects, settings: &'a Settings) -> Self {
        let mut kinds: HashMap<&str, Vec<&Manifest>> = HashMap::new();
        let mut namespaces = Vec::new();
        for object in &objects.manifests {
            kinds.entry(&object.identity.kind).or_default().push(object);
            if let Some(namespace) = object.identity.namespace.as_deref()
                && !namespaces.contains(&namespace)
            {
                namespaces.push(namespace);
            }
        }
        let default_namespace = match namespaces.as_slice() {
            [only] => only,
            _ => "default",
        };
        if !namespaces.contains(&default_namespace) && objects.manifests.iter().any(|o| o.identity.namespace.is_none())
        {
            namespaces.push(default_namespace);
        }
        let (pods, destinations) = (OnceCell::new(), OnceCell::new());
        let (crds, private_registries) = (&settings.crds, settings.private_registries.as_slice());
        Self { objects, crds, private_registries, kinds, default_namespace, namespaces, pods, destinations }
    }

    /// Whether images of `registry` need a pull secret.
    pub fn is_private(&self, registry: &str) -> bool {
        self.private_registries.iter().chain(&self.objects.private_registries).any(|private| private == registry)
    }

    /// All objects.
    pub fn all(&self) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        self.objects.manifests.iter()
    }

    /// The objects of one kind.
    pub fn of(&self, group: &'static str, kind: &str) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        let objects = self.kinds.get(kind).cloned().unwrap_or_default();
        objects.into_iter().filter(move |object| object.identity.group == group)
    }

    /// The objects that share requests in this way.
    fn routed(&self, routing: RouteReader) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        let kinds = kinds::with(move |kind| kind.routing == Some(routing));
        kinds.flat_map(|kind| self.of(kind.group, kind.name)).collect::<Vec<_>>().into_iter()
    }

    /// The VirtualServices.
    pub fn virtual_services(&self) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        self.routed(RouteReader::VirtualService)
    }

    /// The rules for HTTP of all VirtualServices, in order, each with its object.
    pub fn istio_rules(&self) -> impl Iterator<Item = (&'a Manifest, &'a Node)> + use<'a> {
        self.virtual_services().flat_map(|o| o.node.items_at(&["spec", "http"]).iter().map(move |rule| (o, rule)))
    }

    /// The HTTPRoutes and GRPCRoutes.
    pub fn gateway_routes(&self) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        self.routed(RouteReader::HttpRoute).chain(self.routed(RouteReader::GrpcRoute))
    }

    /// The rules of all routes of the Gateway API, in order, each with its object.
    pub fn gateway_rules(&self) -> impl Iterator<Item = (&'a Manifest, &'a Node)> + use<'a> {
        self.gateway_routes().flat_map(|o| o.node.items_at(&["spec", "rules"]).iter().map(move |rule| (o, rule)))
    }

    /// The InferenceServices, of KServe and of KFServing.
    pub fn inference_services(&self) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        self.routed(RouteReader::InferenceService)
    }

    /// The SeldonDeployments.
    pub fn seldon_deployments(&self) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        self.routed(RouteReader::SeldonDeployment)
    }

    /// The predictors of all SeldonDeployments, each with its object.
    pub fn seldon_predictors(&self) -> impl Iterator<Item = (&'a Manifest, &'a Node)> + use<'a> {
        self.seldon_deployments().flat_map(|o| o.node.items_at(&["spec", "predictors"]).iter().map(move |p| (o, p)))
    }

    /// The namespace of `object`.
    pub fn namespace<'o>(&self, object: &'o Manifest) -> &'o str
    where
        'a: 'o,
    {
        object.identity.namespace.as_deref().unwrap_or(self.default_namespace)
    }

    /// Whether any object is in `namespace`.
    pub fn has_namespace(&self, namespace: &str) -> bool {
        self.namespaces.contains(&namespace)
    }

    /// The Services.
    pub fn services(&self) -> impl Iterator<Item = &'a Manifest> + use<'a> {
        self.of("", "Service")
    }

    /// The Service of that name.
    pub fn service(&self, namespace: &str, name: &str) -> Option<&'a Manifest> {
        self.services().find(|s| s.identity.name == name && self.namespace(s) == namespace)
    }

    /// All pods that the objects make.
    pub fn pods(&self) -> &[Pods<'a>] {
        self.pods.get_or_init(|| self.all().flat_map(view::pods).collect())
    }

    /// Whether every pod that can be in `namespace` is known with its labels, and there are any.
    pub fn knows_pods(&self, namespace: &str) -> bool {
        let mut pods = self.pods().iter().filter(|pods| self.namespace(pods.object) == namespace).peekable();
        pods.peek().is_some() && pods.all(|pods| !pods.generated)
    }

    /// The pods in `namespace` that `selector` selects.
    pub fn selected<'s>(&'s self, namespace: &'s str, selector: &'s Node) -> impl Iterator<Item = &'s Pods<'a>> {
        let pods = self.pods().iter().filter(move |pods| self.namespace(pods.object) == namespace);
        pods.filter(move |pods| view::selects(selector, pods.labels))
    }

    /// The destinations of all routes.
    pub fn destinations(&self) -> &[Destination<'a>] {
        self.destinations.get_or_init(|| {
            let istio = self.virtual_services().flat_map(|route| view::istio_destinations(self, route));
            istio.chain(self.gateway_routes().flat_map(|route| view::gateway_destinations(self, route))).collect()
        })
    }

    /// The namespace and name of the Service behind `host`, as `from` sees it; `None` where the host is outside of
    /// the release's namespaces, or a ServiceEntry of the release has it.
    pub fn service_of_host(&self, host: Cow<'a, str>, from: &'a Manifest) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
        let entries = self.of("networking.istio.io", "ServiceEntry");
        let mut entry_hosts = entries.flat_map(|entry| entry.node.items_at(&["spec", "hosts"]));
        if host.contains('*') || entry_hosts.any(|entry_host| entry_host.as_str().as_ref() == Some(&host)) {
            return None;
        }
        let mut labels = host.split('.');
        let name = Cow::Owned(labels.next()?.to_string());
        let namespace = match (labels.next(), labels.next(), labels.next()) {
            (None, ..) => Cow::Borrowed(self.namespace(from)),
            (Some(namespace), None | Some("svc"), None | Some("cluster")) => Cow::Owned(namespace.to_string()),
            _ => return None,
        };
        self.has_namespace(&namespace).then_some((namespace, name))
    }

    /// Whether a controller makes the Service `name` from an object of the release that is none.
    pub fn is_generated(&self, namespace: &str, name: &str) -> bool {
        self.all().any(|object| {
            let identity = &object.identity;
            identity.known().is_some_and(|kind| kind.makes_services)
                && self.namespace(object) == namespace
                && name
                    .strip_prefix(identity.name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    }

    /// Whether an Iter8 controller makes routes in `namespace`, which then no object shows.
    pub fn has_routemap(&self, namespace: &str) -> bool {
        self.of("", "ConfigMap").any(|object| {
            self.namespace(object) == namespace
                && object
                    .node
                    .str_at(&["metadata", "labels", "iter8.tools/kind"])
                    .is_some_and(|kind| kind == "routemap")
        })
    }

    /// Whether `object` is the parent of a route of the mesh, which then decides where its requests go.
    pub fn is_parent(&self, object: &'a Manifest) -> bool {
        self.gateway_routes().any(|route| {
            route.node.items_at(&["spec", "parentRefs"]).iter().any(|parent| {
                let namespace = parent.str_at(&["namespace"]).unwrap_or(Cow::Borrowed(self.namespace(route)));
                parent.str_at(&["kind"]).is_some_and(|kind| kind == object.identity.kind)
                    && namespace == self.namespace(object)
                    && parent.text_at(&["name"]).as_deref() == Some(&object.identity.name)
            })
        })
    }
}

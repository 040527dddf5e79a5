//! Workloads: what answers requests, one for each part of an object that runs a version.
//!
//! A Deployment is one workload; an InferenceService has one for its predictor and one for each canary; a SeldonDeployment
//! one for each predictor, or for each unit of its graph that requests are shared among.

use super::companions::Companions;
use super::scale::{self, Scale};
use crate::bundle::{Identity, Manifest};
use crate::kinds::PodSource;
use crate::lint::view::deployment_mode;
use crate::node::Node;
use crate::objects::Objects;

/// What answers requests.
#[derive(Debug, Clone)]
pub struct Workload {
    /// The object that it is a part of.
    pub object: Identity,
    /// The index of the object among those of its side.
    pub manifest: usize,
    /// Which part of the object it is; none for the object's pods as a whole, or its main predictor.
    pub part: Option<String>,
    /// The name that it has in the object, where someone chose one; else the object's.
    pub name: String,
    /// Its containers' names and images.
    pub images: Vec<(String, String)>,
    /// Where its models are stored.
    pub models: Vec<String>,
    /// The value of the label `app.kubernetes.io/version`.
    pub label: Option<String>,
    /// All that decides what it answers, names left out.
    pub serving: Node,
    /// The part of the object that describes it.
    pub body: Node,
    /// The labels of its pods, where the object gives them all.
    pub pod_labels: Option<Node>,
    /// How many pods it has.
    pub scale: Scale,
    /// Whether it is all that its object runs, or the part that runs by itself.
    pub is_main: bool,
    /// Whether the objects do not describe it: the revision that an InferenceService had before.
    pub previous: bool,
}

/// The label that says which version an object is of.
pub const VERSION_LABEL: &str = "app.kubernetes.io/version";

/// All workloads of `objects`, in the order of the objects.
pub fn workloads(objects: &Objects) -> Vec<Workload> {
    let companions = Companions::of(objects);
    let all = objects.manifests.iter().enumerate();
    all.flat_map(|(index, manifest)| {
        of(index, manifest, &companions)
            .into_iter()
            .map(|workload| Workload { scale: scale::of(&workload, &manifest.node, &companions), ..workload })
    })
    .collect()
}

fn of(index: usize, manifest: &Manifest, companions: &Companions<'_>) -> Vec<Workload> {
    let object = &manifest.node;
    let workload = |part: Option<String>, body: &Node, pods: &[&Node]| {
        Workload::new(index, manifest, part, body.clone(), pods, companions)
    };
    match manifest.identity.pods() {
        PodSource::None | PodSource::LlmInferenceService => Vec::new(),
        PodSource::Template(path) | PodSource::Revision(path) => {
            let Some(template) = object.at(path) else { return Vec::new() };
            let Some(spec) = template.at(&["spec"]) else { return Vec::new() };
            let mut workload = Workload { is_main: true, ..workload(None, template, &[spec]) };
            workload.pod_labels = template.at(&["metadata", "labels"]).cloned();
            workload.label = workload.label.or_else(|| label(template));
            vec![workload]
        }
        PodSource::InferenceService => inference_service(manifest, &workload),
        PodSource::SeldonDeployment => {
            object.items_at(&["spec", "predictors"]).iter().flat_map(|predictor| seldon(predictor, &workload)).collect()
        }
    }
}

/// The workloads of an InferenceService: its predictor, its canaries and its other components.
fn inference_service(manifest: &Manifest, workload: &Make<'_>) -> Vec<Workload> {
    let object = &manifest.node;
    // In Standard mode predictors are told apart by their names, and a canary that takes the stable one's place keeps its
    // pods.
    let standard = matches!(deployment_mode(manifest).as_deref(), Some("Standard" | "RawDeployment"));
    let predictor = object.at(&["spec", "predictor"]).map(|body| {
        let name = body.str_at(&["name"]).filter(|_| standard).map(Into::into);
        Workload { is_main: true, ..workload(name, body, &[body]) }
    });
    let canaries = object.items_at(&["spec", "canary"]).iter().enumerate().filter_map(|(i, canary)| {
        let body = canary.at(&["predictor"])?;
        let name = body.str_at(&["name"]).map_or_else(|| format!("canary {}", i + 1), Into::into);
        Some(workload(Some(name), body, &[body]))
    });
    let components = ["transformer", "explainer"].into_iter().filter_map(|component| {
        let body = object.at(&["spec", component])?;
        Some(workload(Some(component.to_string()), body, &[body]))
    });
    predictor.into_iter().chain(canaries).chain(components).collect()
}

/// Makes a workload of a part's name, what describes it, and its pods.
type Make<'a> = dyn Fn(Option<String>, &Node, &[&Node]) -> Workload + 'a;

/// The workloads of one predictor: itself, and the children that its graph shares requests among.
fn seldon(predictor: &Node, workload: &Make<'_>) -> Vec<Workload> {
    let name = predictor.str_at(&["name"]).unwrap_or_default().into_owned();
    let graph = predictor.at(&["graph"]).unwrap_or(&Node::NULL);
    let children = graph.items_at(&["children"]);
    let pods: Vec<&Node> =
        predictor.items_at(&["componentSpecs"]).iter().filter_map(|component| component.at(&["spec"])).collect();
    let mut whole = workload(Some(name.clone()), predictor, &pods);
    whole.label = predictor.text_at(&["labels", VERSION_LABEL]).or(whole.label);
    if children.is_empty() {
        return vec![whole];
    }
    let containers: Vec<&Node> = pods.iter().flat_map(|pod| pod.items_at(&["containers"])).collect();
    let besides: Vec<Node> =
        containers.iter().filter(|container| !is_of_child(container, children)).map(|node| (*node).clone()).collect();
    let without_children =
        super::same::without(graph, &|path| matches!(path, [key] if key == "children" || key == "parameters"));
    let body = graph_part(besides, without_children);
    let mut all = vec![workload(Some(name), &body, &[&body])];
    all.extend(children.iter().filter_map(|child| {
        let name = child.str_at(&["name"])?;
        let named = containers.iter().filter(|container| container.str_at(&["name"]).as_ref() == Some(&name));
        let body = graph_part(named.map(|container| (*container).clone()).collect(), child.clone());
        Some(workload(Some(name.to_string()), &body, &[&body]))
    }));
    all
}

/// Whether a container runs one of a graph's `children`: it has the name of one.
fn is_of_child(container: &Node, children: &[Node]) -> bool {
    let name = container.str_at(&["name"]);
    name.is_some() && children.iter().any(|child| child.str_at(&["name"]) == name)
}

/// A part of a predictor's graph with the containers that run it.
fn graph_part(containers: Vec<Node>, graph: Node) -> Node {
    Node::object([("containers", Node::seq(containers)), ("graph", graph)])
}

impl Workload {
    fn new(
        index: usize,
        manifest: &Manifest,
        part: Option<String>,
        body: Node,
        pods: &[&Node],
        companions: &Companions<'_>,
    ) -> Self {
        let containers =
            pods.iter().flat_map(|pod| pod.items_at(&["initContainers"]).iter().chain(pod.items_at(&["containers"])));
        let images = containers
            .filter_map(|container| Some((text(container, "name").unwrap_or_default(), text(container, "image")?)));
        let mut images: Vec<(String, String)> = images.collect();
        let mut models = Vec::new();
        for node in implementations(&body) {
            models.extend(["storageUri", "modelUri"].into_iter().filter_map(|key| text(node, key)));
            models.extend(
                node.items_at(&["storageUris"]).iter().filter_map(|entry| text(entry, "uri").or_else(|| entry.text())),
            );
            models.extend(node.str_at(&["storage", "path"]).map(|path| path.into_owned()));
            images.extend(text(node, "image").map(|image| ("kserve-container".to_string(), image)));
        }
        let chosen = part.clone().or_else(|| chosen_name(&body).filter(|_| generates_names(manifest)));
        let name = chosen.unwrap_or_else(|| manifest.identity.name.clone());
        Self {
            object: manifest.identity.clone(),
            manifest: index,
            part,
            name,
            images,
            models,
            label: label(&manifest.node),
            serving: super::serving::of(&body, pods, manifest.identity.namespace.as_deref(), companions),
            body,
            pod_labels: None,
            scale: Scale::default(),
            is_main: false,
            previous: false,
        }
    }

    /// Whether it stands at the same place as `workload`: the same part of the same object.
    pub fn same_place(&self, workload: &Workload) -> bool {
        self.object.same_object(&workload.object) && self.part == workload.part && self.previous == workload.previous
    }

    /// The images alone, sorted.
    pub fn image_list(&self) -> Vec<&str> {
        let mut images: Vec<&str> = self.images.iter().map(|(_, image)| image.as_str()).collect();
        images.sort_unstable();
        images
    }

    /// Whether both are one version, wherever they stand.
    pub fn is_version(&self, workload: &Workload) -> bool {
        // Of a revision that only the spec tells of, more is not known.
        let by_spec = self.serving.is_null() || workload.serving.is_null();
        let serving = by_spec || super::same::same(&self.serving, &workload.serving);
        self.is_known() && self.serves_same(workload) && self.label == workload.label && serving
    }

    /// Whether both run the same images and the same models.
    pub fn serves_same(&self, workload: &Workload) -> bool {
        self.models == workload.models && self.image_list() == workload.image_list()
    }
}

/// What of `body`, a predictor or a unit of a graph, names a model: itself, its `model`, or a map under the name of a
/// framework, as KServe had it before.
pub fn implementations(body: &Node) -> impl Iterator<Item = &Node> {
    let parts = body.entries().iter().map(|(_, value)| value).filter(|value| matches!(value, Node::Map(..)));
    std::iter::once(body).chain(parts)
}

/// Whether the pods of an object are of KServe's making, so that a name in it was chosen by someone.
fn generates_names(manifest: &Manifest) -> bool {
    manifest.identity.pods() == PodSource::InferenceService
}

/// The name that someone chose for the part that `body` describes, or for its container.
fn chosen_name(body: &Node) -> Option<String> {
    let container = body.items_at(&["containers"]).first().and_then(|container| text(container, "name"));
    text(body, "name").or(container.filter(|name| name != "kserve-container"))
}

fn text(node: &Node, key: &str) -> Option<String> {
    node.str_at(&[key]).map(|text| text.into_owned())
}

fn label(object: &Node) -> Option<String> {
    object.text_at(&["metadata", "labels", VERSION_LABEL])
}

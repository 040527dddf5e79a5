//! What a row says.

/// All that is known of a kind.
#[derive(Debug, Clone, Copy)]
pub struct KnownKind {
    /// The API group, empty for the core one.
    pub group: &'static str,
    /// The name.
    pub name: &'static str,
    /// Whether its objects stand outside of all namespaces.
    pub is_cluster_scoped: bool,
    /// What its objects may be called.
    pub names: NameRule,
    /// Its place in Helm's order (`pkg/releaseutil/kind_sorter.go`).
    pub helm_rank: Option<u8>,
    /// Its place in Argo CD's (`pkg/sync/sync_tasks.go` of its gitops-engine), which is Helm's without two kinds.
    pub argocd_rank: Option<u8>,
    /// Its place in Flux' (`ReconcileOrder` in `ssa/sort.go`).
    pub flux_rank: Option<u8>,
    /// The pods that its objects make.
    pub pods: PodSource,
    /// How its objects share requests among versions, where that can be read.
    pub routing: Option<RouteReader>,
    /// Whether its objects lead requests to others.
    pub leads: bool,
    /// Whether a controller makes Services of its objects, whose names begin with theirs.
    pub makes_services: bool,
    /// What its objects select.
    pub selects: Selects,
    /// Iter8's short name.
    pub gvr_short: Option<&'static str>,
    /// When an object is ready, in CEL, where Flux cannot tell that by itself.
    pub ready: Option<&'static str>,
    /// How its objects scale others.
    pub scaler: Option<ScalerKeys>,
    /// Which fields of objects somebody in the cluster writes because of it.
    pub owns: Owns,
    /// What of its objects cannot change.
    pub immutable: Immutable,
    /// Where its objects have shares of the traffic.
    pub weights: &'static [&'static [&'static str]],
    /// Where its objects name what a version serves, beside the images of containers.
    pub models: &'static [&'static [&'static str]],
}

/// What an object may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRule {
    /// A DNS subdomain: labels, joined by dots.
    Subdomain,
    /// One DNS label.
    Label,
    /// One that begins with a letter (DNS-1035), as a Service is called.
    Service,
    /// Anything that can be a part of a URL's path.
    PathSegment,
}

/// The pods that an object makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodSource {
    /// None, or none that can be read.
    None,
    /// Those of the template at this path, with all their labels; the empty path is the object itself.
    Template(&'static [&'static str]),
    /// Those of Knative's revisions: the template is at this path, and a controller adds labels.
    Revision(&'static [&'static str]),
    /// Those of an InferenceService: of its predictor, its canaries and its other components.
    InferenceService,
    /// Those of an LLMInferenceService, which nobody reads yet.
    LlmInferenceService,
    /// Those of a SeldonDeployment: of its predictors.
    SeldonDeployment,
}

/// What reads how an object shares requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteReader {
    /// Istio's rules.
    VirtualService,
    /// Rules of the Gateway API for HTTP.
    HttpRoute,
    /// Rules of the Gateway API for gRPC.
    GrpcRoute,
    /// Revisions and canaries of KServe.
    InferenceService,
    /// KServe's graph of services.
    InferenceGraph,
    /// Predictors and graphs of Seldon.
    SeldonDeployment,
}

impl RouteReader {
    /// Whether the object itself is all there is: what it names is sent requests, ready or not. Other kinds have a
    /// controller that waits.
    pub fn is_static(self) -> bool {
        matches!(self, Self::VirtualService | Self::HttpRoute | Self::GrpcRoute)
    }
}

/// What an object selects by labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selects {
    /// Nothing.
    Nothing,
    /// Pods, by its `spec.selector`.
    Pods,
    /// Pods of the Service of its `spec.host`, by each of its `spec.subsets`.
    Subsets,
}

/// How an object scales the one that its `spec.scaleTargetRef` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScalerKeys {
    /// The key of the fewest pods in its `spec`.
    pub min: &'static str,
    /// The key of the most.
    pub max: &'static str,
    /// What it does.
    pub why: &'static str,
}

/// Which fields somebody in the cluster writes because of an object. What a [`ScalerKeys`] writes follows from that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owns {
    /// None.
    Nothing,
    /// What a Rollout of Argo Rollouts moves in routes, Services and its workload.
    Rollout,
    /// What a Canary of Flagger's moves.
    Canary,
    /// The certificate authorities of its webhooks.
    Webhooks,
    /// The certificate authority at the second path, where there is something at the first.
    Authority(&'static [&'static str], &'static [&'static str]),
    /// The addresses that the API server gives a Service.
    Addresses,
    /// The data of the Secret that is named at this path; of the one with the object's own name, where none is and that
    /// is the default.
    Secret {
        /// Where the name of the Secret stands.
        name: &'static [&'static str],
        /// Whether the object's own name counts without one.
        is_own_by_default: bool,
    },
}

/// What of an object no API server lets change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Immutable {
    /// Nothing that is known.
    Nothing,
    /// The values at these paths.
    Paths(&'static [&'static [&'static str]]),
    /// All of the `spec` but for these fields.
    SpecBut(&'static [&'static str]),
    /// The address of a Service, once it has one.
    Address,
    /// The data of what is marked `immutable`.
    Data,
    /// The type of a Secret, and its data where it is marked `immutable`.
    TypeAndData,
    /// The spec of a claim, but for more storage.
    Claim,
    /// How KServe runs a model.
    DeploymentMode,
}

/// The setters of a row; what none of them says is the usual: a namespaced kind of which nothing else is known.
impl KnownKind {
    pub(super) const fn new(group: &'static str, name: &'static str) -> Self {
        Self {
            group,
            name,
            is_cluster_scoped: false,
            names: NameRule::Subdomain,
            helm_rank: None,
            argocd_rank: None,
            flux_rank: None,
            pods: PodSource::None,
            routing: None,
            leads: false,
            makes_services: false,
            selects: Selects::Nothing,
            gvr_short: None,
            ready: None,
            scaler: None,
            owns: Owns::Nothing,
            immutable: Immutable::Nothing,
            weights: &[],
            models: &[],
        }
    }

    pub(super) const fn cluster(group: &'static str, name: &'static str) -> Self {
        Self { is_cluster_scoped: true, ..Self::new(group, name) }
    }

    pub(super) const fn names(self, names: NameRule) -> Self {
        Self { names, ..self }
    }

    pub(super) const fn helm(self, rank: u8) -> Self {
        Self { helm_rank: Some(rank), argocd_rank: Some(rank), ..self }
    }

    pub(super) const fn helm_only(self, rank: u8) -> Self {
        Self { helm_rank: Some(rank), ..self }
    }

    pub(super) const fn flux(self, rank: u8) -> Self {
        Self { flux_rank: Some(rank), ..self }
    }

    pub(super) const fn pods(self, pods: PodSource) -> Self {
        Self { pods, ..self }
    }

    pub(super) const fn routes(self, routing: RouteReader) -> Self {
        Self { routing: Some(routing), ..self }
    }

    pub(super) const fn leads(self) -> Self {
        Self { leads: true, ..self }
    }

    pub(super) const fn makes_services(self) -> Self {
        Self { makes_services: true, ..self }
    }

    pub(super) const fn selects(self, selects: Selects) -> Self {
        Self { selects, ..self }
    }

    pub(super) const fn short(self, gvr_short: &'static str) -> Self {
        Self { gvr_short: Some(gvr_short), ..self }
    }

    pub(super) const fn ready(self, cel: &'static str) -> Self {
        Self { ready: Some(cel), ..self }
    }

    pub(super) const fn scales(self, min: &'static str, max: &'static str, why: &'static str) -> Self {
        Self { scaler: Some(ScalerKeys { min, max, why }), ..self }
    }

    pub(super) const fn owns(self, owns: Owns) -> Self {
        Self { owns, ..self }
    }

    pub(super) const fn immutable(self, immutable: Immutable) -> Self {
        Self { immutable, ..self }
    }

    pub(super) const fn weights(self, weights: &'static [&'static [&'static str]]) -> Self {
        Self { weights, ..self }
    }

    pub(super) const fn models(self, models: &'static [&'static [&'static str]]) -> Self {
        Self { models, ..self }
    }
}

//! The rules, one a file.

use super::Rule;

macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// All rules, in the order of the documentation.
        pub const RULES: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules! {
    crd_schema,
    kubernetes_schema,
    object_name,
    object_twice,
    service_name,
    label_syntax,
    selector_template,
    selector_selects_nothing,
    external_name,
    container_names,
    image_tag,
    image_pull_secrets,
    route_service_missing,
    route_port_missing,
    route_mirror_self,
    route_host_conflict,
    version_unreachable,
    istio_weights,
    istio_weight_sum,
    istio_mirror_exclusive,
    istio_mirror_percentage,
    istio_route_exclusive,
    istio_host_gateway,
    istio_rule_order,
    istio_rule_unreachable,
    istio_port_needed,
    istio_subset_missing,
    istio_subset_selects_nothing,
    istio_subset_names,
    gateway_limits,
    gateway_weight,
    gateway_mirror_percent,
    gateway_redirect,
    kserve_name,
    kserve_one_implementation,
    kserve_storage_uri,
    kserve_replicas,
    kserve_canary_percent,
    kserve_canary_ignored,
    kserve_canary_rebuild,
    kserve_canary_stable,
    kserve_canary_names,
    kserve_canary_sum,
    kserve_canary_fields,
    kserve_modelmesh,
    kserve_graph_weights,
    seldon_traffic,
    seldon_shadow,
    seldon_names,
    seldon_graph_container,
    seldon_model_uri,
    seldon_abtest,
    seldon_long_name,
    seldon_experiment_default,
    rollout_strategy,
    rollout_services,
    rollout_weight,
    rollout_managed_routes,
    rollout_virtual_service,
    flagger_analysis,
}

//! Which fields tell the items of a list apart.

/// A list by the name under which it stands.
#[derive(Debug)]
pub struct ListKeys {
    /// The name.
    pub name: &'static str,
    /// The fields by which its items merge; the first counts that all of them have: the `patchMergeKey` of Kubernetes' API types.
    /// Where there is none, the list replaces another.
    pub merge: &'static [&'static str],
    /// The fields that tell its items apart. Each line of fields is tried in turn; of a line as many fields are used as
    /// are needed.
    pub items: &'static [&'static [&'static str]],
}

/// The fields by which the items of the list `name` merge; none where it replaces another.
pub fn merge_keys(name: &str) -> &'static [&'static str] {
    find(name).map_or(&[], |list| list.merge)
}

/// The fields that tell the items of the list `name` apart, where it has some of its own.
pub fn item_keys(name: &str) -> &'static [&'static [&'static str]] {
    find(name).map_or(&[], |list| list.items)
}

fn find(name: &str) -> Option<&'static ListKeys> {
    LISTS.iter().find(|list| list.name == name)
}

/// A list that merges: a `patchMergeKey`, and what else tells its items apart (`listMapKey`).
const fn merged(
    name: &'static str,
    merge: &'static [&'static str],
    items: &'static [&'static [&'static str]],
) -> ListKeys {
    ListKeys { name, merge, items }
}

/// A list that replaces another: what Kubernetes, Istio, the Gateway API, KServe, Seldon and Argo Rollouts document as
/// the identifiers of its items.
const fn whole(name: &'static str, items: &'static [&'static [&'static str]]) -> ListKeys {
    ListKeys { name, merge: &[], items }
}

/// All lists whose items are told apart by more than what people call a thing by.
pub const LISTS: &[ListKeys] = &[
    whole("backendRefs", &[&["name", "namespace", "port"]]),
    whole("canary", &[&["predictor.name"]]),
    merged("containers", &["name"], &[&["name"]]),
    merged("env", &["name"], &[&["name"]]),
    whole("envFrom", &[&["configMapRef.name"], &["secretRef.name"]]),
    merged("ephemeralContainers", &["name"], &[&["name"]]),
    merged("evictionResponders", &["name"], &[&["name"]]),
    whole("filters", &[&["type"]]),
    whole("headers", &[&["name"]]),
    merged("hostAliases", &["ip"], &[&["ip"]]),
    whole("http", &[&["name"]]),
    merged("imagePullSecrets", &["name"], &[&["name"]]),
    merged("initContainers", &["name"], &[&["name"]]),
    merged("matchConditions", &["name"], &[&["name"]]),
    whole("matchExpressions", &[&["key", "operator"]]),
    whole("metrics", &[&["name"], &["resource.name"]]),
    whole("mirrors", &[&["destination.host", "destination.subset", "destination.port.number"]]),
    whole("ownerReferences", &[&["uid"]]),
    whole("parentRefs", &[&["name", "namespace", "sectionName", "port"]]),
    whole("paths", &[&["path"]]),
    whole("portLevelSettings", &[&["port.number"]]),
    merged(
        "ports",
        &["containerPort", "port"],
        &[&["containerPort", "protocol"], &["port", "protocol"], &["number"], &["name"]],
    ),
    merged("resourceClaims", &["name"], &[&["name"]]),
    whole("resources", &[&["name", "gvrShort", "namespace"]]),
    whole("route", &[&["destination.host", "destination.subset", "destination.port.number"]]),
    merged("schedulingGates", &["name"], &[&["name"]]),
    merged("secrets", &["name"], &[&["name"]]),
    whole("servers", &[&["port.name"], &["port.number"]]),
    whole("subjects", &[&["name", "kind", "namespace"]]),
    whole("tolerations", &[&["key", "operator", "value", "effect"]]),
    merged("topologySpreadConstraints", &["topologyKey"], &[&["topologyKey", "whenUnsatisfiable"]]),
    merged("variables", &["name"], &[&["name"]]),
    whole("volumeClaimTemplates", &[&["metadata.name"]]),
    merged("volumeDevices", &["devicePath"], &[&["devicePath"]]),
    merged("volumeMounts", &["mountPath"], &[&["mountPath"], &["name"]]),
    merged("volumes", &["name"], &[&["name"]]),
    merged("webhooks", &["name"], &[&["name"]]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stand_in_order_and_merge_by_what_tells_items_apart() {
        assert!(LISTS.is_sorted_by(|a, b| a.name < b.name));
        for list in LISTS {
            let first: Vec<&str> = list.items.iter().filter_map(|fields| fields.first().copied()).collect();
            assert!(list.merge.iter().all(|key| first.contains(key)), "{}", list.name);
        }
    }
}

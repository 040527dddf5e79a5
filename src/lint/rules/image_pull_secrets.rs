use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "image-pull-secrets",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a pod with an image of a private registry has a secret to pull it with",
    what: "Pods with an image of one of the spec's `privateRegistries`, or of a `--private-registry`.",
    why: "The node is refused by the registry: the pod waits in `ImagePullBackOff`.",
    how: "Name a secret in `imagePullSecrets`, of the version or of a service account that the release creates. Where the \
          nodes or an account that is there already have the credentials, take the registry off the list.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for pods in context.pods() {
        let named = pods.spec.str_at(&["serviceAccountName"]);
        let account = context.of("", "ServiceAccount").find(|account| {
            context.namespace(account) == context.namespace(pods.object)
                && account.identity.name == named.as_deref().unwrap_or("default")
        });
        if has_pull_secrets(pods.spec) || account.is_some_and(|account| has_pull_secrets(&account.node)) {
            continue;
        }
        let containers = pods.spec.items_at(&["initContainers"]).iter().chain(pods.spec.items_at(&["containers"]));
        for node in containers.filter_map(|container| container.at(&["image"])) {
            let Some(image) = node.as_str() else { continue };
            if let Some((registry, _)) = image.split_once('/').filter(|(registry, _)| context.is_private(registry)) {
                findings.add(
                    pods.object,
                    node,
                    format!("nothing here can pull from the private registry `{registry}`"),
                );
            }
        }
    }
}

/// Whether `holder`, the spec of a pod or a ServiceAccount, names pull secrets.
fn has_pull_secrets(holder: &Node) -> bool {
    !holder.items_at(&["imagePullSecrets"]).is_empty()
}

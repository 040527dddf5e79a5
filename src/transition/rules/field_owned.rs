use super::{Place, Rule};
use crate::bundle::Manifest;
use crate::change::same::same_or_absent;
use crate::lint::view::{dig, number_at, text_at};
use crate::node::Node;
use crate::transition::context::same_object;
use crate::transition::{Context, Findings};

pub const RULE: Rule = Rule {
    id: "field-owned",
    severity: crate::lint::Severity::Warning,
    summary: "a field changes that a controller owns",
    what: "The number of pods of what an autoscaler scales: whether the change sets another one, or takes it away in the same step that \
           brings the autoscaler in.",
    why: "The autoscaler and the delivery overwrite each other: each apply sets the number back, in the middle of the load. And where \
          the number is taken away, `kubectl apply` and Helm set it to 1 until the autoscaler has looked (Kubernetes, \
          *Migrating Deployments and StatefulSets to horizontal autoscaling*).",
    how: "Leave `replicas` out of what an autoscaler scales. To bring an autoscaler in, first let it scale, then take the number \
          away where the delivery does not own it.",
    check,
};

const REPLICAS: [&str; 2] = ["spec", "replicas"];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (old, new) in context.both() {
        let Some(scaler) = scaler(context.new.objects, new) else { continue };
        let (before, after) = (dig(&old.node, &REPLICAS), dig(&new.node, &REPLICAS));
        if same_or_absent(before, after) {
            continue;
        }
        let owner = format!("{} `{}`", scaler.identity.kind, scaler.identity.name);
        let text = |node: Option<&Node>| node.and_then(Node::text).unwrap_or_default();
        match after {
            Some(node) => {
                let message = format!("`replicas` becomes {}, but {owner} decides it", text(after));
                findings.add(Place::Node(new, node), message, Vec::new());
            }
            None if number_at(&old.node, &REPLICAS).is_some_and(|count| count > 1.0) && same_object(context.old.objects, scaler).is_none() => {
                let message = format!(
                    "`replicas: {}` is taken away in the step that brings {owner} in: until that has looked, one pod is left",
                    text(before)
                );
                let safe = vec![
                    format!("add {owner}, and keep `replicas`"),
                    "wait until it scales".into(),
                    "take `replicas` away".into(),
                ];
                findings.add(Place::Node(scaler, &scaler.node), message, safe);
            }
            None => {}
        }
    }
}

/// The autoscaler of `object`.
fn scaler<'o>(objects: &'o crate::objects::Objects, object: &Manifest) -> Option<&'o Manifest> {
    objects.manifests.iter().find(|own| {
        let target = |key: &str| text_at(&own.node, &["spec", "scaleTargetRef", key]);
        matches!(own.identity.kind.as_str(), "HorizontalPodAutoscaler" | "ScaledObject")
            && own.identity.namespace == object.identity.namespace
            && target("name").is_some_and(|name| name == object.identity.name)
            && target("kind").is_none_or(|kind| kind == object.identity.kind)
    })
}

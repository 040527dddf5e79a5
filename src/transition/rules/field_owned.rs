use super::{Rule, Severity};
use crate::delivery::owned::{OwnedField, Owner, owned};
use crate::impact::same::same_or_absent;
use crate::node::Node;
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "field-owned",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a field changes that a controller owns",
    what: "Fields that an autoscaler, Argo Rollouts, Flagger or another controller writes: whether the change sets another value. And \
           the number of pods, where it is taken away in the same step that brings an autoscaler in.",
    why: "The controller and the delivery overwrite each other: each apply sets the value back, in the middle of the load or of a \
          rollout. And where a number of pods is taken away, `kubectl apply` and Helm set it to 1 until the autoscaler has \
          looked (Kubernetes, *Migrating Deployments and StatefulSets to horizontal autoscaling*).",
    how: "Leave the field out, or have the delivery leave it alone: `helmwright delivery` writes that. To bring an autoscaler in, \
          first let it scale, then take the number away where the delivery does not own it.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    let (old, new) = (&transition.impact.sides.before, &transition.impact.sides.after);
    // That an address cannot change is another matter.
    let fields = owned(&new.objects.manifests).into_iter().filter(|field| field.owner != Owner::ApiServer);
    for field in fields {
        let (Some(older), Some(object)) = (old.object(&field.object), new.object(&field.object)) else { continue };
        let (before, after) = (field.value(&older.node), field.value(&object.node));
        if same_or_absent(before, after) {
            continue;
        }
        let (name, owner) = (field.path.join("."), &field.owner);
        match after {
            Some(node) => {
                let value = node.text().unwrap_or_else(|| "something else".into());
                let message = format!("`{name}` becomes {value}, but {owner} decides it: {}", field.why);
                findings.add_at(transition.at_value(object, node), message);
            }
            None => taken_away(transition, &field, &name, before, findings),
        }
    }
}

/// A number of pods that goes when its autoscaler comes.
fn taken_away(
    transition: &Transition<'_>,
    field: &OwnedField,
    name: &str,
    before: Option<&Node>,
    findings: &mut Findings<'_>,
) {
    let Owner::Object(owner) = &field.owner else { return };
    let Some(scaler) = transition.impact.sides.after.object(owner) else { return };
    let count = before.and_then(Node::as_number).unwrap_or(0.0);
    if field.path != ["spec", "replicas"]
        || count <= 1.0
        || transition.impact.sides.before.object(&scaler.identity).is_some()
    {
        return;
    }
    let owner = format!("{} `{}`", scaler.identity.kind, scaler.identity.name);
    let message = format!(
        "`{name}: {count}` is taken away in the step that brings {owner} in: until that has looked, one pod is left"
    );
    let safe =
        vec![format!("add {owner}, and keep `{name}`"), "wait until it scales".into(), format!("take `{name}` away")];
    findings.add_at(transition.at_value(scaler, &scaler.node), message).safe_commits(safe);
}

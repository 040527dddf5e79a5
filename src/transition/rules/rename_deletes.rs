use super::{Place, Rule};
use crate::lint::view::dig;
use crate::transition::context::same_object;
use crate::transition::{Context, Findings};

pub const RULE: Rule = Rule {
    id: "rename-deletes",
    severity: crate::lint::Severity::Warning,
    summary: "a rename deletes an object and creates another",
    what: "Objects that go on under another name: the old one is gone, a new one of its kind makes the same version, leads to the same \
           versions, or has the same content.",
    why: "To a cluster, a name is what an object is. The old one is deleted with its pods, its address and its status; whoever \
          calls it by its name, or looks it up there, finds nothing. Data of a StatefulSet or a claim stays behind or is lost.",
    how: "Keep the name. Where it must change, bring the new object in first, lead everybody to it, and then remove the old one.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let renamed = &context.change.renamed;
    let mut renamed: Vec<_> = renamed.iter().filter(|(old, new)| old.name != new.name).collect();
    // One name that changes takes others with it: a whole application has a new name once.
    let entrance = |name: &str| context.change.new.entrances.iter().any(|route| route.identity.name == name);
    renamed.sort_by_key(|(_, new)| !entrance(&new.name));
    let mut told: Vec<(&str, &str)> = Vec::new();
    for (old, new) in &renamed {
        let part = |own: &str, other: &str| own.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        if told.iter().any(|(from, to)| part(&old.name, from) && part(&new.name, to)) {
            continue;
        }
        told.push((&old.name, &new.name));
        let with = renamed.iter().filter(|(from, to)| part(&from.name, &old.name) && part(&to.name, &new.name)).count() - 1;
        let others = match with {
            0 => String::new(),
            1 => ", and one more object with it".to_string(),
            count => format!(", and {count} more objects with it"),
        };
        let message = format!("{} `{}` becomes `{}`{others}: the old one is deleted", new.kind, old.name, new.name);
        let safe = vec![
            format!("add {} `{}` beside `{}`, and wait until it is ready", new.kind, new.name, old.name),
            format!("lead everybody to `{}` who uses `{}`", new.name, old.name),
            format!("remove {} `{}`", old.kind, old.name),
        ];
        let manifest = context.new.objects.manifests.iter().find(|own| own.identity.same_object(new));
        match manifest {
            Some(object) if same_object(context.new.objects, object).is_some() => {
                let node = dig(&object.node, &["metadata", "name"]).unwrap_or(&object.node);
                findings.add(Place::Node(object, node), message, safe);
            }
            _ => findings.add(Place::Object(new), message, safe),
        }
    }
}

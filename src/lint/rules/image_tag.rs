use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "image-tag",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "an image has a tag other than `latest`, or a digest",
    what: "Images of all containers in workloads, InferenceServices and SeldonDeployments.",
    why: "What runs is whatever was pushed last when the node pulled it: two pods of one version may differ, and a \
          rollback brings nothing back.",
    how: "Write the version's tag, or better its digest.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for pods in context.pods() {
        let containers = pods.spec.items_at(&["initContainers"]).iter().chain(pods.spec.items_at(&["containers"]));
        for node in containers.filter_map(|container| container.at(&["image"])) {
            let Some(image) = node.as_str().filter(|image| !image.is_empty() && !image.contains('@')) else { continue };
            // A colon before the last slash is a registry's port.
            let name = image.rsplit_once('/').map_or(&*image, |(_, name)| name);
            match name.split_once(':') {
                None => findings.add(pods.object, node, format!("the image `{image}` has no tag")),
                Some((_, "latest")) => {
                    findings.add(pods.object, node, format!("`{image}` is whatever was pushed last"))
                }
                Some(_) => {}
            }
        }
    }
}

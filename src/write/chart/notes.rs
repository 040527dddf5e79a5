//! `templates/NOTES.txt`: what Helm says after it released the chart, computed from the values it was given.

use std::fmt::Write;

use super::inert;
use super::reference::References;
use crate::node::Node;
use crate::plan::Version;
use crate::render::Rendered;

/// What a version serves, by the field that says it.
const SERVES: [&str; 4] = ["image", "storageUri", "modelUri", "modelFormat"];

/// The file, but for the variables of its versions.
pub fn notes(rendered: &Rendered, references: &References<'_>) -> String {
    let plan = &rendered.plan;
    let mut out = String::new();
    let expression = |node: &Node| references.expression(node);
    let name = expression(&plan.application.name);
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{{{{ .Release.Name }}}} is released into the namespace {{{{ .Release.Namespace }}}}, revision {{{{ .Release.Revision }}}}.\n\n\
         Versions of {{{{ {name} }}}}:"
    );
    for version in &plan.versions {
        let role = if version.index == 0 { "primary" } else { "candidate" };
        let serves = SERVES.iter().map(|field| version.get(field)).find(|node| !node.is_null());
        let serves = serves.map(|node| format!(": {{{{ {} }}}}", expression(&node))).unwrap_or_default();
        let _ = writeln!(out, "  {{{{ {} }}}} ({role}){serves}", expression(&version.name));
    }
    if !plan.routing.rules.is_empty() {
        let _ = writeln!(out, "\nWho gets the traffic ({}):", inert(&plan.routing.strategy));
    }
    for rule in &plan.routing.rules {
        match rule.matches.is_null() {
            true => out.push_str("  every other request:\n"),
            false => {
                let _ = writeln!(out, "  requests with {{{{ toJson {} }}}}:", expression(&rule.matches));
            }
        }
        let shared = rule.split && rule.shares.len() > 1;
        let weights: Vec<Node> = rule.shares.iter().map(|share| weight(rendered, &share.version, rule.split)).collect();
        let total: String = weights.iter().map(|node| format!(" (int64 {})", expression(node))).collect();
        for (share, weight) in rule.shares.iter().zip(&weights) {
            let part = match (rule.learned, shared) {
                (true, _) => "as the platform learns".to_string(),
                (_, true) => format!(
                    "{{{{ if add{total} }}}}{{{{ round (divf (mulf 100 (int64 {})) (add{total})) 1 }}}} %{{{{ else }}}}nothing{{{{ end }}}}",
                    expression(weight)
                ),
                _ => "100 %".to_string(),
            };
            let _ = writeln!(out, "    {{{{ {} }}}}: {part}", expression(&share.version.name));
        }
        for mirror in &rule.mirrors {
            let weight = expression(&mirror.version.get("weight"));
            let _ = writeln!(
                out,
                "    {{{{ {} }}}}: copies of {{{{ int64 {weight} }}}} %, its answers are dropped",
                expression(&mirror.version.name)
            );
        }
    }
    if rendered.plan.routing.mode == crate::pack::Mode::Routemap && !plan.routing.rules.is_empty() {
        out.push_str(
            "The Iter8 controller leaves out what is not ready, and takes weights from annotations while it runs.\n",
        );
    }
    let kinds: Vec<String> = kinds(rendered);
    let _ = writeln!(out, "\nWatch it:\n  kubectl get {} -n {{{{ .Release.Namespace }}}}", kinds.join(","));
    if let Some(version) = plan.versions.iter().skip(1).find(|version| references.dials.turns(version)) {
        let key = references.dials.version_label(version.index);
        let _ = writeln!(
            out,
            "Shift traffic:\n  helm upgrade {{{{ .Release.Name }}}} CHART -n {{{{ .Release.Namespace }}}} --reset-then-reuse-values \
             --set application.versions.{}.weight=50",
            inert(&key)
        );
    }
    out.push_str(
        "Promote a candidate: make it the first version of the spec, and take the old one out; make the chart anew, and upgrade.\n\
         Roll back:\n  helm rollback {{ .Release.Name }} -n {{ .Release.Namespace }}\n",
    );
    out
}

/// What a version's part is by: its weight, or what the others leave.
fn weight(rendered: &Rendered, version: &Version, split: bool) -> Node {
    let own = version.get("weight");
    if split && rendered.environment.percent && version.index == 0 {
        let others = rendered.plan.versions.iter().skip(1).map(|version| version.get("weight"));
        return Node::Symbol(crate::node::Symbol::Remainder(others.collect()));
    }
    own
}

/// The kinds of the release's objects that do something, as kubectl takes them.
fn kinds(rendered: &Rendered) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for manifest in rendered.bundle.iter() {
        let kind = manifest.identity.kind.to_ascii_lowercase();
        if !matches!(kind.as_str(), "namespace" | "serviceaccount") && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

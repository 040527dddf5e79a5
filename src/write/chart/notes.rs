//! `templates/NOTES.txt`: what Helm says after it released the chart, computed from the values it was given.

use std::fmt::Write;
use std::sync::Arc;

use super::inert;
use super::reference::References;
use crate::node::{Node, Segment};
use crate::plan::{RoutingRule, Version};
use crate::render::Rendered;
use crate::spec::Mode;

/// What a version serves, by the field that says it.
const SERVES: [&str; 4] = ["image", "storageUri", "modelUri", "modelFormat"];

/// The file, but for the variables of its versions.
pub fn notes(rendered: &Rendered, references: &References<'_>) -> String {
    let plan = &rendered.plan;
    // Before the notes themselves refer to weights: a weight that no object has is none to turn.
    let turned: Vec<&Version> = plan
        .versions
        .iter()
        .skip(1)
        .filter(|version| references.dials.is_weight_adjustable(version))
        .map(Arc::as_ref)
        .collect();
    let mut out = String::with_capacity(2048);
    out.push_str(
        "{{ .Release.Name }} is released into the namespace {{ .Release.Namespace }}, revision {{ .Release.Revision }}.\n\n",
    );
    // Writing to a String cannot fail.
    let _ = writeln!(out, "Versions of {}:", action(references, &plan.application.name));
    for version in &plan.versions {
        let role = if version.index == 0 { "primary" } else { "candidate" };
        let serves = SERVES.iter().map(|field| version.get(field)).find(|node| !node.is_null());
        let serves = serves.map(|node| format!(": {}", action(references, &node))).unwrap_or_default();
        let _ = writeln!(out, "  {} ({role}){serves}", action(references, &version.name));
    }
    traffic(rendered, references, &mut out);
    // Which the spec may say, whatever the release's is.
    let namespace = action(references, &plan.application.namespace);
    let _ = writeln!(out, "\nWatch it:\n  kubectl get {} -n {namespace}", kinds(rendered).join(","));
    let splitting = turned.iter().find(|version| plan.routing.rules.iter().any(|rule| weighs(rule, version)));
    // Where matches decide who gets a request, a weight only says whether there is a version at all.
    let turn = splitting.map(|version| ("Shift traffic", version, "NUMBER"));
    if let Some((what, version, number)) = turn.or(turned.first().map(|version| ("Take a candidate out", version, "0")))
    {
        let _ = writeln!(
            out,
            "{what}:\n  helm upgrade {{{{ .Release.Name }}}} CHART -n {{{{ .Release.Namespace }}}} \\\n    \
             --reset-then-reuse-values --set application.versions.{}.weight={number}",
            inert(&references.dials.version_label(version.index))
        );
    }
    if plan.versions.len() > 1 {
        let how = match references.dials.version_key(0) {
            Some(Segment::Key(_)) => "name it as `primary` in the spec",
            _ => "make it the first version of the spec",
        };
        let _ = writeln!(
            out,
            "Promote a candidate:\n  {how}, and take the old one out; make the chart anew, and upgrade to it"
        );
    }
    out.push_str("Roll back:\n  helm rollback {{ .Release.Name }} -n {{ .Release.Namespace }}\n");
    out
}

/// Who gets which requests.
fn traffic(rendered: &Rendered, references: &References<'_>, out: &mut String) {
    let routing = &rendered.plan.routing;
    if !routing.rules.is_empty() {
        let _ = writeln!(out, "\nWho gets the traffic ({}):", inert(routing.strategy.word()));
    }
    let mut whose = "all requests";
    for rule in &routing.rules {
        if rule.matches.is_null() {
            let _ = writeln!(out, "  {whose}:");
        } else {
            let _ = writeln!(out, "  requests with {{{{ toJson {} }}}}:", references.expression(&rule.matches));
            whose = "all others";
        }
        let shared = shares_by_weight(rule);
        if shared && !rendered.environment.percent {
            let weights: Vec<String> = rule.shares.iter().map(|share| weight(&share.version, references)).collect();
            let _ = writeln!(out, "{{{{- $total := add {} }}}}", weights.join(" "));
        }
        for share in &rule.shares {
            let part = match (rule.learned, shared, rendered.environment.percent) {
                (true, ..) => "as the platform learns".to_string(),
                (_, true, true) => format!("{} %", action(references, &share.weight)),
                (_, true, false) => format!(
                    "{{{{ if $total }}}}{{{{ round (divf (mulf 100 {}) $total) 1 }}}} %{{{{ else }}}}nothing{{{{ end }}}}",
                    weight(&share.version, references)
                ),
                _ => "100 %".to_string(),
            };
            let _ = writeln!(out, "    {}: {part}", action(references, &share.version.name));
        }
        for mirror in &rule.mirrors {
            let (name, weight) = (action(references, &mirror.version.name), weight(&mirror.version, references));
            let _ = writeln!(out, "    {name}: copies of {{{{ {weight} }}}} %, and its answers are dropped");
        }
    }
    if routing.mode == Mode::Routemap && !routing.rules.is_empty() {
        out.push_str(
            "  The Iter8 controller leaves out what is not ready, and takes weights from annotations while it runs.\n",
        );
    }
}

fn weight(version: &Version, references: &References<'_>) -> String {
    references.number(&version.get("weight"))
}

/// Whether weights decide who of several gets a request.
fn shares_by_weight(rule: &RoutingRule) -> bool {
    rule.split && rule.shares.len() > 1 && !rule.learned
}

/// Whether the weight of `version` counts in `rule`, more than that it is there.
fn weighs(rule: &RoutingRule, version: &Version) -> bool {
    let shares = shares_by_weight(rule) && rule.shares.iter().any(|share| share.version.index == version.index);
    shares || rule.mirrors.iter().any(|mirror| mirror.version.index == version.index)
}

/// An action that prints `node`.
fn action(references: &References<'_>, node: &Node) -> String {
    let expression = references.expression(node);
    let inner = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    // The parentheses around one call.
    let inner = inner.filter(|inner| inner.starts_with("printf ") || inner.starts_with("sub "));
    format!("{{{{ {} }}}}", inner.unwrap_or(&expression))
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

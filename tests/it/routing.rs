//! A routemap's template, executed as Iter8's controller does, says what static routing says for the same weights.

use helmwright::spec::Input;
use helmwright::spec::strvals::Flag;
use helmwright::write;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::go::Go;
use crate::support::releases::{self, Subject};
use crate::support::{json, template};

#[test]
fn a_routemap_and_static_routing_say_the_same() {
    let subjects = subjects();
    let checks: Vec<Check<'_>> = subjects
        .par_iter()
        .map_init(
            || Go::start("execute"),
            |go, subject| {
                let mut check = Check { subject, compared: 0, failures: Vec::new() };
                check.run(go.as_mut());
                check
            },
        )
        .collect();
    let compared: usize = checks.iter().map(|check| check.compared).sum();
    let failures: Vec<&String> = checks.iter().flat_map(|check| &check.failures).collect();
    assert!(failures.is_empty(), "{} differ\n\n{failures:#?}", failures.len());
    assert!(compared > 50, "only {compared} routings were compared");
}

/// Our cases that render something, and Iter8's where they are.
fn subjects() -> Vec<Subject> {
    let mut subjects = releases::all();
    subjects.retain(|subject| ["cases/", "shared/"].iter().any(|kind| subject.name.starts_with(kind)));
    for subject in &mut subjects {
        if subject.name.contains("/delivery-") {
            // What the controller makes is not delivered, so it has no place in the order.
            subject.inputs.edits.push((Flag::Set, "delivery=null".into()));
        }
    }
    subjects
}

struct Check<'a> {
    subject: &'a Subject,
    compared: usize,
    failures: Vec<String>,
}

impl Check<'_> {
    fn run(&mut self, mut go: Option<&mut Go>) {
        let name = &self.subject.name;
        let Ok(objects) = self.render("routemap", &[]) else { return };
        if let Err(problems) = self.render("static", &[])
            // As it is, nobody may have a weight.
            && !problems.contains("all weights are 0")
        {
            return;
        }
        let Some(routemap) = objects.iter().find_map(|object| object["data"]["strSpec"].as_str()) else {
            return self.failures.push(format!("{name}: there is no routemap"));
        };
        let routemap: Value = serde_yaml::from_str(routemap).expect("strSpec is YAML");
        let versions = routemap["versions"].as_array().expect("versions");
        let template = routemap["routingTemplates"].as_object().and_then(|all| all.values().next());
        let Some(template) = template.map(|own| own["template"].as_str().expect("a template")) else {
            // No routing at all, then; static must have none either.
            let objects = self.render("static", &[]).expect("static renders");
            return assert!(routing(&objects).is_none(), "{name}: only static has a routing object");
        };
        let names: Vec<&str> = versions.iter().map(|v| v["resources"][0]["name"].as_str().expect("a name")).collect();
        let weights: Vec<u32> = versions.iter().map(|v| v["weight"].as_u64().unwrap_or(1) as u32).collect();
        for available in 0..1_u32 << versions.len().min(5) {
            let weight = |(i, weight): (usize, &u32)| if available >> i & 1 == 1 { *weight } else { 0 };
            let mut now: Vec<u32> = weights.iter().enumerate().map(weight).collect();
            if now.iter().all(|weight| *weight == 0) {
                now[0] = 1;
            }
            let text = template::execute(template, &now);
            if let Some(go) = go.as_mut() {
                let answer = go.ask(&json!({"template": template, "weights": now}));
                assert_eq!(answer["text"], *text, "{name}, {now:?}: Go executes it otherwise: {answer}");
            }
            self.compare(&text, &names, &weights, &now);
        }
    }

    /// Compares what a routemap's template gives for the weights `now` with static routing for them.
    fn compare(&mut self, text: &str, names: &[&str], weights: &[u32], now: &[u32]) {
        let name = &self.subject.name;
        let live: Value = serde_yaml::from_str(text)
            .unwrap_or_else(|e| panic!("{name}, {now:?}: the template makes no YAML: {e}\n{text}"));
        let changed = (0..now.len()).filter(|i| now[*i] != weights[*i]).map(|i| (i, now[i])).collect::<Vec<_>>();
        let objects = match self.render("static", &changed) {
            Ok(objects) => objects,
            Err(problems) => {
                return self.failures.push(format!("== {name}, {now:?}: static does not render\n{problems}"));
            }
        };
        let fixed = routing(&objects).unwrap_or_else(|| panic!("{name}: static has no routing"));
        // Static routing does not know what is available: it keeps the rule of a candidate that is not.
        let gone: Vec<&str> = (1..now.len()).filter(|i| now[*i] == 0).map(|i| names[i]).collect();
        let (live, fixed) = (meaning(&live, &[]), meaning(fixed, &gone));
        self.compared += 1;
        if live != fixed {
            let [fixed, live] = [&fixed, &live].map(|value| serde_json::to_string_pretty(value).expect("JSON"));
            let diff = similar::TextDiff::from_lines(&fixed, &live);
            let diff = diff.unified_diff().header("static", "routemap").to_string();
            self.failures.push(format!("== {name}, weights {now:?}\n{diff}"));
        }
    }

    /// The objects under `mode`, with these weights in place of the spec's, or what is wrong then.
    fn render(&self, mode: &str, weights: &[(usize, u32)]) -> Result<Vec<Value>, String> {
        let mut subject = self.subject.clone();
        subject.inputs.edits.push((Flag::Set, format!("routing={mode}")));
        for (index, weight) in weights {
            let edit = format!("application.versions{}.weight={weight}", self.version(*index));
            subject.inputs.edits.push((Flag::Set, edit));
        }
        let rendered = subject.render().map_err(|problems| problems.to_string())?;
        let objects = rendered.bundle.iter().map(|manifest| json::load(&write::document(&manifest.node)));
        let objects: Result<Vec<Vec<Value>>, String> = objects.collect();
        Ok(objects.unwrap_or_else(|error| panic!("{}: {error}", subject.name)).concat())
    }

    /// How a flag calls the version at `index`: by its position where they are a list, by its name in a map.
    fn version(&self, index: usize) -> String {
        for input in &self.subject.inputs.files {
            let Input::Text { text, .. } = input else { continue };
            let values: Value = serde_yaml::from_str(text).unwrap_or_default();
            let application = &values["application"];
            if let (Some(map), Some(primary)) = (application["versions"].as_object(), application["primary"].as_str()) {
                let mut keys: Vec<&str> = map.keys().map(String::as_str).collect();
                // The primary comes first, then the others by name.
                keys.sort_by_key(|key| (*key != primary, *key));
                return format!(".{}", keys[index]);
            }
        }
        format!(".{index}")
    }
}

/// The routing object among `objects`.
fn routing(objects: &[Value]) -> Option<&Value> {
    objects.iter().find(|object| object["kind"] == "VirtualService" || object["kind"] == "HTTPRoute")
}

/// What a routing object means: its rules with the share of each destination, without what has no share, and without
/// the rules of the versions that are gone.
fn meaning(object: &Value, gone: &[&str]) -> Value {
    let mut object = object.clone();
    object.as_object_mut().expect("an object").remove("apiVersion");
    let rules = if object["kind"] == "HTTPRoute" { "rules" } else { "http" };
    let own = object["spec"][rules].as_array().expect("rules");
    let kept: Vec<Value> = own.iter().map(rule).filter(|rule| !is_for(rule, gone)).collect();
    object["spec"][rules] = kept.into();
    object
}

fn rule(rule: &Value) -> Value {
    let mut rule = rule.as_object().expect("a rule").clone();
    for (key, absent) in [("route", 0), ("backendRefs", 1)] {
        let Some(destinations) = rule.get(key).and_then(Value::as_array) else { continue };
        // Istio gives all to a lone destination, whatever its weight; the Gateway API does not if that is 0.
        let lone = destinations.len() == 1 && (key == "route" || destinations[0]["weight"].is_null());
        let nobody = destinations.iter().all(|own| own["weight"].as_u64().unwrap_or(0) == 0);
        // Where an unavailable candidate stays with a weight of 0, as in Iter8's ModelMesh, the primary that has none gets all.
        let absent = if nobody && key == "route" { 1 } else { absent };
        let weight = |own: &Value| if lone { 1 } else { own["weight"].as_u64().unwrap_or(absent) };
        let total: u64 = destinations.iter().map(weight).sum();
        assert!(total > 0, "nobody gets what {rule:?} takes");
        let shared = destinations.iter().filter(|own| weight(own) > 0).map(|own| {
            let mut destination = own.clone();
            destination["weight"] = json!(format!("{:.9} %", 100.0 * weight(own) as f64 / total as f64));
            destination
        });
        let shared: Vec<Value> = shared.collect();
        rule.insert(key.into(), shared.into());
    }
    mirrors(&mut rule);
    rule.into()
}

/// Both of Istio's ways to mirror as one, without what is mirrored to nobody.
fn mirrors(rule: &mut Map<String, Value>) {
    if let Some(destination) = rule.remove("mirror") {
        let percentage = rule.remove("mirrorPercentage").unwrap_or(json!({"value": 100}));
        let one = json!([{"destination": destination, "percentage": percentage}]);
        assert!(rule.insert("mirrors".into(), one).is_none(), "`mirror` and `mirrors` exclude each other");
    }
    if let Some(mirrors) = rule.get_mut("mirrors").and_then(Value::as_array_mut) {
        mirrors.retain(|mirror| mirror["percentage"]["value"] != 0);
        if mirrors.is_empty() {
            rule.remove("mirrors");
        }
    }
}

/// Whether the only destination of `rule` is one of these versions.
fn is_for(rule: &Value, versions: &[&str]) -> bool {
    let destinations = rule["route"].as_array().or(rule["backendRefs"].as_array()).expect("destinations");
    let [one] = destinations.as_slice() else { return false };
    let istio = &one["headers"]["response"]["add"]["app-version"];
    let gateway = &one["filters"][0]["responseHeaderModifier"]["add"][0]["value"];
    let version = istio.as_str().or(gateway.as_str());
    // A split with one destination left is still the rule for all.
    let matched = !rule["match"].is_null() || !rule["matches"].is_null();
    matched && version.is_some_and(|own| versions.contains(&own))
}

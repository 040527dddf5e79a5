//! A routemap's template, executed as Iter8's controller does, says what static routing says for the same weights.

use serde_json::{Map, Value, json};

use crate::support::case::{self, Case, Files};
use crate::support::{go, shared, template};

/// A spec and the command that renders it.
struct Subject {
    case: Case,
    words: Vec<String>,
}

#[test]
fn a_routemap_and_static_routing_say_the_same() {
    let mut go = go::Go::start("execute");
    let (mut compared, mut failures) = (0, Vec::new());
    for subject in subjects() {
        let mut check = Check { subject: &subject, go: go.as_mut(), compared: 0, failures: Vec::new() };
        check.run();
        compared += check.compared;
        failures.extend(check.failures);
    }
    assert!(failures.is_empty(), "{} differ\n\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 50, "only {compared} routings were compared");
}

/// All specs that render: our own cases, and Iter8's where they are.
fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for case in case::all() {
        let words = case.words();
        let renders = words.first().is_some_and(|verb| verb == "render") && !words.contains(&"--help".into());
        if renders && case.expected().code == 0 {
            let mut words = plain(words);
            if case.name.contains("/delivery-") {
                // What the controller makes is not delivered, so it has no place in the order.
                words.extend(["--set", "delivery=null"].map(String::from));
            }
            subjects.push(Subject { case, words });
        }
    }
    for release in shared::shared().iter().flat_map(|folder| shared::iter8(folder)) {
        let words = ["render", &release.release, "-n", &release.namespace, "-f", "values.yaml"];
        let words = words.map(String::from).to_vec();
        let case = Case::new(release.name(), release.folder, Files::new());
        subjects.push(Subject { case, words });
    }
    subjects
}

/// The words without those that say where the output goes.
fn plain(words: Vec<String>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-o" | "--output" | "--output-dir" => drop(words.next()),
            "--kustomize" | "--force" => {}
            _ => kept.push(word),
        }
    }
    kept
}

struct Check<'a> {
    subject: &'a Subject,
    go: Option<&'a mut go::Go>,
    compared: usize,
    failures: Vec<String>,
}

impl Check<'_> {
    fn run(&mut self) {
        let Some(objects) = self.render("routemap", &[]) else { return };
        if self.render("static", &[]).is_none() && !self.all_zero() {
            return;
        }
        let Some(routemap) = objects.iter().find_map(|object| object["data"]["strSpec"].as_str()) else {
            return self.failures.push(format!("{}: there is no routemap", self.subject.case.name));
        };
        let routemap: Value = serde_yaml::from_str(routemap).expect("strSpec is YAML");
        let versions = routemap["versions"].as_array().expect("versions");
        let template = routemap["routingTemplates"].as_object().and_then(|all| all.values().next());
        let Some(template) = template.map(|own| own["template"].as_str().expect("a template")) else {
            // No routing at all, then; static must have none either.
            let objects = self.render("static", &[]).expect("static renders");
            return assert!(
                routing(&objects).is_none(),
                "{}: only static has a routing object",
                self.subject.case.name
            );
        };
        let names: Vec<&str> = versions.iter().map(|v| v["resources"][0]["name"].as_str().expect("a name")).collect();
        let weights: Vec<u32> = versions.iter().map(|v| v["weight"].as_u64().unwrap_or(1) as u32).collect();
        for available in 0..1_u32 << versions.len().min(5) {
            let own = |(i, weight): (usize, &u32)| if available >> i & 1 == 1 { *weight } else { 0 };
            let mut now: Vec<u32> = weights.iter().enumerate().map(own).collect();
            if now.iter().all(|weight| *weight == 0) {
                now[0] = 1;
            }
            self.compare(template, &names, &weights, &now);
        }
    }

    /// Whether static routing refuses the spec as it is because nobody has a weight.
    fn all_zero(&self) -> bool {
        self.outcome("static", &[]).stderr.contains("all weights are 0")
    }

    fn compare(&mut self, template: &str, names: &[&str], weights: &[u32], now: &[u32]) {
        let text = template::execute(template, now);
        if let Some(go) = self.go.as_mut() {
            let answer = go.ask(&json!({"template": template, "weights": now}));
            assert_eq!(
                answer["text"], *text,
                "{}, {now:?}: Go executes it otherwise: {answer}",
                self.subject.case.name
            );
        }
        let live: Value = serde_yaml::from_str(&text)
            .unwrap_or_else(|e| panic!("{}, {now:?}: the template makes no YAML: {e}\n{text}", self.subject.case.name));
        let changed = (0..now.len()).filter(|i| now[*i] != weights[*i]).map(|i| (i, now[i])).collect::<Vec<_>>();
        let Some(objects) = self.render("static", &changed) else {
            let stderr = self.outcome("static", &changed).stderr;
            return self
                .failures
                .push(format!("== {}, {now:?}: static does not render\n{stderr}", self.subject.case.name));
        };
        let fixed = routing(&objects).unwrap_or_else(|| panic!("{}: static has no routing", self.subject.case.name));
        // Static routing does not know what is available: it keeps the rule of a candidate that is not.
        let gone: Vec<&str> = (1..now.len()).filter(|i| now[*i] == 0).map(|i| names[i]).collect();
        let (live, fixed) = (meaning(&live, &[]), meaning(fixed, &gone));
        self.compared += 1;
        if live != fixed {
            let show = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
            let (live, fixed) = (show(&live), show(&fixed));
            let diff = similar::TextDiff::from_lines(&fixed, &live);
            let diff = diff.unified_diff().header("static", "routemap").to_string();
            self.failures.push(format!("== {}, weights {now:?}\n{diff}", self.subject.case.name));
        }
    }

    /// The objects under `mode`, with these weights in place of the spec's; `None` where that is an error.
    fn render(&self, mode: &str, weights: &[(usize, u32)]) -> Option<Vec<Value>> {
        let outcome = self.outcome(mode, weights);
        (outcome.code == 0).then(|| {
            let list: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
            list["items"].as_array().expect("items").clone()
        })
    }

    fn outcome(&self, mode: &str, weights: &[(usize, u32)]) -> case::Outcome {
        let mut words = self.subject.words.clone();
        words.extend(["-o".into(), "json".into(), "--set".into(), format!("routing={mode}")]);
        for (index, weight) in weights {
            words.extend(["--set".into(), format!("application.versions{}.weight={weight}", self.version(*index))]);
        }
        self.subject.case.run(&words)
    }

    /// How a flag calls the version at `index`: by its position where they are a list, by its name in a map.
    fn version(&self, index: usize) -> String {
        let files = self.subject.words.windows(2).filter(|pair| pair[0] == "-f").map(|pair| &pair[1]);
        for text in files.filter_map(|file| self.subject.case.text(file)) {
            let values: Value = serde_yaml::from_str(&text).unwrap_or_default();
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

//! What is read back from the objects is what was planned: for random specs, in every environment, strategy and
//! routing mode there is.

use std::collections::BTreeMap;

use helmwright::node::{FromNode, Node};
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::{Plan, ReleaseName, RoutingRule, Version};
use helmwright::render::{Rendered, render};
use helmwright::spec::Mode;
use helmwright::spec::{self, Input, Inputs};
use helmwright::traffic::{Action, Request, Route, Traffic};
use helmwright::write;
use proptest::prelude::*;

use crate::support::shared;

/// What is random about a version.
#[derive(Debug, Clone)]
struct Candidate {
    weight: u64,
    /// The value of the header `tier` that it asks for.
    tier: Option<u8>,
    /// A second header that it asks for as well.
    both: bool,
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (0_u64..60, proptest::option::weighted(0.6, 0_u8..3), any::<bool>());
    proptest::collection::vec(one.prop_map(|(weight, tier, both)| Candidate { weight, tier, both }), 1..5)
}

/// A spec of these versions. `percent` says that the candidates' weights are percentages, and the primary has none.
fn spec(environment: &str, strategy: spec::Strategy, mode: Mode, versions: &[Candidate], percent: bool) -> String {
    let mut text = format!(
        "environment: {environment}\nrouting: {mode}\napplication:\n  strategy: {strategy}\n  modelFormat: sklearn\n"
    );
    if strategy == spec::Strategy::Bandit {
        text.push_str("  algorithm: epsilon-greedy\n");
    }
    text.push_str("  versions:\n");
    let candidates = versions.len().max(2) as u64 - 1;
    for (i, version) in versions.iter().enumerate() {
        text.push_str(&format!("  - metadata: {{labels: {{app.kubernetes.io/version: v{i}}}}}\n"));
        text.push_str(&format!("    image: registry.example/shop:{i}\n    storageUri: s3://models/{i}\n"));
        match (percent, i) {
            (true, 0) => {}
            (true, _) => text.push_str(&format!("    weight: {}\n", version.weight / candidates)),
            // All weights 0 is refused.
            (false, 0) => text.push_str(&format!("    weight: {}\n", version.weight + 1)),
            (false, _) => text.push_str(&format!("    weight: {}\n", version.weight)),
        }
        if let (Some(tier), true) = (version.tier, i > 0) {
            let second = if version.both { ", x-both: {exact: both}" } else { "" };
            text.push_str(&format!("    match:\n    - headers: {{tier: {{exact: t{tier}}}{second}}}\n"));
        }
    }
    text
}

fn rendered(catalog: &Catalog, text: &str) -> Result<Rendered, String> {
    let inputs = Inputs { files: vec![Input::Text { name: "spec".into(), text: text.into() }], ..Inputs::default() };
    let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
    render(&inputs, &release, catalog).map_err(|report| report.to_string())
}

/// The objects as someone else would read them: from their text.
fn from_text(rendered: &Rendered) -> Objects {
    let mut objects = Objects::default();
    let mut problems = Vec::new();
    objects.add("rendered", &write::manifests(&rendered.bundle), &mut problems);
    assert_eq!(problems, []);
    objects
}

/// The headers of a request that `rule` takes: those of its first match.
fn headers(rule: &RoutingRule) -> Vec<(String, String)> {
    let Some(clause) = rule.matches.items().first() else { return Vec::new() };
    let headers = clause.get("headers").expect("only headers are asked for");
    let value = |node: &Node| node.get("exact").or(node.get("value")).and_then(Node::text).unwrap();
    match headers {
        Node::Seq(items, _) => {
            items.iter().map(|item| (item.get("name").and_then(Node::text).unwrap(), value(item))).collect()
        }
        _ => headers.entries().iter().map(|(name, test)| (name.text().unwrap(), value(test))).collect(),
    }
}

/// A version by its index: shares and copies, in percent.
type Distribution = (BTreeMap<usize, String>, BTreeMap<usize, String>);

fn rounded(percent: f64) -> String {
    format!("{percent:.6}")
}

/// Who the plan says gets the requests of `rule`, with these weights of the versions.
fn planned(plan: &Plan, rule: &RoutingRule, weights: &[u64]) -> Distribution {
    let of = |version: &Version| weights[version.index];
    let lone = rule.shares.len() == 1 || !rule.split;
    let total: u64 = rule.shares.iter().map(|share| of(&share.version)).sum();
    let percent = |version: &Version| match (lone, total) {
        (true, _) => 100.0,
        // The controller keeps the primary.
        (_, 0) => 100.0 * f64::from(u8::from(version.index == 0)),
        (_, total) => of(version) as f64 * 100.0 / total as f64,
    };
    let there = |version: &Version| plan.routing.mode == Mode::Static || version.index == 0 || of(version) > 0;
    let shares = rule.shares.iter().filter(|share| there(&share.version));
    let shares = shares.map(|share| (share.version.index, rounded(percent(&share.version))));
    let mirrors = rule.mirrors.iter().filter(|mirror| there(&mirror.version));
    let mirrors = mirrors.map(|mirror| (mirror.version.index, rounded(of(&mirror.version) as f64)));
    (nonzero(shares), nonzero(mirrors))
}

fn nonzero(all: impl Iterator<Item = (usize, String)>) -> BTreeMap<usize, String> {
    all.filter(|(_, percent)| percent != "0.000000").collect()
}

/// Which version a reader means by `name`: one of its names, or of what it serves.
fn index(plan: &Plan, name: &str) -> usize {
    let called = |version: &Version| {
        let label = version.metadata.get("labels").and_then(|labels| labels.get("app.kubernetes.io/version"));
        let names = [
            version.name.clone(),
            version.key.clone(),
            version.get("short"),
            version.get("image"),
            version.get("storageUri"),
        ];
        names.iter().chain(label).filter_map(Node::text).any(|own| own == name)
    };
    match plan.versions.iter().find(|version| called(version)) {
        Some(version) => version.index,
        None if name == "(previous revision)" => 0,
        None => panic!("no version is called {name}"),
    }
}

fn read(plan: &Plan, route: &Route, request: &Request) -> Distribution {
    let verdict = route.verdict(request);
    let rule = verdict.taken().unwrap_or_else(|| panic!("nobody takes {request:?}: {verdict}"));
    let shares = rule.shares.iter().map(|share| (index(plan, &share.version), rounded(rule.percent(share).unwrap())));
    let mirrors = rule.mirrors.iter().map(|mirror| (index(plan, &mirror.version), rounded(mirror.percent)));
    (nonzero(shares), nonzero(mirrors))
}

/// All classes of requests of the plan, read back from `objects` under `weights`.
fn compare(rendered: &Rendered, objects: &Objects, weights: &[u64]) {
    let plan = &rendered.plan;
    let fixed = plan.routing.mode == Mode::Static;
    let traffic = Traffic::read(objects, (!fixed).then_some(weights)).unwrap();
    let [route] = traffic.routes.as_slice() else { panic!("{} routes", traffic.routes.len()) };
    assert_eq!(route.unread, Vec::<String>::new());
    let there = |version: &Version| fixed || version.index == 0 || weights[version.index] > 0;
    // The first rule that takes a request: one that asks for less may stand before one that asks for more.
    let first = |headers: &[(String, String)]| {
        let takes = |rule: &&std::sync::Arc<RoutingRule>| self::headers(rule).iter().all(|own| headers.contains(own));
        let there = |rule: &&std::sync::Arc<RoutingRule>| rule.version.as_ref().is_none_or(|version| there(version));
        let rules: Vec<_> = plan.routing.rules.iter().filter(takes).filter(there).collect();
        // The Gateway API prefers the match with the most headers, others the first.
        let gateway = route.identity.kind == "HTTPRoute";
        let most = rules.iter().map(|rule| self::headers(rule).len()).max().unwrap_or(0);
        rules.iter().find(|rule| !gateway || self::headers(rule).len() == most).copied().unwrap().clone()
    };
    for rule in &plan.routing.rules {
        let headers = headers(rule);
        let wanted = first(&headers);
        let request = Request { headers, ..Request::default() };
        let taken = route.verdict(&request);
        if plan.routing.strategy == spec::Strategy::Bandit {
            assert_eq!(taken.taken().unwrap().action, Action::Learned);
            continue;
        }
        assert_eq!(read(plan, route, &request), planned(plan, &wanted, weights), "{request:?}: {taken}");
        // Where the platform can keep a client with its version, the cookie says which. An HTTPRoute cannot.
        let sticky = route.rules.iter().flat_map(|rule| &rule.matches).any(|one| one.to_string().contains("cookie"));
        for share in wanted.shares.iter().filter(|share| wanted.sticky && sticky && there(&share.version)) {
            let name = share.version.name.text().unwrap();
            let mut request = request.clone();
            request.headers.push(("cookie".into(), format!("a=b; shop-version={name}; c=d")));
            let only = BTreeMap::from([(share.version.index, rounded(100.0))]);
            assert_eq!(read(plan, route, &request).0, only, "{request:?}");
        }
    }
}

/// One random release in every environment, strategy and mode.
fn everywhere(versions: &[Candidate], weights: &[u64]) {
    let catalog = Catalog::embedded();
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for &strategy in spec::Strategy::ALL {
            for mode in environment.modes(strategy) {
                // Some platforms know no matches, some only percentages, some only one candidate.
                let matchless: Vec<Candidate> =
                    versions.iter().map(|version| Candidate { tier: None, ..version.clone() }).collect();
                let texts = [false, true].into_iter().flat_map(|percent| {
                    [versions, matchless.as_slice()]
                        .into_iter()
                        .flat_map(move |all| [all, &all[..all.len().min(2)], &all[..1]])
                        .map(move |some| spec(name, strategy, *mode, some, percent))
                });
                let mut refused = String::new();
                let first = texts.into_iter().find_map(|text| match rendered(&catalog, &text) {
                    Ok(rendered) => Some(rendered),
                    Err(report) => {
                        refused = format!("{text}{report}");
                        None
                    }
                });
                let Some(rendered) = first else { panic!("{name}, {strategy}, {mode}: {refused}") };
                let own: Vec<u64> = own_weights(&rendered.plan);
                let direct = Objects { manifests: rendered.bundle.iter().cloned().collect(), ..Objects::default() };
                let weights: Vec<u64> = match mode {
                    Mode::Static => own,
                    // The controller's: any, and 0 for what is not available.
                    Mode::Routemap => {
                        let mut weights = weights[..rendered.plan.versions.len()].to_vec();
                        if weights.iter().all(|weight| *weight == 0) {
                            weights[0] = 1;
                        }
                        // An unavailable candidate stays a destination there, as in Iter8's own template, which then
                        // leaves no destination with a weight.
                        if name == "kserve-modelmesh-istio" {
                            weights.iter_mut().for_each(|weight| *weight = (*weight).max(1));
                        }
                        weights
                    }
                };
                if rendered.plan.routing.rules.is_empty() {
                    continue;
                }
                compare(&rendered, &direct, &weights);
                compare(&rendered, &from_text(&rendered), &weights);
            }
        }
    }
}

/// The weights of a plan; where platforms speak in percent, a primary without one has the rest.
fn own_weights(plan: &Plan) -> Vec<u64> {
    let own = |version: &Version| u64::from_node(&version.get("weight"));
    let candidates: u64 = plan.versions.iter().skip(1).filter_map(|version| own(version)).sum();
    plan.versions.iter().map(|version| own(version).unwrap_or(100_u64.saturating_sub(candidates))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_gets_a_request_is_who_was_planned(
        versions in candidates(),
        weights in proptest::collection::vec(prop_oneof![Just(0_u64), 1_u64..100], 4),
    ) {
        everywhere(&versions, &weights);
    }
}

/// The objects of a step of a tutorial; `None` where the tutorials are not there.
fn tutorial(step: &str) -> Option<Traffic> {
    let path = shared::shared()?.join("tutorials").join(step).join("expected.yaml");
    let objects = Objects::read(path.to_str().unwrap()).unwrap();
    Some(Traffic::read(&objects, None).unwrap())
}

#[test]
fn the_tutorials_say_who_gets_a_request() {
    const PREVIOUS: &str = "(previous revision)";
    const FLOWERS: &str = "gs://kfserving-samples/models/tensorflow/flowers-2";
    let cases: [(&str, &[(&str, f64)]); 8] = [
        ("tf-serving/1-weight-100-0", &[("resnet50", 100.0), ("resnet101", 0.0)]),
        ("tf-serving/2-weight-70-30", &[("resnet50", 70.0), ("resnet101", 30.0)]),
        ("kserve-canary/1-canary-20", &[("rf", 20.0), (PREVIOUS, 80.0)]),
        ("kserve-canary/2-canary-50", &[("rf", 50.0), (PREVIOUS, 50.0)]),
        ("kserve-canary/3-promoted", &[("rf", 100.0)]),
        ("kserve-rollout/1-canary-10", &[(FLOWERS, 10.0), (PREVIOUS, 90.0)]),
        ("kserve-rollout/3-pinned", &[(FLOWERS, 0.0), (PREVIOUS, 100.0)]),
        ("seldon-canary/1-ab-50", &[("xgb", 50.0), ("rf", 50.0)]),
    ];
    for (step, wanted) in cases {
        let Some(traffic) = tutorial(step) else { return };
        let rule = &traffic.routes[0].rules[0];
        let shares: Vec<_> =
            rule.shares.iter().map(|share| (share.version.as_str(), rule.percent(share).unwrap())).collect();
        assert_eq!(shares, wanted, "{step}");
    }
    let Some(traffic) = tutorial("tf-serving/3-header-match") else { return };
    let request = |group: &str| {
        let headers = vec![("user-group".to_string(), group.to_string())];
        traffic.routes[0].verdict(&Request { headers, ..Request::default() }).taken().unwrap().shares[0].version.clone()
    };
    assert_eq!([request("canary"), request("other")], ["resnet101", "resnet50"]);
}

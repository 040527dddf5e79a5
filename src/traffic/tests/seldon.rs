use crate::traffic::Action;
use crate::traffic::testing::{said, traffic, unread};

fn with(predictors: &str) -> String {
    format!(
        "apiVersion: machinelearning.seldon.io/v1alpha2
kind: SeldonDeployment
metadata: {{name: fraud}}
spec: {{predictors: [{predictors}]}}"
    )
}

#[test]
fn predictors_share_by_traffic_and_a_shadow_gets_copies() {
    let text = with("{name: a, traffic: 70}, {name: b, traffic: 30}, {name: c, traffic: 15, shadow: true}");
    assert_eq!(said(&text), ["all requests: a 70, b 30, copies c 15"]);
    assert_eq!(said(&with("{name: a, traffic: 0}")), ["all requests: a 100"]);
    let all = with("{name: a}, {name: b, shadow: true, traffic: 0}");
    assert_eq!(said(&all), ["all requests: a 100, copies b 100"]);
}

#[test]
fn an_ab_test_in_the_graph_shares_among_its_children() {
    let graph = |ratio: &str| {
        format!(
            "{{implementation: RANDOM_ABTEST, name: ab, parameters: [{{name: ratioA, type: FLOAT, value: '{ratio}'}}],
          children: [{{name: x}}, {{name: z}}]}}"
        )
    };
    let alone = |ratio: &str| with(&format!("{{name: p, graph: {}}}", graph(ratio)));
    assert_eq!(said(&alone("0.7")), ["all requests: x 70, z 30"]);
    assert_eq!(said(&alone("0.125")), ["all requests: x 125, z 875"]);
    assert_eq!(said(&alone("1")), ["all requests: x 100, z 0"]);
    let two = with(&format!("{{name: p, traffic: 50, graph: {}}}, {{name: q, traffic: 50}}", graph("0.5")));
    assert_eq!(said(&two), ["all requests: x 50, z 50, q 100"]);
    assert!(unread(&alone("many"))[0].contains("ratioA"));
}

#[test]
fn a_router_learns() {
    let text = with("{name: p, graph: {name: eg, type: ROUTER, children: [{name: x}, {name: y}]}}");
    let route = &traffic(&text).routes[0];
    assert_eq!(route.rules[0].action, Action::Learned);
    assert_eq!(route.rules[0].percent(&route.rules[0].shares[0]), None);
    let json = crate::write::json(&route.verdict(&Default::default()).answer());
    assert!(json.contains("\"percent\": null"), "{json}");
}

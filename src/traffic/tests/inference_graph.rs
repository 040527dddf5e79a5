use crate::traffic::testing::{said, unread};

fn with(nodes: &str) -> String {
    format!(
        "apiVersion: serving.kserve.io/v1alpha1\nkind: InferenceGraph\nmetadata: {{name: g}}\nspec: {{nodes: {nodes}}}"
    )
}

#[test]
fn a_splitter_shares_and_a_splitter_below_it_shares_again() {
    let flat = "{root: {routerType: Splitter, steps: [{serviceName: a, weight: 70}, {serviceName: b, weight: 30}]}}";
    assert_eq!(said(&with(flat)), ["all requests: a 70, b 30"]);
    let deep = "{root: {routerType: Splitter, steps: [{nodeName: next, weight: 40}, {serviceName: c, weight: 60}]},
      next: {routerType: Splitter, steps: [{serviceName: a, weight: 25}, {serviceName: b, weight: 75}]}}";
    assert_eq!(said(&with(deep)), ["all requests: a 40, b 120, c 240"]);
}

#[test]
fn a_switch_goes_by_what_is_in_the_body() {
    let text = with(
        "{root: {routerType: Switch, steps: [{serviceName: a, condition: '[@this].#(x==1)'}, {nodeName: next}]},
      next: {routerType: Sequence, steps: [{serviceName: b}, {serviceName: c}]}}",
    );
    assert_eq!(said(&text), ["the body matches `[@this].#(x==1)`: a 1", "all other requests: next (Sequence) 1"]);
}

#[test]
fn nodes_that_call_each_other_end() {
    let text = with("{root: {routerType: Splitter, steps: [{nodeName: root, weight: 100}]}}");
    assert_eq!(said(&text), ["all requests: root 1"]);
    assert_eq!(unread(&text).len(), 1);
}

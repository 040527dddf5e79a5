use crate::traffic::testing::{objects, said};
use crate::traffic::{Route, Traffic};

const ROUTEMAP: &str = r#"
apiVersion: v1
kind: Service
metadata: {name: shop-1, namespace: prod, annotations: {iter8.tools/weight: "25"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop-routemap, namespace: prod, labels: {iter8.tools/kind: routemap}}
data:
  strSpec: |
    versions:
    - resources: [{gvrShort: svc, name: shop-0, namespace: prod}]
      weight: 75
    - resources: [{gvrShort: svc, name: shop-1, namespace: prod}]
      weight: 50
    routingTemplates:
      default:
        gvrShort: vs
        template: |
          apiVersion: networking.istio.io/v1beta1
          kind: VirtualService
          metadata: {name: shop, namespace: prod}
          spec:
            http:
            - route:
              - destination: {host: shop-0}
                {{- if gt (index .Weights 1) 0 }}
                weight: {{ index .Weights 0 }}
                {{- end }}
              {{- if gt (index .Weights 1) 0 }}
              - destination: {host: shop-1}
                weight: {{ index .Weights 1 }}
              {{- end }}
"#;

fn shares(weights: &[u64]) -> Vec<(String, u64)> {
    let traffic = Traffic::read(&objects(ROUTEMAP), Some(weights)).unwrap();
    let [Route { rules, .. }] = traffic.routes.as_slice() else { panic!() };
    rules[0].shares.iter().map(|share| (share.version.clone(), share.weight)).collect()
}

#[test]
fn weights_are_the_annotations_the_versions_or_the_given_ones() {
    assert_eq!(said(ROUTEMAP), ["all requests: shop-0 75, shop-1 25"]);
    assert_eq!(shares(&[60, 40]), [("shop-0".into(), 60), ("shop-1".into(), 40)]);
    assert_eq!(shares(&[60, 0]), [("shop-0".into(), 100)]);
    assert_eq!(shares(&[0, 0]), [("shop-0".into(), 100)]);
}

#[test]
fn what_cannot_be_executed_is_an_error() {
    let report = Traffic::read(&objects(ROUTEMAP), Some(&[1])).unwrap_err().to_string();
    assert!(report.starts_with("test.yaml:") && report.contains("1 weights are given for 2 versions"), "{report}");
    let text = ROUTEMAP.replace("gt (index .Weights 1) 0", "gt (len .Weights) 0");
    let report = Traffic::read(&objects(&text), None).unwrap_err().to_string();
    assert!(report.contains("len .Weights"), "{report}");
    let text = ROUTEMAP.replace("kind: VirtualService", "kind: [");
    assert!(Traffic::read(&objects(&text), None).is_err());
}

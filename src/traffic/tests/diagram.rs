use crate::traffic::diagram;
use crate::traffic::testing::traffic;

#[test]
fn labels_cannot_break_out() {
    let traffic = traffic(
        "
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: prod}
spec:
  hosts: [shop.prod]
  http:
  - match: [{headers: {x: {exact: '\"] --> evil[\"<script>`'}}}]
    route: [{destination: {host: a}, weight: 90}, {destination: {host: b}, weight: 10}]
    mirror: {host: c}
    mirrorPercentage: {value: 0.5}
",
    );
    assert_eq!(
        diagram(&traffic),
        r##"flowchart LR
  r0(["VirtualService prod/shop<br/>shop.prod"])
  r0v0[["a"]]
  r0v1[["b"]]
  r0v2[["c"]]
  r0 --> r0c0["header x is #34;#92;#34;#93; --#62; evil#91;#92;#34;#60;script#62;#96;#34;"]
  r0c0 -- "90 #37;" --> r0v0
  r0c0 -- "10 #37;" --> r0v1
  r0c0 -. "copies of 0.5 #37;" .-> r0v2
  r0 --> r0c1["all other requests"]
  r0c1 --> r0none["nobody"]
"##
    );
}

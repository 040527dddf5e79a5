//! 8,000 objects a side, 9 MB in all, compared: what differs in a tenth of the releases, and nothing at all; and what
//! reading both sides costs. `cargo bench --bench diff` prints milliseconds and ratios of one run: only the ratios
//! travel from machine to machine.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark has nobody to hand an error to")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use helmwright::diff::{DiffOptions, diff};
use helmwright::impact::ReleaseState;
use helmwright::objects::Objects;
use helmwright::report::diff as report;
use helmwright::review::{Diff, diff_release};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RELEASES: usize = 2_000;
const ROUNDS: usize = 11;

/// One release: four objects as an ordinary service has them.
fn objects(number: usize, changed: bool, out: &mut String) {
    let (version, weight) = if changed { (2, 50) } else { (1, 80) };
    let (name, namespace) = (format!("shop-{number}"), format!("team-{}", number % 50));
    let head = |api: &str, kind: &str, name: &str| {
        format!(
            "---\napiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  labels:\n    \
             app.kubernetes.io/name: shop-{number}\n    app.kubernetes.io/part-of: the-whole-shop\n    \
             app.kubernetes.io/managed-by: helmwright\n"
        )
    };
    let probe = "          httpGet:\n            path: /healthz\n            port: 8080\n          periodSeconds: 10\n";
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{}spec:\n  replicas: {version}\n  selector:\n    matchLabels:\n      app: {name}\n  template:\n    metadata:\n      \
         labels:\n        app: {name}\n    spec:\n      containers:\n      - name: main\n        image: \
         registry.example/shop:{version}.0.0\n        ports:\n        - containerPort: 8080\n        env:\n        - name: \
         MODE\n          value: fast\n        - name: LEVEL\n          value: \"1\"\n        resources:\n          limits:\n            \
         cpu: 500m\n            memory: 512Mi\n        readinessProbe:\n{probe}        livenessProbe:\n{probe}",
        head("apps/v1", "Deployment", &name)
    );
    let _ = write!(
        out,
        "{}spec:\n  selector:\n    app: {name}\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n  - name: \
         metrics\n    port: 9090\n    targetPort: 9090\n",
        head("v1", "Service", &name)
    );
    let _ = write!(
        out,
        "{}data:\n  config.yaml: |\n    server:\n      port: 8080\n      host: {name}\n    features:\n    - a\n    - b\n    - \
         c{version}\n    text: a line that is here so that the object is as large as such an object mostly is\n",
        head("v1", "ConfigMap", &format!("{name}-config"))
    );
    let route = |version: usize| {
        format!("    - destination:\n        host: {name}-{version}\n        port:\n          number: 8080\n")
    };
    let _ = write!(
        out,
        "{}spec:\n  hosts:\n  - {name}.{namespace}\n  - {name}.example.com\n  gateways:\n  - mesh\n  - edge/public\n  \
         http:\n  - name: canary\n    match:\n    - headers:\n        x-canary:\n          exact: \"true\"\n    route:\n{}  - name: \
         {name}\n    route:\n{}      weight: {weight}\n{}      weight: {}\n",
        head("networking.istio.io/v1", "VirtualService", &name),
        route(1),
        route(0),
        route(1),
        100 - weight
    );
}

fn read(text: &str) -> Objects {
    let (mut objects, mut problems) = (Objects::default(), Vec::new());
    objects.add("objects.yaml", text, &mut problems);
    assert!(problems.is_empty(), "the objects are right");
    objects
}

fn main() {
    let side = |changes: bool| {
        let mut out = String::new();
        (0..RELEASES).for_each(|number| objects(number, changes && number % 10 == 0, &mut out));
        out
    };
    let (old, new) = (side(false), side(true));
    let (before, after, again) = (read(&old), read(&new), read(&old));
    let options = DiffOptions::default();
    let different = diff_release("", ReleaseState::of(&before), ReleaseState::of(&after), &options, None);
    let different = Diff { releases: vec![different] };
    type Run<'a> = Box<dyn Fn() -> usize + 'a>;
    let works: [(&str, Run<'_>); 7] = [
        ("reading both sides", Box::new(|| read(&old).manifests.len() + read(&new).manifests.len())),
        ("comparing, a tenth differs", Box::new(|| diff(&before, &after, &options).0.len())),
        ("comparing equal objects, read apart", Box::new(|| diff(&before, &again, &options).0.len())),
        ("comparing objects that are the same trees", Box::new(|| diff(&before, &before, &options).0.len())),
        ("printing what differs, plain", Box::new(|| report::plain(&different, false).len())),
        ("printing what differs, unified", Box::new(|| report::unified(&different, false).len())),
        ("printing what differs, as a comment", Box::new(|| report::markdown(&different, report::LIMIT).len())),
    ];
    let mut times = vec![Vec::new(); works.len()];
    for round in 0..=ROUNDS {
        for ((_, run), times) in works.iter().zip(&mut times) {
            let start = Instant::now();
            black_box(run());
            // The first round only warms up.
            if round > 0 {
                times.push(start.elapsed());
            }
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    let [objects, bytes] = [before.manifests.len(), old.len() + new.len()];
    println!("{objects} objects a side, {:.1} MB in all, median of {ROUNDS} rounds", bytes as f64 / 1e6);
    for ((name, _), median) in works.iter().zip(&medians) {
        println!("{name:44} {median:8.2} ms   {:6.3} x", median / medians[0]);
    }
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

//! On a real API server that knows the kinds of Argo CD and Flux: it takes what `helmwright delivery` writes, and Flux's own
//! kustomize-controller, following that, gives a version no request before it is ready, and removes it only when no route
//! names it.
//!
//! The controller is no Go module that builds by itself, so its test looks for `kustomize-controller` (1.9 or newer) on
//! the PATH, and is skipped without it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::cluster::Cluster;
use crate::support::flux::Flux;
use crate::support::{case, cluster, flux, modules};

/// A server that knows the kinds of Argo CD and Flux.
fn cluster() -> Option<Cluster> {
    let cluster = cluster::cluster()?;
    for (module, version, folder) in modules::DEFINITIONS {
        let folder = modules::module(module, version)?.join(folder);
        for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if fs::read_to_string(&file).unwrap().contains("kind: CustomResourceDefinition") {
                let file = file.display().to_string();
                assert!(cluster.kubectl(&["apply", "--server-side", "-f", &file]).status.success(), "{file}");
            }
        }
    }
    assert!(cluster.kubectl(&["wait", "--for=condition=Established", "crd", "--all"]).status.success());
    Some(cluster)
}

#[test]
fn the_server_takes_what_is_written() {
    let Some(cluster) = cluster() else { return };
    let mut taken = 0;
    for case in case::all().iter().filter(|case| case.name.starts_with("delivery/")) {
        let text = case.expected().stdout;
        if !text.contains("apiVersion") {
            continue; // helmfile.yaml is no object.
        }
        for namespace in text.lines().filter_map(|line| line.strip_prefix("  namespace: ")) {
            cluster.kubectl(&["create", "namespace", namespace]);
        }
        let copy = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
        fs::write(copy.path(), text).unwrap();
        assert_eq!(cluster.refusal(copy.path()), None, "{}", case.name);
        taken += 1;
    }
    assert!(taken > 25, "only {taken}");
}

/// The spec with these versions, of which the last is the primary, and the number of pods of each.
fn spec(versions: &[&str], image: &str) -> String {
    let primary = versions.last().unwrap();
    let mut text = format!(
        "environment: deployment-istio\nrouting: static\ndelivery: flux\napplication:\n  strategy: blue-green\n  port: 8080\n  \
         image: registry.example/shop:{image}\n  replicas: 2\n  primary: {primary}\n  versions:\n"
    );
    for version in versions {
        text.push_str(&format!("    {version}:\n      weight: 50\n"));
    }
    text.push_str("extraObjects:\n");
    for version in versions {
        text.push_str(&format!(
            "- apiVersion: autoscaling/v2\n  kind: HorizontalPodAutoscaler\n  metadata:\n    name: {version}\n    namespace: \
             ${{{{ application.namespace }}}}\n  spec:\n    maxReplicas: 9\n    scaleTargetRef:\n      apiVersion: apps/v1\n      \
             kind: Deployment\n      name: shop-{version}\n"
        ));
    }
    text
}

fn helmwright(folder: &Path, arguments: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Renders the spec with `versions`, and makes it the newest commit.
fn commit(flux: &mut Flux, folder: &Path, versions: &[&str], image: &str) {
    fs::write(folder.join("release.yaml"), spec(versions, image)).unwrap();
    let release = flux.release.clone();
    helmwright(folder, &format!("render shop -n {release} -f release.yaml --output-dir repository/rendered/shop"));
    flux.publish("shop", &folder.join("repository"));
}

fn names(flux: &Flux, version: &str) -> bool {
    flux.get("virtualservice", "shop")
        .is_some_and(|route| route["spec"].to_string().contains(&format!("shop-{version}.")))
}

fn is_there(flux: &Flux, version: &str) -> bool {
    flux.get("deployment", &format!("shop-{version}")).is_some()
}

#[test]
fn a_version_is_ready_before_its_route_and_goes_after_it() {
    let Some(program) = flux::program() else {
        return println!("skipped: kustomize-controller is not on the PATH");
    };
    let Some(cluster) = cluster() else { return };
    let mut flux = Flux::start(&program, cluster);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("release.yaml"), spec(&["v1", "v2", "v3"], "1")).unwrap();
    let (own, release) = (flux.namespace.clone(), flux.release.clone());
    let repository = "--repo https://git.example/acme/shop --path rendered/shop";
    let written = helmwright(
        folder,
        &format!("delivery flux shop -n {release} -f release.yaml {repository} --controller-namespace {own}"),
    );
    assert!(
        written.contains("dependsOn")
            && written.contains("timeout: \"3m0s\"")
            && written.contains("retryInterval: \"30s\"")
    );
    // Nothing else of it is changed: a wait that nobody ends would make the test long.
    flux.apply(&written.replace("\"3m0s\"", "\"5s\"").replace("\"30s\"", "\"2s\""));

    commit(&mut flux, folder, &["v1"], "1");
    flux.until("the first version comes", |flux| is_there(flux, "v1"));
    flux.stays("no route before it is ready", |flux| flux.get("virtualservice", "shop").is_none());
    flux.ready("shop-v1");
    flux.until("then its route comes", |flux| names(flux, "v1"));

    commit(&mut flux, folder, &["v1", "v2"], "1");
    flux.until("a second version comes", |flux| is_there(flux, "v2"));
    flux.stays("no route to it before it is ready", |flux| names(flux, "v1") && !names(flux, "v2"));
    flux.ready("shop-v2");
    flux.until("then the route leads to both", |flux| names(flux, "v1") && names(flux, "v2"));

    // What an autoscaler does stays, whatever else a commit changes.
    flux.scale("shop-v2", 7);
    commit(&mut flux, folder, &["v1", "v2"], "2");
    let has = |flux: &Flux, version: &str, image: &str| {
        flux.get("deployment", &format!("shop-{version}")).is_some_and(|own| own["spec"].to_string().contains(image))
    };
    flux.until("both change", |flux| ["v1", "v2"].iter().all(|version| has(flux, version, "shop:2")));
    flux.ready("shop-v1");
    flux.ready("shop-v2");
    assert_eq!(flux.get("deployment", "shop-v2").unwrap()["spec"]["replicas"], 7);
    assert_eq!(flux.get("deployment", "shop-v1").unwrap()["spec"]["replicas"], 2);

    // The first is replaced by a third in one commit: it stays until the route has left it.
    commit(&mut flux, folder, &["v2", "v3"], "2");
    flux.until("a third version comes", |flux| is_there(flux, "v3"));
    flux.stays("the first stays", |flux| is_there(flux, "v1") && names(flux, "v1") && !names(flux, "v3"));
    flux.ready("shop-v3");
    flux.until("the first goes", |flux| {
        let there = is_there(flux, "v1");
        // What is seen later is no older: a route to what was gone already is one to nowhere.
        assert!(there || !names(flux, "v1"), "a route leads to a version that is gone");
        !there
    });
    assert!(names(&flux, "v3") && names(&flux, "v2"));

    // A version that never gets ready is taken back.
    commit(&mut flux, folder, &["v2", "v3", "v4"], "2");
    flux.until("a fourth version comes", |flux| is_there(flux, "v4"));
    commit(&mut flux, folder, &["v2", "v3"], "2");
    flux.until("it goes", |flux| !is_there(flux, "v4"));
    assert!(names(&flux, "v3") && !names(&flux, "v4"));
}

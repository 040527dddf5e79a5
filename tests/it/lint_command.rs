//! What `helmwright lint` prints, and its exit code.

use std::process::Command;

use serde_json::Value;

const BAD: &str = "tests/lints/image-tag/bad/0.yaml";

/// Standard output and exit code.
fn lint(arguments: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_helmwright")).arg("lint").args(arguments).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

#[test]
fn the_exit_code_says_what_was_found() {
    assert_eq!(lint(&["--manifests", "tests/lints/_good/deployment.yaml"]), (String::new(), 0));
    let (text, code) = lint(&["--manifests", BAD]);
    assert!(
        text.starts_with("image-tag") && text.contains(":17:16]") && text.ends_with("\n0 errors, 1 warning\n"),
        "{text}"
    );
    assert_eq!(code, 1);
    assert_eq!(lint(&["--manifests", BAD, "--rule", "image-tag=off"]), (String::new(), 0));
    let (text, _) = lint(&["--manifests", BAD, "--rule", "image-tag=error"]);
    assert!(text.ends_with("\n1 error, 0 warnings\n"), "{text}");
    for wrong in
        [["--rule", "imagetag=off"], ["--rule", "image-tag=loud"], ["--crds", "nowhere"], ["--explain", "no-rule"]]
    {
        assert_eq!(lint(&wrong).1, 2, "{wrong:?}");
    }
}

#[test]
fn json_and_sarif_say_where() {
    let (text, code) = lint(&["--manifests", BAD, "-o", "json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["version"]), (1, &1.into()));
    let finding = &json["findings"][0];
    assert_eq!(
        (&finding["rule"], &finding["at"]["line"], &finding["at"]["column"]),
        (&"image-tag".into(), &17.into(), &16.into())
    );
    assert_eq!(finding["path"], "spec.template.spec.containers[0].image");

    let (text, _) = lint(&["--manifests", BAD, "-o", "sarif"]);
    let sarif: Value = serde_json::from_str(&text).unwrap();
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(
        (&result["ruleId"], &run["tool"]["driver"]["rules"][index]["id"]),
        (&"image-tag".into(), &"image-tag".into())
    );
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!((&physical["artifactLocation"]["uri"], &physical["region"]["startLine"]), (&BAD.into(), &17.into()));
}

#[test]
fn findings_of_a_spec_stand_on_its_lines() {
    let spec = "examples/gateway-mirror/mirror.yaml";
    let set = ["-f", spec, "--set-string", "application.versions[0].image=registry.example/shop", "-o", "json"];
    let (text, code) = lint(&set);
    let json: Value = serde_json::from_str(&text).unwrap();
    let finding = json["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "image-tag");
    assert_eq!((code, &finding.unwrap()["at"]["file"]), (1, &"--set-string".into()));
}

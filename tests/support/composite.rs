//! Runs the steps of action.yml as GitHub's runner does: the expressions in `env`, the conditions, bash, and the files
//! that outputs and the summary go to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// One run of the action.
pub struct Run {
    /// The exit code of the step that failed, or 0.
    pub code: i32,
    /// Everything that the steps printed.
    pub log: String,
    pub outputs: BTreeMap<String, String>,
    pub summary: String,
}

/// The action of this project, to be run in a working tree.
pub struct Action<'a> {
    pub folder: &'a Path,
    /// A folder for the runner's own files.
    pub temp: &'a Path,
    pub inputs: &'a [(&'a str, &'a str)],
    /// What else the runner sets.
    pub env: &'a [(&'a str, String)],
    pub token: &'a str,
}

impl Action<'_> {
    pub fn run(&self) -> Run {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let action: Value = serde_yaml::from_str(&fs::read_to_string(root.join("action.yml")).unwrap()).unwrap();
        let mut run = Run { code: 0, log: String::new(), outputs: BTreeMap::new(), summary: String::new() };
        let mut values = BTreeMap::from([
            ("github.token".to_owned(), self.token.to_owned()),
            ("github.action_ref".to_owned(), "main".to_owned()),
            ("runner.temp".to_owned(), self.temp.display().to_string()),
        ]);
        for (name, input) in action["inputs"].as_object().unwrap() {
            let own = self.inputs.iter().find(|(own, _)| own == name).map(|(_, value)| (*value).to_owned());
            let value = own.unwrap_or_else(|| filled(input["default"].as_str().unwrap(), &values));
            values.insert(format!("inputs.{name}"), value);
        }
        let summary = self.temp.join("summary");
        for step in action["runs"]["steps"].as_array().unwrap() {
            let Some(script) = step["run"].as_str() else { continue };
            assert!(!script.contains("${{"), "an expression in a script: {script}");
            if step["if"].as_str().is_some_and(|condition| !holds(condition, &values)) {
                continue;
            }
            let [file, output] = ["script", "output"].map(|name| self.temp.join(name));
            fs::write(&file, script).unwrap();
            fs::write(&output, "").unwrap();
            let folder = step["working-directory"].as_str().map_or(".".into(), |folder| filled(folder, &values));
            let mut command = Command::new("bash");
            command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&file);
            command.current_dir(self.folder.join(folder)).env_clear();
            command.envs(self.env.iter().map(|(name, value)| (*name, value)));
            command.env("PATH", path()).env("HOME", self.temp);
            command.env("GITHUB_ACTIONS", "true").env("GITHUB_ACTION_PATH", root);
            command.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                command.env(name, filled(value.as_str().unwrap(), &values));
            }
            let done = command.output().unwrap();
            run.log += &String::from_utf8(done.stdout).unwrap();
            run.log += &String::from_utf8(done.stderr).unwrap();
            let outputs = read(&fs::read_to_string(&output).unwrap());
            if let Some(id) = step["id"].as_str() {
                values.extend(outputs.into_iter().map(|(name, value)| (format!("steps.{id}.outputs.{name}"), value)));
            }
            if !done.status.success() {
                run.code = done.status.code().unwrap();
                break;
            }
        }
        for (name, output) in action["outputs"].as_object().unwrap() {
            run.outputs.insert(name.clone(), filled(output["value"].as_str().unwrap(), &values));
        }
        run.summary = fs::read_to_string(summary).unwrap_or_default();
        run
    }
}

/// The `PATH` with the program first.
pub fn path() -> String {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_helmwright"));
    format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default())
}

/// `text` with the values of its expressions; one that is unknown is empty, as an output that no step has set.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, expression)) = rest.split_once("${{") {
        let (expression, after) = expression.split_once("}}").unwrap();
        filled += before;
        filled += values.get(expression.trim()).map_or("", String::as_str);
        rest = after;
    }
    filled + rest
}

/// Whether a condition of comparisons holds.
fn holds(condition: &str, values: &BTreeMap<String, String>) -> bool {
    condition.split(" && ").all(|part| {
        let (name, equal, text) = match part.split_once(" == ") {
            Some((name, text)) => (name, true, text),
            None => part.split_once(" != ").map(|(name, text)| (name, false, text)).unwrap(),
        };
        (values.get(name).map_or("", String::as_str) == text.trim_matches('\'')) == equal
    })
}

/// The outputs of a step: `name=value`, or `name<<END`, lines and `END`.
fn read(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, end)) = line.split_once("<<") {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        } else {
            let (name, value) = line.split_once('=').unwrap();
            outputs.insert(name.to_owned(), value.to_owned());
        }
    }
    outputs
}

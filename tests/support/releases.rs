//! Every release that there is to try a property on: our cases and examples, each environment with each strategy and
//! routing mode, the specs beside this file, and Iter8's cases where ../shared is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::problem::Problems;
use helmwright::render::{Rendered, render};
use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs, Strategy};

use crate::support::case::{self, Case};
use crate::support::{shared, specs};

/// A release.
#[derive(Clone)]
pub struct Subject {
    /// What it is called: no other is.
    pub name: String,
    /// As what it is released.
    pub release: ReleaseName,
    /// Its values; the files are texts.
    pub inputs: Inputs,
    /// The packs that it may use.
    pub catalog: Arc<Catalog>,
}

impl Subject {
    fn new(name: String, release: [&str; 2], text: String, catalog: &Arc<Catalog>) -> Self {
        let [name_of_release, namespace] = release.map(|word| Some(word.into()));
        let inputs = Inputs { files: vec![Input::Text { name: "spec.yaml".into(), text }], ..Inputs::default() };
        Self { name, release: ReleaseName { name: name_of_release, namespace }, inputs, catalog: catalog.clone() }
    }

    /// Its objects.
    pub fn render(&self) -> Result<Rendered, Problems> {
        render(&self.inputs, &self.release, &self.catalog)
    }

    /// Whether one of its files takes out what an earlier one says. Helm's layers hang on what is brought together first:
    /// a whole map that a flag sets has what it lacks from the spec again, and a chart of all files does not know it.
    pub fn deletes(&self) -> bool {
        fn has_null(value: &serde_json::Value) -> bool {
            match value {
                serde_json::Value::Null => true,
                serde_json::Value::Array(items) => items.iter().any(has_null),
                serde_json::Value::Object(entries) => entries.values().any(has_null),
                _ => false,
            }
        }
        let over = self.inputs.files.iter().skip(1);
        let values = over.filter_map(|input| if let Input::Text { text, .. } = input { Some(text) } else { None });
        values.filter_map(|text| serde_yaml::from_str(text).ok()).any(|value| has_null(&value))
    }

    /// The text of its spec, where that alone are its values.
    pub fn spec(&self) -> Option<&str> {
        match (self.inputs.files.as_slice(), self.inputs.edits.as_slice()) {
            ([Input::Text { text, .. }], []) => Some(text),
            _ => None,
        }
    }
}

/// All of them.
pub fn all() -> Vec<Subject> {
    let catalog = Arc::new(Catalog::embedded());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut subjects: Vec<Subject> = specs::own()
        .into_iter()
        .map(|case| {
            // Helm's numbers have 53 bits.
            let text = case.text.replace(&u64::MAX.to_string(), &(1_u64 << 53).to_string());
            Subject::new(format!("specs/{}", case.name), ["app", "ns"], text, &catalog)
        })
        .collect();
    subjects.extend(case::all().iter().filter_map(|case| of_case(case, &catalog)));
    let mut own = Catalog::embedded();
    own.add_folder(&root.join("examples/own-environment/packs")).unwrap();
    let own = Arc::new(own);
    for path in examples(&root.join("examples")) {
        let name = path.strip_prefix(root).unwrap().with_extension("").display().to_string();
        subjects.push(Subject::new(name, ["demo", "default"], fs::read_to_string(&path).unwrap(), &own));
    }
    subjects.extend(everywhere(&catalog));
    for release in shared::shared().iter().flat_map(|folder| shared::iter8(folder)) {
        let text = fs::read_to_string(release.values()).unwrap();
        let name = format!("shared/{}", release.name());
        subjects.push(Subject::new(name, [&release.release, &release.namespace], text, &catalog));
    }
    subjects
}

/// The examples: files that name an environment.
fn examples(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let is_spec = |path: &Path| {
        let text = || fs::read_to_string(path).unwrap();
        path.extension().is_some_and(|own| own == "yaml") && text().lines().any(|line| line.starts_with("environment:"))
    };
    let found = entries.into_iter().flat_map(|path| match path.is_dir() {
        true => examples(&path),
        false => Some(path).filter(|path| is_spec(path)).into_iter().collect(),
    });
    found.collect()
}

/// A case that renders something.
fn of_case(case: &Case, catalog: &Arc<Catalog>) -> Option<Subject> {
    let mut words = case.words().into_iter();
    // The releases of a workspace have specs of their own.
    if !matches!(words.next()?.as_str(), "render" | "chart")
        || case.expected().code != 0
        || case.text("helmwright.yaml").is_some()
    {
        return None;
    }
    let mut subject = Subject {
        name: format!("cases/{}", case.name),
        release: ReleaseName::default(),
        inputs: Inputs::default(),
        catalog: catalog.clone(),
    };
    let file = |name: &str| {
        let path = if name == "-" { "stdin" } else { name };
        let text = case.text(path).unwrap_or_else(|| panic!("{} has no {path}", case.name));
        Input::Text { name: name.into(), text }
    };
    let mut stage = None;
    while let Some(word) = words.next() {
        match word.as_str() {
            "-f" | "--values" => subject.inputs.files.push(file(&words.next()?)),
            "-n" | "--namespace" => subject.release.namespace = Some(words.next()?.into()),
            "--stage" => stage = words.next(),
            "--packs" => {
                let mut packs = Catalog::embedded();
                packs.add_folder(&case.folder.join(words.next()?)).unwrap();
                subject.catalog = Arc::new(packs);
            }
            "-o" | "--output" | "--output-dir" | "--version" => drop(words.next()),
            "--kustomize" | "--force" | "--package" => {}
            "--help" | "--config" => return None,
            word => match Flag::ORDER.into_iter().find(|flag| flag.name() == word) {
                Some(flag) => {
                    let text = words.next()?;
                    // Only there do values name files.
                    let text = match (flag, text.split_once('=')) {
                        (Flag::SetFile, Some((path, name))) => format!("{path}={}", case.folder.join(name).display()),
                        _ => text,
                    };
                    subject.inputs.edits.push((flag, text));
                }
                None => {
                    assert!(!word.starts_with('-'), "{}: the option {word} is new here", subject.name);
                    subject.release.name = Some(word.into());
                }
            },
        }
    }
    if let Some(stage) = stage {
        let Input::Text { name, .. } = subject.inputs.files.first()? else { return None };
        let stem = name.rsplit_once('.')?.0;
        let names = ["yaml", "yml"].map(|ending| format!("{stem}.{stage}.{ending}"));
        let name = names.iter().find(|name| case.text(name).is_some())?;
        subject.inputs.files.insert(1, file(name));
    }
    Some(subject)
}

/// Each environment with each strategy and routing mode, with one to three versions, by weight and by match.
fn everywhere(catalog: &Arc<Catalog>) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for &strategy in Strategy::ALL {
            for mode in environment.modes(strategy) {
                for versions in 1..=3 {
                    for matched in [false, true] {
                        let text = specs::of(name, strategy, Some(*mode), versions, matched);
                        let name = format!(
                            "everywhere/{name}-{strategy}-{mode}-{versions}{}",
                            if matched { "-match" } else { "" }
                        );
                        let subject = Subject::new(name, ["shop", "prod"], text, catalog);
                        // Some take fewer versions, or no match.
                        if (versions > 1 || !matched) && subject.render().is_ok() {
                            subjects.push(subject);
                        }
                    }
                }
            }
        }
    }
    subjects
}

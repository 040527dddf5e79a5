//! The charts of all releases, and how they compare with what is rendered.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use helmwright::plan::ReleaseName;
use helmwright::render::{Rendered, render};
use helmwright::spec::Inputs;
use helmwright::write::{self, chart};

use crate::support::dials::Dials;
use crate::support::helm::{Call, Helm, arguments};
use crate::support::releases::{self, Subject};

/// A release and its chart.
pub struct Charted {
    pub subject: Subject,
    /// What of it may be turned.
    pub dials: Dials,
    /// The chart's folder.
    pub folder: PathBuf,
    /// Whether the release's name, or its namespace, cannot be another: something was computed with it.
    pub fixed: bool,
}

/// Every release, and its chart in a folder of its own.
pub fn all() -> &'static [Charted] {
    static ALL: OnceLock<Vec<Charted>> = OnceLock::new();
    ALL.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
        let _ = fs::remove_dir_all(&folder);
        let charts: Vec<Charted> = releases::all().into_iter().map(|subject| Charted::new(subject, &folder)).collect();
        assert!(charts.len() > 300, "only {} releases are there", charts.len());
        charts
    })
}

/// What Helm and helmwright are asked for with the same values.
pub struct Question<'a> {
    pub helm: u8,
    /// The release's name and namespace, where they are not those that the chart was made for.
    pub name: Option<&'a str>,
    pub namespace: Option<&'a str>,
    /// What lies over the spec.
    pub over: &'a Inputs,
    /// Whether Helm gets the spec, too.
    pub with_spec: bool,
}

/// What came of it.
pub enum Outcome {
    /// The same objects.
    Equal,
    /// Both refused.
    Refused,
    /// Only Helm refused, with this.
    HelmRefused(String),
    /// Something else: why.
    Differs(String),
}

impl Charted {
    fn new(subject: Subject, folder: &Path) -> Self {
        let rendered = subject.render().unwrap_or_else(|report| panic!("{}: {report}", subject.name));
        let chart = chart(&rendered, &Default::default()).unwrap_or_else(|report| panic!("{}: {report}", subject.name));
        // What a chart says of itself is used only when it is made.
        let dials = Dials::of(&rendered);
        let folder = folder.join(subject.name.replace('/', "-"));
        for (path, content) in chart.files.iter() {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let pins = &rendered.spec.pins;
        let fixed = pins.is_release_name_pinned() || pins.is_release_namespace_pinned();
        Self { subject, dials, folder, fixed }
    }

    /// The release's name; any, where the spec says its own.
    pub fn name(&self) -> &str {
        self.subject.release.name.as_deref().unwrap_or("any")
    }

    /// The release's namespace.
    pub fn namespace(&self) -> &str {
        self.subject.release.namespace.as_deref().unwrap_or("default")
    }

    /// Asks both.
    pub fn ask(&self, question: &Question<'_>, helm: &mut Helm) -> Outcome {
        let name = question.name.unwrap_or(self.name());
        let namespace = question.namespace.unwrap_or(self.namespace());
        let mut ours = self.subject.inputs.clone();
        ours.files.extend(question.over.files.iter().cloned());
        ours.edits.extend(question.over.edits.iter().cloned());
        let theirs = if question.with_spec { &ours } else { question.over };
        let release = ReleaseName { name: Some(name.into()), namespace: Some(namespace.into()) };
        let own = render(&ours, &release, &self.subject.catalog).map(|rendered| self.installed(&rendered, namespace));
        let call = Call { helm: question.helm, chart: &self.folder, name, namespace, values: theirs };
        let their = helm.template(&call, own.as_deref().ok());
        let spec = self.subject.spec().unwrap_or_default();
        let said = |what: &str| {
            format!(
                "{}: {what}\n\n{spec}\nhelm template {name} {} -n {namespace}{}\nhelmwright render {name} -n {namespace}{}\n",
                self.subject.name,
                self.folder.display(),
                arguments(theirs, spec),
                arguments(&ours, spec),
            )
        };
        match (own, their) {
            (_, Err(error)) if is_accident(&error) => {
                Outcome::Differs(said(&format!("Helm {} fails rather than refuses: {error}", question.helm)))
            }
            (Err(_), Err(_)) => Outcome::Refused,
            (Ok(_), Err(error)) => {
                Outcome::HelmRefused(said(&format!("Helm {} alone refuses: {error}", question.helm)))
            }
            (Err(report), Ok(_)) => Outcome::Differs(said(&format!("helmwright alone refuses: {report}"))),
            (Ok(_), Ok(their)) if their.differences.is_empty() => Outcome::Equal,
            (Ok(_), Ok(their)) => {
                let helm = question.helm;
                Outcome::Differs(said(&format!("Helm {helm} gives other objects:\n{}", their.differences.join("\n"))))
            }
        }
    }

    /// The manifests, but for the Namespace that the release goes into: a chart leaves that one to Helm.
    pub fn installed(&self, rendered: &Rendered, namespace: &str) -> String {
        let mut out = String::new();
        for manifest in rendered.bundle.iter() {
            let identity = &manifest.identity;
            if identity.kind != "Namespace" || ![self.namespace(), namespace].contains(&identity.name.as_str()) {
                write::manifest(manifest, &mut out);
            }
        }
        out
    }
}

/// Whether Helm tripped over a template, rather than that the chart, or Helm itself, said what is wrong.
pub fn is_accident(error: &str) -> bool {
    // The annotations of an object are what Helm reads itself.
    let said = ["error calling fail:", "don't meet the specifications", "release name", ".metadata.annotations"];
    let tripped = ["YAML parse error", "executing \"", "nil pointer", "can't evaluate", "panic"];
    tripped.iter().any(|words| error.contains(words)) && !said.iter().any(|words| error.contains(words))
}

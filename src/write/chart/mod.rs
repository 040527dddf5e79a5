//! A release as a Helm chart: the same nodes as its manifests, with a reference wherever a value came through untouched.
//!
//! Nothing in a pack knows of charts. What a pack or the plan used of the spec is pinned, and stands in the templates
//! as it is; the schema of the values holds it constant.

mod about;
mod archive;
mod checks;
mod dials;
mod helpers;
mod notes;
mod readme;
mod reference;
mod schema;
mod takes;
mod values;

use std::fmt::Write;

use semver::Version;
use sha2::{Digest as _, Sha256};

pub use reference::{References, escaped, inert};

use self::dials::Dials;
use super::files::file_names;
use super::yaml::{YamlDialect, YamlPrinter};
use crate::bundle::Manifest;
use crate::node::{Node, Pins, Segment};
use crate::problem::{Code, Problem, Problems};
use crate::render::Rendered;
use crate::tree::Tree;

/// What a chart says that its spec does not.
#[derive(Debug, Clone, Default)]
pub struct ChartOptions {
    /// Its version; otherwise one made of its content.
    pub version: Option<String>,
}

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its name: the application's.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its files.
    pub files: Tree,
    /// What its user should know of how it was made.
    pub remarks: Vec<String>,
}

/// Makes the chart of a release.
///
/// # Errors
/// The version is not a semantic version.
pub fn chart(rendered: &Rendered, options: &ChartOptions) -> Result<Chart, Problems> {
    if let Some(version) = options.version.as_ref().filter(|version| Version::parse(version).is_err()) {
        let problem = Problem::new(Code::INVALID_ARGUMENT, format!("`{version}` cannot be the version of a chart"));
        return Err(problem.help("Helm takes semantic versions, such as `1.2.3` or `1.2.3-rc.1`").into());
    }
    let Rendered { bundle, spec, plan, environment, release } = rendered;
    pin_all(spec.get(&["chart"]), &spec.pins);
    let name = plan.application.name.text().unwrap_or_default();
    let mut remarks = Vec::new();
    let manifests: Vec<&Manifest> = bundle.iter().filter(|manifest| !is_own_namespace(manifest, release)).collect();
    if manifests.len() < bundle.len() {
        remarks.push(
            "the Namespace that the release goes into stays out of the chart: Helm cannot adopt it; install with \
             `--create-namespace`"
                .to_string(),
        );
    }
    let dials = Dials::new(spec, plan);
    let mut files = Tree::default();
    for (manifest, file) in manifests.iter().zip(file_names(manifests.iter().map(|manifest| &manifest.identity))) {
        files.insert(format!("templates/{file}"), template(manifest, &dials, &name));
    }
    let all = References { dials: &dials, chart: &name, several: true };
    for (file, body) in [
        ("templates/checks.yaml", checks::checks(&all, &plan.constraints, &manifests, release)),
        ("templates/NOTES.txt", Some(notes::notes(rendered, &all))),
    ] {
        let Some(body) = body else { continue };
        let body = versions_used(&body, &dials, &name) + &body;
        files.insert(file, body);
    }
    files.insert("templates/_helpers.tpl", dials.helpers.file(&name, spec.get(&["application"])));
    files.insert("values.yaml", values::values(&dials, &name));
    files.insert("values.schema.json", schema::schema(&dials, environment.dialect));
    files.insert("README.md", readme::readme(rendered, &dials, &name, &remarks));
    files.insert(".helmignore", about::HELMIGNORE);
    about::ci(&dials, &mut files);
    let version = options.version.clone().unwrap_or_else(|| content_version(&files));
    files.insert("Chart.yaml", about::chart_yaml(rendered, &name, &version));
    Ok(Chart { name, version, files, remarks })
}

impl Chart {
    /// The chart as one archive, `<name>-<version>.tgz`; the same bytes for the same chart.
    ///
    /// # Errors
    /// A path that no archive can hold.
    pub fn package(&self) -> Result<(String, Vec<u8>), Problem> {
        let bytes = archive::tgz(&self.name, &self.files)
            .map_err(|error| Problem::new(Code::UNWRITABLE_FILE, format!("the chart cannot be packed: {error}")))?;
        Ok((format!("{}-{}.tgz", self.name, self.version), bytes))
    }
}

/// One object as a template.
fn template(manifest: &Manifest, dials: &Dials<'_>, chart: &str) -> String {
    let mut versions = Vec::new();
    dials.versions_in(&manifest.node, &mut versions);
    versions.sort_unstable();
    versions.dedup();
    let references = References { dials, chart, several: versions.len() > 1 };
    let mut out = String::with_capacity(2048);
    for version in &versions {
        declare(*version, references.several, dials, chart, &mut out);
    }
    YamlPrinter::new(&mut out, YamlDialect::Chart(&references)).document(&manifest.node);
    if is_namespace(manifest) {
        // Who installs the chart may choose this namespace for the release, which Helm then creates.
        let name = manifest.node.get("metadata").and_then(|metadata| metadata.get("name"));
        let name = name.map_or(String::new(), |name| references.expression(name));
        return format!("{{{{- if ne {name} .Release.Namespace }}}}\n{out}{{{{- end }}}}\n");
    }
    out
}

/// `{{- $v0 := … }}` for each version that `body` names.
fn versions_used(body: &str, dials: &Dials<'_>, chart: &str) -> String {
    let mut versions: Vec<usize> = body.split('$').skip(1).filter_map(version_number).collect();
    versions.sort_unstable();
    versions.dedup();
    let mut out = String::new();
    versions.into_iter().for_each(|version| declare(version, true, dials, chart, &mut out));
    out
}

/// The number of the version whose variable `text` begins with, without its `$`.
fn version_number(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('v')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

fn declare(version: usize, several: bool, dials: &Dials<'_>, chart: &str, out: &mut String) {
    let Some(key) = dials.version_key(version) else { return };
    out.push_str("{{- ");
    reference::push_variable(version, several, out);
    out.push_str(" := ");
    dials.helpers.push_include(helpers::Helper::Version, chart, out);
    out.push_str(" (list $ ");
    match key {
        Segment::Key(key) => reference::push_literal(key, out),
        Segment::Index(index) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "\"{index}\"");
        }
    }
    out.push_str(") | fromJson -}}\n");
}

/// Whether `manifest` is the Namespace that the release is installed into.
fn is_own_namespace(manifest: &Manifest, release: &crate::plan::ReleaseName) -> bool {
    is_namespace(manifest) && manifest.identity.name == release.namespace.as_deref().unwrap_or("default")
}

fn is_namespace(manifest: &Manifest) -> bool {
    manifest.identity.is("", "Namespace")
}

fn pin_all(node: &Node, pins: &Pins) {
    pins.pin(node.origin());
    node.entries().iter().for_each(|(_, value)| pin_all(value, pins));
    node.items().iter().for_each(|item| pin_all(item, pins));
}

/// `0.0.0-g` and the beginning of a digest of all files: the same content has the same version, on every machine.
fn content_version(files: &Tree) -> String {
    let mut hash = Sha256::new();
    for (path, content) in files.iter() {
        hash.update((path.len() as u64).to_be_bytes());
        hash.update(path);
        hash.update((content.len() as u64).to_be_bytes());
        hash.update(content);
    }
    let [a, b, c, d, e, f, g, h, ..] = hash.finalize().0;
    format!("0.0.0-g{:016x}", u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

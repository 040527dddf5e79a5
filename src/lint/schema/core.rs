//! The schemas of Kubernetes' own kinds, in one version.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::structural::Schema;
use crate::bundle::Identity;
use crate::node::Places;
use crate::source::SourceId;
use crate::spec;
use crate::yaml;

/// One definition a line, made by `schemas/make.py`.
const TEXT: &str = include_str!("../../../schemas/kubernetes.jsonl");

/// The definitions by name. Each is read when it is first needed, and never again.
static DEFINITIONS: LazyLock<HashMap<&str, (&str, OnceLock<Schema>)>> = LazyLock::new(|| {
    let lines = TEXT.lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(name, text)| (name, (text, OnceLock::new()))).collect()
});

/// The schema of the kind of `identity`, where it is one of Kubernetes' own.
pub fn core(identity: &Identity) -> Option<&'static Schema> {
    // Most groups of custom resources have a dot, so no text is put together for them in vain.
    if identity.group.contains('.') && !identity.group.ends_with(".k8s.io") {
        return None;
    }
    definition(&format!("{}/{}/{}", identity.group, identity.version, identity.kind))
}

/// The definition called `name`.
pub fn definition(name: &str) -> Option<&'static Schema> {
    let (text, schema) = DEFINITIONS.get(name)?;
    Some(schema.get_or_init(|| {
        let document = yaml::load(text, SourceId(0), &mut Vec::new()).into_iter().next();
        document.map(|document| Schema::new(&spec::index(&document, &mut Places::default()))).unwrap_or_default()
    }))
}

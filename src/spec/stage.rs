//! The stages of a spec: `<spec>.<stage>.yaml` beside it.

use crate::files::Files;
use crate::path::parent;
use crate::problem::{Code, Problem};

/// The file of `stage` beside `spec`, by its path in `files`.
///
/// # Errors
/// There is none.
pub fn file(files: &Files, spec: &str, stage: &str) -> Result<String, Problem> {
    let stem = stem(spec);
    let candidates = [format!("{stem}.{stage}.yaml"), format!("{stem}.{stage}.yml")];
    for candidate in &candidates {
        if files.is_file(candidate)? {
            return Ok(candidate.clone());
        }
    }
    let name = files.name(&candidates[0]);
    let problem = Problem::new(
        Code::NO_SUCH_STAGE,
        format!("there is no stage `{stage}`: neither `{name}` nor `.yml` is a file"),
    );
    let known = stages(files, spec)?;
    Err(if known.is_empty() { problem } else { problem.help(format!("there are the stages {}", known.join(", "))) })
}

/// The stages that have a file beside `spec`, sorted.
fn stages(files: &Files, spec: &str) -> Result<Vec<String>, Problem> {
    let stem = stem(spec);
    let prefix = stem.rsplit_once('/').map_or(stem, |(_, name)| name);
    let names = files.entries(parent(stem))?.unwrap_or_default().into_iter().map(|entry| entry.name);
    let mut stages: Vec<String> = names.filter_map(|name| Some(stage_in(&name, prefix)?.to_string())).collect();
    stages.dedup();
    Ok(stages)
}

/// The stage whose file beside `<prefix>.yaml` is called `name`.
fn stage_in<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let middle = name.strip_prefix(prefix)?.strip_prefix('.')?;
    let stage = stem(middle);
    (stage.len() < middle.len() && !stage.contains('.')).then_some(stage)
}

/// `path` without the ending of a YAML file.
pub fn stem(path: &str) -> &str {
    path.strip_suffix(".yaml").or_else(|| path.strip_suffix(".yml")).unwrap_or(path)
}

//! The files and flags that make a spec.

use super::layers::Layers;
use super::stage;
use super::strvals::{self, Flag};
use crate::files::{Files, bounded};
use crate::node::{Node, Places};
use crate::problem::{Code, Problem, Problems};
use crate::source::{At, SourceId, Sources};
use crate::yaml::{self, Data};

/// What a spec is made of, in the order of rising precedence.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Values files; the first is the spec.
    pub files: Vec<Input>,
    /// The stage, whose file is laid over the spec, beneath all other files.
    pub stage: Option<String>,
    /// The arguments of the `--set` flags; they are applied in Helm's order of their kinds.
    pub edits: Vec<(Flag, String)>,
    /// Where paths are read from.
    pub from: Files,
}

/// One values file.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file, by its path in [`Inputs::from`].
    Path(String),
    /// Standard input.
    Stdin,
    /// A text at hand, and what messages call it.
    Text {
        /// The name.
        name: String,
        /// The text.
        text: String,
    },
}

/// Reads and lays all `inputs`; also gives the index from which on sources are flags.
pub fn read(inputs: &Inputs, sources: &mut Sources, problems: &mut Vec<Problem>) -> (Layers, SourceId) {
    let nowhere = At::new(sources.next(), 0, 0);
    let mut layers = Layers::new(nowhere);
    for (i, input) in inputs.files.iter().enumerate() {
        lay(input, &inputs.from, &mut layers, sources, problems);
        if i == 0
            && let Some(stage) = &inputs.stage
        {
            match stage_file(input, &inputs.from, stage) {
                Ok(path) => lay(&Input::Path(path), &inputs.from, &mut layers, sources, problems),
                Err(problem) => problems.push(problem),
            }
        }
        if i == 0 && (inputs.files.len() > 1 || !inputs.edits.is_empty()) {
            layers.spec_ends();
        }
    }
    let counts = |(_, text): &(Flag, String)| text.contains("application.versions[");
    if inputs.edits.iter().any(counts) {
        layers.list_versions(problems);
    }
    let first_flag = sources.next();
    for flag in Flag::ORDER {
        for (_, text) in inputs.edits.iter().filter(|(kind, _)| *kind == flag) {
            let source = sources.add(flag.name(), text.as_str());
            let mut read_file = |path: &str| inputs.from.existing(path);
            if let Err(problem) = strvals::apply(layers.values_mut(), text, flag, source, &mut read_file) {
                problems.push(problem);
            }
        }
    }
    (layers, first_flag)
}

fn lay(input: &Input, from: &Files, layers: &mut Layers, sources: &mut Sources, problems: &mut Vec<Problem>) {
    let text = match input {
        Input::Text { text, .. } => Ok(text.clone()),
        Input::Stdin => bounded(std::io::stdin().lock(), 0)
            .map_err(|reason| Problem::new(Code::UNREADABLE_FILE, format!("cannot read standard input: {reason}"))),
        Input::Path(path) => from.existing(path),
    };
    let name = match input {
        Input::Text { name, .. } => name.clone(),
        Input::Stdin => "<stdin>".into(),
        Input::Path(path) => from.name(path),
    };
    let text = match text {
        Ok(text) => text,
        Err(problem) => return problems.push(problem),
    };
    let source = sources.add(name, text.as_str());
    let mut documents = yaml::load(&text, source, problems).into_iter();
    let first = documents.next();
    if let Some(second) = documents.next() {
        let problem =
            Problem::new(Code::SEVERAL_DOCUMENTS, "a values file is one document, and here a second one begins");
        let at = At { end: second.at.end.min(second.at.start + 1), ..second.at };
        problems.push(problem.at(at).help("give each document as a file of its own, with `-f`"));
    }
    if let Some(values) = first {
        layers.lay(values, problems);
    }
}

/// What the file of `stage` says, by itself; null where it is empty.
///
/// # Errors
/// There is no such file, or it is not YAML.
pub fn stage_values(inputs: &Inputs, stage: &str) -> Result<Node, Problems> {
    let spec = inputs.files.first().cloned().unwrap_or(Input::Stdin);
    let path = stage_file(&spec, &inputs.from, stage)?;
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let mut layers = Layers::new(At::new(sources.next(), 0, 0));
    lay(&Input::Path(path), &inputs.from, &mut layers, &mut sources, &mut problems);
    if !problems.is_empty() {
        return Err(Problems::new(problems, &sources));
    }
    let values = layers.values().clone();
    let empty = matches!(&values.data, Data::Map(pairs) if pairs.is_empty());
    Ok(if empty { Node::NULL } else { super::index(&values, &mut Places::default()) })
}

/// `<spec>.<stage>.yaml` beside the spec.
fn stage_file(spec: &Input, from: &Files, stage: &str) -> Result<String, Problem> {
    match spec {
        Input::Path(path) => stage::file(from, path, stage),
        _ => Err(Problem::new(
            Code::MISSING_ARGUMENT,
            "`--stage` needs a spec that is a file: its stages are the files beside it",
        )),
    }
}

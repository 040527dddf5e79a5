//! The user's files, layered and checked.

pub mod check;
pub mod fields;
mod inherit;
pub mod input;
pub mod layers;
mod mode;
pub mod names;
pub mod stage;
mod strategy;
pub mod strvals;
pub mod suggest;
pub(crate) mod words;
pub mod workload;

use std::sync::Arc;

pub use inherit::is_inherited;
pub use input::{Input, Inputs, stage_values};
pub use mode::Mode;
pub use strategy::Strategy;

use crate::node::{Node, Origin, Pins, Place, PlaceId, Places, Segment};
use crate::problem::{Code, Problem, Problems};
use crate::source::{At, Sources};
use crate::yaml::{Data, Yaml};

/// A checked spec: its values with their places, and a record of which are used.
#[derive(Debug)]
pub struct Spec {
    /// All values, defaults included.
    pub root: Node,
    /// Where each stands.
    pub places: Places,
    /// Which are used rather than passed on.
    pub pins: Arc<Pins>,
    /// The texts that the places point into.
    pub sources: Sources,
    /// Whether any string may hold an expression.
    pub has_expressions: bool,
}

impl Spec {
    /// Reads `inputs`, lays them over the defaults of the environment that they name, and checks the result.
    /// `defaults` finds those, and the texts that their places point into.
    ///
    /// # Errors
    /// Every problem found.
    pub fn load<'d>(
        inputs: &Inputs,
        defaults: impl FnOnce(&str) -> Result<(&'d Yaml, Arc<Sources>), Problem>,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut sources = Sources::default();
        let (layers, first_flag) = input::read(inputs, &mut sources, &mut problems);
        let environment = layers.values().get("environment");
        let under = match environment.and_then(Yaml::as_str) {
            Some(name) => match defaults(name) {
                Ok((under, texts)) => {
                    sources.join(texts);
                    Some(under)
                }
                Err(problem) => {
                    let place = problem.at.or(environment.map(|yaml| yaml.at));
                    problems.push(problem.at(place));
                    None
                }
            },
            None => {
                if environment.is_none_or(Yaml::is_null) && problems.is_empty() {
                    let problem = Problem::new(Code::NO_ENVIRONMENT, "the spec names no `environment`");
                    problems
                        .push(problem.help(
                            "add `environment: deployment-istio`, or another that `helmwright packs list` names",
                        ));
                }
                None
            }
        };
        // Laid over the defaults, the null would delete them, and nothing of it would be left to check.
        if let Some(application) = layers.values().get("application").filter(|yaml| yaml.is_null()) {
            let problem = Problem::new(Code::NO_APPLICATION, "`application` is null, and must be a map of fields")
                .at(application.at);
            problems.push(problem.help("it holds the `versions` to release"));
        }
        let nothing = Yaml { data: Data::Map(Vec::new()), at: layers.values().at };
        let is_flag = |at: At| at.source >= first_flag && !at.is_in_pack();
        let values = layers.over(under.unwrap_or(&nothing), is_flag, &mut problems);
        // A file that could not be read makes everything in it seem to be missing.
        if problems.is_empty() || under.is_none() && environment_only(&problems) {
            check::check(&values, &mut problems);
        }
        if !problems.is_empty() {
            return Err(Problems::new(problems, &sources));
        }
        let mut places = Places::default();
        let has_expressions = sources.iter().any(|source| source.text.contains("${{"));
        let root = inherit::index(&values, &mut places);
        let pins = Arc::new(Pins::new(places.len()));
        Ok(Self { root, places, pins, sources, has_expressions })
    }

    /// The value at the end of `path`, or `Node::NULL`.
    pub fn get(&self, path: &[&str]) -> &Node {
        const ABSENT: &Node = &Node::NULL;
        path.iter().try_fold(&self.root, |node, key| node.get(key)).unwrap_or(ABSENT)
    }
}

/// Whether the only thing wrong so far is the environment, so that the rest can still be checked.
fn environment_only(problems: &[Problem]) -> bool {
    problems.iter().all(|problem| problem.is(Code::NO_ENVIRONMENT) || problem.is(Code::NO_SUCH_ENVIRONMENT))
}

/// Turns values into nodes, and notes the place of each; a parent comes before its children.
pub(crate) fn index(yaml: &Yaml, places: &mut Places) -> Node {
    index_below(yaml, None, Segment::Index(0), places)
}

fn index_below(yaml: &Yaml, parent: Option<PlaceId>, segment: Segment, places: &mut Places) -> Node {
    let id = places.add(Place { parent, segment, at: yaml.at });
    let origin = Origin::Spec(id);
    match &yaml.data {
        Data::Scalar(scalar, _) => Node::Scalar(scalar.clone(), origin),
        Data::Seq(items) => {
            let items = items.iter().enumerate();
            Node::Seq(
                items.map(|(i, item)| index_below(item, Some(id), Segment::Index(i as u32), places)).collect(),
                origin,
            )
        }
        Data::Map(pairs) => {
            let entries = pairs.iter().map(|pair| {
                let value = index_below(&pair.value, Some(id), Segment::Key(pair.key.clone()), places);
                (Node::literal(pair.key.clone()), value)
            });
            Node::Map(entries.collect(), origin)
        }
    }
}

//! Rules across values of the spec, or with the release's name: a plan keeps them, a chart holds its users to them.

use crate::node::{Field, Node};
use crate::problem::{Code, Problem};
use crate::spec::names::{self, filled};

/// What must hold, whatever the dials are turned to. Absent values break none of them.
#[derive(Debug, Clone)]
pub enum Constraint {
    /// A name is a DNS label.
    Name {
        /// What a message calls it.
        what: &'static str,
        /// The name.
        name: Node,
    },
    /// A text is a label's value.
    LabelValue {
        /// The label.
        label: String,
        /// The text.
        value: Node,
    },
    /// No two versions have one name.
    Distinct {
        /// Their names.
        names: Vec<Node>,
    },
    /// Percentages leave something of 100, or nothing.
    AtMostAll {
        /// The candidates' weights.
        candidates: Vec<Node>,
    },
    /// The primary's weight is what the candidates leave of 100.
    Rest {
        /// The primary's weight.
        primary: Node,
        /// The candidates' weights.
        candidates: Vec<Node>,
    },
    /// A weight is a percentage.
    Percentage {
        /// The weight.
        weight: Node,
    },
    /// Not all weights are 0.
    SomeWeight {
        /// The weights.
        weights: Vec<Node>,
    },
    /// One number is not above the other.
    Ordered {
        /// The lower one, and what it is called.
        low: (&'static str, Node),
        /// The upper one.
        high: (&'static str, Node),
        /// Whether an upper one of 0 stands for no limit.
        unlimited: bool,
    },
}

/// What is said where a rule is broken; each `%s` stands for a value.
pub mod words {
    /// What, the name, and why not.
    pub const NAME: &str = "%s `%s` is not one that Kubernetes takes: %s";
    /// The text, the label, and why not.
    pub const LABEL_VALUE: &str = "the value `%s` of `%s` is not a label value: %s";
    /// The name.
    pub const DISTINCT: &str = "two versions are called `%s`";
    /// The sum.
    pub const AT_MOST_ALL: &str = "the candidates' weights are percentages, and sum to %s";
    /// The weight, and what is left.
    pub const REST: &str = "the primary's weight is %s, but its candidates leave it %s percent";
    /// Nothing.
    pub const PERCENTAGE: &str = "the weight of a mirrored version is a percentage, so it is at most 100";
    /// Nothing.
    pub const SOME_WEIGHT: &str = "all weights are 0, so nobody would get the traffic";
    /// The lower one's name and value, the upper one's name and value.
    pub const ORDERED: &str = "`%s` is %s, above `%s`, which is %s";
}

impl Constraint {
    fn code(&self) -> Code {
        match self {
            Constraint::Name { .. } => Code::INVALID_NAME,
            Constraint::LabelValue { .. } => Code::INVALID_VALUE,
            Constraint::Distinct { .. } => Code::DUPLICATE_VERSION,
            Constraint::AtMostAll { .. }
            | Constraint::Rest { .. }
            | Constraint::Percentage { .. }
            | Constraint::SomeWeight { .. } => Code::INVALID_WEIGHTS,
            Constraint::Ordered { .. } => Code::OUT_OF_RANGE,
        }
    }

    /// What is said of it, if it is broken; without a place, and without help.
    pub fn broken(&self) -> Option<Problem> {
        let message = match self {
            Constraint::Name { what, name } => {
                let name = name.text()?;
                filled(words::NAME, &[what, &name, &names::dns_label(&name)?])
            }
            Constraint::LabelValue { label, value } => {
                let value = value.text()?;
                filled(words::LABEL_VALUE, &[&value, label, &names::label_value(&value)?])
            }
            Constraint::Distinct { names } => {
                let texts: Vec<Option<String>> = names.iter().map(Node::text).collect();
                let repeated = (0..texts.len()).find(|i| texts[..*i].contains(&texts[*i]))?;
                filled(words::DISTINCT, &[texts[repeated].as_deref()?])
            }
            Constraint::AtMostAll { candidates } => {
                let sum = sum(candidates);
                (sum > 100).then(|| filled(words::AT_MOST_ALL, &[&sum.to_string()]))?
            }
            Constraint::Rest { primary, candidates } => {
                let weight = number(primary)?;
                let left = 100u64.checked_sub(sum(candidates))?;
                (weight != left).then(|| filled(words::REST, &[&weight.to_string(), &left.to_string()]))?
            }
            Constraint::Percentage { weight } => (number(weight)? > 100).then(|| words::PERCENTAGE.to_string())?,
            Constraint::SomeWeight { weights } => {
                weights.iter().all(|weight| number(weight) == Some(0)).then(|| words::SOME_WEIGHT.to_string())?
            }
            Constraint::Ordered { low, high, unlimited } => {
                let ((low, lower), (high, upper)) = ((low.0, number(&low.1)?), (high.0, number(&high.1)?));
                if lower <= upper || *unlimited && upper == 0 {
                    return None;
                }
                filled(words::ORDERED, &[low, &lower.to_string(), high, &upper.to_string()])
            }
        };
        Some(Problem::new(self.code(), message))
    }
}

/// The whole number that `node` is, without a use of it: whoever turns the dial is held to the constraint.
pub(super) fn number(node: &Node) -> Option<u64> {
    Field::<u64>::new(node.clone()).check(|number| number)
}

fn sum(nodes: &[Node]) -> u64 {
    nodes.iter().filter_map(number).sum()
}

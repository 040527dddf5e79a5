//! Where in an object something changed.

use std::fmt::{self, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The steps from the root of an object to a value. They go on inside a string that holds data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValuePath(pub Vec<PathStep>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum PathStep {
    /// Into a map: the key.
    Key(Arc<str>),
    /// Into a list: the item.
    Item(Item),
}

/// Which item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The fields that tell it from the others, with their values, such as `name` and `main`; none where only its
    /// position does. A field inside a map is written with a dot, as `destination.host`.
    #[serde(with = "super::json::fields")]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub key: Vec<(Arc<str>, Arc<str>)>,
    /// Its position in the old list, from 0; none for one that is new.
    pub before: Option<u32>,
    /// Its position in the new list, from 0; none for one that is gone.
    pub after: Option<u32>,
}

/// The step that stands for the condition of a template under which a value is there.
pub const CONDITION: &str = "{{if}}";

impl fmt::Display for ValuePath {
    /// `spec.template.spec.containers[main].ports[containerPort=8080].name`: what `--ignore` takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Key(key) if is_bare(key) || **key == *CONDITION => {
                    write!(f, "{}{key}", if i > 0 { "." } else { "" })?;
                }
                PathStep::Key(key) => write!(f, "[{}]", Quoted(key))?,
                PathStep::Item(item) => write!(f, "{item}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_slice() {
            [] => write!(f, "[{}]", self.after.or(self.before).unwrap_or_default()),
            // A name alone is enough, unless it could be a position.
            [(field, name)] if **field == *"name" && is_bare(name) && !name.bytes().all(|b| b.is_ascii_digit()) => {
                write!(f, "[{name}]")
            }
            fields => {
                f.write_char('[')?;
                for (i, (field, value)) in fields.iter().enumerate() {
                    write!(f, "{}{field}=", if i > 0 { "," } else { "" })?;
                    if is_word(value) { f.write_str(value)? } else { write!(f, "{}", Quoted(value))? }
                }
                f.write_char(']')
            }
        }
    }
}

/// Whether `text` may stand in a path without quotes.
fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Whether `text` may stand as a value between brackets without quotes.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./:".contains(&b))
}

/// A text in double quotes, with `\` before quotes, backslashes and stars, which would stand for anything.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if matches!(c, '"' | '\\' | '*') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
    }
}

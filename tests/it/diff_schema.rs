//! What `helmwright diff -o json` prints follows docs/diff.schema.json, which has no more in it than that.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::case;

/// A validator of the few words of JSON Schema that the file uses; it notes which parts of it were needed.
struct Validator {
    schema: Value,
    used: BTreeSet<String>,
}

impl Validator {
    fn check(&mut self, value: &Value, place: &str) -> Result<(), String> {
        let schema = self.schema.pointer(place).unwrap().clone();
        let wrong = |why: &str| Err(format!("{place}: {why}: {value}"));
        for (word, content) in schema.as_object().unwrap() {
            match word.as_str() {
                "$schema" | "title" | "description" | "$defs" | "required" => {}
                "$ref" => self.check(value, content.as_str().unwrap().strip_prefix('#').unwrap())?,
                "const" if value != content => return wrong("another constant"),
                "enum" => match content.as_array().unwrap().iter().position(|own| own == value) {
                    Some(at) => drop(self.used.insert(format!("{place}/enum/{at}"))),
                    None => return wrong("not one of the words"),
                },
                "minimum" if value.as_i64() < content.as_i64() => return wrong("too small"),
                "type" => {
                    let is = match content.as_str().unwrap() {
                        "object" => value.is_object(),
                        "array" => value.is_array(),
                        "string" => value.is_string(),
                        "integer" => value.is_u64() || value.is_i64(),
                        "boolean" => value.is_boolean(),
                        "null" => value.is_null(),
                        other => panic!("the validator does not know the type {other}"),
                    };
                    if !is {
                        return wrong("another type");
                    }
                }
                "items" => {
                    value.as_array().unwrap().iter().try_for_each(|item| self.check(item, &format!("{place}/items")))?
                }
                "oneOf" => {
                    let fits = |validator: &mut Self, at: &usize| {
                        validator.check(value, &format!("{place}/oneOf/{at}")).is_ok()
                    };
                    let all = 0..content.as_array().unwrap().len();
                    match all.filter(|at| fits(self, at)).collect::<Vec<_>>().as_slice() {
                        [at] => drop(self.used.insert(format!("{place}/oneOf/{at}"))),
                        _ => return wrong("not exactly one of the schemas fits"),
                    }
                }
                "properties" => {
                    for name in schema["required"].as_array().unwrap() {
                        if value.get(name.as_str().unwrap()).is_none() {
                            return wrong(&format!("there is no {name}"));
                        }
                    }
                    for (name, inner) in value.as_object().unwrap() {
                        if content.get(name).is_none() {
                            return wrong(&format!("there is a {name}"));
                        }
                        let place = format!("{place}/properties/{name}");
                        self.check(inner, &place)?;
                        self.used.insert(place);
                    }
                }
                "additionalProperties" if content.is_object() => {
                    let mut own = value.as_object().unwrap().values();
                    own.try_for_each(|inner| self.check(inner, &format!("{place}/additionalProperties")))?;
                }
                "const" | "minimum" | "additionalProperties" => {}
                other => panic!("the validator does not know `{other}`"),
            }
        }
        Ok(())
    }

    /// The properties, words and alternatives of the schema.
    fn parts(&self, place: &str, found: &mut BTreeSet<String>) {
        match self.schema.pointer(place).unwrap() {
            Value::Object(map) => {
                for (name, _) in map {
                    let inner = format!("{place}/{name}");
                    if place.ends_with("/properties") {
                        found.insert(inner.clone());
                    }
                    self.parts(&inner, found);
                }
            }
            Value::Array(items) => {
                for at in 0..items.len() {
                    let inner = format!("{place}/{at}");
                    if place.ends_with("/enum") || place.ends_with("/oneOf") {
                        found.insert(inner.clone());
                    }
                    self.parts(&inner, found);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn the_output_follows_the_schema() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.schema.json")).unwrap();
    let mut validator = Validator { schema: serde_json::from_str(&text).unwrap(), used: BTreeSet::new() };
    for case in case::all() {
        let mut words = case.words();
        if !case.name.starts_with("diff/") || !words.contains(&"--no-index".into()) {
            continue;
        }
        // Whatever format a case is about, it has JSON too.
        words.extend(["-o".into(), "json".into()]);
        let position = words.iter().position(|word| word == "-o").unwrap();
        if position < words.len() - 2 {
            words.drain(position..position + 2);
        }
        let output = case.run(&words).stdout;
        if output.is_empty() {
            continue;
        }
        let json: Value = serde_json::from_str(&output).unwrap();
        validator.check(&json, "").unwrap_or_else(|wrong| panic!("{}: {wrong}", case.name));
    }
    let mut parts = BTreeSet::new();
    validator.parts("", &mut parts);
    let unused: Vec<_> = parts.difference(&validator.used).collect();
    // Who else may make a difference is known only in a repository: tests/it/diff_git.rs.
    let known = |part: &str| part.contains("/whose/enum/");
    assert!(unused.iter().all(|part| known(part)), "no case has {unused:#?}");
}

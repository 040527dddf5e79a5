//! The spec against its table: every problem, in one pass.

use super::fields::{self, Kind, Table};
use super::{Strategy, names, suggest};
use crate::node::Scalar;
use crate::problem::{Code, Problem};
use crate::source::{At, SourceId};
use crate::yaml::{self, Data, Pair, Style, Yaml};

/// Checks `yaml` against the top level of the table.
pub fn check(yaml: &Yaml, problems: &mut Vec<Problem>) {
    Checker { problems }.object(yaml, fields::ROOT, "the spec");
}

/// The one document of a file that messages call `what`, checked against the table of its fields; `None` where anything
/// is wrong with it. An empty file is an empty map.
pub fn document(text: &str, source: SourceId, known: Table, what: &str, problems: &mut Vec<Problem>) -> Option<Yaml> {
    let before = problems.len();
    let mut documents = yaml::load(text, source, problems).into_iter();
    let empty = Yaml { data: Data::Map(Vec::new()), at: At::new(source, 0, 0) };
    let root = documents.next().filter(|root| !root.is_null()).unwrap_or(empty);
    if let Some(second) = documents.next() {
        problems.push(
            Problem::new(Code::SEVERAL_DOCUMENTS, format!("{what} is one document, and here a second one begins"))
                .at(second.at),
        );
    }
    // What cannot be read as YAML would make everything after it seem to be missing.
    if problems.len() == before {
        Checker { problems }.object(&root, known, what);
    }
    (problems.len() == before).then_some(root)
}

struct Checker<'a> {
    problems: &'a mut Vec<Problem>,
}

impl Checker<'_> {
    fn object(&mut self, yaml: &Yaml, known: Table, what: &str) {
        let Data::Map(pairs) = &yaml.data else {
            self.wrong_type(yaml, what, "a map of fields");
            return;
        };
        for pair in pairs {
            if pair.key.starts_with("x-") {
                continue;
            }
            match known.iter().find(|field| field.name == &*pair.key) {
                Some(field) => self.value(&pair.value, field.kind, field.name),
                None => self.unknown(pair, known, what),
            }
        }
        for field in known.iter().filter(|field| field.required) {
            if yaml.get(field.name).is_none_or(Yaml::is_null) {
                self.problems.push(
                    Problem::new(Code::MISSING_FIELD, format!("{what} has no `{}`", field.name))
                        .at(yaml.at)
                        .help(field.doc),
                );
            }
        }
    }

    fn unknown(&mut self, pair: &Pair, known: Table, what: &str) {
        let names: Vec<&str> = known.iter().map(|field| field.name).collect();
        let problem = Problem::new(Code::UNKNOWN_FIELD, format!("{what} has no field `{}`", pair.key)).at(pair.key_at);
        let help = match suggest::nearest(&pair.key, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}; your own keys begin with `x-`", names.join(", ")),
        };
        self.problems.push(problem.label("unknown field").help(help));
    }

    fn value(&mut self, yaml: &Yaml, kind: Kind, name: &str) {
        // Null means absence. Of a spec only the plan can say what is missing, since defaults may give it.
        if yaml.is_null() {
            return;
        }
        match kind {
            Kind::Text => {
                self.text(yaml, name);
            }
            Kind::Name => {
                let why = self.text(yaml, name).filter(|text| !text.contains("${{")).and_then(names::dns_label);
                if let Some(why) = why {
                    let problem = Problem::new(
                        Code::INVALID_NAME,
                        format!("`{name}` is not a name that Kubernetes takes: {why}"),
                    );
                    self.problems.push(problem.at(yaml.at));
                }
            }
            Kind::Choice(words) => {
                if let Some(text) = self.text(yaml, name) {
                    self.word(text, yaml, words, name);
                }
            }
            Kind::Choices(words) => match &yaml.data {
                Data::Map(pairs) => {
                    for Pair { key, value, .. } in pairs {
                        let off = matches!(value.data, Data::Scalar(Scalar::Bool(false), Style::Plain));
                        if off && words.contains(&"off") {
                            continue;
                        }
                        if let Some(text) = self.text(value, key) {
                            self.word(text, value, words, key);
                        }
                    }
                }
                _ => self.wrong_type(yaml, &format!("`{name}`"), "a map"),
            },
            Kind::Whole(min, max) => self.whole(yaml, name, min, max),
            Kind::Labels => self.texts(yaml, name, Some(names::label_value)),
            Kind::Annotations => self.texts(yaml, name, Some(|_| None)),
            Kind::Texts => self.texts(yaml, name, None),
            Kind::Object(known) => self.object(yaml, known, &format!("`{name}`")),
            Kind::FreeMap | Kind::Probe | Kind::Volume | Kind::Clause => {
                if !matches!(yaml.data, Data::Map(_)) {
                    self.wrong_type(yaml, &format!("`{name}`"), "a map");
                }
            }
            Kind::List(item) => match &yaml.data {
                Data::Seq(items) => items.iter().for_each(|y| self.item(y, *item, name)),
                _ => self.wrong_type(yaml, &format!("`{name}`"), "a list"),
            },
            Kind::Matches => self.value(yaml, Kind::List(&Kind::Clause), name),
            Kind::Versions(known) => self.versions(yaml, known),
            Kind::VersionField => self.version_field(yaml, name),
            Kind::ByStrategy(each) => self.by_strategy(yaml, *each, name),
            Kind::Bool => {
                if !matches!(yaml.data, Data::Scalar(Scalar::Bool(_), _)) {
                    self.wrong_type(yaml, &format!("`{name}`"), "true or false");
                }
            }
            Kind::Number(min, max) => match number(yaml) {
                Some(number) if (min..=max).contains(&number) => {}
                Some(_) => self.problems.push(
                    Problem::new(Code::OUT_OF_RANGE, format!("`{name}` must be from {min} to {max}")).at(yaml.at),
                ),
                None => self.wrong_type(yaml, &format!("`{name}`"), "a number"),
            },
            Kind::Amount => match &yaml.data {
                Data::Scalar(Scalar::Str(text), _) if percentage(text) => {}
                Data::Scalar(Scalar::Str(_), _) => {
                    let problem = Problem::new(
                        Code::INVALID_VALUE,
                        format!("`{name}` must be a whole number, or a percentage such as `25%`"),
                    );
                    self.problems.push(problem.at(yaml.at));
                }
                _ => self.whole(yaml, name, 0, 2_147_483_647),
            },
            Kind::Env => match &yaml.data {
                Data::Seq(_) => self.value(yaml, Kind::List(&Kind::FreeMap), name),
                _ => self.texts(yaml, name, None),
            },
            Kind::References => match &yaml.data {
                Data::Seq(items) => {
                    for item in items {
                        let kind = if matches!(item.data, Data::Map(_)) { Kind::FreeMap } else { Kind::Text };
                        self.item(item, kind, name);
                    }
                }
                _ => self.wrong_type(yaml, &format!("`{name}`"), "a list of names"),
            },
            Kind::NameOr(known) => match &yaml.data {
                Data::Map(_) => self.object(yaml, known, &format!("`{name}`")),
                _ => self.value(yaml, Kind::Name, name),
            },
            Kind::TextOr(known) => match &yaml.data {
                Data::Map(_) => self.object(yaml, known, &format!("an item of `{name}`")),
                _ => self.value(yaml, Kind::Text, name),
            },
        }
    }

    fn word(&mut self, text: &str, yaml: &Yaml, words: &[&str], name: &str) {
        if !words.contains(&text) {
            let problem = Problem::new(Code::UNKNOWN_VALUE, format!("`{name}` cannot be `{text}`")).at(yaml.at);
            self.problems.push(problem.help(known_words(text, words)));
        }
    }

    fn item(&mut self, yaml: &Yaml, kind: Kind, name: &str) {
        if yaml.is_null() {
            let problem = Problem::new(Code::EMPTY_ITEM, format!("an item of `{name}` is empty")).at(yaml.at);
            self.problems.push(problem.help("give it a value, or take its `-` out"));
        } else if matches!(kind, Kind::Text) && !matches!(yaml.data, Data::Scalar(Scalar::Str(_), _)) {
            self.not_text(yaml, &format!("an item of `{name}`"));
        } else {
            self.value(yaml, kind, name);
        }
    }

    fn versions(&mut self, yaml: &Yaml, known: Table) {
        let entries: Vec<&Yaml> = match &yaml.data {
            Data::Seq(items) => items.iter().collect(),
            Data::Map(pairs) => {
                for pair in pairs {
                    if let Some(why) = names::dns_label(&pair.key) {
                        let problem = Problem::new(
                            Code::INVALID_NAME,
                            format!("`{}` is not a name for a version: {why}", pair.key),
                        );
                        self.problems.push(problem.at(pair.key_at));
                    }
                }
                pairs.iter().map(|pair| &pair.value).collect()
            }
            _ => return self.wrong_type(yaml, "`versions`", "a list of versions, or a map of them by name"),
        };
        if entries.is_empty() {
            let problem = Problem::new(Code::NO_VERSIONS, "`versions` is empty").at(yaml.at);
            self.problems.push(problem.help("a release has at least one version, the primary"));
        }
        for entry in entries {
            if entry.is_null() {
                let problem =
                    Problem::new(Code::EMPTY_ITEM, "a version is a map of fields; this one is null").at(entry.at);
                self.problems.push(problem.help("write `{}` for a version that only has defaults"));
            } else {
                self.object(entry, known, "a version");
                if let (Some(_), Some(second)) = (entry.get("match"), entry.get("matches")) {
                    let problem = Problem::new(
                        Code::CONFLICTING_FIELDS,
                        "`match` and `matches` are the same field; give one of them",
                    );
                    self.problems.push(problem.at(second.at));
                }
            }
        }
    }

    fn version_field(&mut self, yaml: &Yaml, name: &str) {
        let Some(text) = self.text(yaml, name) else { return };
        let known: Vec<&str> = fields::VERSION.iter().map(|field| field.name).collect();
        if !known.contains(&text) {
            let problem = Problem::new(Code::UNKNOWN_VALUE, format!("a version has no field `{text}`")).at(yaml.at);
            self.problems.push(match suggest::nearest(text, known.into_iter()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("the tables of docs/spec.md have them all"),
            });
        }
    }

    fn by_strategy(&mut self, yaml: &Yaml, each: Kind, name: &str) {
        let Data::Map(pairs) = &yaml.data else {
            return self.wrong_type(yaml, &format!("`{name}`"), "a map by strategy");
        };
        for pair in pairs {
            match Strategy::from_word(&pair.key) {
                Some(strategy) => self.value(&pair.value, each, strategy.word()),
                None => {
                    let problem = Problem::new(Code::NO_SUCH_STRATEGY, format!("there is no strategy `{}`", pair.key))
                        .at(pair.key_at);
                    self.problems.push(problem.help(known_words(&pair.key, Strategy::WORDS)));
                }
            }
        }
    }

    /// The string, or `None` and a problem.
    fn text<'y>(&mut self, yaml: &'y Yaml, name: &str) -> Option<&'y str> {
        match &yaml.data {
            Data::Scalar(Scalar::Str(text), _) => return Some(text),
            _ => self.not_text(yaml, &format!("`{name}`")),
        }
        None
    }

    fn texts(&mut self, yaml: &Yaml, name: &str, rule: Option<fn(&str) -> Option<String>>) {
        let Data::Map(pairs) = &yaml.data else {
            return self.wrong_type(yaml, &format!("`{name}`"), "a map of strings");
        };
        for pair in pairs {
            if rule.is_some()
                && let Some(why) = names::qualified_name(&pair.key)
            {
                let problem = Problem::new(
                    Code::INVALID_NAME,
                    format!("`{}` is not a key that Kubernetes takes: {why}", pair.key),
                );
                self.problems.push(problem.at(pair.key_at));
            }
            if pair.value.is_null() {
                continue;
            }
            let (Some(text), Some(rule)) = (self.text(&pair.value, &pair.key), rule) else { continue };
            if let Some(why) = rule(text).filter(|_| !text.contains("${{")) {
                let problem = Problem::new(
                    Code::INVALID_VALUE,
                    format!("the value of `{}` is not a label value: {why}", pair.key),
                );
                self.problems.push(problem.at(pair.value.at));
            }
        }
    }

    fn whole(&mut self, yaml: &Yaml, name: &str, min: u64, max: u64) {
        let Some(number) = number(yaml) else {
            return self.not_whole(yaml, &format!("`{name}`"));
        };
        let mut text = String::new();
        if let Data::Scalar(scalar, _) = &yaml.data {
            scalar.push_text(&mut text);
        }
        if number.fract() != 0.0 {
            let problem = Problem::new(Code::WRONG_TYPE, format!("`{name}` must be a whole number, and {text} is not"))
                .at(yaml.at);
            let relative = "shares are relative: 1.5 to 8.5 is 15 to 85";
            self.problems.push(if name == "weight" { problem.help(relative) } else { problem });
        } else if number < min as f64 || number > max as f64 {
            let problem =
                Problem::new(Code::OUT_OF_RANGE, format!("`{name}` must be from {min} to {max}, and is {text}"));
            self.problems.push(problem.at(yaml.at));
        }
    }

    fn wrong_type(&mut self, yaml: &Yaml, what: &str, wanted: &str) {
        self.problems.push(mistyped(yaml, what, wanted));
    }

    fn not_text(&mut self, yaml: &Yaml, what: &str) {
        let mut problem = mistyped(yaml, what, "a string");
        if let Data::Scalar(scalar, _) = &yaml.data {
            let mut text = String::new();
            scalar.push_text(&mut text);
            problem = problem.help(format!("put it in quotes: \"{text}\""));
        }
        self.problems.push(problem);
    }

    fn not_whole(&mut self, yaml: &Yaml, what: &str) {
        let problem = mistyped(yaml, what, "a whole number");
        let quoted = matches!(&yaml.data, Data::Scalar(Scalar::Str(text), _) if text.parse::<u64>().is_ok());
        self.problems.push(if quoted { problem.help("leave the quotes out") } else { problem });
    }
}

fn mistyped(yaml: &Yaml, what: &str, wanted: &str) -> Problem {
    Problem::new(Code::WRONG_TYPE, format!("{what} must be {wanted}, and this is {}", yaml.kind())).at(yaml.at)
}

/// Help for who wrote `text` where one of `words` belongs.
fn known_words(text: &str, words: &[&str]) -> String {
    let near = suggest::nearest(text, words.iter().copied());
    let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    format!("{hint}there are {}", words.join(", "))
}

fn number(yaml: &Yaml) -> Option<f64> {
    match &yaml.data {
        Data::Scalar(Scalar::Int(i), _) => Some(*i as f64),
        Data::Scalar(Scalar::UInt(u), _) => Some(*u as f64),
        Data::Scalar(Scalar::Float(f), _) => Some(*f),
        _ => None,
    }
}

fn percentage(text: &str) -> bool {
    text.strip_suffix('%').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

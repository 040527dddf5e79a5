//! A spec as its versions and how they share the requests, so that a state between two specs can be said as one.

use std::sync::Arc;

use crate::node::Scalar;
use crate::source::{At, SourceId};
use crate::spec::Strategy;
use crate::yaml::{Data, Pair, Style, Yaml};

/// A spec: what is common, and its versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The whole spec as its user wrote it; what is below stands in place of what it says of that.
    base: Yaml,
    /// The versions.
    pub versions: Vec<SpecVersion>,
    /// Whether `versions` is a map.
    keyed: bool,
    /// Which version is the primary, where it is.
    pub primary: Option<Arc<str>>,
    /// The strategy, as the spec says it.
    pub strategy: Option<Strategy>,
    /// Whether a candidate without a `match` shares by weight, whatever the environment assumes.
    pub by_weight: bool,
}

/// A version as a spec writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecVersion {
    /// Its key: its name, or its position.
    pub key: Arc<str>,
    /// What it says besides its share.
    pub entry: Vec<Pair>,
    /// Its weight, if it has one.
    pub weight: Option<Yaml>,
    /// Its `match` or `matches`, if it has one.
    pub matches: Option<Pair>,
}

/// A place for values that stand nowhere.
const NOWHERE: At = At { source: SourceId(u32::MAX), start: 0, end: 0 };

impl Layout {
    /// The layout of a spec; `None` where it has no versions.
    pub fn of(base: &Yaml) -> Option<Self> {
        let application = base.get("application")?;
        let versions = application.get("versions")?;
        let (entries, keyed): (Vec<(Arc<str>, &Yaml)>, bool) = match &versions.data {
            Data::Seq(items) => {
                (items.iter().enumerate().map(|(i, item)| (i.to_string().into(), item)).collect(), false)
            }
            Data::Map(pairs) => (pairs.iter().map(|pair| (pair.key.clone(), &pair.value)).collect(), true),
            Data::Scalar(..) => return None,
        };
        let [primary, strategy] = ["primary", "strategy"].map(|key| application.get(key).and_then(Yaml::as_str));
        let (primary, strategy) = (primary.map(Arc::from), strategy.and_then(Strategy::from_word));
        let by_weight = application.get("canary").and_then(|canary| canary.get("match")).is_some_and(Yaml::is_null);
        let versions = entries.into_iter().map(|(key, entry)| SpecVersion::of(key, entry)).collect();
        Some(Self { base: base.clone(), versions, keyed, primary, strategy, by_weight })
    }

    /// The keys of the versions, in order.
    pub fn keys(&self) -> impl Iterator<Item = Arc<str>> {
        self.versions.iter().map(|version| version.key.clone())
    }

    /// The version with that key.
    pub fn version(&self, key: &str) -> Option<&SpecVersion> {
        self.versions.iter().find(|version| &*version.key == key)
    }

    /// The version with that key, to be changed.
    pub fn version_mut(&mut self, key: &str) -> Option<&mut SpecVersion> {
        self.versions.iter_mut().find(|version| &*version.key == key)
    }

    /// Whether versions are called alike in both.
    pub fn is_like(&self, layout: &Layout) -> bool {
        self.keyed == layout.keyed
    }

    /// A key that no version has: the next position, or a name after `key`.
    pub fn free_key(&self, key: &str) -> Arc<str> {
        let candidate = |n: usize| match (self.keyed, n) {
            (false, n) => (self.versions.len() + n).to_string(),
            (true, 0) => format!("{key}-next"),
            (true, n) => format!("{key}-next-{}", n + 1),
        };
        // One of more names than there are versions is free.
        let mut candidates = (0..=self.versions.len()).map(candidate);
        candidates.find(|name| self.version(name).is_none()).unwrap_or_default().into()
    }

    /// The key of the primary.
    pub fn primary_key(&self) -> Option<Arc<str>> {
        match &self.primary {
            Some(primary) if self.keyed => Some(primary.clone()),
            _ => self.versions.first().map(|version| version.key.clone()),
        }
    }

    /// The spec.
    pub fn spec(&self) -> Yaml {
        let mut spec = self.base.clone();
        let Some(application) = get_mut(&mut spec, "application") else { return spec };
        let versions = match self.keyed {
            true => Data::Map(self.versions.iter().map(|version| pair(version.key.clone(), version.yaml())).collect()),
            false => Data::Seq(self.versions.iter().map(SpecVersion::yaml).collect()),
        };
        put(application, "strategy", self.strategy.map(|strategy| text(strategy.word())));
        put(application, "primary", self.primary.as_deref().map(text));
        put(application, "versions", Some(Yaml { data: versions, at: NOWHERE }));
        if self.by_weight {
            let null = Yaml::scalar(Scalar::Null, NOWHERE);
            match get_mut(application, "canary") {
                Some(canary) if matches!(canary.data, Data::Map(_)) => put(canary, "match", Some(null)),
                _ => {
                    let canary = Yaml { data: Data::Map(vec![pair("match".into(), null)]), at: NOWHERE };
                    put(application, "canary", Some(canary));
                }
            }
        }
        spec
    }
}

impl SpecVersion {
    fn of(key: Arc<str>, entry: &Yaml) -> Self {
        let mut version = Self { key, entry: Vec::new(), weight: None, matches: None };
        let Data::Map(pairs) = &entry.data else { return version };
        for pair in pairs {
            match &*pair.key {
                "weight" => version.weight = Some(pair.value.clone()),
                "match" | "matches" => version.matches = Some(pair.clone()),
                _ => version.entry.push(pair.clone()),
            }
        }
        version
    }

    /// Sets its weight.
    pub fn weigh(&mut self, weight: u64) {
        let scalar = Scalar::Int(i64::try_from(weight).unwrap_or(i64::MAX));
        self.weight = Some(Yaml::scalar(scalar, NOWHERE));
    }

    fn yaml(&self) -> Yaml {
        let mut pairs = self.entry.clone();
        pairs.extend(self.weight.clone().map(|weight| pair("weight".into(), weight)));
        pairs.extend(self.matches.clone());
        Yaml { data: Data::Map(pairs), at: NOWHERE }
    }
}

fn pair(key: Arc<str>, value: Yaml) -> Pair {
    Pair { key, key_at: NOWHERE, value }
}

fn text(text: &str) -> Yaml {
    Yaml { data: Data::Scalar(Scalar::Str(text.into()), Style::Plain), at: NOWHERE }
}

fn get_mut<'y>(yaml: &'y mut Yaml, key: &str) -> Option<&'y mut Yaml> {
    match &mut yaml.data {
        Data::Map(pairs) => pairs.iter_mut().find(|pair| &*pair.key == key).map(|pair| &mut pair.value),
        _ => None,
    }
}

/// Gives `key` of a map another value, in its place; takes the entry out where there is none.
fn put(map: &mut Yaml, key: &str, value: Option<Yaml>) {
    let Data::Map(pairs) = &mut map.data else { return };
    match (pairs.iter_mut().find(|pair| &*pair.key == key), value) {
        (Some(entry), Some(value)) => entry.value = value,
        (None, Some(value)) => pairs.push(pair(key.into(), value)),
        (_, None) => pairs.retain(|pair| &*pair.key != key),
    }
}

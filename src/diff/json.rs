//! Steps of a path as JSON: a key is a string, and an item a map.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::{Item, PathStep};

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = PathStep;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key, or an item of a list")
    }

    fn visit_str<E>(self, key: &str) -> Result<PathStep, E> {
        Ok(PathStep::Key(key.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PathStep, A::Error> {
        Item::deserialize(MapAccessDeserializer::new(map)).map(PathStep::Item)
    }
}

impl<'de> Deserialize<'de> for PathStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StepVisitor)
    }
}

/// The fields that tell an item from the others: a map, whose order stays.
pub(super) mod fields {
    use std::fmt;
    use std::sync::Arc;

    use serde::de::{Deserializer, MapAccess, Visitor};
    use serde::ser::Serializer;

    type Fields = Vec<(Arc<str>, Arc<str>)>;

    struct FieldsVisitor;

    impl<'de> Visitor<'de> for FieldsVisitor {
        type Value = Fields;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of texts")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
            let mut fields = Vec::new();
            while let Some(field) = map.next_entry()? {
                fields.push(field);
            }
            Ok(fields)
        }
    }

    pub fn serialize<S: Serializer>(fields: &[(Arc<str>, Arc<str>)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(fields.iter().map(|(field, value)| (field, value)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

//! A scalar as JSON and Kubernetes know it.

use std::sync::Arc;

use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// One value without structure.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `null`; the same as absence nearly everywhere in Kubernetes.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above `i64::MAX`.
    UInt(u64),
    /// A finite number with a fraction, or one too large for the others.
    Float(f64),
    /// Text.
    Str(Arc<str>),
}

impl Scalar {
    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(int) => Some(*int as f64),
            Self::UInt(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            Self::Null | Self::Bool(_) | Self::Str(_) => None,
        }
    }

    /// What a message calls a value of this kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::UInt(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Str(_) => "a string",
        }
    }

    /// Appends the value as text: a string's own characters, everything else as JSON writes it.
    pub fn push_text(&self, out: &mut String) {
        use std::fmt::Write;
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Null => out.write_str("null"),
            Self::Bool(b) => write!(out, "{b}"),
            Self::Int(i) => write!(out, "{i}"),
            Self::UInt(u) => write!(out, "{u}"),
            Self::Float(f) => {
                push_float(*f, out);
                Ok(())
            }
            Self::Str(s) => {
                out.push_str(s);
                Ok(())
            }
        };
    }
}

impl From<&str> for Scalar {
    fn from(s: &str) -> Self {
        Self::Str(s.into())
    }
}

/// For JSON: a number with a fraction has the form that [`push_text`](Scalar::push_text) gives it.
impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(boolean) => serializer.serialize_bool(*boolean),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::UInt(number) => serializer.serialize_u64(*number),
            Self::Float(number) => {
                let mut text = String::new();
                push_float(*number, &mut text);
                RawValue::from_string(text).map_err(S::Error::custom)?.serialize(serializer)
            }
            Self::Str(text) => serializer.serialize_str(text),
        }
    }
}

/// Appends `f` as Go's `encoding/json` does (exponents from 1e21 up and below 1e-6), which helm and kubectl write.
fn push_float(f: f64, out: &mut String) {
    use std::fmt::Write;
    let size = f.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{f:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |d| ('-', d));
        let _ = write!(out, "{mantissa}e{sign}{digits}");
    } else {
        let _ = write!(out, "{f}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        let text = |f| {
            let mut out = String::new();
            Scalar::Float(f).push_text(&mut out);
            out
        };
        assert_eq!(text(1000.0), "1000");
        assert_eq!(text(0.25), "0.25");
        assert_eq!(text(1e21), "1e+21");
        assert_eq!(text(-1.5e-7), "-1.5e-7");
        assert_eq!(text(1e100), "1e+100");
        let json = |f| serde_json::to_string(&Scalar::Float(f)).unwrap_or_default();
        assert_eq!([json(1000.0), json(0.25), json(1e21)], ["1000", "0.25", "1e+21"]);
    }
}

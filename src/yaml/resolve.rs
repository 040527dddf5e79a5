//! What an unquoted scalar means to helm and kubectl.
//!
//! Both read YAML with `sigs.k8s.io/yaml`, whose rules are those of go-yaml 2: YAML 1.1 booleans (`yes`, `off`, `y`),
//! octal by a leading zero, underscores between digits, then JSON's types. Dates stay strings.

use crate::node::Scalar;

/// The value of the plain scalar `text`.
pub fn plain(text: &str) -> Scalar {
    other_than_text(text).unwrap_or_else(|| Scalar::Str(text.into()))
}

/// Whether the plain scalar `text` is a string.
pub fn is_text(text: &str) -> bool {
    other_than_text(text).is_none()
}

fn other_than_text(text: &str) -> Option<Scalar> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Scalar::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => Some(Scalar::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            Some(Scalar::Bool(false))
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Scalar::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Scalar::Float(f64::NEG_INFINITY)),
        ".nan" | ".NaN" | ".NAN" => Some(Scalar::Float(f64::NAN)),
        _ => number(text),
    }
}

/// The value of the scalar `text` with a tag of the type `name`, quoted or not; `None` where it is not of that type.
///
/// To helm a scalar with a tag of any other kind is text. It takes `!!timestamp` for a date, as the text that it is;
/// that tag is refused here.
pub fn tagged(text: &str, name: Option<&str>) -> Option<Scalar> {
    match (name, plain(text)) {
        (Some("int"), s @ (Scalar::Int(_) | Scalar::UInt(_)))
        | (Some("bool"), s @ Scalar::Bool(_))
        | (Some("null"), s @ Scalar::Null)
        | (Some("float"), s @ Scalar::Float(_)) => Some(s),
        (Some("float"), Scalar::Int(i)) => Some(Scalar::Float(i as f64)),
        (Some("int" | "bool" | "null" | "float" | "timestamp"), _) => None,
        (Some("binary"), _) => binary(text).map(|s| Scalar::Str(s.into())),
        _ => Some(Scalar::Str(text.into())),
    }
}

/// The text that `text` is in base64; what is not UTF-8 becomes replacement characters, as Go writes it in JSON.
fn binary(text: &str) -> Option<String> {
    let text: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let padding = text.iter().rev().take(2).take_while(|&&b| b == b'=').count();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let (mut bytes, mut bits, mut size) = (Vec::new(), 0_u32, 0);
    for &digit in text.get(..text.len() - padding)? {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        size += 6;
        if size >= 8 {
            size -= 8;
            bytes.push((bits >> size) as u8);
        }
    }
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Some(out)
}

fn number(text: &str) -> Option<Scalar> {
    let first = *text.as_bytes().first()?;
    if !matches!(first, b'+' | b'-' | b'.' | b'0'..=b'9') {
        return None;
    }
    // go-yaml drops underscores only where the text does not begin with a dot.
    let stripped;
    let text = if text.contains('_') && first != b'.' {
        stripped = text.replace('_', "");
        stripped.as_str()
    } else {
        text
    };
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if first != b'.'
        && let Some(whole) = integer(digits, negative, text.starts_with('+'))
    {
        return Some(whole);
    }
    if !looks_like_float(digits) {
        return None;
    }
    text.parse().ok().map(Scalar::Float).filter(|s| matches!(s, Scalar::Float(f) if f.is_finite()))
}

fn integer(digits: &str, negative: bool, plus: bool) -> Option<Scalar> {
    // go-yaml hands what follows `0b` to a parser that takes one more sign, where there is none before it.
    if let (false, false, [b'0', b'b', sign @ (b'+' | b'-'), ..]) = (negative, plus, digits.as_bytes()) {
        let size = binary_digits(&digits[3..])?;
        let size = if *sign == b'-' { size.checked_neg()? } else { size };
        return i64::try_from(size).ok().map(Scalar::Int);
    }
    let (radix, body) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if body.is_empty() || !body.bytes().all(|b| char::from(b).is_digit(radix)) {
        return None;
    }
    let size = u64::from_str_radix(body, radix).ok()?;
    if negative {
        return (size <= 1 << 63).then(|| Scalar::Int((size as i64).wrapping_neg()));
    }
    match i64::try_from(size) {
        Ok(whole) => Some(Scalar::Int(whole)),
        // Go's ParseUint takes no sign.
        Err(_) => (!plus).then_some(Scalar::UInt(size)),
    }
}

fn binary_digits(text: &str) -> Option<i128> {
    let digits = !text.is_empty() && text.bytes().all(|b| matches!(b, b'0' | b'1'));
    if digits { i128::from_str_radix(text, 2).ok() } else { None }
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, each with an optional exponent.
fn looks_like_float(text: &str) -> bool {
    let bytes = text.as_bytes();
    let whole = count_digits(bytes);
    let mut at = whole;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        fraction = count_digits(&bytes[at + 1..]);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return false;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = bytes.get(at..).map_or(0, count_digits);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == bytes.len()
}

fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The number `float` as a key: rounded to 32 bits, and as C's `%g` would write all digits that are then needed.
pub fn float_key(float: f64) -> String {
    let float = float as f32;
    if float.is_nan() {
        return ".nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{float:e}");
    match text.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?))) {
        Some((digits, exponent)) if float != 0.0 && !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => float.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_numbers_read_as_helm_has_them() {
        for (key, expected) in [
            (1.5, "1.5"),
            (1000.0, "1000"),
            (1e5, "100000"),
            (100_000.5, "100000.5"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (123_456_789.123, "1.2345679e+08"),
            (1e21, "1e+21"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (0.00012345, "0.00012345"),
            (-0.0, "-0"),
            (1e-50, "0"),
            (-1.5e300, "-.inf"),
            (f64::NAN, ".nan"),
        ] {
            assert_eq!(float_key(key), expected, "{key}");
        }
    }

    #[test]
    fn plain_scalars_mean_what_helm_reads() {
        let text = |s: &str| Scalar::Str(s.into());
        for (input, expected) in [
            ("yes", Scalar::Bool(true)),
            ("off", Scalar::Bool(false)),
            ("012", Scalar::Int(10)),
            ("08", Scalar::Float(8.0)),
            ("0x1F", Scalar::Int(31)),
            ("1_000", Scalar::Int(1000)),
            ("685_230.15", Scalar::Float(685_230.15)),
            ("1e3", Scalar::Float(1000.0)),
            ("12:30", text("12:30")),
            ("88e2793", text("88e2793")),
            ("2001-01-01", text("2001-01-01")),
            ("0b-11", Scalar::Int(-3)),
            ("-0b-11", text("-0b-11")),
            ("18446744073709551615", Scalar::UInt(u64::MAX)),
            ("-9223372036854775808", Scalar::Int(i64::MIN)),
            ("+.5", Scalar::Float(0.5)),
            ("1.", Scalar::Float(1.0)),
            ("1e", text("1e")),
            (".", text(".")),
            ("-", text("-")),
            ("~", Scalar::Null),
        ] {
            assert_eq!(plain(input), expected, "{input}");
        }
    }
}

//! One JSON value at the beginning of a text, each part with its place.
//!
//! What it accepts is what Go's `encoding/json` accepts: of equal keys the last wins, a lone surrogate becomes the
//! replacement character, and numbers have the precision of a `float64`.

use std::sync::Arc;

use crate::node::Scalar;
use crate::problem::{Code, Problem};
use crate::source::{At, SourceId};
use crate::yaml::{Data, MAX_DEPTH, Pair, Style, Yaml};

/// Reads the value that begins at `start`; returns it and where it ends. What follows it is not looked at.
pub(super) fn value(text: &str, start: usize, source: SourceId) -> Result<(Yaml, usize), Problem> {
    let mut json = Json { text, pos: start, source };
    let value = json.value(0)?;
    Ok((value, json.pos))
}

struct Json<'a> {
    text: &'a str,
    pos: usize,
    source: SourceId,
}

impl Json<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.pos += usize::from(is_next);
        is_next
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    fn since(&self, start: usize) -> At {
        At::new(self.source, start, self.pos)
    }

    /// What is wrong with the next character.
    fn wrong(&self, expected: &str) -> Problem {
        let next = self.text.get(self.pos..).and_then(|rest| rest.chars().next());
        let unexpected = next.map_or_else(|| "the end".to_owned(), |c| format!("`{}`", c.escape_debug()));
        let end = self.pos + next.map_or(0, char::len_utf8);
        let problem = Problem::new(
            Code::INVALID_JSON,
            format!("this is not valid JSON: {unexpected} comes where {expected} is needed"),
        );
        let problem = problem.at(At::new(self.source, self.pos, end));
        problem.help(r#"strings and keys need double quotes: --set-json 'labels={"app":"web"},names=["a","b"]'"#)
    }

    fn value(&mut self, depth: usize) -> Result<Yaml, Problem> {
        let start = self.pos;
        let data = match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                let message = format!("the JSON nests more than {MAX_DEPTH} levels deep");
                return Err(Problem::new(Code::INPUT_TOO_LARGE, message).at(At::new(self.source, start, start + 1)));
            }
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Data::Scalar(Scalar::Str(self.string()?), Style::Quoted),
            Some(b'-' | b'0'..=b'9') => Data::Scalar(self.number()?, Style::Plain),
            Some(b't') => self.word("true", Scalar::Bool(true))?,
            Some(b'f') => self.word("false", Scalar::Bool(false))?,
            Some(b'n') => self.word("null", Scalar::Null)?,
            _ => return Err(self.wrong("a value")),
        };
        Ok(Yaml { data, at: self.since(start) })
    }

    fn word(&mut self, word: &str, scalar: Scalar) -> Result<Data, Problem> {
        for byte in word.bytes() {
            if !self.skip(byte) {
                return Err(self.wrong(&format!("`{word}`")));
            }
        }
        Ok(Data::Scalar(scalar, Style::Plain))
    }

    fn array(&mut self, depth: usize) -> Result<Data, Problem> {
        self.skip(b'[');
        self.blanks();
        let mut items = Vec::new();
        if self.skip(b']') {
            return Ok(Data::Seq(items));
        }
        loop {
            self.blanks();
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.skip(b']') {
                return Ok(Data::Seq(items));
            }
            if !self.skip(b',') {
                return Err(self.wrong("`,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Data, Problem> {
        self.skip(b'{');
        self.blanks();
        let mut pairs: Vec<Pair> = Vec::new();
        if self.skip(b'}') {
            return Ok(Data::Map(pairs));
        }
        loop {
            self.blanks();
            let start = self.pos;
            if self.peek() != Some(b'"') {
                return Err(self.wrong("a key"));
            }
            let key = self.string()?;
            let key_at = self.since(start);
            self.blanks();
            if !self.skip(b':') {
                return Err(self.wrong("`:`"));
            }
            self.blanks();
            let pair = Pair { key, key_at, value: self.value(depth + 1)? };
            match pairs.iter_mut().find(|p| p.key == pair.key) {
                Some(old) => *old = pair,
                None => pairs.push(pair),
            }
            self.blanks();
            if self.skip(b'}') {
                return Ok(Data::Map(pairs));
            }
            if !self.skip(b',') {
                return Err(self.wrong("`,` or `}`"));
            }
        }
    }

    fn string(&mut self) -> Result<Arc<str>, Problem> {
        self.skip(b'"');
        let mut out = String::new();
        loop {
            let start = self.pos;
            while self.peek().is_some_and(|b| b >= b' ' && b != b'"' && b != b'\\') {
                self.pos += 1;
            }
            out.push_str(self.text.get(start..self.pos).unwrap_or_default());
            if self.skip(b'"') {
                return Ok(out.into());
            }
            if !self.skip(b'\\') {
                return Err(self.wrong("a closing `\"`"));
            }
            let plain = match self.peek() {
                Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
                Some(b'b') => '\u{8}',
                Some(b'f') => '\u{c}',
                Some(b'n') => '\n',
                Some(b'r') => '\r',
                Some(b't') => '\t',
                Some(b'u') => {
                    self.pos += 1;
                    out.push(self.unicode()?);
                    continue;
                }
                _ => return Err(self.wrong("an escape such as `\\n`")),
            };
            self.pos += 1;
            out.push(plain);
        }
    }

    /// What follows `\u`, with the second half of a surrogate pair.
    fn unicode(&mut self) -> Result<char, Problem> {
        let high = self.hex()?;
        if (0xd800..0xdc00).contains(&high) {
            let after = self.pos;
            if self.skip(b'\\') && self.skip(b'u') {
                let low = self.hex()?;
                if (0xdc00..0xe000).contains(&low) {
                    let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            self.pos = after;
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, Problem> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            code = code * 16 + digit.ok_or_else(|| self.wrong("a hexadecimal digit"))?;
            self.pos += 1;
        }
        Ok(code)
    }

    /// At least one digit, and all that follow.
    fn digits(&mut self) -> Result<(), Problem> {
        if !self.peek().is_some_and(|b| b.is_ascii_digit()) {
            return Err(self.wrong("a digit"));
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.pos += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Scalar, Problem> {
        let start = self.pos;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        let whole = self.pos;
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.pos).unwrap_or_default();
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(if self.pos == whole { rounded(float) } else { Scalar::Float(float) }),
            _ => {
                Err(Problem::new(Code::INVALID_NUMBER, format!("the number {text} is too large")).at(self.since(start)))
            }
        }
    }
}

/// A whole number as a `float64` has it, which is exact up to 2^53.
fn rounded(float: f64) -> Scalar {
    let negative_zero = float == 0.0 && float.is_sign_negative();
    if negative_zero || float.abs() > 9_007_199_254_740_992.0 {
        Scalar::Float(float)
    } else {
        Scalar::Int(float as i64)
    }
}

//! The `--set` flags, in the grammar of Helm 3 and with its meaning.
//!
//! The text of a flag is read entry by entry: a path of keys and indices, then a value. Reading knows nothing of
//! the values so far ([`FlagReader`]); an entry that was read is then put into them ([`Put`]). Helm's corner cases are
//! kept, such as `a[0]`, which makes an empty list, and `a={}`, which is a list of one empty string. `null` sets
//! null: that it removes a chart's default is a matter of the merge with those defaults, in Helm as here.
//!
//! Beyond Helm 3: `list.0` addresses an entry that the list has already; `--set-json` takes a whole object, as it
//! does in Helm 4; and a path may have at most [`MAX_STEPS`] steps.

mod json;
mod put;

use crate::node::Scalar;
use crate::problem::{Code, Problem};
use crate::source::{At, SourceId};
use crate::yaml::{Data, Pair, Style, Yaml};
use put::Put;

/// The largest index that a path may have.
pub const MAX_INDEX: usize = 65_536;
/// The most dots that may follow names in a path.
pub const MAX_NESTED_NAMES: usize = 30;
/// The most names and indices that a path may have.
pub const MAX_STEPS: usize = 100;

/// Which flag a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// `--set`: whole numbers, `true`, `false` and `null` are typed.
    Set,
    /// `--set-string`: every value is a string.
    SetString,
    /// `--set-json`: every value is JSON.
    SetJson,
    /// `--set-file`: every value names a file, whose text it stands for.
    SetFile,
    /// `--set-literal`: one entry, all that follows the `=` is its value.
    SetLiteral,
}

impl Flag {
    /// All flags, in the order in which Helm applies them (`pkg/cli/values/options.go`).
    pub const ORDER: [Flag; 5] = [Flag::SetJson, Flag::Set, Flag::SetString, Flag::SetFile, Flag::SetLiteral];

    /// The flag as the user wrote it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "--set",
            Self::SetString => "--set-string",
            Self::SetJson => "--set-json",
            Self::SetFile => "--set-file",
            Self::SetLiteral => "--set-literal",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Set => "--set name=web,replicas=2",
            Self::SetString => "--set-string tag=1,name=web",
            Self::SetJson => r#"--set-json 'ports=[80,443],labels={"app":"web"}'"#,
            Self::SetFile => "--set-file config=path/to/file",
            Self::SetLiteral => "--set-literal 'motto=a, b and c'",
        }
    }
}

/// Applies `text`, the argument of one flag, to `base`, the values so far. New values point into `source`, which
/// is `text`; `read_file` gives the text of a file to `--set-file`. After an error `base` may be half changed.
pub fn apply(
    base: &mut Yaml,
    text: &str,
    flag: Flag,
    source: SourceId,
    read_file: &mut dyn FnMut(&str) -> Result<String, Problem>,
) -> Result<(), Problem> {
    let mut reader = FlagReader { text, pos: 0, flag, source, read_file };
    if base.is_null() {
        base.data = Data::Map(Vec::new());
    }
    let kind = base.kind();
    let Data::Map(pairs) = &mut base.data else {
        let problem =
            Problem::new(Code::WRONG_TYPE, format!("the values so far are {kind}; {} needs a map", flag.name()));
        let problem = problem.at(reader.at(0, text.len())).also(base.at, "they stand here");
        return Err(problem.help("make the values a map, `name: value`"));
    };
    if flag == Flag::SetJson && text.trim().starts_with('{') {
        let object = reader.whole_object()?;
        put::merge(pairs, object);
        return Ok(());
    }
    loop {
        let entry = reader.entry()?;
        let ended = entry.ended;
        Put { value: entry.value, ended, keyed: false }.map(pairs, &entry.steps)?;
        if ended {
            return Ok(());
        }
    }
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
enum PathStep {
    /// `name`, unescaped.
    Key(String, At),
    /// `[i]`.
    Index(usize, At),
}

/// What was read up to the next entry.
struct Assignment {
    /// At least one; the first is a key.
    steps: Vec<PathStep>,
    /// Nothing, where the text ended within the path.
    value: Option<Yaml>,
    /// Whether reading met the end of the text, as Helm has it: not where an entry was complete just before.
    ended: bool,
}

/// Text up to a character that ends it.
struct Chunk {
    text: String,
    at: At,
    stop: Option<char>,
}

struct FlagReader<'a> {
    text: &'a str,
    pos: usize,
    flag: Flag,
    source: SourceId,
    read_file: &'a mut dyn FnMut(&str) -> Result<String, Problem>,
}

impl FlagReader<'_> {
    fn at(&self, start: usize, end: usize) -> At {
        At::new(self.source, start, end)
    }

    /// What is wrong at `at`, with an example of the flag.
    fn wrong(&self, message: impl Into<String>, at: At) -> Problem {
        Problem::new(Code::INVALID_SET, message).at(at).help(format!("for example: {}", self.flag.example()))
    }

    fn rest(&self) -> &str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.pos += next.len_utf8();
        Some(next)
    }

    /// Takes `wanted`, if it comes next.
    fn skip(&mut self, wanted: char) -> bool {
        let is_next = self.rest().starts_with(wanted);
        if is_next {
            self.pos += wanted.len_utf8();
        }
        is_next
    }

    /// Reads up to one of `stops` and over it. A backslash takes the next character as it is; a literal has none.
    fn until(&mut self, stops: &[char]) -> Chunk {
        let (start, mut text) = (self.pos, String::new());
        loop {
            let end = self.pos;
            match self.next() {
                Some(stop) if stops.contains(&stop) => {
                    return Chunk { text, at: self.at(start, end), stop: Some(stop) };
                }
                Some('\\') if self.flag != Flag::SetLiteral => text.extend(self.next()),
                Some(plain) => text.push(plain),
                None => return Chunk { text, at: self.at(start, end), stop: None },
            }
        }
    }

    /// Reads the next entry, with the comma after it.
    fn entry(&mut self) -> Result<Assignment, Problem> {
        let (mut steps, mut dots) = (Vec::new(), 0);
        let mut stop = self.name(&mut steps, &mut dots)?;
        loop {
            match stop {
                Some('=') => return self.value(steps),
                Some('[') => {
                    steps.push(self.index()?);
                    stop = self.after_index()?;
                }
                Some(_) => stop = self.name(&mut steps, &mut dots)?,
                None => return Ok(Assignment { steps, value: None, ended: true }),
            }
            if steps.len() > MAX_STEPS {
                let message = format!("the path has more than {MAX_STEPS} steps");
                return Err(self.wrong(message, self.at(0, self.pos)));
            }
        }
    }

    /// Reads a name, and what stands after it.
    fn name(&mut self, steps: &mut Vec<PathStep>, dots: &mut usize) -> Result<Option<char>, Problem> {
        let stops: &[char] = if self.flag == Flag::SetLiteral { &['=', '[', '.'] } else { &['=', '[', '.', ','] };
        let Chunk { text, at, stop } = self.until(stops);
        match stop {
            Some(',') if text.is_empty() => {
                let at = At { end: at.end + 1, ..at };
                return Err(self.wrong("there is no name before this comma", at));
            }
            Some(',') => {
                let problem = Problem::new(Code::INVALID_SET, format!("`{text}` has no value")).at(at);
                let escaped = text.replace(',', "\\,");
                return Err(problem.help(format!("write `{escaped}=value`; a comma that is part of a value is `\\,`")));
            }
            None if !text.is_empty() => {
                let problem = Problem::new(Code::INVALID_SET, format!("`{text}` has no value")).at(at);
                return Err(problem.help(format!("write `=` and a value after it, as in `{}`", self.flag.example())));
            }
            Some('.') => *dots += 1,
            _ => {}
        }
        if *dots > MAX_NESTED_NAMES {
            let message = format!("names nest more than {MAX_NESTED_NAMES} levels deep");
            return Err(self.wrong(message, self.at(0, self.pos)));
        }
        steps.push(PathStep::Key(text, at));
        Ok(stop)
    }

    /// Reads an index, after its `[`, and its `]`.
    fn index(&mut self) -> Result<PathStep, Problem> {
        let Chunk { text, at, stop } = self.until(&[']']);
        let at = At { start: at.start - 1, end: at.end + u32::from(stop.is_some()), ..at };
        let help = "an index is a whole number from 0, as in `ports[0].name=http`; a `[` in a name is `\\[`";
        if stop.is_none() {
            return Err(Problem::new(Code::INVALID_SET, "this `[` has no `]`").at(at).help(help));
        }
        // An `i64` is written as Go's `Atoi` takes it, sign and all.
        match text.parse::<i64>() {
            Ok(index) if index >= 0 => Ok(PathStep::Index(usize::try_from(index).unwrap_or(usize::MAX), at)),
            Ok(_) => Err(Problem::new(Code::INVALID_SET, format!("the index {text} is negative")).at(at).help(help)),
            Err(_) => Err(Problem::new(Code::INVALID_SET, format!("`{text}` is not an index")).at(at).help(help)),
        }
    }

    /// What stands after a `]`.
    fn after_index(&mut self) -> Result<Option<char>, Problem> {
        let Chunk { text, at, stop } = self.until(&['=', '[', '.']);
        if text.is_empty() {
            return Ok(stop);
        }
        let problem = Problem::new(Code::INVALID_SET, format!("`{text}` cannot stand after an index")).at(at);
        Err(problem.help("after it comes `=`, `.` and a name, or another index: `ports[0]=80`, `ports[0].name=http`"))
    }

    /// Reads the value, after its `=`, and the comma after it.
    fn value(&mut self, steps: Vec<PathStep>) -> Result<Assignment, Problem> {
        let mut ended = false;
        let value = match self.flag {
            Flag::SetLiteral => {
                let start = std::mem::replace(&mut self.pos, self.text.len());
                let text = self.text.get(start..).unwrap_or_default();
                quoted(text, self.at(start, self.text.len()))
            }
            Flag::SetJson => self.json()?,
            _ if self.rest().is_empty() => {
                // Helm takes this for the end only after a name, with consequences for `a[0].b=`.
                ended = matches!(steps.last(), Some(PathStep::Key(..)));
                quoted("", self.at(self.pos, self.pos))
            }
            _ if self.rest().starts_with('{') => self.list()?,
            _ => {
                let piece = self.until(&[',']);
                self.typed(piece)?
            }
        };
        Ok(Assignment { steps, value: Some(value), ended })
    }

    /// `{a,b}`, and the comma after it.
    fn list(&mut self) -> Result<Yaml, Problem> {
        let start = self.pos;
        self.skip('{');
        let mut items = Vec::new();
        loop {
            let piece = self.until(&[',', '}']);
            let stop = piece.stop;
            if stop.is_none() {
                let problem = Problem::new(Code::INVALID_SET, "this list has no `}`").at(self.at(start, self.pos));
                return Err(problem.help("for example: `args={a,b}`; a value that begins with a brace is `\\{`"));
            }
            items.push(self.typed(piece)?);
            if stop == Some('}') {
                let at = self.at(start, self.pos);
                self.skip(',');
                return Ok(Yaml { data: Data::Seq(items), at });
            }
        }
    }

    /// The value that `piece` writes.
    fn typed(&mut self, Chunk { text, at, .. }: Chunk) -> Result<Yaml, Problem> {
        match self.flag {
            Flag::Set => Ok(Yaml::scalar(typed(&text), at)),
            Flag::SetFile => match (self.read_file)(&text) {
                Ok(content) => Ok(quoted(&content, at)),
                Err(problem) if problem.help.is_some() => Err(problem.at(at)),
                Err(problem) => Err(problem.at(at).help("each value of --set-file is the path of a file")),
            },
            _ => Ok(quoted(&text, at)),
        }
    }

    /// A JSON value, which is null where nothing is written, and the comma after it.
    fn json(&mut self) -> Result<Yaml, Problem> {
        let start = self.pos;
        if self.blank() {
            return Ok(Yaml::scalar(Scalar::Null, self.at(start, start)));
        }
        let (value, end) = json::value(self.text, self.pos, self.source)?;
        self.pos = end;
        self.blank();
        Ok(value)
    }

    /// The whole text, which is one JSON object.
    fn whole_object(&mut self) -> Result<Vec<Pair>, Problem> {
        self.pos = self.text.len() - self.text.trim_start().len();
        let (value, end) = json::value(self.text, self.pos, self.source)?;
        self.pos = end;
        if !self.rest().trim().is_empty() {
            let problem =
                Problem::new(Code::INVALID_JSON, "something follows the JSON object").at(self.at(end, self.text.len()));
            return Err(problem.help("--set-json takes one object, or entries such as `ports=[80,443],debug=true`"));
        }
        match value.data {
            Data::Map(pairs) => Ok(pairs),
            _ => Ok(Vec::new()),
        }
    }

    /// Skips blanks and one comma; whether the comma, or the end, was there.
    fn blank(&mut self) -> bool {
        self.pos = self.text.len() - self.rest().trim_start().len();
        self.rest().is_empty() || self.skip(',')
    }
}

fn quoted(text: &str, at: At) -> Yaml {
    Yaml { data: Data::Scalar(Scalar::from(text), Style::Quoted), at }
}

/// The value of `text` for `--set`: `true`, `false` and `null` in any case, and whole numbers without leading zeros.
fn typed(text: &str) -> Scalar {
    // Upper case, for Go folds `ſ` into `s` as well.
    match text.to_uppercase().as_str() {
        "TRUE" => Scalar::Bool(true),
        "FALSE" => Scalar::Bool(false),
        "NULL" => Scalar::Null,
        "0" => Scalar::Int(0),
        _ if text.starts_with('0') => Scalar::from(text),
        _ => text.parse().map_or_else(|_| Scalar::from(text), Scalar::Int),
    }
}

#[cfg(test)]
mod tests;

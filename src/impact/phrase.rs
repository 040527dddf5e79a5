//! English in pieces, so that each form of report can mark names in its own way, and none of them can be broken by one.

use std::fmt;

/// A piece of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Words of helmwright's own.
    Plain(String),
    /// Something that a person called so: a version, an object, an image, a value of a header. It may hold anything.
    Name(String),
}

/// Words in a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase(pub Vec<Word>);

impl Phrase {
    /// No words yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds words.
    #[must_use]
    pub fn plain(mut self, text: impl AsRef<str>) -> Self {
        match self.0.last_mut() {
            Some(Word::Plain(last)) => last.push_str(text.as_ref()),
            _ if text.as_ref().is_empty() => {}
            _ => self.0.push(Word::Plain(text.as_ref().to_string())),
        }
        self
    }

    /// Adds a name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.push(Word::Name(name.into()));
        self
    }

    /// Adds another phrase.
    #[must_use]
    pub fn then(mut self, next: Phrase) -> Self {
        for word in next.0 {
            self = match word {
                Word::Plain(text) => self.plain(text),
                Word::Name(name) => self.name(name),
            };
        }
        self
    }

    /// The phrases with `between` between them.
    pub fn joined(phrases: impl IntoIterator<Item = Phrase>, between: &str) -> Self {
        let mut all = Self::new();
        for phrase in phrases.into_iter().filter(|phrase| !phrase.is_empty()) {
            all = if all.is_empty() { phrase } else { all.plain(between).then(phrase) };
        }
        all
    }

    /// The same with a capital letter at its beginning, where it begins with words.
    #[must_use]
    pub fn capitalized(mut self) -> Self {
        if let Some(Word::Plain(text)) = self.0.first_mut() {
            let mut chars = text.chars();
            *text = chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect());
        }
        self
    }
}

impl fmt::Display for Phrase {
    /// As plain text: names in backticks, control characters as spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|word| match word {
            Word::Plain(text) => f.write_str(text),
            Word::Name(name) => {
                let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                write!(f, "`{name}`")
            }
        })
    }
}

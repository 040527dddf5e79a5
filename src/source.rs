//! Where text came from: files and flags, and byte ranges in them.
//!
//! Everything that can be wrong carries an [`At`], four words that are turned into a line, a column and an
//! excerpt only when an error is printed.

use std::sync::{Arc, OnceLock};

/// Index of a [`Source`] in its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A byte range in one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct At {
    /// The source.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl At {
    /// Whether it is in a pack's text, and not in one that the user wrote.
    pub fn is_in_pack(self) -> bool {
        self.source.0 >= Sources::PACKS
    }

    /// The range `start..end` of `source`; offsets past 4 GiB are clamped.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let [start, end] = [start, end].map(|offset| u32::try_from(offset).unwrap_or(u32::MAX));
        Self { source, start, end }
    }

    /// The range as `usize`s, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A named text: a file, standard input, or one command-line flag.
#[derive(Debug, Clone)]
pub struct Source {
    /// What a message calls it: a path as the user wrote it, `<stdin>`, or `--set`.
    pub name: Arc<str>,
    /// Its whole text.
    pub text: Arc<str>,
    /// Where its lines begin, once somebody has asked.
    lines: OnceLock<Arc<[u32]>>,
}

impl Source {
    /// Where its lines begin, but for the first.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            ends.map(|(end, _)| u32::try_from(end + 1).unwrap_or(u32::MAX)).collect()
        })
    }
}

/// All texts that went into one run, in the order they were read.
///
/// The texts of a pack are shared by many releases, so they have indexes of their own, from [`Sources::PACKS`] up.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    first: u32,
    texts: Vec<Source>,
    packs: Option<Arc<Sources>>,
}

impl Sources {
    /// The first index of a pack's texts.
    pub const PACKS: u32 = 1 << 24;

    /// No texts yet, for those of a pack.
    pub fn of_pack() -> Self {
        Self { first: Self::PACKS, ..Self::default() }
    }

    /// Joins the texts of a pack to these.
    pub fn join(&mut self, packs: Arc<Sources>) {
        self.packs = Some(packs);
    }

    /// Adds a text and returns its index.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        let id = self.next();
        self.texts.push(Source { name: name.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// Adds the texts of `others`, but not those of their packs, and gives what their indexes grow by.
    pub fn append(&mut self, others: Self) -> u32 {
        let before = self.texts.len() as u32;
        self.texts.extend(others.texts);
        before
    }

    /// The same texts, called what `name` makes of their names; those for which it is `None` keep theirs.
    pub fn renamed(&self, name: impl Fn(&str) -> Option<String>) -> Self {
        let texts = self.texts.iter().map(|source| match name(&source.name) {
            Some(name) => Source { name: name.into(), ..source.clone() },
            None => source.clone(),
        });
        Self { first: self.first, texts: texts.collect(), packs: self.packs.clone() }
    }

    /// The index that the next text will have.
    pub fn next(&self) -> SourceId {
        SourceId(self.first + self.texts.len() as u32)
    }

    /// The texts of this run, without those of packs.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.texts.iter()
    }

    /// The source with index `id`, or `None` where the index is of other `Sources`.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        let text = id.0.checked_sub(self.first).and_then(|index| self.texts.get(index as usize));
        text.or_else(|| self.packs.as_ref()?.get(id))
    }

    /// One-based line and column (in characters) of the first byte of `at`.
    pub fn line_column(&self, at: At) -> (usize, usize) {
        let Some(source) = self.get(at.source) else { return (1, 1) };
        let before = &source.text.as_bytes()[..source.text.len().min(at.start as usize)];
        let lines = source.lines();
        let line = lines.partition_point(|start| *start as usize <= before.len());
        let begin = line.checked_sub(1).and_then(|above| lines.get(above)).map_or(0, |start| *start as usize);
        (line + 1, 1 + String::from_utf8_lossy(before.get(begin..).unwrap_or_default()).chars().count())
    }
}

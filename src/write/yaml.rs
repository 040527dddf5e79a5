//! The layout of YAML: indentation, lists, maps and literal blocks. How a value looks is the dialect's business.

use super::chart::References;
use super::quote::{self, Preprocessor};
use crate::node::{Node, Origin, Scalar, Symbol};

/// How values look, by who reads them.
#[derive(Clone, Copy)]
pub enum YamlDialect<'a> {
    /// Plain YAML, for kubectl.
    Manifest,
    /// Inside a text that the Iter8 controller reads, and in parts executes as a Go template.
    Routemap,
    /// A template of a chart, where dials are references.
    Chart(&'a References<'a>),
    /// Inside a text for the controller that stands in a template of a chart.
    ChartRoutemap(&'a References<'a>),
}

impl YamlDialect<'_> {
    /// What processes a text before YAML's parser does.
    fn preprocessor(self) -> Preprocessor {
        match self {
            YamlDialect::Manifest => Preprocessor::None,
            YamlDialect::Chart(_) => Preprocessor::Helm,
            YamlDialect::Routemap | YamlDialect::ChartRoutemap(_) => Preprocessor::Html,
        }
    }

    /// The dialect of a text for the controller.
    fn inner(self) -> Self {
        match self {
            YamlDialect::Manifest | YamlDialect::Routemap => YamlDialect::Routemap,
            YamlDialect::Chart(references) | YamlDialect::ChartRoutemap(references) => {
                YamlDialect::ChartRoutemap(references)
            }
        }
    }

    /// A text of several lines, as it stands in a block, and the block's header.
    #[inline]
    fn block(self, node: &Node) -> Option<(&'static str, String)> {
        let several = match node {
            Node::Concat(parts) => parts.iter().any(has_line_break),
            node => has_line_break(node),
        };
        let text = several.then(|| node.text())??;
        let header = quote::block_header(&text)?;
        match self {
            YamlDialect::Manifest => Some((header, text)),
            YamlDialect::Chart(references) if references.dials.is_dynamic(node) => {
                Some((header, references.block(node)?))
            }
            YamlDialect::Chart(_) => Some((header, super::chart::inert(&text))),
            YamlDialect::Routemap | YamlDialect::ChartRoutemap(_) => None,
        }
    }

    /// Appends what stands for `node` in a chart, and says so, if it is not written out.
    #[inline]
    fn push_action(self, node: &Node, out: &mut String) -> bool {
        match self {
            YamlDialect::Manifest | YamlDialect::Routemap => false,
            YamlDialect::Chart(references) | YamlDialect::ChartRoutemap(references) => {
                references.push_action(node, self.preprocessor(), out)
            }
        }
    }
}

#[inline]
fn has_line_break(node: &Node) -> bool {
    matches!(node, Node::Scalar(Scalar::Str(text), _) if text.as_bytes().contains(&b'\n'))
}

/// YAML lets a key and its colon stand 1024 characters apart; a longer key is announced by a `?`.
const LONG_KEY: usize = 1000;

/// The string that a [`Node::Text`] of this content is written as.
pub fn text(body: &Node) -> String {
    let mut text = String::new();
    YamlPrinter::new(&mut text, YamlDialect::Routemap).document(body);
    text
}

/// `node` as one YAML document, as a manifest has it.
pub fn yaml(node: &Node) -> String {
    let mut out = String::new();
    YamlPrinter::new(&mut out, YamlDialect::Manifest).document(node);
    out
}

/// `node` as YAML on one line.
pub fn yaml_line(node: &Node) -> String {
    let mut out = String::new();
    YamlPrinter::new(&mut out, YamlDialect::Manifest).inline(node);
    out
}

/// A printer of nodes.
pub struct YamlPrinter<'a> {
    out: &'a mut String,
    dialect: YamlDialect<'a>,
}

impl<'a> YamlPrinter<'a> {
    /// Prints to the end of `out`.
    pub fn new(out: &'a mut String, dialect: YamlDialect<'a>) -> Self {
        Self { out, dialect }
    }

    /// A whole document: its last line ends.
    pub fn document(&mut self, node: &Node) {
        self.document_at(node, 0);
    }

    /// A document whose lines stand at `columns`.
    fn document_at(&mut self, node: &Node, columns: usize) {
        let start = self.out.len();
        self.indent(columns);
        if self.dialect.push_action(node, self.out) {
            return self.out.push('\n');
        }
        match node {
            Node::Map(entries, _) if !entries.is_empty() => {
                self.out.truncate(start);
                self.entries(entries, columns, false);
            }
            Node::Seq(items, _) if !items.is_empty() => {
                self.out.truncate(start);
                self.items(items, columns);
            }
            leaf => {
                self.written_out(leaf);
                self.out.push('\n');
            }
        }
    }

    fn indent(&mut self, columns: usize) {
        const SPACES: &str = "                                                                ";
        let mut left = columns;
        while left > 0 {
            let step = left.min(SPACES.len());
            self.out.push_str(&SPACES[..step]);
            left -= step;
        }
    }

    /// The entries of a map; `started` says that the first stands after a dash.
    fn entries(&mut self, entries: &[(Node, Node)], columns: usize, started: bool) {
        for (i, (key, value)) in entries.iter().enumerate() {
            self.entry(key, value, columns, started && i == 0);
        }
    }

    fn entry(&mut self, key: &Node, value: &Node, columns: usize, started: bool) {
        if let Node::Guard(symbol, body) = value {
            self.open_guard(symbol, columns);
            self.entry(key, body, columns, false);
            return self.close_guard(columns);
        }
        if !started {
            self.indent(columns);
        }
        let start = self.out.len();
        self.inline(key);
        if self.out.len() - start > LONG_KEY {
            self.out.insert_str(start, "? ");
            self.out.push('\n');
            self.indent(columns);
        }
        self.out.push(':');
        self.value(value, columns);
    }

    /// What comes after `key:`; its last line ends.
    pub fn value(&mut self, value: &Node, columns: usize) {
        if let Some((header, text)) = self.dialect.block(value) {
            self.out.push(' ');
            return self.block(header, &text, columns + 2);
        }
        self.out.push(' ');
        if self.dialect.push_action(value, self.out) {
            return self.out.push('\n');
        }
        match value {
            Node::Map(entries, _) if !entries.is_empty() => {
                self.out.pop();
                self.out.push('\n');
                self.entries(entries, columns + 2, false);
            }
            // Lists are not indented below their key, as kubectl and helm print them.
            Node::Seq(items, _) if !items.is_empty() => {
                self.out.pop();
                self.out.push('\n');
                self.items(items, columns);
            }
            leaf => self.leaf(leaf, columns + 2),
        }
    }

    fn items(&mut self, items: &[Node], columns: usize) {
        for item in items {
            self.item(item, columns);
        }
    }

    fn item(&mut self, item: &Node, columns: usize) {
        if let Some((header, text)) = self.dialect.block(item) {
            self.indent(columns);
            self.out.push_str("- ");
            return self.block(header, &text, columns + 2);
        }
        let start = self.out.len();
        self.indent(columns);
        self.out.push_str("- ");
        if self.dialect.push_action(item, self.out) {
            return self.out.push('\n');
        }
        match item {
            Node::Guard(symbol, body) => {
                self.out.truncate(start);
                self.open_guard(symbol, columns);
                self.item(body, columns);
                self.close_guard(columns);
            }
            // A guard as the first entry would stand between the dash and its map.
            Node::Map(entries, _) if matches!(entries.first(), Some((_, value)) if !matches!(value, Node::Guard(..))) =>
            {
                self.entries(entries, columns + 2, true);
            }
            Node::Map(entries, _) if !entries.is_empty() => {
                self.out.pop();
                self.out.push('\n');
                self.entries(entries, columns + 2, false);
            }
            Node::Seq(items, _) if !items.is_empty() => {
                self.out.pop();
                self.out.push('\n');
                self.items(items, columns + 2);
            }
            leaf => self.leaf(leaf, columns + 2),
        }
    }

    /// A value that is neither a filled list nor a filled map; its last line ends. A block's lines stand at `columns`.
    fn leaf(&mut self, node: &Node, columns: usize) {
        match node {
            Node::Text(body) => {
                self.out.push_str("|\n");
                YamlPrinter::new(self.out, self.dialect.inner()).document_at(body, columns);
            }
            leaf => {
                self.written_out(leaf);
                self.out.push('\n');
            }
        }
    }

    fn block(&mut self, header: &str, text: &str, columns: usize) {
        self.out.push_str(header);
        self.out.push('\n');
        for line in text.lines() {
            if !line.is_empty() {
                self.indent(columns);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    /// A value on one line.
    fn inline(&mut self, node: &Node) {
        if !self.dialect.push_action(node, self.out) {
            self.written_out(node);
        }
    }

    /// The value itself on one line, where nothing else stands for it.
    fn written_out(&mut self, node: &Node) {
        match node {
            Node::Scalar(Scalar::Str(text), origin) => {
                self.string(text, *origin != Origin::Literal);
            }
            Node::Scalar(scalar, _) => scalar.push_text(self.out),
            Node::Concat(parts) => {
                let text = node.text().unwrap_or_default();
                self.string(&text, parts.iter().any(|part| part.origin() != Origin::Literal));
            }
            Node::Symbol(symbol) => match symbol.value() {
                Some(Scalar::Str(text)) => self.string(&text, true),
                Some(scalar) => scalar.push_text(self.out),
                None => super::routemap::push_value(symbol, self.out),
            },
            Node::Map(entries, _) => self.flow('{', '}', entries.iter().map(|(key, value)| (Some(key), value))),
            Node::Seq(items, _) => self.flow('[', ']', items.iter().map(|value| (None, value))),
            Node::Guard(_, body) => self.inline(body),
            Node::Text(body) => {
                let mut text = String::new();
                YamlPrinter::new(&mut text, self.dialect.inner()).document(body);
                self.string(&text, true);
            }
        }
    }

    fn flow<'n>(&mut self, open: char, close: char, parts: impl Iterator<Item = (Option<&'n Node>, &'n Node)>) {
        self.out.push(open);
        for (i, (key, value)) in parts.enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            if let Some(key) = key {
                self.inline(key);
                self.out.push_str(": ");
            }
            self.inline(value);
        }
        self.out.push(close);
    }

    fn string(&mut self, text: &str, is_user_text: bool) {
        let preprocessor = self.dialect.preprocessor();
        // What a user wrote is quoted there, whatever it is: a chart puts other values in its place.
        if quote::is_plain(text) && !(is_user_text && preprocessor == Preprocessor::Html) {
            self.out.push_str(text);
        } else {
            quote::push_quoted(text, preprocessor, self.out);
        }
    }

    fn open_guard(&mut self, symbol: &Symbol, columns: usize) {
        let mut text = String::new();
        super::routemap::push_if(symbol, &mut text);
        self.control(&text, columns);
    }

    fn close_guard(&mut self, columns: usize) {
        let mut text = String::new();
        super::routemap::push_end(&mut text);
        self.control(&text, columns);
    }

    /// An action of the controller's, on a line of its own.
    fn control(&mut self, action: &str, columns: usize) {
        self.indent(columns);
        match self.dialect {
            YamlDialect::Chart(_) | YamlDialect::ChartRoutemap(_) => self.out.push_str(&super::chart::escaped(action)),
            YamlDialect::Manifest | YamlDialect::Routemap => self.out.push_str(action),
        }
        self.out.push('\n');
    }
}

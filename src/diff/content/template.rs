//! YAML with actions of Go's template language in it.
//!
//! An action that stands alone on its lines and opens or closes a block is taken out, and what stands in the block
//! is marked with its condition; every other action becomes part of a string. What is left is read as YAML. Where that
//! does not work out (a block that is only half of a value, an `include`), the text is not data.

use super::conditional;
use crate::node::{Node, Origin, Scalar};
use crate::source::SourceId;
use crate::yaml::{self, Data, Style, Yaml};

/// Stand around the number of an action while the rest is read as YAML; private to whoever uses them, so a text that
/// has them is not for us.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// A block that is open somewhere in the text.
struct Block {
    condition: String,
    /// What began it: for an `else`, the `if`.
    begin: String,
    up: Option<usize>,
}

#[derive(Default)]
struct Scanner {
    /// The text without the actions that control blocks, and with numbers for all others.
    text: String,
    /// For each line of `text`, the byte where it begins and the innermost block it is in.
    lines: Vec<(usize, Option<usize>)>,
    blocks: Vec<Block>,
    block: Option<usize>,
    actions: Vec<String>,
}

/// What `text` holds.
pub fn parse(text: &str) -> Option<Node> {
    if text.contains([OPEN, CLOSE]) {
        return None;
    }
    let mut scanner = Scanner::default();
    scanner.scan(text)?;
    let mut problems = Vec::new();
    let mut documents = yaml::load(&scanner.text, SourceId(0), &mut problems);
    match (problems.is_empty(), documents.pop()) {
        (true, Some(document)) if documents.is_empty() => scanner.node(document, None),
        _ => None,
    }
}

impl Scanner {
    fn scan(&mut self, text: &str) -> Option<()> {
        let mut rest = text;
        while !rest.is_empty() {
            // A line, and all lines that an action on it goes on to.
            let (mut end, mut opened, mut closed) = (0, 0, 0);
            loop {
                let line = rest[end..].find('\n').map_or(&rest[end..], |at| &rest[end..=end + at]);
                end += line.len();
                opened += line.matches("{{").count();
                closed += line.matches("}}").count();
                if end == rest.len() || opened <= closed {
                    break;
                }
            }
            self.line(&rest[..end])?;
            rest = &rest[end..];
        }
        self.block.is_none().then_some(())
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let mut parts = Vec::new();
        let mut rest = line;
        while let Some((text, after)) = rest.split_once("{{") {
            let (action, after) = after.split_once("}}")?;
            parts.push((text, Some(words(action))));
            rest = after;
        }
        parts.push((rest, None));
        let alone = parts.len() > 1 && parts.iter().all(|(text, _)| text.trim().is_empty());
        if alone {
            return parts
                .iter()
                .filter_map(|(_, action)| action.as_deref())
                .try_for_each(|action| self.control(action));
        }
        self.lines.push((self.text.len(), self.block));
        for (text, action) in parts {
            self.text.push_str(text);
            if let Some(action) = action {
                self.text.push_str(&format!("{OPEN}{}{CLOSE}", self.actions.len()));
                self.actions.push(action);
            }
        }
        Some(())
    }

    /// An action that stands alone.
    fn control(&mut self, action: &str) -> Option<()> {
        let (word, rest) = action.split_once(' ').unwrap_or((action, ""));
        match word {
            "if" | "range" | "with" => self.enter(action.to_string(), action.to_string(), self.block),
            "else" => {
                let Block { begin, up, .. } = &self.blocks[self.block?];
                let condition = ["else", rest, "of", begin].join(" ").replace("  ", " ");
                self.enter(condition, begin.clone(), *up);
            }
            "end" => self.block = self.blocks[self.block?].up,
            _ if action.starts_with("/*") || action.starts_with('$') => {}
            _ => return None,
        }
        Some(())
    }

    fn enter(&mut self, condition: String, begin: String, up: Option<usize>) {
        self.blocks.push(Block { condition, begin, up });
        self.block = Some(self.blocks.len() - 1);
    }

    /// The block of the line in which the byte `at` stands.
    fn block_at(&self, at: u32) -> Option<usize> {
        let after = self.lines.partition_point(|(start, _)| *start <= at as usize);
        self.lines.get(after.checked_sub(1)?)?.1
    }

    /// A value that stands in the block `outer`; `None` where a block is not one of whole values.
    fn node(&self, yaml: Yaml, outer: Option<usize>) -> Option<Node> {
        Some(match yaml.data {
            Data::Scalar(Scalar::Str(text), style) => Node::literal(self.restored(&text, style)),
            Data::Scalar(scalar, _) => Node::Scalar(scalar, Origin::Literal),
            Data::Seq(items) => {
                let items = items.into_iter().map(|item| self.under(self.block_at(item.at.start), outer, item));
                Node::seq(items.collect::<Option<Vec<_>>>()?)
            }
            Data::Map(pairs) => {
                let entries = pairs.into_iter().map(|pair| {
                    let value = self.under(self.block_at(pair.key_at.start), outer, pair.value)?;
                    Some((Node::literal(self.restored(&pair.key, Style::Plain)), value))
                });
                Node::map(entries.collect::<Option<Vec<_>>>()?)
            }
        })
    }

    /// A value of the block `inner`, as an item or an entry of something in the block `outer`.
    fn under(&self, inner: Option<usize>, outer: Option<usize>, yaml: Yaml) -> Option<Node> {
        let mut node = self.node(yaml, inner)?;
        let mut block = inner;
        while block != outer {
            let Block { condition, up, .. } = &self.blocks[block?];
            node = conditional(condition, node);
            block = *up;
        }
        Some(node)
    }

    /// `text` with its actions back in it. One in quotes makes a string of what it gives, so the quotes stay.
    fn restored(&self, text: &str, style: Style) -> String {
        if !text.contains(OPEN) {
            return text.to_string();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (number, after) = after.split_once(CLOSE).unwrap_or(("", after));
            let action = number.parse::<usize>().ok().and_then(|number| self.actions.get(number));
            out.push_str(before);
            out.push_str(&format!("{{{{ {} }}}}", action.map_or("", String::as_str)));
            rest = after;
        }
        out.push_str(rest);
        if style == Style::Quoted { format!("{out:?}") } else { out }
    }
}

/// An action without the marks of trimming and with single spaces.
fn words(action: &str) -> String {
    let action = action.strip_prefix("- ").unwrap_or(action);
    let action = action.strip_suffix(" -").unwrap_or(action);
    action.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::write;

    fn shown(text: &str) -> Option<String> {
        parse(text).map(|node| write::yaml(&node))
    }

    #[test]
    fn blocks_become_conditions() {
        let text = "\
http:
# not the primary
{{- if gt (index .Weights 1) 0 }}
- name: b
  weight: {{index .Weights 1}}
{{- end }}
- name: a
  {{- if gt (index .Weights 1) 0 }}
  weight: \"{{ index .Weights 0 }}\"
  {{- else }}
  share: 7
  {{- end }}
";
        assert_eq!(
            shown(text).as_deref(),
            Some(
                "\
http:
- \"{{ if gt (index .Weights 1) 0 }}\":
    name: b
    weight: \"{{ index .Weights 1 }}\"
- name: a
  weight:
    \"{{ if gt (index .Weights 1) 0 }}\": \"\\\"{{ index .Weights 0 }}\\\"\"
  share:
    \"{{ else of if gt (index .Weights 1) 0 }}\": 7
"
            )
        );
    }

    #[test]
    fn half_a_value_is_no_data() {
        for text in ["a:\n{{ include \"x\" . }}\n", "a: 1\n{{ if x }}\nb: 2\n", "{{ end }}\na: 1\n", "a: {{ b\nc: 1\n"]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}

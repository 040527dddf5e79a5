//! A comparison as Git would print it: the YAML of each object, line by line.

use similar::TextDiff;

use super::safe::{visible, visible_lines};
use super::words;
use crate::bundle::Identity;
use crate::diff::{ChangeKind, ObjectDiff, ObjectKind, apply};
use crate::node::Node;
use crate::review::Diff;
use crate::write;

/// The comparison as a unified diff. In colour, as Git's.
pub fn unified(diff: &Diff, color: bool) -> String {
    let mut out = String::new();
    for release in &diff.releases {
        let title = (!release.name.is_empty() && !release.is_empty())
            .then(|| format!("{}: {}", release.name, words::counts(release)));
        let whose = words::whose(release).map(|whose| whose.to_string());
        title.into_iter().chain(whose).for_each(|text| remark(&text, &mut out));
        for sentence in words::paragraph(release) {
            remark(&sentence.to_string(), &mut out);
        }
        for finding in &release.findings {
            let text =
                format!("{}[{}]: {}: {}", finding.severity.word(), finding.rule.id, finding.object, finding.message);
            remark(&text, &mut out);
        }
        for object in release.objects.iter().filter(|object| !object.is_empty()) {
            let text = header(object) + &hunks(object);
            if color { paint(&text, &mut out) } else { out.push_str(&text) }
        }
        for file in &release.files {
            remark(&format!("{file} is not as rendered"), &mut out);
        }
        for line in words::hidden_lines(&release.hidden) {
            remark(&line, &mut out);
        }
    }
    out
}

/// A line that Git and patch pass over.
fn remark(text: &str, out: &mut String) {
    out.push_str(&format!("# {}\n", visible(text)));
}

/// What `git diff` says before the lines of a file.
fn header(object: &ObjectDiff) -> String {
    let [before, after] = [&object.before, &object.after].map(|side| side.as_ref().map(|side| file(&side.identity)));
    let known = before.as_ref().or(after.as_ref()).cloned().unwrap_or_default();
    let mut out =
        format!("diff --git a/{} b/{}\n", before.as_ref().unwrap_or(&known), after.as_ref().unwrap_or(&known));
    match object.kind {
        ObjectKind::Created => out.push_str("new file mode 100644\n"),
        ObjectKind::Deleted => out.push_str("deleted file mode 100644\n"),
        ObjectKind::Renamed => out.push_str(&format!(
            "rename from {}\nrename to {}\n",
            before.as_deref().unwrap_or_default(),
            after.as_deref().unwrap_or_default()
        )),
        ObjectKind::Changed | ObjectKind::Recreated => {}
    }
    for (sign, prefix, name) in [("---", "a", before), ("+++", "b", after)] {
        let path = name.map_or_else(|| "/dev/null".into(), |name| format!("{prefix}/{name}"));
        out.push_str(&format!("{sign} {path}\n"));
    }
    out
}

/// `prod/Deployment/shop.yaml`
fn file(identity: &Identity) -> String {
    let steps = [identity.namespace.as_deref().unwrap_or_default(), &identity.kind, &identity.name];
    let steps: Vec<String> = steps.into_iter().filter(|step| !step.is_empty()).map(path_step).collect();
    format!("{}.yaml", steps.join("/"))
}

/// `name` as one step of a path.
fn path_step(name: &str) -> String {
    visible(name).replace(|c: char| c.is_whitespace() || matches!(c, '/' | '\\' | '"'), "_")
}

/// The lines that differ, with three around them.
pub fn hunks(object: &ObjectDiff) -> String {
    let before = object.before.as_ref().map_or_else(String::new, |side| yaml_lines(&side.node));
    let after = match (&object.before, &object.after) {
        // The old object with what differs, less what is hidden: its keys are in the same order, so that the lines
        // that differ are those that say something else.
        (Some(before), Some(after)) => {
            let shown: Vec<_> =
                object.changes.iter().filter(|change| change.kind != ChangeKind::Form).cloned().collect();
            yaml_lines(&apply(&before.node, &shown).unwrap_or_else(|_| after.node.clone()))
        }
        (_, after) => after.as_ref().map_or_else(String::new, |side| yaml_lines(&side.node)),
    };
    TextDiff::from_lines(&before, &after).unified_diff().context_radius(3).to_string()
}

fn yaml_lines(node: &Node) -> String {
    visible_lines(&write::yaml(node))
}

/// Two texts that hold no objects, line by line.
pub fn text(before: &str, after: &str, color: bool) -> String {
    let [before, after] = [before, after].map(visible_lines);
    let text = TextDiff::from_lines(&before, &after).unified_diff().context_radius(3).to_string();
    let mut out = String::new();
    if color {
        paint(&text, &mut out)
    } else {
        out.push_str(&text)
    }
    out
}

/// What stands above the comparison of one file among several.
pub fn file_heading(name: &str, color: bool) -> String {
    let name = visible(name);
    if color { format!("\x1b[1m{name}\x1b[0m") } else { name }
}

fn paint(text: &str, out: &mut String) {
    let mut in_hunk = false;
    for line in text.lines() {
        in_hunk = line.starts_with("@@") || in_hunk && !line.starts_with("diff --git ");
        let color = match (in_hunk, line.as_bytes().first()) {
            (true, Some(b'@')) => "36",
            (true, Some(b'-')) => "31",
            (true, Some(b'+')) => "32",
            (false, _) => "1",
            _ => "",
        };
        if color.is_empty() {
            out.push_str(line)
        } else {
            out.push_str(&format!("\x1b[{color}m{line}\x1b[0m"))
        }
        out.push('\n');
    }
}

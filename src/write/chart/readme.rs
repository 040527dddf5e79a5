//! `README.md`: what the chart is, and its dials as a table.

use super::dials::{Dials, place};
use crate::node::{Node, Scalar};
use crate::render::Rendered;
use crate::spec::fields::Kind;
use crate::write::json;

/// The file.
pub fn readme(rendered: &Rendered, dials: &Dials<'_>, chart: &str, remarks: &[String]) -> String {
    let environment = &rendered.environment.name;
    let strategy = &rendered.plan.routing.strategy;
    let pins = &dials.spec.pins;
    // Under another name, or into another namespace, such a chart is refused.
    let name = rendered.release.name.as_deref().filter(|_| pins.is_release_name_pinned()).unwrap_or(chart);
    let namespace = rendered.release.namespace.as_deref().unwrap_or("default");
    let namespace = if pins.is_release_namespace_pinned() { namespace } else { "NAMESPACE" };
    let mut out = format!(
        "# {chart}\n\nA release of `{chart}` to `{environment}` with the strategy `{strategy}`. This chart is made by helmwright \
         from a spec:\nchange that, not the chart.\n\n```sh\nhelm upgrade --install {name} . -n {namespace}\n```\n\n"
    );
    for remark in remarks {
        out.push_str(&format!("Note: {remark}.\n\n"));
    }
    let mut rows = Vec::new();
    collect(dials, &dials.spec.root, &mut String::with_capacity(64), &mut rows);
    if rows.is_empty() {
        out.push_str("It has no dials.\n");
        return out;
    }
    out.push_str(
        "## Dials\n\nThese values can be set when the chart is installed. All others are part of its structure, and Helm refuses \
         to change\nthem. What stands at `application` for all versions can be set for one too, as \
         `application.versions.KEY.…`.\n\n| Key | Type | Default | Description |\n|---|---|---|---|\n",
    );
    for (key, kind, default, doc) in rows {
        out.push_str("| ");
        code(&key, &mut out);
        [" | ", kind, " | "].iter().for_each(|part| out.push_str(part));
        code(&default, &mut out);
        // The documentation of a field has nothing that ends a cell.
        [" | ", doc, " |\n"].iter().for_each(|part| out.push_str(part));
    }
    out.push_str("\nThe spec itself is a values file of the chart too: `helm template . -f SPEC`.\n");
    out
}

type Row = (String, &'static str, String, &'static str);

/// Adds the dials in `node`, which stands at `path`; the path is as it was afterwards.
fn collect(dials: &Dials<'_>, node: &Node, path: &mut String, rows: &mut Vec<Row>) {
    let Some(id) = place(node).filter(|id| !dials.is_inherited(*id)) else { return };
    // Of a table each field is a dial of its own, unless it is written as a whole.
    let table = matches!(dials.kind(id), Some(Kind::Object(_) | Kind::NameOr(_) | Kind::Versions(_)));
    let whole = match node {
        Node::Scalar(scalar, _) => dials.is_free(id) && !scalar.is_null(),
        Node::Map(..) if table && !dials.is_referenced(id) => false,
        _ => dials.is_whole(id),
    };
    if whole && dials.does_something(id) {
        let mut default = String::new();
        json::push_line(node, &mut default);
        let doc = dials.field(id).map_or("", |field| field.doc);
        return rows.push((path.clone(), type_name(node), default, doc));
    }
    // What nothing refers to as a whole may be a table, of whose fields something does.
    let length = path.len();
    for (key, value) in node.entries() {
        let key = key.text().unwrap_or_default();
        path.push_str(if length > 0 { "." } else { "" });
        let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        if plain {
            path.push_str(&key)
        } else {
            path.push_str(&format!("\"{}\"", key.replace('.', "\\.")))
        }
        collect(dials, value, path, rows);
        path.truncate(length);
    }
    let versions = matches!(dials.kind(id), Some(Kind::Versions(_)));
    for (i, value) in node.items().iter().enumerate() {
        path.push_str(&if versions { format!(".{i}") } else { format!("[{i}]") });
        collect(dials, value, path, rows);
        path.truncate(length);
    }
}

fn type_name(node: &Node) -> &'static str {
    match node {
        Node::Scalar(Scalar::Str(_), _) => "string",
        Node::Scalar(Scalar::Bool(_), _) => "bool",
        Node::Scalar(Scalar::Int(_) | Scalar::UInt(_), _) => "int",
        Node::Scalar(..) => "float",
        Node::Seq(..) => "list",
        _ => "object",
    }
}

/// Code in a cell: whatever the text has, it ends neither the code nor the cell.
fn code(text: &str, out: &mut String) {
    if !text.contains(['`', '|', '\n']) {
        return ["`", text, "`"].iter().for_each(|part| out.push_str(part));
    }
    let fence = "`".repeat(1 + text.split(|c| c != '`').map(str::len).max().unwrap_or(0));
    let space = if text.contains('`') { " " } else { "" };
    [&fence, space, &cell(text), space, &fence].iter().for_each(|part| out.push_str(part));
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

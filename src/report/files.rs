//! Files that are not what a workspace's releases render to.

use super::{object, text};
use crate::node::Node;
use crate::tree::FileState;
use crate::workspace::File;
use crate::write;

/// The version of the JSON document; it changes when a reader of the old one would misread the new one.
const VERSION: usize = 1;

/// A line for each file: what is wrong with it, its path, whose it is.
pub fn files(files: &[File]) -> String {
    let line = |file: &File| {
        let releases: Vec<String> = file.releases.iter().map(ToString::to_string).collect();
        format!("{:8} {}  {}", word(file.state), file.path, releases.join(", ")).trim_end().to_owned() + "\n"
    };
    files.iter().map(line).collect()
}

/// All of them as one JSON document, with how many releases were rendered and how many files are as they should be.
pub fn files_json(files: &[File], releases: usize, unchanged: usize) -> String {
    let release = |release: &crate::workspace::Title| {
        object([("name", text(&release.name)), ("stage", release.stage.as_deref().map_or(Node::NULL, text))])
    };
    let file = |file: &File| {
        object([
            ("path", text(&file.path)),
            ("state", text(word(file.state))),
            ("releases", Node::seq(file.releases.iter().map(release).collect::<Vec<_>>())),
        ])
    };
    write::json(&object([
        ("version", Node::int(VERSION)),
        ("releases", Node::int(releases)),
        ("unchanged", Node::int(unchanged)),
        ("files", Node::seq(files.iter().map(file).collect::<Vec<_>>())),
    ]))
}

fn word(state: FileState) -> &'static str {
    match state {
        FileState::Stale => "stale",
        FileState::Missing => "missing",
        FileState::Orphaned => "orphaned",
    }
}

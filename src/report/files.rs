//! Files that are not what a workspace's releases render to.

use serde::Serialize;

use crate::workspace::File;
use crate::write;

/// The version of the JSON document; it changes when a reader of the old one would misread the new one.
const VERSION: usize = 1;

/// The JSON document.
#[derive(Serialize)]
struct FilesDocument<'a> {
    version: usize,
    /// How many releases were rendered.
    releases: usize,
    /// How many files are as they should be.
    unchanged: usize,
    files: &'a [File],
}

/// A line for each file: what is wrong with it, its path, whose it is.
pub fn files(files: &[File]) -> String {
    files.iter().map(line).collect()
}

fn line(file: &File) -> String {
    let releases: Vec<String> = file.releases.iter().map(ToString::to_string).collect();
    let state = file.state.to_string();
    format!("{state:8} {}  {}", file.path, releases.join(", ")).trim_end().to_owned() + "\n"
}

/// All of them as one JSON document, with how many releases were rendered and how many files are as they should be.
pub fn files_json(files: &[File], releases: usize, unchanged: usize) -> String {
    write::json(&FilesDocument { version: VERSION, releases, unchanged, files })
}

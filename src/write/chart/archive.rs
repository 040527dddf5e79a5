//! A chart as one file, with nothing in it of when and by whom it was made.

use std::io;

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use crate::tree::Tree;

/// `files` below a folder called `name`, sorted, without times and owners.
///
/// # Errors
/// A path that is too long for an archive.
pub fn tgz(name: &str, files: &Tree) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(GzBuilder::new().mtime(0).write(Vec::new(), Compression::best()));
    // Helm takes the first folder for the chart's name, and expects Chart.yaml early.
    let first = files.iter().filter(|(path, _)| *path == "Chart.yaml");
    for (path, content) in first.chain(files.iter().filter(|(path, _)| *path != "Chart.yaml")) {
        if path == ".helmignore" || path.starts_with("ci/") {
            continue;
        }
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, format!("{name}/{path}"), content)?;
    }
    archive.into_inner()?.finish()
}

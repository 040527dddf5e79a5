//! The files that a glob matches, on disk or at a revision.

use globset::{GlobBuilder, GlobMatcher};
use rayon::prelude::*;

use crate::files::Files;
use crate::path;
use crate::problem::{Code, Problem};
use crate::tree::{DirEntry, FileKind};

/// A segment of a pattern, between two slashes.
enum GlobSegment {
    /// `**`: any number of folders.
    Any,
    /// A name.
    Name(String),
    /// A pattern for a name.
    Pattern(GlobMatcher),
}

/// Whether `path` is a glob: whether it has `*`, `?`, `[` or `{`.
pub fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// The files that `pattern` matches, sorted. `*`, `?`, `[a-z]` and `{a,b}` stand for parts of one name, `**` for any
/// folders; only folders that can hold a match are read. A name that begins with a dot, and a folder that is a link, is
/// entered only where a segment asks for it.
///
/// # Errors
/// The pattern is not valid, or a folder cannot be read.
pub fn matches(from: &Files, pattern: &str) -> Result<Vec<String>, Problem> {
    let segments = pattern.split('/').map(segment).collect::<Result<Vec<_>, _>>();
    let segments = segments
        .map_err(|reason| Problem::new(Code::INVALID_GLOB, format!("`{pattern}` is not a valid glob: {reason}")))?;
    let mut files = walk(from, "", &segments)?;
    files.sort_unstable();
    // Two `**` can match the same file in two ways.
    files.dedup();
    Ok(files)
}

fn segment(text: &str) -> Result<GlobSegment, String> {
    match text {
        "**" => Ok(GlobSegment::Any),
        _ if !is_glob(text) && !text.contains([']', '}']) => Ok(GlobSegment::Name(text.to_owned())),
        _ => {
            let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(false).build();
            glob.map(|glob| GlobSegment::Pattern(glob.compile_matcher())).map_err(|error| error.kind().to_string())
        }
    }
}

/// The files in `folder` that `segments` match from there.
fn walk(from: &Files, folder: &str, segments: &[GlobSegment]) -> Result<Vec<String>, Problem> {
    let Some((segment, rest)) = segments.split_first() else { return Ok(Vec::new()) };
    if let GlobSegment::Name(name) = segment {
        let path = path::below(folder, name);
        return match rest {
            [] if from.is_file(&path)? => Ok(vec![path]),
            [] => Ok(Vec::new()),
            rest => walk(from, &path, rest),
        };
    }
    let entries = from.entries(folder)?.unwrap_or_default();
    let matches = entries.par_iter().map(|entry| enter(from, folder, entry, segments));
    let mut files = matches.collect::<Result<Vec<_>, _>>()?.concat();
    if let (GlobSegment::Any, [_, ..]) = (segment, rest) {
        files.extend(walk(from, folder, rest)?);
    }
    Ok(files)
}

/// The files at or below `entry` of `folder` that `segments` match.
fn enter(from: &Files, folder: &str, entry: &DirEntry, segments: &[GlobSegment]) -> Result<Vec<String>, Problem> {
    let Some((segment, rest)) = segments.split_first() else { return Ok(Vec::new()) };
    let DirEntry { name, kind, link } = entry;
    let path = path::below(folder, name);
    let hidden = name.starts_with('.');
    match (segment, kind, rest) {
        // What follows links may go in circles.
        (GlobSegment::Any, FileKind::Folder, _) if !hidden && !link => walk(from, &path, segments),
        (GlobSegment::Any, FileKind::File, []) if !hidden => Ok(vec![path]),
        (GlobSegment::Pattern(pattern), _, _) if !pattern.is_match(name) => Ok(Vec::new()),
        (GlobSegment::Pattern(pattern), _, _) if hidden && !pattern.glob().glob().starts_with('.') => Ok(Vec::new()),
        (GlobSegment::Pattern(_), FileKind::File, []) => Ok(vec![path]),
        (GlobSegment::Pattern(_), FileKind::Folder, [_, ..]) => walk(from, &path, rest),
        _ => Ok(Vec::new()),
    }
}

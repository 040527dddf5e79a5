//! The files that a glob matches, on disk or at a revision.

use globset::{GlobBuilder, GlobMatcher};
use rayon::prelude::*;

use crate::files::Files;
use crate::path;
use crate::problem::{Code, Problem};
use crate::tree::{DirEntry, FileKind};

/// A step of a pattern.
enum Step {
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
/// entered only where a step asks for it.
///
/// # Errors
/// It is no pattern, or a folder cannot be read.
pub fn matches(from: &Files, pattern: &str) -> Result<Vec<String>, Problem> {
    let steps = pattern.split('/').map(step).collect::<Result<Vec<_>, _>>();
    let steps =
        steps.map_err(|reason| Problem::new(Code::INVALID_GLOB, format!("`{pattern}` is no glob: {reason}")))?;
    let mut found = walk(from, "", &steps)?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn step(step: &str) -> Result<Step, String> {
    match step {
        "**" => Ok(Step::Any),
        _ if !is_glob(step) && !step.contains([']', '}']) => Ok(Step::Name(step.to_owned())),
        _ => {
            let glob = GlobBuilder::new(step).literal_separator(true).backslash_escape(false).build();
            glob.map(|glob| Step::Pattern(glob.compile_matcher())).map_err(|error| error.kind().to_string())
        }
    }
}

fn walk(from: &Files, folder: &str, steps: &[Step]) -> Result<Vec<String>, Problem> {
    let Some((step, rest)) = steps.split_first() else { return Ok(Vec::new()) };
    let below = |name: &str| path::below(folder, name);
    if let Step::Name(name) = step {
        return match rest {
            [] if from.is_file(&below(name))? => Ok(vec![below(name)]),
            [] => Ok(Vec::new()),
            rest => walk(from, &below(name), rest),
        };
    }
    let into = |DirEntry { name, kind, link }: &DirEntry| {
        let hidden = name.starts_with('.');
        match (step, kind, rest) {
            // What follows links may go in circles.
            (Step::Any, FileKind::Folder, _) if !hidden && !link => walk(from, &below(name), steps),
            (Step::Any, FileKind::File, []) if !hidden => Ok(vec![below(name)]),
            (Step::Pattern(pattern), _, _) if !pattern.is_match(name) => Ok(Vec::new()),
            (Step::Pattern(pattern), _, _) if hidden && !pattern.glob().glob().starts_with('.') => Ok(Vec::new()),
            (Step::Pattern(_), FileKind::File, []) => Ok(vec![below(name)]),
            (Step::Pattern(_), FileKind::Folder, [_, ..]) => walk(from, &below(name), rest),
            _ => Ok(Vec::new()),
        }
    };
    let entries = from.entries(folder)?.unwrap_or_default();
    let mut found = entries.par_iter().map(into).collect::<Result<Vec<_>, _>>()?.concat();
    if let (Step::Any, [_, ..]) = (step, rest) {
        found.extend(walk(from, folder, rest)?);
    }
    Ok(found)
}

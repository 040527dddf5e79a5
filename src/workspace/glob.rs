//! The files that a glob matches, on disk or at a revision.

use globset::{GlobBuilder, GlobMatcher};

use crate::files::{Entry, Files, Kind};
use crate::problem::Problem;

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
pub fn files(files: &Files, pattern: &str) -> Result<Vec<String>, Problem> {
    let steps = pattern.split('/').map(step).collect::<Result<Vec<_>, _>>();
    let steps = steps.map_err(|reason| Problem::new(format!("`{pattern}` is no glob: {reason}")))?;
    let mut found = Vec::new();
    walk(files, "", &steps, &mut found)?;
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

fn walk(files: &Files, folder: &str, steps: &[Step], found: &mut Vec<String>) -> Result<(), Problem> {
    let Some((step, rest)) = steps.split_first() else { return Ok(()) };
    let below = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    if let Step::Name(name) = step {
        return match rest {
            [] if files.is_file(&below(name))? => {
                found.push(below(name));
                Ok(())
            }
            [] => Ok(()),
            rest => walk(files, &below(name), rest, found),
        };
    }
    if let (Step::Any, [_, ..]) = (step, rest) {
        walk(files, folder, rest, found)?;
    }
    for Entry { name, kind, link } in files.entries(folder)?.unwrap_or_default() {
        let hidden = name.starts_with('.');
        match (step, kind) {
            // What follows links may go in circles.
            (Step::Any, Kind::Folder) if !hidden && !link => walk(files, &below(&name), steps, found)?,
            (Step::Any, Kind::File) if !hidden && rest.is_empty() => found.push(below(&name)),
            (Step::Pattern(pattern), kind)
                if pattern.is_match(&name) && (!hidden || pattern.glob().glob().starts_with('.')) =>
            {
                match (kind, rest) {
                    (Kind::File, []) => found.push(below(&name)),
                    (Kind::Folder, [_, ..]) => walk(files, &below(&name), rest, found)?,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(())
}

//! The two sides of a comparison that are files: manifests in whatever form, and any other YAML or JSON.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::bundle::Identity;
use crate::diff::DiffOptions;
use crate::objects::Objects;
pub use crate::objects::folder::is_manifest;
use crate::objects::folder::{self, Unreadable};
use crate::problem::{Code, Problem, Problems};
use crate::source::Sources;

/// What a document that is no object is called in place of a kind.
const DOCUMENT: &str = "Document";

/// Reads both sides at the same time: files, folders, or `-` for standard input.
///
/// In a folder every `.yaml`, `.yml` and `.json` file counts, and those that `kubectl diff` writes, whose names end in no
/// such thing. A document that is no object is compared with the one of the same file and number.
///
/// With `secret`, a file that cannot be read may hold secrets, so its problems are reported without its text; else only
/// if it speaks of a Secret.
///
/// # Errors
/// Every problem found.
pub fn read_both(before: &Path, after: &Path, secret: Secrecy) -> Result<[Objects; 2], Problems> {
    let (old, new) = std::thread::scope(|scope| {
        let old = scope.spawn(|| read(before, secret));
        let new = read(after, secret);
        (
            old.join().unwrap_or_else(|_| {
                Err(Problem::new(Code::INTERNAL_ERROR, "a thread that reads files ended early").into())
            }),
            new,
        )
    });
    Ok([old?, new?])
}

/// Which texts are not to be shown where they cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// None: secrets are shown anyway.
    None,
    /// Those that speak of a Secret.
    Secrets,
    /// All: anything may be a secret.
    All,
}

impl Secrecy {
    /// As `options` say.
    pub fn of(options: &DiffOptions) -> Self {
        match (options.show_secrets, options.secrets.is_empty()) {
            (true, _) => Self::None,
            (false, true) => Self::Secrets,
            (false, false) => Self::All,
        }
    }
}

/// Reads one side.
fn read(path: &Path, secret: Secrecy) -> Result<Objects, Problems> {
    let mut problems = Vec::new();
    let mut objects = Objects::default();
    if path == Path::new("-") {
        let mut text = String::new();
        match std::io::stdin().lock().read_to_string(&mut text) {
            Ok(_) => add(&mut objects, "<stdin>", "", &text, &mut problems),
            Err(error) => problems.push(unreadable(Path::new("<stdin>"), &error)),
        }
        return finish(objects, problems, secret);
    }
    match files(path) {
        Ok(files) => {
            for file in files {
                let within = file.strip_prefix(path).unwrap_or(Path::new("")).display().to_string();
                match fs::read_to_string(&file) {
                    Ok(text) => add(&mut objects, &file.display().to_string(), &within, &text, &mut problems),
                    Err(error) => problems.push(unreadable(&file, &error)),
                }
            }
        }
        Err((at, error)) => problems.push(unreadable(&at, &error)),
    }
    finish(objects, problems, secret)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(Code::of_reading(error), format!("cannot read `{}`: {error}", path.display()))
}

/// The objects and documents of a text that is a file of this name.
///
/// # Errors
/// Every problem found.
pub fn of_text(name: &str, text: &str, secret: Secrecy) -> Result<Objects, Problems> {
    let (mut objects, mut problems) = (Objects::default(), Vec::new());
    add(&mut objects, name, "", text, &mut problems);
    finish(objects, problems, secret)
}

/// `within` is the path of the file in the folder that is compared, if one is.
fn add(objects: &mut Objects, name: &str, within: &str, text: &str, problems: &mut Vec<Problem>) {
    objects.add_documents(name, text, problems, |number| {
        let name = match (within, number) {
            ("", number) => (number + 1).to_string(),
            (file, 0) => file.to_string(),
            (file, number) => format!("{file}, {}", number + 1),
        };
        Some(Identity { group: String::new(), version: String::new(), kind: DOCUMENT.into(), namespace: None, name })
    });
}

fn finish(objects: Objects, problems: Vec<Problem>, secret: Secrecy) -> Result<Objects, Problems> {
    if problems.is_empty() {
        return Ok(objects);
    }
    if secret == Secrecy::None {
        return Err(Problems::with_secrets(problems, &objects.sources));
    }
    let problems = problems.into_iter().map(|problem| without_secrets(problem, &objects.sources, secret));
    Err(Problems::new(problems.collect(), &objects.sources))
}

/// `problem`, or one that says only where it is if its text may hold a secret.
fn without_secrets(problem: Problem, sources: &Sources, secret: Secrecy) -> Problem {
    let Some((at, source)) = problem.at.and_then(|at| Some((at, sources.get(at.source)?))) else {
        return problem;
    };
    let hides = match secret {
        Secrecy::None => false,
        Secrecy::Secrets => speaks_of_secret(&source.text),
        Secrecy::All => true,
    };
    if !hides {
        return problem;
    }
    let (line, column) = sources.line_column(at);
    let message =
        format!("{}:{line}:{column}: this cannot be read, and is not shown: it may hold a secret", source.name);
    Problem::new(Code::SECRET_NOT_SHOWN, message).help("`--show-secrets` shows what is wrong")
}

/// Whether any line of `text` may make a Secret of what stands around it.
pub fn speaks_of_secret(text: &str) -> bool {
    text.contains("Secret")
}

/// The files to compare at or below `path`, in the order of their names. `/dev/null` is none.
fn files(path: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    if path == Path::new("/dev/null") { Ok(Vec::new()) } else { folder::files(path, is_compared) }
}

fn is_compared(file: &Path) -> bool {
    is_manifest(file) || file.file_name().is_some_and(|name| is_of_kubectl(&name.to_string_lossy()))
}

/// Whether `kubectl diff` would call a file so: `[group.]version.kind.namespace.name`
/// (`k8s.io/kubectl/pkg/cmd/diff`).
fn is_of_kubectl(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    parts.windows(2).any(|pair| is_version(pair[0]) && pair[1].starts_with(|c: char| c.is_ascii_uppercase()))
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        && part.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::is_of_kubectl;

    #[test]
    fn files_of_kubectl_are_known_by_their_names() {
        for name in [
            "apps.v1.Deployment.prod.shop",
            "v1.Service.default.shop.x",
            "networking.istio.io.v1beta1.VirtualService..a",
        ] {
            assert!(is_of_kubectl(name), "{name}");
        }
        for name in ["README.md", "v1.txt", "notes.v1.old", "Makefile"] {
            assert!(!is_of_kubectl(name), "{name}");
        }
    }
}

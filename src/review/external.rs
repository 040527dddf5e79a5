//! One file, as Git gives it to the program of `GIT_EXTERNAL_DIFF`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::manifests::{self, Secrecy};
use crate::diff::DiffOptions;
use crate::objects::Objects;
use crate::problem::{Code, Problem, Problems};

/// What Git says of a file (gitdiffcore's `GIT_EXTERNAL_DIFF`).
#[derive(Debug, PartialEq, Eq)]
pub enum External {
    /// It has conflicts.
    Unmerged(String),
    /// It was changed, or renamed.
    Changed {
        /// Its old and its new path.
        names: [String; 2],
        /// Where its old and its new content is; a path that leads to nothing has none.
        contents: [PathBuf; 2],
    },
}

/// The contents of a file that was changed.
#[derive(Debug)]
pub enum Contents {
    /// Objects.
    Objects(Box<[Objects; 2]>),
    /// Any other texts.
    Texts([String; 2]),
    /// Texts that cannot be read as YAML and may hold a secret.
    Secret,
    /// Bytes.
    Binary,
}

impl External {
    /// Reads `path old-file old-hex old-mode new-file new-hex new-mode`, after which a file that was renamed has its new
    /// path and what Git says of that; one with conflicts has the path alone.
    ///
    /// # Errors
    /// There are too few or too many.
    pub fn parse(arguments: &[OsString]) -> Result<Self, Problem> {
        match arguments {
            [path] => Ok(Self::Unmerged(name(path))),
            [path, old, _, _, new, _, _] => {
                Ok(Self::Changed { names: [name(path), name(path)], contents: [old.into(), new.into()] })
            }
            [path, old, _, _, new, _, _, renamed, _] => {
                Ok(Self::Changed { names: [name(path), name(renamed)], contents: [old.into(), new.into()] })
            }
            _ => Err(Problem::new(
                Code::INVALID_ARGUMENT,
                "these are not the arguments that Git gives to GIT_EXTERNAL_DIFF",
            )),
        }
    }
}

fn name(argument: &OsString) -> String {
    Path::new(argument).display().to_string()
}

impl Contents {
    /// Reads the files at `contents`, which are called `names` in the repository.
    pub fn read(names: &[String; 2], contents: &[PathBuf; 2], options: &DiffOptions) -> Self {
        let texts = contents.each_ref().map(|file| String::from_utf8(std::fs::read(file).unwrap_or_default()).ok());
        let [Some(before), Some(after)] = texts else { return Self::Binary };
        if !names.iter().all(|name| manifests::is_manifest(Path::new(name))) {
            return Self::Texts([before, after]);
        }
        if let Ok(objects) = objects(names, [&before, &after], Secrecy::of(options)) {
            return Self::Objects(Box::new(objects));
        }
        let hides =
            !options.show_secrets && [&before, &after].into_iter().any(|text| manifests::speaks_of_secret(text));
        if hides { Self::Secret } else { Self::Texts([before, after]) }
    }
}

fn objects(names: &[String; 2], [before, after]: [&str; 2], secrecy: Secrecy) -> Result<[Objects; 2], Problems> {
    Ok([manifests::of_text(&names[0], before, secrecy)?, manifests::of_text(&names[1], after, secrecy)?])
}

//! The kinds of mistakes: each has a stable name that a user can search for, and an explanation.

use std::fmt;

use super::codes;

/// A kind of mistake. Its id is printed with each problem of the kind and stays what it is; the words of the problem
/// itself may change.
#[derive(Clone, Copy)]
pub struct Code(pub(super) &'static Details);

/// What there is to know of a code.
pub(super) struct Details {
    pub id: &'static str,
    pub title: &'static str,
    pub why: &'static str,
    pub how: &'static str,
    pub example: &'static str,
}

impl Code {
    /// Its name, in kebab case.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// What it means, in one line.
    pub fn title(self) -> &'static str {
        self.0.title
    }

    /// What is wrong where it is printed, and why that is refused.
    pub fn why(self) -> &'static str {
        self.0.why
    }

    /// How to mend it.
    pub fn how(self) -> &'static str {
        self.0.how
    }

    /// Input that has the problem, or a command that meets it.
    pub fn example(self) -> &'static str {
        self.0.example
    }

    /// That of a file that cannot be read because of `error`.
    pub fn of_reading(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NO_SUCH_FILE,
            _ => Self::UNREADABLE_FILE,
        }
    }

    /// All codes, area by area.
    pub fn all() -> impl Iterator<Item = Self> {
        codes::ALL.iter().flat_map(|area| area.iter().copied())
    }
}

impl PartialEq for Code {
    fn eq(&self, code: &Self) -> bool {
        self.id() == code.id()
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

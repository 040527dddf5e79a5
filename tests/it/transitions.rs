//! The transition checks as a whole; `tests/transitions` holds what each finds. `BLESS=1` writes `docs/transitions.md`.

use std::path::Path;

use helmwright::transition::{self, RULES};

use crate::support::golden;

#[test]
fn ids_are_names_of_files() {
    for rule in RULES.iter() {
        let file = Path::new("src/transition/rules").join(rule.id.replace('-', "_")).with_extension("rs");
        assert!(file.is_file(), "{} is not in {}", rule.id, file.display());
    }
}

#[test]
fn the_documentation_is_that_of_the_checks() {
    golden::compare(Path::new("docs/transitions.md"), &transition::page());
}

//! Files that hold what is expected; with `BLESS=1`, what there is becomes that.

use std::fs;
use std::path::Path;

/// Whether what is expected is written rather than compared.
pub fn bless() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// Compares `text` with what is expected: the file at `path`.
pub fn compare(path: &Path, text: &str) {
    let written = fs::read_to_string(path).unwrap_or_default();
    if bless() && written != text {
        fs::write(path, text).expect("a blessed file");
    } else {
        assert_eq!(written, text, "{}: BLESS=1 writes it", path.display());
    }
}

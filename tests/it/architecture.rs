//! The order of the modules, as CONTRIBUTING.md lists it: each knows only those that stand before it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// What stands between the heading of the layout and the next blank line after the list.
const HEADING: &str = "## Layout";

/// The modules in the order of CONTRIBUTING.md, whose lines begin with `    src/<module>/` or `    src/<module>.rs`.
fn layers() -> Vec<String> {
    let text = fs::read_to_string("CONTRIBUTING.md").expect("CONTRIBUTING.md");
    let (_, layout) = text.split_once(HEADING).expect("a layout");
    let paths = layout.lines().filter_map(|line| line.strip_prefix("    src/")?.split_whitespace().next());
    let modules = paths.map(|path| path.split('/').next().unwrap_or(path).trim_end_matches(".rs").to_string());
    let mut layers: Vec<String> = modules.filter(|module| !["main", "lib"].contains(&module.as_str())).collect();
    layers.dedup();
    layers
}

/// The modules that a line of code names: `crate::plan::…` names `plan`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let code = if line.trim_start().starts_with("//") { "" } else { line };
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""))
}

#[test]
fn dependencies_point_down() {
    let layers = layers();
    let floor = |module: &str| {
        let at = layers.iter().position(|layer| layer == module);
        at.unwrap_or_else(|| panic!("`{module}` is not in the layout of CONTRIBUTING.md"))
    };
    let mut upward = BTreeSet::new();
    for file in WalkDir::new("src").into_iter().map(|entry| entry.expect("src is readable").into_path()) {
        let module = file.strip_prefix("src").ok().and_then(|path| path.iter().next()?.to_str());
        let module = module.unwrap_or_default().trim_end_matches(".rs");
        if file.is_dir() || ["main", "lib"].contains(&module) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            for target in named(line).filter(|target| *target != module && is_module(target)) {
                if floor(target) >= floor(module) {
                    upward.insert(format!("{}:{}: {module} → {target}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(upward.is_empty(), "these modules know what stands above them:\n{}", Vec::from_iter(upward).join("\n"));
}

/// Whether `src` has such a module: a macro at the root has the same form of path.
fn is_module(name: &str) -> bool {
    !name.is_empty() && ["", ".rs"].iter().any(|ending| Path::new("src").join(format!("{name}{ending}")).exists())
}

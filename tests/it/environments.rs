//! The tables in `docs/environments.md` are what the program does: each cell is rendered, each error is the program's.
//! `BLESS=1` writes them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::{Input, Inputs, Mode, Strategy};

use crate::support::specs;

const BEGIN: &str = "<!-- environments: written by `BLESS=1 cargo test environments` -->\n";
const END: &str = "<!-- end of environments -->\n";

#[test]
fn the_environments_do_what_is_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/environments.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let real = tables();
    if std::env::var_os("BLESS").is_some() && written != real {
        fs::write(&path, format!("{before}{BEGIN}{real}{END}{after}")).unwrap();
    } else {
        assert_eq!(written, real, "BLESS=1 writes the tables");
    }
}

fn tables() -> String {
    let catalog = Catalog::embedded();
    let words = Strategy::WORDS;
    let mut table = format!("\n| environment | {} |\n|---|{}\n", words.join(" | "), "---|".repeat(words.len()));
    let mut empty = String::from(
        "\n## Every empty cell\n\n| environment | strategy | routing | what the program says |\n|---|---|---|---|\n",
    );
    let mut limits = String::from(
        "\n## Limits of the others\n\n| environment | strategy | with | what the program says |\n|---|---|---|---|\n",
    );
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        write!(table, "| `{name}` |").unwrap();
        for &strategy in Strategy::ALL {
            let most = environment.max_versions(strategy);
            let versions = most.unwrap_or(2).min(2);
            let cell = |mode: Mode| outcome(&catalog, &specs::of(name, strategy, Some(mode), versions, false));
            let (routemap, fixed) = (cell(Mode::Routemap), cell(Mode::Static));
            for (mode, outcome) in [(Mode::Routemap, &routemap), (Mode::Static, &fixed)] {
                let said = environment.modes(strategy).contains(&mode);
                assert_eq!(outcome.is_ok(), said, "{name} {strategy} {mode}: {outcome:?}");
            }
            let words: Vec<&str> =
                [routemap.is_ok().then_some("r"), fixed.is_ok().then_some("s")].into_iter().flatten().collect();
            write!(table, " {} |", words.join(" ")).unwrap();
            match (routemap, fixed) {
                (Err(one), Err(_)) => writeln!(empty, "| `{name}` | `{strategy}` | | {one} |").unwrap(),
                (Err(one), _) => writeln!(empty, "| `{name}` | `{strategy}` | `routemap` | {one} |").unwrap(),
                (_, Err(one)) => writeln!(empty, "| `{name}` | `{strategy}` | `static` | {one} |").unwrap(),
                _ => {}
            }
            let Some(mode) = environment.modes(strategy).last() else { continue };
            if let Some(most) = most {
                let error = outcome(&catalog, &specs::of(name, strategy, Some(*mode), most + 1, false)).unwrap_err();
                writeln!(limits, "| `{name}` | `{strategy}` | {} versions | {error} |", most + 1).unwrap();
            }
            if let Err(error) = outcome(&catalog, &specs::of(name, strategy, Some(*mode), versions, true)) {
                writeln!(limits, "| `{name}` | `{strategy}` | a `match` | {error} |").unwrap();
            }
        }
        table.push('\n');
    }
    table + &empty + &limits + "\n"
}

/// What is wrong with `text`, in one cell of a table.
fn outcome(catalog: &Catalog, text: &str) -> Result<(), String> {
    let files = vec![Input::Text { name: "spec.yaml".into(), text: text.into() }];
    let release = ReleaseName { name: Some("shop".into()), namespace: None };
    let Err(report) = render(&Inputs { files, ..Inputs::default() }, &release, catalog) else { return Ok(()) };
    let cells = report.problems().map(|problem| match &problem.help {
        Some(help) => format!("{}; *{help}*", problem.message),
        None => problem.message.clone(),
    });
    Err(cells.collect::<Vec<_>>().join("<br>"))
}

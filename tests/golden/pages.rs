//! `pages/<page>`: what the documentation shows is what the program does. Every block marked `console` is run.
//!
//! A line `$ helmwright …` is run with the real binary, and the lines after it, up to the next `$`, are what a
//! terminal would show: standard output, then standard error. `…` alone on a line stands for any lines. `> FILE` at
//! the end of a command works, `<<'EOF'` with the lines up to `EOF` as its input does, and so do `$ cat FILE`,
//! `$ ls FOLDER`, `$ mkdir -p FOLDER`, `$ cd FOLDER` and the real `$ git …`; nothing else of a shell does. All blocks of
//! a file run in one temporary folder, in order: a copy of the example's folder, or, for the README and `docs/`, a
//! folder with a copy of `examples/`. `BLESS=1` puts in what is really shown.
//!
//! A block marked `diff` that begins with `--- FILE` and `+++ FILE` has the lines that differ between these files of
//! that folder; other lines in it are for the reader.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::Trial;
use similar::{ChangeTag, TextDiff};

use crate::{golden, trial};

/// One for each page of the documentation.
pub fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md")];
    for folder in ["docs", "examples"] {
        files(&root.join(folder), &mut pages);
    }
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    assert!(pages.len() > 5, "only {pages:?}");
    let of = |page: PathBuf| {
        let name = format!("pages/{}", page.strip_prefix(root).unwrap().display());
        trial(name, move || {
            let wrong = check(root, &page);
            assert!(wrong.is_empty(), "{}\n(BLESS=1 puts in what is really shown)", wrong.join("\n"));
        })
    };
    pages.into_iter().map(of).collect()
}

/// All files below `folder`.
fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

/// What is not true of `page`.
fn check(root: &Path, page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let place = tempfile::tempdir().unwrap();
    if page.starts_with(root.join("examples")) {
        copy(page.parent().unwrap(), place.path());
    } else {
        copy(&root.join("examples"), &place.path().join("examples"));
    }
    let bless = golden::bless();
    let (mut wrong, mut blessed) = (Vec::new(), Vec::new());
    let mut lines = text.lines().enumerate().peekable();
    let mut inside = false;
    let mut folder = place.path().to_path_buf();
    while let Some((number, line)) = lines.next() {
        blessed.push(line.to_string());
        if line.starts_with("```") {
            if line == "```diff"
                && let Some(files) = compared(&mut lines, &mut blessed)
            {
                let mut shown = Vec::new();
                while let Some((_, line)) = lines.next_if(|(_, line)| *line != "```") {
                    shown.push(line.to_string());
                }
                let said: Vec<&String> = shown.iter().filter(|line| line.starts_with(['-', '+'])).collect();
                let real = changed(&files.map(|file| fs::read_to_string(place.path().join(file)).unwrap()));
                if said.into_iter().eq(&real) {
                    blessed.append(&mut shown);
                } else if bless {
                    blessed.extend(real);
                } else {
                    let at = format!("{}:{}", page.strip_prefix(root).unwrap().display(), number + 1);
                    wrong.push(format!("{at}: the files differ in\n{}", real.join("\n")));
                }
                // The end of the block.
                blessed.extend(lines.next().map(|(_, line)| line.to_string()));
                continue;
            }
            inside = !inside && line == "```console";
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else { continue };
        let (command, input) = match command.strip_suffix(" <<'EOF'") {
            Some(command) => {
                let input: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "EOF").collect();
                blessed.extend(input.iter().copied().chain(["EOF"]).map(ToString::to_string));
                (command, input.join("\n") + "\n")
            }
            None => (command, String::new()),
        };
        let mut shown = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.starts_with("$ ") && *line != "```") {
            shown.push(line);
        }
        let (real, code) = run(command, &input, &mut folder);
        let real: Vec<&str> = real.lines().collect();
        let at = format!("{}:{}", page.strip_prefix(root).unwrap().display(), number + 1);
        if code != 0 && !bless && !shown.iter().any(|line| line.contains('×')) {
            wrong.push(format!("{at}: `{command}` fails:\n{}", real.join("\n")));
        }
        if alike(&shown, &real) {
            blessed.extend(shown.iter().map(ToString::to_string));
        } else {
            if !bless {
                let [shown, real] = [&shown, &real].map(|lines| lines.join("\n"));
                wrong.push(format!("{at}: `{command}`\n--- is said to show\n{shown}\n--- but shows\n{real}\n"));
            }
            blessed.extend(real.iter().map(ToString::to_string));
        }
    }
    if bless && wrong.is_empty() {
        let blessed = blessed.join("\n") + "\n";
        if blessed != text {
            fs::write(page, blessed).unwrap();
        }
    }
    wrong
}

/// The two files that a block compares, if it says so; the lines that say it go to `blessed`.
fn compared<'p>(
    lines: &mut std::iter::Peekable<impl Iterator<Item = (usize, &'p str)>>,
    blessed: &mut Vec<String>,
) -> Option<[&'p str; 2]> {
    let (_, before) = lines.next_if(|(_, line)| line.starts_with("--- "))?;
    blessed.push(before.to_string());
    let (_, after) = lines.next_if(|(_, line)| line.starts_with("+++ "))?;
    blessed.push(after.to_string());
    Some([&before[4..], &after[4..]])
}

/// The lines that differ, as a unified diff has them.
fn changed([before, after]: &[String; 2]) -> Vec<String> {
    let diff = TextDiff::from_lines(before, after);
    let lines = diff.iter_all_changes().filter_map(|change| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => return None,
        };
        Some(format!("{sign}{}", change.value().trim_end_matches('\n')))
    });
    lines.collect()
}

/// Whether the lines of `shown` are those of `real`, where `…` stands for any.
fn alike(shown: &[&str], real: &[&str]) -> bool {
    match shown.split_first() {
        None => real.is_empty(),
        Some((&"…", rest)) => (0..=real.len()).any(|skipped| alike(rest, &real[skipped..])),
        Some((line, rest)) => real.split_first().is_some_and(|(own, real)| own == line && alike(rest, real)),
    }
}

/// What a terminal shows of `command` with `input` typed into it, and its exit code. `cd` changes `place`.
fn run(command: &str, input: &str, place: &mut PathBuf) -> (String, i32) {
    let mut words = words(command);
    let target = words.iter().position(|word| word == ">").map(|at| words.drain(at..).nth(1).unwrap());
    let (program, arguments) = words.split_first().unwrap();
    let nothing = (String::new(), String::new(), 0);
    let (out, err, code) = match program.as_str() {
        "helmwright" => spawn(Command::new(env!("CARGO_BIN_EXE_helmwright")).args(arguments), input, place),
        "git" => spawn(Command::new("git").args(arguments), input, place),
        "cat" if arguments.is_empty() => (input.to_owned(), String::new(), 0),
        "cat" => (fs::read_to_string(place.join(&arguments[0])).unwrap(), String::new(), 0),
        "ls" => {
            let entries = fs::read_dir(place.join(&arguments[0])).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
            names.sort();
            (names.join("\n") + "\n", String::new(), 0)
        }
        "mkdir" => {
            fs::create_dir_all(place.join(arguments.last().unwrap())).unwrap();
            nothing
        }
        "cd" => {
            place.push(&arguments[0]);
            nothing
        }
        other => panic!("`{other}` cannot be run here: mark the block `sh`"),
    };
    match target {
        Some(file) => {
            fs::write(place.join(file), out).unwrap();
            (err, code)
        }
        None => (out + &err, code),
    }
}

/// Runs a program as on a machine where nothing is set up: no CI, no configuration of Git, and always the same day.
fn spawn(command: &mut Command, input: &str, place: &Path) -> (String, String, i32) {
    command.current_dir(place).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", place).env("NO_COLOR", "1").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Somebody").env(format!("GIT_{who}_EMAIL"), "somebody@example.com");
        command.env(format!("GIT_{who}_DATE"), "2025-01-01T00:00:00Z");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input is no failure here.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// The words of a command, with single or double quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ' ' => words.push(String::new()),
            None if "|;&<$*?".contains(c) => panic!("`{c}` is not supported: {command}"),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn copy(from: &Path, to: &Path) {
    let mut all = Vec::new();
    files(from, &mut all);
    for file in all {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

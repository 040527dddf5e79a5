use std::collections::BTreeSet;

use super::list::HEADER;
use super::*;

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    for (path, content) in files {
        tree.insert(*path, *content);
    }
    tree
}

/// Every file and empty folder below `folder` (with a `/` at its end), sorted, without the list.
fn listing(folder: &Path) -> Vec<String> {
    fn walk(root: &Path, at: &Path, found: &mut Vec<String>) {
        let entries: Vec<_> = fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()).collect();
        if entries.is_empty() && at != root {
            found.push(format!("{}/", at.strip_prefix(root).unwrap().display()));
        }
        for path in entries {
            if path.symlink_metadata().unwrap().is_dir() {
                walk(root, &path, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.retain(|path| path != LIST);
    found.sort();
    found
}

fn list(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join(LIST)).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    assert_eq!(lines.next().as_deref(), Some(HEADER));
    lines.collect()
}

fn owns(folder: &Path, paths: &[&str]) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(LIST), format!("{HEADER}\n{}\n", paths.join("\n"))).unwrap();
}

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_tree_is_a_sorted_map() {
    let mut tree = tree(&[("b", "2"), ("a", "1")]);
    assert_eq!(tree.insert("b", "3"), Some(b"2".to_vec()));
    assert_eq!(tree.iter().collect::<Vec<_>>(), [("a", &b"1"[..]), ("b", b"3")]);
    assert_eq!((tree.len(), tree.is_empty(), tree.get("a"), tree.get("c")), (2, false, Some(&b"1"[..]), None));
}

#[test]
fn writes_into_a_new_folder_and_lists_what_it_wrote() {
    let temp = temp();
    let folder = temp.path().join("not/yet/there");
    let written = tree(&[("b/c.yaml", "1"), ("a.yaml", "2")]).write(&folder, false).unwrap();
    assert_eq!(written.written, ["a.yaml", "b/c.yaml"]);
    assert_eq!((written.unchanged, written.removed.len()), (0, 0));
    assert_eq!(fs::read(folder.join("b/c.yaml")).unwrap(), b"1");
    assert_eq!(listing(&folder), ["a.yaml", "b/c.yaml"], "no temporary file stays");
    assert_eq!(list(&folder), ["a.yaml", "b/c.yaml"]);
}

#[cfg(unix)]
#[test]
fn files_get_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let temp = temp();
    let mode = |path: &str| fs::metadata(temp.path().join(path)).unwrap().permissions().mode();
    tree(&[("ours", "")]).write(temp.path(), false).unwrap();
    fs::write(temp.path().join("ordinary"), "").unwrap();
    assert_eq!(mode("ours"), mode("ordinary"));
    assert_eq!(mode(LIST), mode("ordinary"));
}

#[cfg(unix)]
#[test]
fn equal_files_and_an_equal_list_are_not_touched() {
    use std::os::unix::fs::MetadataExt;
    let temp = temp();
    let state = |path: &str| {
        let metadata = fs::metadata(temp.path().join(path)).unwrap();
        (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
    };
    tree(&[("a", "1"), ("b", "1")]).write(temp.path(), false).unwrap();
    let before = (state("a"), state("b"), state(LIST));
    let written = tree(&[("a", "1"), ("b", "2")]).write(temp.path(), false).unwrap();
    assert_eq!((written.written, written.unchanged), (vec!["b".to_owned()], 1));
    assert_eq!((state("a"), state(LIST)), (before.0, before.2));
    assert_ne!(state("b").0, before.1.0, "a changed file is a new one, put in place in one step");
}

#[test]
fn removes_only_what_it_wrote_and_the_folders_this_empties() {
    let temp = temp();
    tree(&[("a/b/c", ""), ("d/e", ""), ("f/g", ""), ("h", "")]).write(temp.path(), false).unwrap();
    fs::write(temp.path().join("d/theirs"), "").unwrap();
    fs::create_dir(temp.path().join("empty")).unwrap();
    fs::remove_file(temp.path().join("h")).unwrap();
    let written = tree(&[("f/new", "")]).write(temp.path(), false).unwrap();
    assert_eq!(written.removed, ["a/b/c", "d/e", "f/g"], "not `h`, which was gone");
    assert_eq!(listing(temp.path()), ["d/theirs", "empty/", "f/new"]);
    assert_eq!(list(temp.path()), ["f/new"]);
}

#[test]
fn an_empty_tree_removes_everything_of_ours() {
    let temp = temp();
    tree(&[("a/b", "")]).write(temp.path(), false).unwrap();
    assert_eq!(Tree::default().write(temp.path(), false).unwrap().removed, ["a/b"]);
    assert!(listing(temp.path()).is_empty());
}

#[test]
fn a_file_can_make_room_for_a_folder() {
    let temp = temp();
    tree(&[("a", "1")]).write(temp.path(), false).unwrap();
    tree(&[("a/b", "2")]).write(temp.path(), false).unwrap();
    assert_eq!(listing(temp.path()), ["a/b"]);
}

#[test]
fn a_listed_path_that_is_a_folder_now_is_left_alone() {
    let temp = temp();
    owns(temp.path(), &["a", "a/b"]);
    fs::create_dir(temp.path().join("a")).unwrap();
    fs::write(temp.path().join("a/theirs"), "").unwrap();
    assert!(Tree::default().write(temp.path(), false).unwrap().removed.is_empty());
    assert_eq!(listing(temp.path()), ["a/theirs"]);
}

#[test]
fn refuses_a_list_that_could_remove_something_else() {
    for entry in ["/etc/x", "../x", "a/../../x", "a//b", "./a", "a/", ".helmwright", "a/.helmwright"] {
        let temp = temp();
        owns(temp.path(), &[entry]);
        let problem = tree(&[("new", "")]).write(temp.path(), true).unwrap_err();
        assert!(problem.message.contains(entry), "{}", problem.message);
        assert!(listing(temp.path()).is_empty());
    }
    let temp = temp();
    fs::write(temp.path().join(LIST), "new\n").unwrap();
    let problem = tree(&[("new", "")]).write(temp.path(), true).unwrap_err();
    assert!(problem.message.ends_with("is not a list that helmwright wrote"), "{}", problem.message);
}

#[cfg(unix)]
#[test]
fn never_follows_a_link() {
    use std::os::unix::fs::symlink;
    let temp = temp();
    let (outside, folder) = (temp.path().join("outside"), temp.path().join("folder"));
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x"), "theirs").unwrap();
    for (owned, files) in [
        (vec!["link/x"], tree(&[("new", "")])),
        (vec!["file"], tree(&[("new", "")])),
        (vec![], tree(&[("link/x", "ours"), ("a", "")])),
        (vec![], tree(&[("link/new", "ours"), ("a", "")])),
        (vec!["file"], tree(&[("file", "ours"), ("a", "")])),
    ] {
        owns(&folder, &owned);
        symlink(&outside, folder.join("link")).unwrap();
        symlink(outside.join("x"), folder.join("file")).unwrap();
        let problem = files.write(&folder, true).unwrap_err();
        assert!(problem.message.ends_with("is a symbolic link"), "{}", problem.message);
        assert_eq!(listing(&folder), ["file", "link"]);
        assert_eq!(listing(&outside), ["x"]);
        assert_eq!(fs::read(outside.join("x")).unwrap(), b"theirs");
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir(&folder).unwrap();
    symlink(outside.join("x"), folder.join(LIST)).unwrap();
    assert!(tree(&[("a", "")]).write(&folder, true).unwrap_err().message.ends_with("is a symbolic link"));

    let itself = temp.path().join("itself");
    symlink(&outside, &itself).unwrap();
    tree(&[("a", "")]).write(&itself, false).unwrap();
    assert_eq!(listing(&outside), ["a", "x"], "the folder itself may be a link");
}

#[test]
fn the_files_of_others_are_taken_over_only_by_force() {
    let temp = temp();
    for path in ["a", "b", "equal"] {
        fs::write(temp.path().join(path), "theirs").unwrap();
    }
    let files = tree(&[("0", "ours"), ("a", "ours"), ("b", "ours"), ("equal", "theirs")]);
    let problem = files.write(temp.path(), false).unwrap_err();
    assert!(problem.message.ends_with(": `a`, `b`"), "{}", problem.message);
    assert_eq!(problem.help.as_deref(), Some("`--force` takes them over"));
    assert_eq!(listing(temp.path()), ["a", "b", "equal"]);
    assert!(!temp.path().join(LIST).exists());

    let written = files.write(temp.path(), true).unwrap();
    assert_eq!((written.written.len(), written.unchanged), (3, 1));
    assert_eq!(fs::read(temp.path().join("b")).unwrap(), b"ours");
    tree(&[("a", "new")]).write(temp.path(), false).unwrap();
}

#[test]
fn refuses_paths_that_leave_the_folder_or_are_the_list() {
    for path in ["", "/a", "..", "a/../b", "a//b", "a/", "./a", ".helmwright", "a/.helmwright", ".Helmwright", "a\nb"] {
        let temp = temp();
        let folder = temp.path().join("folder");
        let problem = tree(&[("a0", ""), (path, "")]).write(&folder, true).unwrap_err();
        assert!(problem.message.ends_with("is not a path that can be written"), "{}", problem.message);
        assert!(!folder.exists());
    }
    let problem = tree(&[("a", ""), ("a.b", ""), ("a/b/c", "")]).write(temp().path(), false).unwrap_err();
    assert_eq!(problem.message, "`a` cannot be a file and hold `a/b/c` as well");
}

#[test]
fn refuses_a_folder_for_a_file_and_the_reverse() {
    let temp = temp();
    fs::create_dir(temp.path().join("folder")).unwrap();
    fs::write(temp.path().join("file"), "").unwrap();
    for (path, end) in [("folder", "folder` is not a file"), ("file/x/y", "file` is not a folder")] {
        let problem = tree(&[("a", ""), (path, "")]).write(temp.path(), true).unwrap_err();
        assert!(problem.message.starts_with(&format!("cannot write `{path}`: ")), "{}", problem.message);
        assert!(problem.message.ends_with(end), "{}", problem.message);
        assert_eq!(listing(temp.path()), ["file", "folder/"]);
    }
}

#[test]
fn a_run_cut_short_owns_what_it_left_and_the_next_one_completes_it() {
    let temp = temp();
    tree(&[("a", "1"), ("b", "1")]).write(temp.path(), false).unwrap();
    // No file system holds a name this long.
    let long = format!("z/{}", "x".repeat(300));
    let problem = tree(&[("a", "2"), ("c", "2"), (&long, "")]).write(temp.path(), false).unwrap_err();
    let start = format!("cannot write `{}`: ", temp.path().join(&long).display());
    assert!(problem.message.starts_with(&start), "{}", problem.message);
    assert_eq!(list(temp.path()), ["a", "b", "c", &long]);
    assert_eq!(listing(temp.path()), ["a", "c", "z/"], "whole files, and no temporary one");

    let written = tree(&[("a", "2"), ("d", "2")]).write(temp.path(), false).unwrap();
    assert_eq!((written.removed, written.unchanged), (vec!["c".to_owned()], 1));
    assert_eq!(list(temp.path()), ["a", "d"]);
}

#[test]
fn an_error_of_the_system_names_the_path() {
    let temp = temp();
    let file = temp.path().join("file");
    fs::write(&file, "").unwrap();
    let problem = tree(&[("a", "")]).write(&file, false).unwrap_err();
    assert!(problem.message.starts_with("cannot write `"), "{}", problem.message);
    assert!(!problem.message.contains(".helmwright-"), "{}", problem.message);
}

#[test]
fn a_change_is_known_before_anything_is_done() {
    let temp = temp();
    tree(&[("a", "1"), ("b/c", "1"), ("gone", "1")]).write(temp.path(), false).unwrap();
    let now = || tree(&[("a", "1"), ("b/c", "2"), ("new", "1")]);
    let notes = vec!["for somebody".to_owned()];
    let before = listing(temp.path());
    let change = now().change(temp.path(), notes.clone(), false).unwrap();
    let [stale, missing, orphaned] = [FileState::Stale, FileState::Missing, FileState::Orphaned];
    assert_eq!(change.files(), [(LIST, stale), ("b/c", stale), ("gone", orphaned), ("new", missing)]);
    assert_eq!((change.unchanged(), change.has("a"), change.has("gone")), (1, true, false));
    assert_eq!(listing(temp.path()), before);
    let written = change.apply().unwrap();
    assert_eq!((written.written, written.removed), (vec!["b/c".into(), "new".into()], vec!["gone".to_owned()]));
    assert_eq!(list(temp.path()), ["# for somebody", "a", "b/c", "new"]);
    assert!(now().change(temp.path(), notes, false).unwrap().files().is_empty());
    let other = now().change(temp.path(), Vec::new(), false).unwrap();
    assert_eq!(other.files(), [(LIST, stale)], "whose it is belongs to it");
    assert_eq!(List::read(temp.path()).unwrap().notes, ["for somebody"]);
}

#[test]
fn what_is_spared_stays_and_is_no_longer_owned() {
    let temp = temp();
    tree(&[("a", "1"), ("b", "1")]).write(temp.path(), false).unwrap();
    let mut change = tree(&[]).change(temp.path(), Vec::new(), false).unwrap();
    change.spare(&BTreeSet::from(["a".to_owned(), "c".to_owned()]));
    assert_eq!(change.apply().unwrap().removed, ["b"]);
    assert_eq!(listing(temp.path()), ["a"]);
    assert!(list(temp.path()).is_empty());
}

#[test]
fn a_removal_takes_the_list_along_and_leaves_what_others_have() {
    let temp = temp();
    let folder = temp.path().join("x/y");
    tree(&[("a/b", "1"), ("c", "1")]).write(&folder, false).unwrap();
    fs::write(folder.join("theirs"), "").unwrap();
    let removal = |folder: &Path| FolderChange::removal(List::read(folder).unwrap(), folder).unwrap();
    let orphaned = FileState::Orphaned;
    assert_eq!(removal(&folder).files(), [(LIST, orphaned), ("a/b", orphaned), ("c", orphaned)]);
    assert_eq!(removal(&folder).apply().unwrap().removed, ["a/b", "c"]);
    assert_eq!(listing(temp.path()), ["x/y/theirs"]);
    assert!(!folder.join(LIST).exists());
    remove_empty(temp.path(), "x/y").unwrap();
    assert!(folder.exists());
    fs::remove_file(folder.join("theirs")).unwrap();
    remove_empty(temp.path(), "x/y").unwrap();
    assert!(temp.path().exists() && listing(temp.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_taken_for_one() {
    let temp = temp();
    let files = tree(&[("a", "1")]);
    files.write(temp.path(), false).unwrap();
    // Equal content behind a link, and a pipe that nobody writes to.
    fs::rename(temp.path().join("a"), temp.path().join("b")).unwrap();
    std::os::unix::fs::symlink("b", temp.path().join("a")).unwrap();
    assert!(files.write(temp.path(), true).unwrap_err().message.ends_with("is a symbolic link"));
    fs::remove_file(temp.path().join("a")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(temp.path().join("a")).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(files.write(temp.path(), true).unwrap_err().message.ends_with("a` is not a file"));
    }
}

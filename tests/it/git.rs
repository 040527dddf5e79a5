//! Bases and what is in them, on real histories.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use helmwright::files::Files;
use helmwright::git::{Ask, Repository, Revision};
use helmwright::problem::Problem;
use helmwright::tree::FileKind;
use helmwright::tree::Tree;

use crate::support::git;
use crate::support::git::Repo;

fn open(repo: &Repo) -> Repository {
    Repository::open(&repo.folder).unwrap()
}

/// The base's id, how it was found, and the head's id.
fn sides(repo: &Repo, ask: Ask<'_>) -> (String, String, Option<String>) {
    let sides = open(repo).sides(ask).unwrap();
    (sides.base.id().unwrap_or_default(), sides.base_name, sides.head.and_then(|head| head.id()))
}

fn refused(repo: &Repo, ask: Ask<'_>) -> Problem {
    open(repo).sides(ask).unwrap_err()
}

fn range(range: &str) -> Ask<'_> {
    Ask { range: Some(range), ..Ask::default() }
}

fn text(revision: &Revision, path: &str) -> Option<String> {
    revision.read(path).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

fn set<'a>(paths: &[&'a str]) -> BTreeSet<&'a str> {
    paths.iter().copied().collect()
}

/// An upstream with three commits on `main`, and a clone on a branch that left after the second.
fn forked() -> (Repo, Repo, [String; 3], String) {
    let upstream = Repo::new();
    let first = upstream.change("spec", "1");
    let second = upstream.change("spec", "2");
    let clone = Repo::clone_of(&upstream, &[]);
    clone.git(&["switch", "--quiet", "--create", "feature"]);
    let own = clone.change("own", "");
    let third = upstream.change("spec", "3");
    clone.git(&["fetch", "--quiet"]);
    (upstream, clone, [first, second, third], own)
}

#[test]
fn the_base_is_where_the_branch_left_the_default_one() {
    if git::missing() {
        return;
    }
    let (_upstream, clone, [first, second, third], own) = forked();
    let merge_base = (second.clone(), "the merge base with `origin/main`".to_owned(), None);
    assert_eq!(sides(&clone, Ask::default()), merge_base);
    // What CI systems leave empty says nothing.
    let empty = Ask { range: None, base: Some(""), github_base_ref: Some(" "), merge_request_base: Some("") };
    assert_eq!(sides(&clone, empty), merge_base);
    // Without the remote's own word, its usual branches.
    clone.git(&["remote", "set-head", "origin", "--delete"]);
    assert_eq!(sides(&clone, Ask::default()), merge_base);
    clone.git(&["switch", "--quiet", "--detach"]);
    assert_eq!(sides(&clone, Ask::default()), merge_base);

    assert_eq!(sides(&clone, Ask { base: Some(&first), ..Ask::default() }).0, first);
    assert_eq!(sides(&clone, Ask { base: Some("origin/main"), ..Ask::default() }).0, third);
    let github = Ask { github_base_ref: Some("main"), merge_request_base: Some(&first), ..Ask::default() };
    assert_eq!(sides(&clone, github), merge_base, "GitHub's branch goes before GitLab's commit");
    assert_eq!(sides(&clone, Ask { base: Some(&first), ..github }).0, first, "the user goes before both");
    let gitlab = Ask { merge_request_base: Some(&first), ..Ask::default() };
    assert_eq!(sides(&clone, gitlab), (first.clone(), format!("`{first}`"), None));

    assert_eq!(sides(&clone, range("origin/main")), (third.clone(), "`origin/main`".into(), None));
    assert_eq!(
        sides(&clone, range("origin/main..feature")),
        (third.clone(), "`origin/main`".into(), Some(own.clone()))
    );
    assert_eq!(sides(&clone, range("origin/main...")), (second.clone(), merge_base.1, Some(own.clone())));
    assert_eq!(sides(&clone, range("..HEAD~1")), (own.clone(), "`HEAD`".into(), Some(second.clone())));
    let problem = refused(&clone, Ask { base: Some("main"), ..range("HEAD") });
    assert_eq!(problem.message, "`HEAD` and `--base main` both name a base");
}

#[test]
fn the_default_branch_is_the_one_that_the_remote_names() {
    if git::missing() {
        return;
    }
    let upstream = Repo::new();
    upstream.git(&["branch", "--move", "trunk"]);
    let first = upstream.change("spec", "1");
    let clone = Repo::clone_of(&upstream, &["--origin", "there"]);
    clone.change("own", "");
    assert_eq!(sides(&clone, Ask::default()), (first.clone(), "the merge base with `there/trunk`".into(), None));
    clone.git(&["remote", "set-head", "there", "--delete"]);
    let head = clone.git(&["rev-parse", "HEAD"]);
    assert_eq!(sides(&clone, Ask::default()), (head, "`HEAD`".into(), None), "nothing says that it is `trunk`");
    clone.git(&["config", "init.defaultBranch", "trunk"]);
    assert_eq!(sides(&clone, Ask::default()).0, first);
}

#[test]
fn without_an_upstream_the_base_is_head_and_without_a_commit_it_is_nothing() {
    if git::missing() {
        return;
    }
    let repo = Repo::new();
    repo.write("spec", "0");
    let base = open(&repo).sides(Ask::default()).unwrap().base;
    assert_eq!((base.id(), text(&base, "spec"), base.entries("").unwrap()), (None, None, None));
    assert!(base.tree("", |_| true).unwrap().is_empty());
    assert_eq!(refused(&repo, range("HEAD..")).message, "there is no revision `HEAD` here");

    let first = repo.change("spec", "1");
    repo.git(&["switch", "--quiet", "--create", "feature"]);
    let second = repo.change("spec", "2");
    assert_eq!(sides(&repo, Ask::default()), (second, "`HEAD`".into(), None));
    repo.git(&["switch", "--quiet", "--orphan", "other"]);
    assert_eq!(sides(&repo, Ask::default()), (String::new(), "a branch without any commit".into(), None));
    assert_eq!(sides(&repo, range("main")).0, first);
}

#[test]
fn unrelated_histories_have_no_merge_base() {
    if git::missing() {
        return;
    }
    let (_upstream, clone, [.., third], _) = forked();
    clone.git(&["switch", "--quiet", "--orphan", "other"]);
    let own = clone.change("else", "");
    assert_eq!(sides(&clone, Ask::default()), (own, "`HEAD`".into(), None));
    let github = Ask { github_base_ref: Some("main"), ..Ask::default() };
    assert_eq!(sides(&clone, github), (third, "`origin/main`".into(), None));
    let message = refused(&clone, range("origin/main...HEAD")).message;
    assert_eq!(message, "`origin/main` and `HEAD` have no commit in common, so `origin/main...HEAD` has no base");
}

#[test]
fn a_shallow_clone_without_the_base_is_told_how_to_get_it() {
    if git::missing() {
        return;
    }
    let (upstream, _, [first, second, third], _) = forked();
    upstream.git(&["switch", "--quiet", "--create", "feature", &second]);
    let own = upstream.change("own", "");
    upstream.git(&["switch", "--quiet", "main"]);

    // As actions/checkout leaves it: one commit, and no branch.
    let clone = Repo::folder();
    clone.git(&["init", "--quiet"]);
    clone.git(&["remote", "add", "origin", &format!("file://{}", upstream.folder.display())]);
    clone.git(&["fetch", "--quiet", "--depth=1", "origin", &own]);
    clone.git(&["checkout", "--quiet", "FETCH_HEAD"]);
    let github = Ask { github_base_ref: Some("main"), ..Ask::default() };
    let gitlab = Ask { merge_request_base: Some(&second), ..Ask::default() };
    for (ask, message) in [
        (Ask::default(), "this clone is shallow and has no default branch to compare with".to_owned()),
        (github, "this clone has no branch `origin/main`, which the change goes into".into()),
        (gitlab, format!("this clone is shallow and lacks the revision `{second}`")),
        (range("HEAD~1"), "this clone is shallow and lacks the revision `HEAD~1`".into()),
        (range(&first), format!("this clone is shallow and lacks the revision `{first}`")),
    ] {
        let problem = refused(&clone, ask);
        assert_eq!(problem.message, message);
        assert!(problem.help.unwrap().contains("fetch-depth: 0"));
    }
    // The branch alone does not help while its history is cut before the merge base.
    clone.git(&["fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    for ask in [Ask::default(), github, range("origin/main...HEAD")] {
        let problem = refused(&clone, ask);
        assert_eq!(problem.message, "this clone is shallow and lacks the merge base with `origin/main`");
        assert!(problem.help.unwrap().contains("fetch-depth: 0"));
    }
    assert_eq!(sides(&clone, range("origin/main")).0, third, "what is here can be compared with");
    clone.git(&["fetch", "--quiet", "--unshallow", "origin", "main:refs/remotes/origin/main"]);
    clone.git(&["fetch", "--quiet", "origin", &own]);
    assert_eq!(sides(&clone, github), (second, "the merge base with `origin/main`".into(), None));
}

#[test]
fn what_is_no_revision_is_said_with_what_is_meant() {
    if git::missing() {
        return;
    }
    let (_upstream, clone, ..) = forked();
    clone.git(&["branch", "--quiet", "--delete", "--force", "main"]);
    let problem = refused(&clone, range("main"));
    assert_eq!(problem.message, "there is no revision `main` here");
    assert_eq!(&*problem.help.unwrap(), "there is `origin/main`");
    let problem = refused(&clone, Ask { base: Some("v9"), ..Ask::default() });
    assert_eq!(&*problem.help.unwrap(), "`git fetch` gets what the remote has");
    let problem = refused(&clone, Ask { github_base_ref: Some("release"), ..Ask::default() });
    assert_eq!(problem.message, "this clone has no branch `origin/release`, which the change goes into");
    assert!(problem.help.unwrap().starts_with("`git fetch origin release` gets it"));

    let outside = tempfile::tempdir().unwrap();
    let problem = Repository::open(outside.path()).unwrap_err();
    assert!(problem.message.starts_with("there is no Git repository at "), "{}", problem.message);
}

#[test]
fn bare_clones_and_worktrees_have_a_base_like_any_other() {
    if git::missing() {
        return;
    }
    let (upstream, clone, [_, second, third], own) = forked();
    let bare = Repo::clone_of(&upstream, &["--bare"]);
    assert_eq!(open(&bare).workdir(), None);
    assert_eq!(sides(&bare, range("HEAD~1")), (second.clone(), "`HEAD~1`".into(), Some(third.clone())));
    let head = open(&bare).sides(Ask::default()).unwrap().head.unwrap();
    assert_eq!(text(&head, "spec").unwrap(), "3");
    let empty = Repo::folder();
    empty.git(&["init", "--quiet", "--bare"]);
    assert_eq!(refused(&empty, Ask::default()).message, "a bare repository without any commit has nothing to compare");

    let worktree = clone.beside("worktree");
    clone.git(&["worktree", "add", "--quiet", "-b", "other", worktree.to_str().unwrap(), "feature~1"]);
    let repository = Repository::open(&worktree).unwrap();
    assert_eq!(repository.workdir().unwrap().canonicalize().unwrap(), worktree.canonicalize().unwrap());
    assert_eq!(repository.head().unwrap().unwrap().id(), Some(second.clone()));
    assert_eq!(repository.sides(Ask::default()).unwrap().base.id(), Some(second));
    assert_eq!(open(&clone).head().unwrap().unwrap().id(), Some(own));

    let below = clone.folder.join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    assert!(Repository::open(&below).unwrap().workdir().is_some(), "a folder inside will do");
}

#[test]
fn files_are_read_through_links_and_submodules() {
    if git::missing() {
        return;
    }
    let packs = Repo::new();
    packs.change("canary/pack.yaml", "1");
    let repo = Repo::new();
    let from = format!("file://{}", packs.folder.display());
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "shared/packs"]);
    repo.write("apps/shop/release.yaml", "shop");
    #[cfg(unix)]
    for (link, target) in [
        ("apps/web", "shop"),
        ("apps/shop/other.yaml", "../web/release.yaml"),
        ("canary", "shared/packs/canary"),
        ("outside", "../elsewhere"),
        ("round", "round"),
    ] {
        std::os::unix::fs::symlink(target, repo.folder.join(link)).unwrap();
    }
    repo.commit("all");
    let head = || open(&repo).head().unwrap().unwrap();
    let revision = head();
    assert_eq!(text(&revision, "apps/shop/release.yaml").as_deref(), Some("shop"));
    assert_eq!(text(&revision, "shared/packs/canary/pack.yaml").as_deref(), Some("1"));
    for absent in ["apps", "apps/shop/release.yaml/x", "nothing", "apps/nothing"] {
        assert_eq!(text(&revision, absent), None);
    }
    let kinds = |folder: &str| -> Vec<(String, FileKind, bool)> {
        let entries = Files::Revision(revision.clone()).entries(folder).unwrap().unwrap();
        entries.into_iter().map(|entry| (entry.name, entry.kind, entry.link)).collect()
    };
    assert_eq!(kinds("shared"), [("packs".into(), FileKind::Folder, false)]);
    assert_eq!(kinds("shared/packs/canary"), [("pack.yaml".into(), FileKind::File, false)]);
    #[cfg(unix)]
    {
        assert_eq!(text(&revision, "apps/web/release.yaml").as_deref(), Some("shop"));
        assert_eq!(text(&revision, "apps/shop/other.yaml").as_deref(), Some("shop"));
        assert_eq!(text(&revision, "canary/pack.yaml").as_deref(), Some("1"));
        assert_eq!((text(&revision, "outside"), text(&revision, "round")), (None, None));
        assert_eq!(kinds("apps"), [("shop".into(), FileKind::Folder, false), ("web".into(), FileKind::Folder, true)]);
        // The same as on disk, so that base and head cannot differ by how they are read.
        let disk = Files::Disk(repo.folder.clone());
        for folder in ["", "apps", "apps/shop", "canary"] {
            let real = disk.entries(folder).unwrap().unwrap().into_iter().filter(|entry| entry.name != ".git");
            let real: Vec<_> = real.map(|entry| (entry.name, entry.kind, entry.link)).collect();
            assert_eq!(kinds(folder), real, "{folder}");
        }
    }

    // In the submodule itself the base is the submodule's.
    let inside = Repository::open(&repo.folder.join("shared/packs")).unwrap();
    assert_eq!(inside.head().unwrap().unwrap().id(), Some(packs.git(&["rev-parse", "HEAD"])));

    // What is not checked out any more is still among the repository's modules; what never was is an error.
    repo.git(&["submodule", "--quiet", "deinit", "--force", "--all"]);
    assert_eq!(text(&head(), "shared/packs/canary/pack.yaml").as_deref(), Some("1"));
    let clone = Repo::clone_of(&repo, &[]);
    let problem = open(&clone).head().unwrap().unwrap().read("shared/packs/canary/pack.yaml").unwrap_err();
    assert!(problem.message.starts_with("the submodule `shared/packs` is not here at commit"), "{}", problem.message);
}

#[test]
fn a_partial_clone_says_what_it_lacks() {
    if git::missing() {
        return;
    }
    let upstream = Repo::new();
    upstream.git(&["config", "uploadpack.allowFilter", "true"]);
    upstream.change("spec", "1");
    upstream.change("spec", "2");
    let clone = Repo::clone_of(&upstream, &["--filter=blob:none"]);
    let base = open(&clone).revision("HEAD~1").unwrap();
    let problem = base.read("spec").unwrap_err();
    assert_eq!(problem.message, format!("this clone is partial and lacks the content of `{}:spec`", base.name()));
    assert_eq!(text(&open(&clone).revision("HEAD").unwrap(), "spec").unwrap(), "2", "what was checked out is here");
}

#[test]
fn a_folder_of_a_revision_is_a_tree_and_only_what_differs_is_read() {
    if git::missing() {
        return;
    }
    let repo = Repo::new();
    repo.write("rendered/prod/a.yaml", "a");
    repo.write("rendered/prod/sub/b.yaml", "b");
    repo.write("rendered/prod/c.yaml", "c");
    repo.write("other", "");
    repo.commit("all");
    let head = open(&repo).head().unwrap().unwrap();
    let files = |tree: &Tree| -> Vec<(String, String)> {
        tree.iter().map(|(path, bytes)| (path.into(), String::from_utf8_lossy(bytes).into_owned())).collect()
    };
    let pair = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let all = head.tree("rendered/prod", |_| true).unwrap();
    assert_eq!(files(&all), [pair("a.yaml", "a"), pair("c.yaml", "c"), pair("sub/b.yaml", "b")]);
    assert_eq!(files(&head.tree("rendered", |path| path.contains("/sub/")).unwrap()), [pair("prod/sub/b.yaml", "b")]);
    assert_eq!(head.tree("", |_| true).unwrap().len(), 4);
    assert!(head.tree("nowhere", |_| true).unwrap().is_empty());

    let mut other = Tree::default();
    other.insert("a.yaml", "a");
    other.insert("sub/b.yaml", "changed");
    other.insert("new.yaml", "new");
    let differing = head.differing("rendered/prod", &other).unwrap();
    assert_eq!(files(&differing), [pair("c.yaml", "c"), pair("sub/b.yaml", "b")]);
}

#[test]
fn moved_files_are_found_where_they_stood() {
    if git::missing() {
        return;
    }
    let lines = |name: &str| (0..20).map(|i| format!("{name}: {i}\n")).collect::<String>();
    let repo = Repo::new();
    for name in ["shop", "web", "gone"] {
        repo.write(&format!("apps/{name}/release.yaml"), &lines(name));
    }
    repo.commit("before");
    let base = open(&repo).head().unwrap().unwrap();
    repo.git(&["mv", "apps/shop", "apps/store"]);
    // One that was moved outside of Git's sight, and changed.
    std::fs::rename(repo.folder.join("apps/web"), repo.folder.join("apps/site")).unwrap();
    repo.write("apps/site/release.yaml", &format!("{}more: 1\n", lines("web")));
    std::fs::remove_file(repo.folder.join("apps/gone/release.yaml")).unwrap();
    repo.write("apps/new/release.yaml", &lines("new"));

    let path = |name: &str| format!("apps/{name}/release.yaml");
    let moved: BTreeMap<String, String> =
        [("store", "shop"), ("site", "web")].map(|(to, from)| (path(to), path(from))).into();
    let new = [path("store"), path("site"), path("new")];
    let new = set(&new.each_ref().map(String::as_str));
    let gone = [path("shop"), path("web"), path("gone")];
    let gone = set(&gone.each_ref().map(String::as_str));
    assert_eq!(base.moved(None, &new, Some(&gone)).unwrap(), moved);
    assert_eq!(base.moved(None, &new, None).unwrap(), moved, "wherever they stood");
    assert!(base.moved(None, &new, Some(&set(&[]))).unwrap().is_empty());
    assert_eq!(base.moved(None, &set(&[&path("site")]), Some(&gone)).unwrap().len(), 1);

    repo.commit("after");
    let head = open(&repo).head().unwrap();
    assert_eq!(base.moved(head.as_ref(), &new, Some(&gone)).unwrap(), moved);
    assert_eq!(base.moved(head.as_ref(), &new, None).unwrap(), moved);
    assert!(open(&repo).nothing().moved(head.as_ref(), &new, None).unwrap().is_empty());
}

#[test]
fn many_threads_read_one_repository() {
    if git::missing() {
        return;
    }
    let repo = Repo::new();
    (0..200).for_each(|i| repo.write(&format!("apps/{i}/release.yaml"), &i.to_string()));
    repo.commit("all");
    let head = open(&repo).head().unwrap().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let head = head.clone();
            scope.spawn(move || {
                for i in (thread..200).step_by(4) {
                    assert_eq!(text(&head, &format!("apps/{i}/release.yaml")), Some(i.to_string()));
                }
            });
        }
    });
    assert_eq!(Files::Revision(head.clone()).name("apps"), format!("{}:apps", head.name()));
    assert!(Repository::open(Path::new("/")).is_err());
}

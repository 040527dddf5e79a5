//! Repositories with real histories, made by `git` itself. Without `git` on the machine a test skips: see [`missing`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A working tree, or a bare repository, in a temporary folder of its own.
pub struct Repo {
    place: tempfile::TempDir,
    /// The folder that commands run in.
    pub folder: PathBuf,
}

/// Whether there is no `git` here, so that a test has to skip; with `CI` set that is a failure.
pub fn missing() -> bool {
    let missing = Command::new("git").arg("--version").output().is_err();
    assert!(!missing || std::env::var_os("CI").is_none(), "CI needs git");
    if missing {
        eprintln!("skipped: there is no git");
    }
    missing
}

impl Repo {
    /// An empty repository on the branch `main`.
    pub fn new() -> Self {
        let repo = Self::folder();
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// No repository, a folder for one.
    pub fn folder() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let folder = place.path().join("repo");
        fs::create_dir(&folder).expect("a folder");
        Self { place, folder }
    }

    /// A clone of `other` with more arguments of `git clone`.
    pub fn clone_of(other: &Repo, arguments: &[&str]) -> Self {
        let repo = Self::folder();
        let from = format!("file://{}", other.folder.display());
        repo.git(&[&["-c", "protocol.file.allow=always", "clone", "--quiet"], arguments, &[&from, "."]].concat());
        repo
    }

    /// A folder beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Runs `git` and gives its output without the last line break.
    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.folder, arguments)
    }

    /// The same in another folder.
    pub fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(folder).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.place.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Somebody");
            command.env(format!("GIT_{who}_EMAIL"), "somebody@example.com");
            command.env(format!("GIT_{who}_DATE"), "2025-01-01T00:00:00Z");
        }
        let output = command.output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
    }

    /// Writes a file of the working tree.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Commits the whole working tree and gives the commit's id.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes one file and commits it.
    pub fn change(&self, path: &str, text: &str) -> String {
        self.write(path, text);
        self.commit(path)
    }
}

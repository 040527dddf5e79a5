//! The repository and its revisions.

codes! {
    NO_REPOSITORY = "no-repository", "there is no Git repository here" {
        why: "`helmwright diff` compares with a revision, and neither this folder nor one above it is a repository.",
        how: "Run it in the repository, or compare files with `helmwright diff --no-index OLD NEW`.",
        example: "$ cd /tmp && helmwright diff",
    }
    UNTRUSTED_REPOSITORY = "untrusted-repository", "the Git repository belongs to another user" {
        why: "A repository can have programs run, so Git opens those of other users only where that is allowed. In containers the \
              user often differs from the one who checked out.",
        how: "`git config --global --add safe.directory FOLDER` trusts it, if you do.",
        example: "$ sudo helmwright diff",
    }
    NO_SUCH_REVISION = "no-such-revision", "there is no such revision in this clone" {
        why: "The name is misspelt, is that of more than one revision, or was never fetched.",
        how: "Correct the name, or fetch it: `git fetch origin NAME`.",
        example: "$ helmwright diff --base origin/mian",
    }
    INCOMPLETE_CLONE = "incomplete-clone", "this clone lacks what the comparison needs" {
        why: "A shallow clone has only the last commits, a partial one lacks the content of files, and a submodule may not be \
              checked out. CI systems make such clones.",
        how: "Get the rest, as the message says; with actions/checkout, `fetch-depth: 0` does.",
        example: "$ git clone --depth 1 https://git.example/acme/shop && cd shop && helmwright diff",
    }
    NO_COMMON_COMMIT = "no-common-commit", "two revisions have no commit in common" {
        why: "`A...B` compares `B` with where it left `A`, and there is no such place.",
        how: "Compare the two themselves: `A..B`.",
        example: "$ helmwright diff main...gh-pages",
    }
    FAILED_GIT = "failed-git", "Git's data cannot be read" {
        why: "The repository is damaged, is being changed, or has a form that is not known.",
        how: "The message ends with what Git's library says; `git fsck` checks the repository.",
        example: "cannot read the remotes: …",
    }
    NOTHING_TO_COMPARE = "nothing-to-compare", "one of the sides of the comparison cannot be" {
        why: "The spec is on neither side, comes from standard input, which has no state before, or there is no commit at all.",
        how: "Name a spec that is in the repository, with `-f FILE`.",
        example: "$ helmwright diff -f - < release.yaml",
    }
}

//! helmwright.yaml and the releases that it lists.

codes! {
    NO_WORKSPACE = "no-workspace", "there is no helmwright.yaml, and no spec on the command line" {
        why: "Without a spec, commands work on the releases of a workspace, which is looked for here and above, up to the root of \
              the repository.",
        how: "Give a spec with `-f FILE`, or list the releases in a helmwright.yaml at the root; `--config` names another file.",
        example: "$ cd /tmp && helmwright check",
    }
    NO_SUCH_RELEASE = "no-such-release", "the workspace has no such release" {
        why: "The name, the glob or the stage selects none of the releases that helmwright.yaml lists.",
        how: "Take one of the names that the message lists, or add the release.",
        example: "$ helmwright render --release 'shpo*'",
    }
    SEVERAL_RELEASES = "several-releases", "a command is about one release, and several are selected" {
        why: "The workspace has several releases, or several stages of one.",
        how: "Name the release, and its stage with `--stage`.",
        example: "$ helmwright chart",
    }
    DUPLICATE_STAGE = "duplicate-stage", "a stage is named twice" {
        why: "Each stage makes a release of its own, so the second would be the first once more.",
        how: "Take one of them out.",
        example: "releases:\n- spec: release.yaml\n  stages: [staging, staging]",
    }
    OUTPUT_CONFLICT = "output-conflict", "two releases or stages have their output, or their objects, at one place" {
        why: "One of them would replace what the other writes.",
        how: "Put `${{ name }}` or `${{ stage }}` into `output`, or give one of them another name or namespace.",
        example: "releases:\n- spec: apps/*/release.yaml\n  output: rendered",
    }
    OUTSIDE_REPOSITORY = "outside-repository", "a path leads out of the repository" {
        why: "What is compared and rendered is what the repository holds at a revision, and nothing outside of it is.",
        how: "Move the file into the repository, and write its path relative to this file.",
        example: "releases:\n- spec: ../../shop/release.yaml",
    }
    INVALID_GLOB = "invalid-glob", "a pattern is not a glob" {
        why: "In a glob `*`, `?`, `[a-z]` and `{a,b}` stand for parts of one name, and `**` for any folders; here a bracket or a \
              brace has no end.",
        how: "Close it, or take it out.",
        example: "releases:\n- spec: apps/[a-z/release.yaml",
    }
}

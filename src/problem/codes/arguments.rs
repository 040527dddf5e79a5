//! The command line.

codes! {
    MISSING_ARGUMENT = "missing-argument", "the command needs another argument" {
        why: "What it is asked for is about something that is not given, such as a spec or a second path.",
        how: "Give it as the message says; `--help` shows examples.",
        example: "$ helmwright render shop --output-dir rendered/",
    }
    CONFLICTING_ARGUMENTS = "conflicting-arguments", "two arguments do not go together" {
        why: "Both say the same thing, or each is about something else, so it is unclear which is meant.",
        how: "Leave one of them out.",
        example: "$ helmwright diff main..HEAD --base v1.4.0",
    }
    INVALID_ARGUMENT = "invalid-argument", "an argument has not the form that it needs" {
        why: "The argument has a grammar of its own, such as a semantic version or `ID=LEVEL`, and the text does not follow it.",
        how: "Write it as the message shows.",
        example: "$ helmwright chart shop -f release.yaml --version latest",
    }
    NO_SUCH_RULE = "no-such-rule", "there is no rule of that name" {
        why: "`--rule` and helmwright.yaml take the ids of lints and of transition checks.",
        how: "Correct the id, as `did you mean` says; docs/lints.md and docs/transitions.md list them.",
        example: "$ helmwright lint shop -f release.yaml --rule image-tags=off",
    }
    NO_SUCH_CODE = "no-such-code", "there is nothing of that name to explain" {
        why: "`helmwright explain` knows the codes of problems, the ids of lints and those of transition checks.",
        how: "Correct the name, as `did you mean` says; `helmwright explain` lists all.",
        example: "$ helmwright explain unknown-filed",
    }
    MORE_PROBLEMS = "more-problems", "there are more problems than are shown" {
        why: "A file that is wrong throughout is not worth a line for each of its lines.",
        how: "Mend those that are shown.",
        example: "there are 12 more problems",
    }
    INTERNAL_ERROR = "internal-error", "helmwright itself failed" {
        why: "This is a defect of helmwright, whatever the input was.",
        how: "Report it, with the command and the input.",
        example: "a thread that reads files ended early",
    }
}

//! A release as a whole: its environment, versions and traffic.

codes! {
    NO_ENVIRONMENT = "no-environment", "the spec does not say which environment it is for" {
        why: "The environment is the platform that the release runs on, and decides which objects are made.",
        how: "Add `environment: NAME`; `helmwright packs list` lists the names.",
        example: "application:\n  versions:\n  - image: r.io/shop:1",
    }
    NO_SUCH_ENVIRONMENT = "no-such-environment", "there is no environment of that name" {
        why: "Environments are the packs in the program, and those of `--packs` and of helmwright.yaml.",
        how: "Correct the name, as `did you mean` says, or add the folder of the pack with `--packs DIR`.",
        example: "environment: deployment-istoi",
    }
    NO_APPLICATION = "no-application", "the spec has no `application`" {
        why: "It holds the versions to release; without it there is nothing to make.",
        how: "Add `application` with its `versions`. `helmwright init ENVIRONMENT` writes a spec to begin with.",
        example: "environment: deployment\napplication:",
    }
    NO_VERSIONS = "no-versions", "the application has no versions" {
        why: "A release has at least one version, the primary; the others are its candidates.",
        how: "List at least one version below `application.versions`.",
        example: "application:\n  versions: []",
    }
    NO_RELEASE_NAME = "no-release-name", "the release has no name" {
        why: "Objects are named after the release. Helm gives it on the command line, and a workspace in helmwright.yaml.",
        how: "Give it as the first argument, as `application.metadata.name` in the spec, or as `name` in helmwright.yaml.",
        example: "$ helmwright render -f release.yaml",
    }
    NO_SUCH_STRATEGY = "no-such-strategy", "the environment does not have that strategy" {
        why: "Not every platform can share traffic in every way, and which can is tested for each.",
        how: "Take one of the strategies that the message lists, or another environment: `helmwright packs list`.",
        example: "environment: kserve-native\napplication:\n  strategy: mirror",
    }
    UNSUPPORTED_ROUTING = "unsupported-routing", "the strategy cannot be routed in that way there" {
        why: "With `routing: routemap` the Iter8 controller evaluates the routing, with `routing: static` the objects say it \
              themselves, and not every strategy of every environment has both.",
        how: "Take the one that the message names, or leave `routing` out.",
        example: "environment: seldon\nrouting: routemap",
    }
    TOO_MANY_VERSIONS = "too-many-versions", "the strategy takes fewer versions there" {
        why: "The platform has room for a fixed number, such as one primary and one candidate.",
        how: "Take a version out, or another strategy or environment.",
        example: "environment: kserve-native\napplication:\n  strategy: canary\n  versions: [{}, {}, {}]",
    }
    DUPLICATE_VERSION = "duplicate-version", "two versions have one name" {
        why: "Objects of versions are named after them, so one would replace the other.",
        how: "Give each a `metadata.name` of its own, or leave the names out.",
        example: "versions:\n- metadata: {name: shop}\n- metadata: {name: shop}",
    }
    NO_SUCH_VERSION = "no-such-version", "there is no version of that name or number" {
        why: "A map that is laid over a list of versions changes those that are there, by their number (\"0\" is the first) or by \
              their `metadata.name`.",
        how: "Correct the key. New versions are added in the file that lists them.",
        example: "application:\n  versions:\n    \"7\": {weight: 10}",
    }
    INVALID_PRIMARY = "invalid-primary", "`primary` does not say which version is the primary" {
        why: "In a list of versions the first is the primary. A map has no first, so there `primary` names one of its keys.",
        how: "Name a version of the map, or leave `primary` out where `versions` is a list.",
        example: "application:\n  primary: v3\n  versions:\n    v1: {image: r.io/shop:1}\n    v2: {image: r.io/shop:2}",
    }
    MISSING_WEIGHT = "missing-weight", "a candidate has no weight" {
        why: "The strategy shares traffic by weight, and without one it is unclear how much the candidate gets.",
        how: "Give the candidate a `weight`; 0 is one.",
        example: "application:\n  strategy: mirror\n  versions:\n  - image: r.io/shop:1\n  - image: r.io/shop:2",
    }
    INVALID_WEIGHTS = "invalid-weights", "the weights do not make a whole" {
        why: "Where weights are percentages, those of the candidates sum to at most 100 and the primary has the rest; anywhere, \
              they cannot all be 0.",
        how: "Correct them, or leave the primary's out: it is what the others leave.",
        example: "environment: kserve-native\napplication:\n  strategy: canary\n  versions:\n  - weight: 50\n  - weight: 60",
    }
    INVALID_MATCH = "invalid-match", "the `match` of a version does not say which requests it gets" {
        why: "It has no clause, or says one thing twice.",
        how: "Give it a clause such as `headers: {user: {exact: beta}}`, or leave it out for the default of the environment.",
        example: "versions:\n- image: r.io/shop:1\n- image: r.io/shop:2\n  match: []",
    }
    UNSUPPORTED_MATCH = "unsupported-match", "the platform cannot route by that match" {
        why: "Some platforms share traffic by weight only, and a clause in the words of Istio may have no equal in those of the \
              Gateway API, or the reverse.",
        how: "Write the clause as the platform does, or take it out and give the version a `weight`.",
        example: "environment: kserve-native\napplication:\n  strategy: canary\n  versions:\n  - {}\n  - match: [{headers: {user: {exact: beta}}}]",
    }
    NO_SUCH_STAGE = "no-such-stage", "there is no stage of that name" {
        why: "The stages of `release.yaml` are the files `release.<STAGE>.yaml` beside it; those of a workspace are listed in \
              helmwright.yaml.",
        how: "Correct the name, or add the file or the stage.",
        example: "$ helmwright render shop -f release.yaml --stage prdo",
    }
}

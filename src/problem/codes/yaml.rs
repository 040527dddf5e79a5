//! YAML and JSON as text.

codes! {
    INVALID_YAML = "invalid-yaml", "the text is not YAML that Helm could read" {
        why: "The text breaks the grammar of YAML 1.2, or uses what has no form in JSON: a key that is a list, a map or null, \
              an alias inside of its own anchor, a tag that its value does not fit.",
        how: "Look at the place and the line before it: most often it is indentation, a missing space after `:`, or a text with \
              `: ` or `#` that needs quotes.",
        example: "application:\n  versions:\n  - image: r.io/shop:1\n   weight: 10",
    }
    DUPLICATE_KEY = "duplicate-key", "a map has one key twice" {
        why: "Readers of YAML disagree which of the two counts, so one of them would be lost without a word.",
        how: "Take one of them out, or merge what they hold. Where `<<` brings the key again, put `<<` first.",
        example: "application:\n  port: 8080\n  port: 9090",
    }
    INPUT_TOO_LARGE = "input-too-large", "the input is larger, or nests deeper, than is ever read" {
        why: "The limits keep a file that is made to exhaust the program, such as one whose aliases repeat each other, from doing \
              so. No spec that people write comes near them.",
        how: "Split the file, or write out what its aliases repeat.",
        example: "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: …",
    }
    INVALID_NUMBER = "invalid-number", "a number cannot be represented" {
        why: "JSON, and with it Kubernetes, has neither infinite numbers nor `.nan`, and a number that is too large would be \
              rounded to another one.",
        how: "Write another number, or put it in quotes if it is a text.",
        example: "application:\n  port: .inf",
    }
    SEVERAL_DOCUMENTS = "several-documents", "a file that is one document has a second one" {
        why: "Values are laid over each other file by file, as in Helm; what follows `---` would be lost.",
        how: "Make each document a file of its own, and give both with `-f`.",
        example: "application:\n  port: 8080\n---\napplication:\n  port: 9090",
    }
    INVALID_JSON = "invalid-json", "the text is not JSON" {
        why: "What stands there is read as JSON and breaks its grammar. Quotes are often lost on the way through a shell.",
        how: "Put strings and keys in double quotes, and the whole into single quotes for the shell.",
        example: "$ helmwright render shop -f release.yaml --set-json 'labels={app:web}'",
    }
}

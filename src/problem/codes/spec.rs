//! The fields of a spec and of a workspace, each by itself.

codes! {
    UNKNOWN_FIELD = "unknown-field", "a map has a field that means nothing there" {
        why: "It is misspelt, or stands at another level than it belongs to. It would be passed over without a word, so that the \
              release is not what its spec says.",
        how: "Correct the name, as `did you mean` says, or move it. `helmwright packs show ENVIRONMENT` lists the fields of an \
              environment. Keys of your own begin with `x-`.",
        example: "application:\n  verions:\n  - image: r.io/shop:1",
    }
    WRONG_TYPE = "wrong-type", "a value has another type than its field takes" {
        why: "A map, a list, a text, a number or a boolean stands where another of them is needed. `yes`, `1.20` and `1e3` are \
              texts only in quotes.",
        how: "Write the value in the form that the message names; put texts that look like numbers in quotes.",
        example: "application:\n  versions:\n  - image: r.io/shop:1\n    metadata:\n      labels: {release: 1.20}",
    }
    UNKNOWN_VALUE = "unknown-value", "a field takes one of a few words, and has another" {
        why: "The word is misspelt, or is that of another field.",
        how: "Take one of the words that the message lists.",
        example: "application:\n  strategy: bluegreen",
    }
    OUT_OF_RANGE = "out-of-range", "a number is smaller or larger than its field takes" {
        why: "Kubernetes or the platform would refuse the number, or it has no meaning there.",
        how: "Take a number within the limits that the message names.",
        example: "application:\n  port: 80800",
    }
    INVALID_VALUE = "invalid-value", "a text has not the form that its field takes" {
        why: "The field has a grammar of its own, such as a percentage or the value of a label, and the text does not follow it.",
        how: "Write it in the form that the message names.",
        example: "application:\n  versions:\n  - image: r.io/shop:1\n    disruptionBudget: {maxUnavailable: half}",
    }
    INVALID_NAME = "invalid-name", "a name is not one that Kubernetes takes" {
        why: "Names of objects, namespaces and versions are DNS labels: 1 to 63 of `a-z`, `0-9` and `-`, with a letter or a digit \
              at both ends. Names that are made of others, such as `<application>-<index>`, count as a whole.",
        how: "Choose another name, or a shorter one.",
        example: "application:\n  metadata:\n    name: My_Shop",
    }
    EMPTY_ITEM = "empty-item", "an item of a list is empty" {
        why: "A `-` with nothing after it is null, which is no item. It is mostly what is left of one that was removed.",
        how: "Give it a value, or take its `-` out.",
        example: "application:\n  versions:\n  -\n  - image: r.io/shop:1",
    }
    MISSING_FIELD = "missing-field", "a field that is needed is not there" {
        why: "Without it an object would lack what Kubernetes or the platform needs, such as the image of a container.",
        how: "Add the field. What all versions have in common may stand once, at `application`.",
        example: "environment: deployment\napplication:\n  versions:\n  - weight: 10",
    }
    CONFLICTING_FIELDS = "conflicting-fields", "two fields say different things about one thing" {
        why: "Both a short form and its long one are given, or a field stands where another one makes it meaningless, so it is \
              unclear which is meant.",
        how: "Keep one of them; null takes out what a lower layer or `application` says.",
        example: "livenessProbe:\n  http: /healthz\n  httpGet: {path: /ready, port: 8080}",
    }
    UNUSED_FIELD = "unused-field", "a field means nothing to the environment" {
        why: "The environment makes no object that has such a property, so the field is passed over.",
        how: "Take the field out, or choose an environment that has it: `helmwright packs show ENVIRONMENT`.",
        example: "environment: seldon\napplication:\n  autoscaling: {minReplicas: 2}",
    }
    INVALID_EXPRESSION = "invalid-expression", "an expression `${{ … }}` cannot be read" {
        why: "It has no end, is empty, breaks the grammar of expressions, or stands where it cannot stand.",
        how: "Close it with `}}`, and put quotes inside of it around texts. A literal `${{` is written `$${{`.",
        example: "application:\n  metadata:\n    name: shop-${{ version.name",
    }
    FAILED_EXPRESSION = "failed-expression", "an expression `${{ … }}` has no value" {
        why: "It names something that is not there, or computes with values that do not fit each other.",
        how: "Correct the name; `helmwright packs show ENVIRONMENT` and docs/spec.md say what there is.",
        example: "application:\n  versions:\n  - image: r.io/shop:${{ version.tag }}",
    }
    INVALID_SET = "invalid-set", "a `--set` flag does not follow Helm's grammar" {
        why: "The flags that set values are read as Helm reads them: `a.b=1,c[0]=x`. A `,`, `.`, `[`, `{` or `=` that is part of a \
              name or a value needs a `\\` before it.",
        how: "Write it as the example in the message. For texts with many such characters use `--set-literal` or a file.",
        example: "$ helmwright render shop -f release.yaml --set 'application.port'",
    }
    NO_SUCH_ENTRY = "no-such-entry", "a list has no entry of that number" {
        why: "A flag or an expression changes an entry of a list that is shorter. Entries count from 0.",
        how: "Take a number that the list has, or the next one to add an entry.",
        example: "$ helmwright render shop -f release.yaml --set 'application.versions[7].weight=30'",
    }
}

//! Objects of Kubernetes: made, read, compared.

codes! {
    INVALID_OBJECT = "invalid-object", "an object that is made cannot be one of Kubernetes" {
        why: "It lacks `apiVersion`, `kind` or `metadata.name`, or has a key or an annotation that is no text, so that no reader \
              could take it.",
        how: "Mend the entry of `extraObjects`, or the template of the pack, that the message names.",
        example: "extraObjects:\n- apiVersion: v1\n  kind: ConfigMap",
    }
    DUPLICATE_OBJECT = "duplicate-object", "one object comes twice" {
        why: "Two objects have one kind, name and namespace, so the second would replace the first in the cluster.",
        how: "Give one of them another name, or take it out of `extraObjects`.",
        example: "extraObjects:\n- {apiVersion: v1, kind: Service, metadata: {name: shop}}",
    }
    UNREADABLE_ROUTING = "unreadable-routing", "the routing of an object cannot be read" {
        why: "The object is there, but is not in a form of which helmwright knows who gets the requests.",
        how: "Validate the object with `helmwright lint --manifests PATH`, or leave it out.",
        example: "$ helmwright route --manifests routemap.yaml --weights 60",
    }
    SEVERAL_ROUTES = "several-routes", "several routes take such requests" {
        why: "The answer in JSON is about one route.",
        how: "Choose one with `--host` or `--only`.",
        example: "$ helmwright route --manifests rendered/ -o json",
    }
    NO_CRDS = "no-crds", "there is no CustomResourceDefinition at that path" {
        why: "`--crds` and `lint.crds` take files or folders with CustomResourceDefinitions, and there are none.",
        how: "Name the folder that they are in, or leave the option out.",
        example: "$ helmwright lint --manifests rendered/ --crds rendered/",
    }
    INVALID_OBJECT_PATH = "invalid-object-path", "a path of a value in objects does not follow the grammar" {
        why: "`--ignore`, `--secret` and the lists of helmwright.yaml take paths such as `spec.replicas`.",
        how: "Write it as the message shows; a key with dots stands in `[\"…\"]`.",
        example: "$ helmwright diff --ignore 'metadata.labels[helm.sh/chart]'",
    }
    SECRET_NOT_SHOWN = "secret-not-shown", "a file cannot be read, and may hold a secret" {
        why: "The text around a problem may be the data of a Secret, and a log may be public, so neither is shown.",
        how: "Look at the file at that place, or use `--show-secrets` where nobody else reads the output.",
        example: "kind: Secret\ndata: {password: [}",
    }
    INVALID_COMPARISON = "invalid-comparison", "a text is not a comparison in JSON" {
        why: "It is not what `helmwright diff -o json` writes, or comes from a version with another form of it.",
        how: "Write the comparison again with this version.",
        example: "{\"version\": 0}",
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "crd-schema",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "objects are what the CustomResourceDefinitions of `--crds` ask for",
    what: "With `--crds`: types, required fields, enums, patterns, limits, and fields that do not exist, in every object \
           whose kind one of the CRDs defines; and versions of it that are not served. CEL rules are not evaluated.",
    why: "The API server refuses the object, or drops fields that it does not know.",
    how: "Correct the field, or load the CRDs of the version that the cluster runs.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.all() {
        match context.crds.of(&object.identity) {
            None => {}
            Some(Ok(schema)) => schema.check(&object.node, &mut |node, message| findings.add(object, node, message)),
            Some(Err(message)) => {
                let node = object.node.nearest(&["apiVersion"]);
                findings.add(object, node, message);
            }
        }
    }
}

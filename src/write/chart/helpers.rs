//! `templates/_helpers.tpl`: the named templates of a chart.

use super::reference::literal;
use crate::node::Node;
use crate::plan::words;
use crate::spec::{names, workload};

/// The file, for a chart called `chart` of an application that says `application` for all its versions. `used` is
/// everything that may include what is in it.
pub fn helpers(chart: &str, application: &Node, used: &str) -> String {
    let includes = |name: &str, text: &str| text.contains(&format!("include \"{chart}.{name}\""));
    let mut out = String::new();
    for (name, text) in [
        ("version", VERSION),
        ("merged", MERGED),
        ("json", JSON),
        ("routing", ROUTING),
        ("text", TEXT),
        ("name", NAME),
        ("label", LABEL),
    ] {
        // Some include others, which come before or after them.
        let needed = includes(name, used) || TEXTS.iter().any(|(user, of)| *of == name && includes(user, used));
        if needed {
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(&text.replace("@chart@", chart));
        }
    }
    let (own, kind) = match application.get("versions") {
        Some(Node::Seq(..)) => (BY_POSITION, "position"),
        _ => (BY_NAME, "name"),
    };
    out.replace("@own@\n", own)
        .replace("@key@", kind)
        .replace("@shared@\n", &shared(application))
        .replace("@TOO_LONG@", &literal(names::TOO_LONG))
        .replace("@NOT_IN_DNS_LABEL@", &literal(names::NOT_IN_DNS_LABEL))
        .replace("@NOT_IN_LABEL@", &literal(names::NOT_IN_LABEL))
        .replace("@EDGES@", &literal(names::EDGES))
        .replace("@NAME@", &literal(words::NAME))
        .replace("@LABEL_VALUE@", &literal(words::LABEL_VALUE))
}

/// What versions inherit.
fn shared(application: &Node) -> String {
    let fields = application.entries().iter().filter_map(|(key, _)| key.text());
    let fields: Vec<String> = fields.filter(|key| workload::all().any(|field| field.name == key)).collect();
    let fields: String = fields.iter().map(|key| format!(" {}", literal(key))).collect();
    let mut out = match fields.as_str() {
        "" => "{{- $shared := dict }}\n".to_string(),
        fields => format!("{{{{- $shared := pick $application{fields} }}}}\n"),
    };
    let metadata = application.get("metadata");
    let given = |key: &&str| metadata.and_then(|metadata| metadata.get(key)).is_some();
    let fields: String =
        ["labels", "annotations"].iter().filter(|key| given(key)).map(|key| format!(" \"{key}\"")).collect();
    if !fields.is_empty() {
        out.push_str("{{- with $application.metadata }}\n");
        out.push_str(&format!("{{{{- $_ := set $shared \"metadata\" (pick .{fields}) }}}}\n"));
        out.push_str("{{- end }}\n");
    }
    out
}

/// Which of the named templates include which.
const TEXTS: [(&str, &str); 2] = [("version", "merged"), ("routing", "json")];

const VERSION: &str = r#"{{/*
A version by its @key@: what it says itself, over what `application` says for all versions.
Takes a list of the root context and the @key@; gives JSON.
*/}}
{{- define "@chart@.version" }}
{{- $application := (index . 0).Values.application }}
{{- $versions := $application.versions }}
{{- $key := index . 1 }}
@own@
@shared@
{{- include "@chart@.merged" (list ($own | default dict) $shared) }}
{{- end }}
"#;

const BY_NAME: &str = r#"{{- $own := index $versions $key }}
"#;

const BY_POSITION: &str = r#"{{- $own := dict }}
{{- if kindIs "slice" $versions }}
{{- $own = index $versions (int $key) }}
{{- else }}
{{- $own = index $versions $key }}
{{- end }}
"#;

const MERGED: &str = r#"{{/*
One map over another: maps merge to any depth, anything else replaces, null is absence.
*/}}
{{- define "@chart@.merged" }}
{{- $merged := deepCopy (index . 1) }}
{{- range $key, $over := index . 0 }}
{{- $under := get $merged $key }}
{{- if and (kindIs "map" $over) (kindIs "map" $under) }}
{{- $_ := set $merged $key (include "@chart@.merged" (list $over $under) | fromJson) }}
{{- else if not (kindIs "invalid" $over) }}
{{- $_ := set $merged $key $over }}
{{- end }}
{{- end }}
{{- $merged | toJson }}
{{- end }}
"#;

const JSON: &str = r#"{{/*
Any value on one line. Unlike toJson, it leaves no character raw that YAML reads as something else.
*/}}
{{- define "@chart@.json" }}
{{- if kindIs "map" . }}{
{{- range $i, $key := keys . | sortAlpha }}{{ if $i }}, {{ end }}{{ quote $key }}: {{ include "@chart@.json" (get $ $key) }}{{ end -}}
}
{{- else if kindIs "slice" . }}[
{{- range $i, $item := . }}{{ if $i }}, {{ end }}{{ include "@chart@.json" $item }}{{ end -}}
]
{{- else if kindIs "string" . }}{{ quote . }}
{{- else }}{{ toJson . }}
{{- end }}
{{- end }}
"#;

const ROUTING: &str = r#"{{/*
Any value inside a template that the Iter8 controller executes: nothing in it begins an action or a tag there.
*/}}
{{- define "@chart@.routing" }}
{{- include "@chart@.json" . | replace "{{" `{\x7b` | replace "<" `\x3c` }}
{{- end }}
"#;

const TEXT: &str = r#"{{/*
A scalar as a part of a text.
*/}}
{{- define "@chart@.text" }}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ toJson . }}{{ end }}
{{- end }}
"#;

const NAME: &str = r#"{{/*
Fails unless a name is a DNS label. Takes a list of what it is called and the name.
*/}}
{{- define "@chart@.name" }}
{{- $name := index . 1 }}
{{- $why := "" }}
{{- if gt (len $name) 63 }}
{{- $why = printf @TOO_LONG@ (toString (len $name)) }}
{{- else if regexMatch "[^-a-z0-9]" $name }}
{{- $why = printf @NOT_IN_DNS_LABEL@ (regexFind "[^-a-z0-9]" $name) }}
{{- else if or (hasPrefix "-" $name) (hasSuffix "-" $name) }}
{{- $why = @EDGES@ }}
{{- end }}
{{- if $why }}{{ fail (printf @NAME@ (index . 0) $name $why) }}{{ end }}
{{- end }}
"#;

const LABEL: &str = r#"{{/*
Fails unless a text is a label's value. Takes a list of the label and the text.
*/}}
{{- define "@chart@.label" }}
{{- $value := index . 1 }}
{{- $why := "" }}
{{- if gt (len $value) 63 }}
{{- $why = printf @TOO_LONG@ (toString (len $value)) }}
{{- else if regexMatch "[^-A-Za-z0-9_.]" $value }}
{{- $why = printf @NOT_IN_LABEL@ (regexFind "[^-A-Za-z0-9_.]" $value) }}
{{- else if regexMatch "^[^A-Za-z0-9]|[^A-Za-z0-9]$" $value }}
{{- $why = @EDGES@ }}
{{- end }}
{{- if $why }}{{ fail (printf @LABEL_VALUE@ $value (index . 0) $why) }}{{ end }}
{{- end }}
"#;

//! `templates/_helpers.tpl`: the named templates of a chart.

use std::cell::Cell;

use super::reference::{literal, push_literal};
use crate::node::Node;
use crate::plan::words;
use crate::spec::{names, workload};

/// The named templates, each of which is there if something includes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helper {
    /// A version's values, over what it inherits.
    Version,
    /// Any value as a part of YAML.
    Json,
    /// Any value as a part of a template of the Iter8 controller's.
    Routing,
    /// A scalar as a part of a text.
    Text,
    /// The rule for names.
    Name,
    /// The rule for the values of labels.
    Label,
}

impl Helper {
    fn name(self) -> &'static str {
        match self {
            Helper::Version => "version",
            Helper::Json => "json",
            Helper::Routing => "routing",
            Helper::Text => "text",
            Helper::Name => "name",
            Helper::Label => "label",
        }
    }
}

/// The named templates that a chart includes, one bit each.
#[derive(Debug, Default)]
pub struct Helpers(Cell<u8>);

impl Helpers {
    /// Appends `include "CHART.NAME"`, which needs that template.
    pub fn push_include(&self, helper: Helper, chart: &str, out: &mut String) {
        self.0.set(self.0.get() | 1 << helper as u8);
        ["include \"", chart, ".", helper.name(), "\""].iter().for_each(|part| out.push_str(part));
    }

    fn has(&self, helper: Helper) -> bool {
        self.0.get() & 1 << helper as u8 != 0
    }

    /// The file, for a chart called `chart` of an application that says `application` for all its versions.
    pub fn file(&self, chart: &str, application: &Node) -> String {
        let mut out = String::with_capacity(4096);
        let templates = [
            (self.has(Helper::Version), VERSION),
            (self.has(Helper::Version), MERGED),
            (self.has(Helper::Json) || self.has(Helper::Routing), JSON),
            (self.has(Helper::Routing), ROUTING),
            (self.has(Helper::Text), TEXT),
            (self.has(Helper::Name), NAME),
            (self.has(Helper::Label), LABEL),
        ];
        for (_, text) in templates.into_iter().filter(|(is_included, _)| *is_included) {
            if !out.is_empty() {
                out.push('\n');
            }
            fill(text, chart, application, &mut out);
        }
        out
    }
}

/// Appends `text` with what stands for each `@…@` in it.
fn fill(text: &str, chart: &str, application: &Node, out: &mut String) {
    let by_position = matches!(application.get("versions"), Some(Node::Seq(..)));
    for (i, part) in text.split('@').enumerate() {
        match part {
            part if i % 2 == 0 => out.push_str(part),
            "chart" => out.push_str(chart),
            "key" => out.push_str(if by_position { "position" } else { "name" }),
            "lookup" => out.push_str(if by_position { BY_POSITION } else { BY_NAME }),
            "shared" => shared(application, out),
            "EMPTY" => push_literal(names::EMPTY, out),
            "TOO_LONG" => push_literal(names::TOO_LONG, out),
            "NOT_IN_DNS_LABEL" => push_literal(names::NOT_IN_DNS_LABEL, out),
            "NOT_IN_LABEL" => push_literal(names::NOT_IN_LABEL, out),
            "EDGES" => push_literal(names::EDGES, out),
            "NAME" => push_literal(words::NAME, out),
            "LABEL_VALUE" => push_literal(words::LABEL_VALUE, out),
            _ => {}
        }
    }
}

/// What versions inherit.
fn shared(application: &Node, out: &mut String) {
    let fields = application.entries().iter().filter_map(|(key, _)| key.text());
    let fields: Vec<String> = fields.filter(|key| workload::all().any(|field| field.name == key)).collect();
    let fields: String = fields.iter().map(|key| format!(" {}", literal(key))).collect();
    match fields.as_str() {
        "" => out.push_str("{{- $shared := dict }}"),
        fields => out.push_str(&format!("{{{{- $shared := pick $application{fields} }}}}")),
    }
    let metadata = application.get("metadata");
    let given = ["labels", "annotations"].iter().filter(|key| metadata.is_some_and(|map| map.get(key).is_some()));
    let fields: String = given.map(|key| format!(" \"{key}\"")).collect();
    if !fields.is_empty() {
        out.push_str("\n{{- with $application.metadata }}\n");
        out.push_str(&format!("{{{{- $_ := set $shared \"metadata\" (pick .{fields}) }}}}\n"));
        out.push_str("{{- end }}");
    }
}

const VERSION: &str = r#"{{/*
A version by its @key@: what it says itself, over what `application` says for all versions.
Takes a list of the root context and the @key@; gives JSON.
*/}}
{{- define "@chart@.version" }}
{{- $application := (index . 0).Values.application }}
{{- $versions := $application.versions }}
{{- $key := index . 1 }}
@lookup@
@shared@
{{- $shared = include "@chart@.merged" (list $shared dict) | fromJson }}
{{- include "@chart@.merged" (list ($own | default dict) $shared) }}
{{- end }}
"#;

const BY_NAME: &str = "{{- $own := index $versions $key }}";

const BY_POSITION: &str = r#"{{- $own := dict }}
{{- if kindIs "slice" $versions }}
{{- $own = index $versions (int $key) }}
{{- else }}
{{- $own = index $versions $key }}
{{- end }}"#;

const MERGED: &str = r#"{{/*
One map over another: maps merge to any depth, anything else replaces, null is absence.
*/}}
{{- define "@chart@.merged" }}
{{- $merged := deepCopy (index . 1) }}
{{- range $key, $over := index . 0 }}
{{- $under := get $merged $key }}
{{- if kindIs "map" $over }}
{{- if not (kindIs "map" $under) }}{{ $under = dict }}{{ end }}
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
{{- $name := toString (index . 1) }}
{{- $why := "" }}
{{- if not $name }}
{{- $why = @EMPTY@ }}
{{- else if gt (len $name) 63 }}
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
{{- $value := toString (index . 1) }}
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

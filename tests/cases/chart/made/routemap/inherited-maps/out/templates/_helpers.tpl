{{/*
A version by its position: what it says itself, over what `application` says for all versions.
Takes a list of the root context and the position; gives JSON.
*/}}
{{- define "wisdom.version" }}
{{- $application := (index . 0).Values.application }}
{{- $versions := $application.versions }}
{{- $key := index . 1 }}
{{- $own := dict }}
{{- if kindIs "slice" $versions }}
{{- $own = index $versions (int $key) }}
{{- else }}
{{- $own = index $versions $key }}
{{- end }}
{{- $shared := pick $application "resources" "config" "port" }}
{{- $shared = include "wisdom.merged" (list $shared dict) | fromJson }}
{{- include "wisdom.merged" (list ($own | default dict) $shared) }}
{{- end }}

{{/*
One map over another: maps merge to any depth, anything else replaces, null is absence.
*/}}
{{- define "wisdom.merged" }}
{{- $merged := deepCopy (index . 1) }}
{{- range $key, $over := index . 0 }}
{{- $under := get $merged $key }}
{{- if kindIs "map" $over }}
{{- if not (kindIs "map" $under) }}{{ $under = dict }}{{ end }}
{{- $_ := set $merged $key (include "wisdom.merged" (list $over $under) | fromJson) }}
{{- else if not (kindIs "invalid" $over) }}
{{- $_ := set $merged $key $over }}
{{- end }}
{{- end }}
{{- $merged | toJson }}
{{- end }}

{{/*
Any value on one line. Unlike toJson, it leaves no character raw that YAML reads as something else.
*/}}
{{- define "wisdom.json" }}
{{- if kindIs "map" . }}{
{{- range $i, $key := keys . | sortAlpha }}{{ if $i }}, {{ end }}{{ quote $key }}: {{ include "wisdom.json" (get $ $key) }}{{ end -}}
}
{{- else if kindIs "slice" . }}[
{{- range $i, $item := . }}{{ if $i }}, {{ end }}{{ include "wisdom.json" $item }}{{ end -}}
]
{{- else if kindIs "string" . }}{{ quote . }}
{{- else }}{{ toJson . }}
{{- end }}
{{- end }}

{{/*
Fails unless a name is a DNS label. Takes a list of what it is called and the name.
*/}}
{{- define "wisdom.name" }}
{{- $name := toString (index . 1) }}
{{- $why := "" }}
{{- if not $name }}
{{- $why = "it is empty" }}
{{- else if gt (len $name) 63 }}
{{- $why = printf "it has %s characters; 63 is the most" (toString (len $name)) }}
{{- else if regexMatch "[^-a-z0-9]" $name }}
{{- $why = printf "`%s` cannot stand in it; lower-case letters, digits and `-` can" (regexFind "[^-a-z0-9]" $name) }}
{{- else if or (hasPrefix "-" $name) (hasSuffix "-" $name) }}
{{- $why = "it must begin and end with a letter or a digit" }}
{{- end }}
{{- if $why }}{{ fail (printf "%s `%s` is not one that Kubernetes takes: %s" (index . 0) $name $why) }}{{ end }}
{{- end }}

{{- define "weight" -}}
{{- $versions := .root.Values.versions -}}
{{- $version := dict -}}
{{- if kindIs "slice" $versions }}{{ $version = index $versions .index }}{{ else }}{{ $version = index $versions (toString .index) }}{{ end -}}
{{- dig "weight" 1 $version | int64 -}}
{{- end -}}

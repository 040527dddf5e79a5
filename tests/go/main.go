// The Go side of helmwright's conformance tests: what Helm, kubectl and Iter8 themselves make of an input.
//
// Usage: helmwright-conformance yaml|set|execute
//
// It reads one JSON request a line from standard input and writes one line of JSON for each to standard output,
// in the same order. A request that cannot be carried out, or that makes the Go code panic, is answered with
// {"error": "..."}; only a line that is not JSON ends the program.
//
//	yaml     {"text": "...", "lax": false}
//	         Reads the YAML documents of text, split at the `---` lines, each as sigs.k8s.io/yaml does when it is
//	         strict, or, with lax, as it does when it is not, which is how Helm reads values: it is strict that
//	         refuses equal keys, those that `<<` brings included. A part before the first such line that holds
//	         nothing but blanks, comments and directives is no document.
//	         {"docs": [...]}: each document as the JSON that sigs.k8s.io/yaml makes of it, its numbers untouched.
//
//	set      {"base": {...}, "flag": "set|set-string|set-json|set-literal", "text": "..."}
//	         Applies one flag to base with Helm 3's strvals, as its pkg/cli/values/options.go does. A --set-json
//	         that is a whole JSON object is merged into base as Helm 4 does; Helm 3 knows no such form.
//	         {"value": {...}}: base after that.
//
//	execute  {"template": "...", "weights": [60, 0]}
//	         Executes template as Iter8's controller does: html/template, missingkey=zero, the data a struct with
//	         the one field Weights []uint32.
//	         {"text": "..."}: what it wrote.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"strings"

	"helmwright-conformance/serve"

	"helm.sh/helm/v3/pkg/strvals"
	"sigs.k8s.io/yaml"
)

func main() {
	commands := map[string]serve.Command{
		"yaml":    readYAML,
		"set":     applySet,
		"execute": executeTemplate,
	}
	if len(os.Args) != 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: helmwright-conformance yaml|set|execute")
		os.Exit(2)
	}
	if err := serve.Lines(os.Stdin, os.Stdout, commands[os.Args[1]]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func readYAML(line []byte) (serve.Answer, error) {
	var request struct {
		Text string
		Lax  bool
	}
	if err := serve.Decode(line, &request); err != nil {
		return nil, err
	}
	convert := yaml.YAMLToJSONStrict
	if request.Lax {
		convert = yaml.YAMLToJSON
	}
	docs := []json.RawMessage{}
	for _, document := range documents(request.Text) {
		data, err := convert([]byte(document))
		if err != nil {
			return nil, err
		}
		docs = append(docs, data)
	}
	return serve.Answer{"docs": docs}, nil
}

// documents splits text at its `---` lines; what follows the marker on its line belongs to the document.
func documents(text string) []string {
	var parts []string
	var current strings.Builder
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if rest, ok := strings.CutPrefix(line, "---"); ok && (rest == "" || strings.ContainsRune(" \t\r\n", rune(rest[0]))) {
			parts = append(parts, current.String())
			current.Reset()
			line = rest
		}
		current.WriteString(line)
	}
	parts = append(parts, current.String())
	if blank(parts[0]) {
		parts = parts[1:]
	}
	return parts
}

// blank says whether text holds nothing but blanks, comments and directives.
func blank(text string) bool {
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if trimmed != "" && trimmed[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

func applySet(line []byte) (serve.Answer, error) {
	var request struct {
		Base map[string]any
		Flag string
		Text string
	}
	if err := serve.Decode(line, &request); err != nil {
		return nil, err
	}
	base, err := request.Base, error(nil)
	if base == nil {
		base = map[string]any{}
	}
	switch request.Flag {
	case "set":
		err = strvals.ParseInto(request.Text, base)
	case "set-string":
		err = strvals.ParseIntoString(request.Text, base)
	case "set-literal":
		err = strvals.ParseLiteralInto(request.Text, base)
	case "set-json":
		if whole := strings.TrimSpace(request.Text); strings.HasPrefix(whole, "{") {
			var object map[string]any
			if err = json.Unmarshal([]byte(whole), &object); err == nil {
				merge(base, object)
			}
		} else {
			err = strvals.ParseJSON(request.Text, base)
		}
	default:
		err = fmt.Errorf("no such flag: %q", request.Flag)
	}
	if err != nil {
		return nil, err
	}
	return serve.Answer{"value": base}, nil
}

// merge puts the entries of from into base, maps into maps; anything else replaces what was there.
func merge(base, from map[string]any) {
	for key, value := range from {
		inner, isMap := value.(map[string]any)
		if old, ok := base[key].(map[string]any); ok && isMap {
			merge(old, inner)
		} else {
			base[key] = value
		}
	}
}

func executeTemplate(line []byte) (serve.Answer, error) {
	var request struct {
		Template string
		Weights  []uint32
	}
	if err := serve.Decode(line, &request); err != nil {
		return nil, err
	}
	parsed, err := template.New("").Option("missingkey=zero").Parse(request.Template)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, struct{ Weights []uint32 }{request.Weights}); err != nil {
		return nil, err
	}
	return serve.Answer{"text": out.String()}, nil
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"
)

// shown is how many differences are reported at most.
const shown = 8

var separator = regexp.MustCompile(`(?m)^---.*$`)

// differences compares two streams of manifests by meaning.
//
// Objects pair up by apiVersion, kind, namespace and name. Their order, nulls, and empty labels and annotations do not
// count; types do, and so does every digit of a number. A routemap's strSpec is what it holds, and its templates are
// what they give when the Iter8 controller executes them, whichever of the versions are available.
func differences(expected, actual string) ([]string, error) {
	want, err := objects(expected)
	if err != nil {
		return nil, fmt.Errorf("what was expected: %w", err)
	}
	got, err := objects(actual)
	if err != nil {
		return []string{err.Error()}, nil
	}
	c := comparison{found: []string{}}
	for _, key := range union(want, got) {
		w, wanted := want[key]
		g, there := got[key]
		switch {
		case !there:
			c.add("%s is missing", key)
		case !wanted:
			c.add("%s should not be there", key)
		default:
			c.compare(key, w, g)
		}
	}
	return c.found, nil
}

// objects reads a stream as kubectl does.
func objects(stream string) (map[string]any, error) {
	found := map[string]any{}
	for _, document := range separator.Split(stream, -1) {
		value, err := read(document)
		if err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, document)
		}
		if value == nil {
			continue
		}
		object, isMap := value.(map[string]any)
		if !isMap {
			return nil, fmt.Errorf("no object: %s", document)
		}
		metadata, _ := object["metadata"].(map[string]any)
		key := fmt.Sprintf("%v %v %v/%v", object["apiVersion"], object["kind"], metadata["namespace"], metadata["name"])
		if _, twice := found[key]; twice {
			return nil, fmt.Errorf("%s comes twice", key)
		}
		found[key] = pruned(object)
	}
	return found, nil
}

// read reads one document; numbers keep their digits.
func read(document string) (any, error) {
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return nil, err
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return value, decoder.Decode(&value)
}

// pruned drops what means no more than its absence.
func pruned(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			inner = pruned(inner)
			entries, isMap := inner.(map[string]any)
			if inner == nil || isMap && len(entries) == 0 && (key == "labels" || key == "annotations") {
				delete(value, key)
			} else {
				value[key] = inner
			}
		}
	case []any:
		for i := range value {
			value[i] = pruned(value[i])
		}
	}
	return value
}

type comparison struct{ found []string }

func (c *comparison) add(format string, arguments ...any) {
	if len(c.found) < shown {
		c.found = append(c.found, fmt.Sprintf(format, arguments...))
	}
}

func (c *comparison) compare(path string, want, got any) {
	if reflect.DeepEqual(want, got) {
		return
	}
	switch w := want.(type) {
	case map[string]any:
		if g, isMap := got.(map[string]any); isMap {
			for _, key := range union(w, g) {
				c.compare(fmt.Sprintf("%s .%s", path, key), w[key], g[key])
			}
			return
		}
	case []any:
		if g, isList := got.([]any); isList && len(w) == len(g) {
			for i := range w {
				c.compare(fmt.Sprintf("%s[%d]", path, i), w[i], g[i])
			}
			return
		}
	case string:
		if g, isString := got.(string); isString {
			if w, g, ok := routemaps(w, g); ok {
				c.compare(path, w, g)
				return
			}
		}
	}
	c.add("%s: expected %s, not %s", path, text(want), text(got))
}

// routemaps gives the routemaps that both strings hold, their templates executed.
func routemaps(a, b string) (any, any, bool) {
	x, first := routemap(a)
	y, second := routemap(b)
	return x, y, first && second
}

func routemap(spec string) (any, bool) {
	value, err := read(spec)
	entries, isMap := value.(map[string]any)
	versions, isList := entries["versions"].([]any)
	templates, _ := entries["routingTemplates"].(map[string]any)
	if err != nil || !isMap || !isList {
		return nil, false
	}
	for _, entry := range templates {
		fields, _ := entry.(map[string]any)
		if source, isString := fields["template"].(string); isString {
			fields["template"] = executed(source, len(versions))
		}
	}
	return entries, true
}

// executed gives what a routing template makes with each subset of the versions available.
func executed(source string, versions int) any {
	parsed, err := template.New("").Option("missingkey=zero").Parse(source)
	if err != nil {
		return err.Error()
	}
	results := map[string]any{}
	for subset := range 1 << versions {
		weights := make([]uint32, versions)
		for i := range weights {
			if subset>>i&1 == 0 {
				weights[i] = uint32(60 - 7*i)
			}
		}
		var out bytes.Buffer
		if err := parsed.Execute(&out, struct{ Weights []uint32 }{weights}); err != nil {
			return err.Error()
		}
		value, err := read(out.String())
		if err != nil {
			return err.Error()
		}
		results[fmt.Sprint(weights)] = pruned(value)
	}
	return results
}

func union(a, b map[string]any) []string {
	keys := maps.Clone(a)
	maps.Copy(keys, b)
	return slices.Sorted(maps.Keys(keys))
}

func text(value any) string {
	if value == nil {
		return "nothing"
	}
	out, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	if len(out) > 300 {
		out = append(out[:300], "…"...)
	}
	return string(out)
}

// What `helm template` and `helm lint --strict` of Helm 3 and Helm 4 do with a chart, without starting Helm anew for
// each: their own packages, called as their commands call them.
//
// It reads one JSON request a line from standard input and writes one line of JSON for each to standard output, in
// the same order. Each request has
//
//	helm         3 or 4
//	command      template, lint, or time
//	chart        the chart's folder
//	name         the release's name; lint has none
//	namespace    and its namespace
//	values       the texts of the -f files
//	set, set-string, set-json, set-file, set-literal
//	             the arguments of those flags
//	kubeVersion  --kube-version
//	expected     for template: manifests to compare with
//	count        for time: how many times the chart is rendered
//
// of which only the first three are needed. What Helm refuses is answered with {"error": "..."}. Other answers are
//
//	template     {"manifests": "...", "notes": "...", "warnings": "...", "differences": ["..."]}
//	             what Helm writes to standard output, NOTES.txt rendered, what Helm logs; and, if manifests were
//	             expected, how the objects differ from theirs: see objects.go.
//	lint         {"messages": ["[INFO] ..."], "failed": false, "warnings": "..."}
//	time         {"seconds": 1.5}: see time.go; of Helm 4 only
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"

	"helmwright-conformance/serve"
)

// A request is one line of the input.
type request struct {
	Helm        int
	Command     string
	Chart       string
	Name        string
	Namespace   string
	Values      []string
	Set         []string
	SetString   []string `json:"set-string"`
	SetJSON     []string `json:"set-json"`
	SetFile     []string `json:"set-file"`
	SetLiteral  []string `json:"set-literal"`
	KubeVersion string   `json:"kubeVersion"`
	Expected    *string
	Count       int
}

// A helm is one of Helm's major versions.
type helm interface {
	// template gives the manifests and the notes.
	template(request) (string, string, error)
	// lint gives the messages, and whether the chart failed.
	lint(request) ([]string, bool, error)
}

func main() {
	// Helm logs through the standard logger, and some of it through the default one of log/slog, which ends there.
	log.SetFlags(0)
	if err := serve.Lines(os.Stdin, os.Stdout, answer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(line []byte) (serve.Answer, error) {
	var r request
	if err := serve.Decode(line, &r); err != nil {
		return nil, err
	}
	version, known := map[int]helm{3: helm3{}, 4: helm4{}}[r.Helm]
	if !known {
		return nil, fmt.Errorf("there is no Helm %d here", r.Helm)
	}
	var logged bytes.Buffer
	log.SetOutput(&logged)
	switch r.Command {
	case "template":
		manifests, notes, err := version.template(r)
		if err != nil {
			return nil, err
		}
		result := serve.Answer{"manifests": manifests, "notes": notes, "warnings": logged.String()}
		if r.Expected != nil {
			result["differences"], err = differences(*r.Expected, manifests)
		}
		return result, err
	case "lint":
		messages, failed, err := version.lint(r)
		return serve.Answer{"messages": messages, "failed": failed, "warnings": logged.String()}, err
	case "time":
		seconds, err := timed(r)
		return serve.Answer{"seconds": seconds}, err
	default:
		return nil, fmt.Errorf("there is no command %q", r.Command)
	}
}

// scheme is what the names of the files begin with that stand for the texts of a request.
const scheme = "text"

// files names the texts of a request in place of the -f files.
func (r request) files() []string {
	var files []string
	for i := range r.Values {
		files = append(files, fmt.Sprintf("%s:%d", scheme, i))
	}
	return files
}

// text gives the text that files calls name.
func (r request) text(name string) (*bytes.Buffer, error) {
	var i int
	if _, err := fmt.Sscanf(name, scheme+":%d", &i); err != nil || i >= len(r.Values) {
		return nil, fmt.Errorf("no text is called %q", name)
	}
	return bytes.NewBufferString(r.Values[i]), nil
}

// stream is what `helm template` writes: the manifest, then the hooks.
func stream(manifest string, hooks []string) string {
	return strings.TrimSpace(manifest) + "\n" + strings.Join(hooks, "")
}

// hook is one hook in a stream.
func hook(path, manifest string) string {
	return fmt.Sprintf("---\n# Source: %s\n%s\n", path, manifest)
}

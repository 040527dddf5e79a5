package main

import (
	"bytes"
	"fmt"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
)

// helm3 does what cmd/helm of helm.sh/helm/v3 does.
type helm3 struct{}

// text3 gives a request's texts to Helm 3.
type text3 struct{ request }

func (t text3) Get(url string, _ ...getter.Option) (*bytes.Buffer, error) { return t.text(url) }

func (helm3) values(r request) (map[string]any, error) {
	options := values.Options{
		ValueFiles:    r.files(),
		Values:        r.Set,
		StringValues:  r.SetString,
		JSONValues:    r.SetJSON,
		FileValues:    r.SetFile,
		LiteralValues: r.SetLiteral,
	}
	return options.MergeValues(getter.Providers{{
		Schemes: []string{scheme},
		New:     func(...getter.Option) (getter.Getter, error) { return text3{r}, nil },
	}})
}

func (helm3) kubeVersion(r request) (*chartutil.KubeVersion, error) {
	if r.KubeVersion == "" {
		return nil, nil
	}
	return chartutil.ParseKubeVersion(r.KubeVersion)
}

// template follows runInstall and newTemplateCmd.
func (h helm3) template(r request) (string, string, error) {
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.DryRunOption = "true"
	install.DryRun = true
	install.Replace = true
	install.ClientOnly = true
	install.ReleaseName = r.Name
	install.Namespace = r.Namespace
	var err error
	if install.KubeVersion, err = h.kubeVersion(r); err != nil {
		return "", "", err
	}
	own, err := h.values(r)
	if err != nil {
		return "", "", err
	}
	// A render may change the chart that it is given, so each has its own.
	chart, err := loader.Load(r.Chart)
	if err != nil {
		return "", "", err
	}
	if kind := chart.Metadata.Type; kind != "" && kind != "application" {
		return "", "", fmt.Errorf("%s charts are not installable", kind)
	}
	if err := action.CheckDependencies(chart, chart.Metadata.Dependencies); err != nil {
		return "", "", err
	}
	release, err := install.Run(chart, own)
	if err != nil {
		return "", "", err
	}
	var hooks []string
	for _, h := range release.Hooks {
		hooks = append(hooks, hook(h.Path, h.Manifest))
	}
	return stream(release.Manifest, hooks), release.Info.Notes, nil
}

// lint follows newLintCmd.
func (h helm3) lint(r request) ([]string, bool, error) {
	lint := action.NewLint()
	lint.Strict = true
	lint.Namespace = r.Namespace
	var err error
	if lint.KubeVersion, err = h.kubeVersion(r); err != nil {
		return nil, false, err
	}
	own, err := h.values(r)
	if err != nil {
		return nil, false, err
	}
	result := lint.Run([]string{r.Chart}, own)
	messages := []string{}
	for _, message := range result.Messages {
		messages = append(messages, message.Error())
	}
	if len(messages) == 0 {
		for _, err := range result.Errors {
			messages = append(messages, "Error "+err.Error())
		}
	}
	return messages, len(result.Errors) > 0, nil
}

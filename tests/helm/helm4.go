package main

import (
	"bytes"
	"fmt"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/cli/values"
	"helm.sh/helm/v4/pkg/getter"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// helm4 does what pkg/cmd of helm.sh/helm/v4 does.
type helm4 struct{}

// text4 gives a request's texts to Helm 4.
type text4 struct{ request }

func (t text4) Get(url string, _ ...getter.Option) (*bytes.Buffer, error) { return t.text(url) }

func (helm4) values(r request) (map[string]any, error) {
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
		New:     func(...getter.Option) (getter.Getter, error) { return text4{r}, nil },
	}})
}

func (helm4) kubeVersion(r request) (*common.KubeVersion, error) {
	if r.KubeVersion == "" {
		return nil, nil
	}
	return common.ParseKubeVersion(r.KubeVersion)
}

// template follows runInstall and newTemplateCmd.
func (h helm4) template(r request) (string, string, error) {
	install := action.NewInstall(action.NewConfiguration())
	install.DryRunStrategy = action.DryRunClient
	install.Replace = true
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
	charter, err := loader.Load(r.Chart)
	if err != nil {
		return "", "", err
	}
	accessor, err := chart.NewAccessor(charter)
	if err != nil {
		return "", "", err
	}
	if kind, _ := accessor.MetadataAsMap()["Type"].(string); kind != "" && kind != "application" {
		return "", "", fmt.Errorf("%s charts are not installable", kind)
	}
	if err := action.CheckDependencies(charter, accessor.MetaDependencies()); err != nil {
		return "", "", err
	}
	releaser, err := install.Run(charter, own)
	if err != nil {
		return "", "", err
	}
	made, ok := releaser.(*release.Release)
	if !ok {
		return "", "", fmt.Errorf("a release is a %T", releaser)
	}
	var hooks []string
	for _, h := range made.Hooks {
		hooks = append(hooks, hook(h.Path, h.Manifest))
	}
	return stream(made.Manifest, hooks), made.Info.Notes, nil
}

// lint follows newLintCmd.
func (h helm4) lint(r request) ([]string, bool, error) {
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

// Command helmwright-argocd has Argo CD's gitops-engine sync a cluster that is only a map: for each line with the objects
// that are there (`live`), those in Git (`target`) and the names of those that never get ready (`sick`), it answers with
// what the engine did, in order.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube/kubetest"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/kubectl/pkg/cmd/util"
)

type request struct {
	Live   []*unstructured.Unstructured `json:"live"`
	Target []*unstructured.Unstructured `json:"target"`
	Sick   []string                     `json:"sick"`
}

type event struct {
	Do   string `json:"do"`
	Kind string `json:"kind"`
	Name string `json:"name"`
}

type answer struct {
	Phase   string  `json:"phase"`
	Message string  `json:"message"`
	Events  []event `json:"events"`
}

// How often an object is looked at before it is healthy, and how often the engine is asked to go on.
const (
	slow     = 2
	patience = 60
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(run(asked)); err != nil {
			panic(err)
		}
	}
}

// cluster is all the engine sees.
type cluster struct {
	objects map[kube.ResourceKey]*unstructured.Unstructured
	looks   map[kube.ResourceKey]int
	sick    map[string]bool
	events  []event
}

func run(asked request) answer {
	c := &cluster{
		objects: map[kube.ResourceKey]*unstructured.Unstructured{},
		looks:   map[kube.ResourceKey]int{},
		sick:    map[string]bool{},
	}
	for _, object := range asked.Live {
		c.objects[kube.GetResourceKey(object)] = object
		c.looks[kube.GetResourceKey(object)] = slow
	}
	for _, name := range asked.Sick {
		c.sick[name] = true
	}
	server := httptest.NewServer(discovery(append(asked.Live, asked.Target...)))
	defer server.Close()
	config := &rest.Config{Host: server.URL}
	started := time.Now()
	phase, message, results := common.OperationPhase(common.OperationRunning), "", []common.ResourceSyncResult{}
	for i := 0; i < patience && !phase.Completed(); i++ {
		engine, cleanup, err := sync.NewSyncContext("revision", c.state(asked.Target), config, config, kubectl{&kubetest.MockKubectlCmd{}, c}, "prod",
			sync.WithLogr(logr.Discard()),
			sync.WithOperationSettings(false, true, false, false),
			sync.WithInitialState(phase, message, results, metav1.NewTime(started)),
			sync.WithHealthOverride(c),
		)
		if err != nil {
			panic(err)
		}
		engine.Sync()
		phase, message, results = engine.GetState()
		cleanup()
	}
	return answer{string(phase), message, c.events}
}

// state pairs what is in Git with what is there.
func (c *cluster) state(target []*unstructured.Unstructured) sync.ReconciliationResult {
	var result sync.ReconciliationResult
	wanted := map[kube.ResourceKey]bool{}
	for _, object := range target {
		key := kube.GetResourceKey(object)
		wanted[key] = true
		result.Target = append(result.Target, object.DeepCopy())
		result.Live = append(result.Live, c.objects[key])
	}
	for key, object := range c.objects {
		if !wanted[key] {
			result.Target = append(result.Target, nil)
			result.Live = append(result.Live, object)
		}
	}
	return result
}

func (c *cluster) note(do string, object *unstructured.Unstructured) {
	c.events = append(c.events, event{do, object.GetKind(), object.GetName()})
}

// GetResourceHealth says that an object is healthy after a while.
func (c *cluster) GetResourceHealth(object *unstructured.Unstructured) (*health.HealthStatus, error) {
	key := kube.GetResourceKey(object)
	c.looks[key]++
	if c.looks[key] <= slow || c.sick[object.GetName()] {
		return &health.HealthStatus{Status: health.HealthStatusProgressing}, nil
	}
	if c.looks[key] == slow+1 {
		c.note("healthy", object)
	}
	return &health.HealthStatus{Status: health.HealthStatusHealthy}, nil
}

func (c *cluster) put(object *unstructured.Unstructured, strategy util.DryRunStrategy) (string, error) {
	if strategy == util.DryRunNone {
		key := kube.GetResourceKey(object)
		c.objects[key] = object.DeepCopy()
		c.looks[key] = 0
		c.note("apply", object)
	}
	return "", nil
}

// kubectl is how the engine reads and deletes.
type kubectl struct {
	*kubetest.MockKubectlCmd
	cluster *cluster
}

func (k kubectl) ManageResources(*rest.Config) (kube.ResourceOperations, func(), error) {
	return operations{&kubetest.MockResourceOps{}, k.cluster}, func() {}, nil
}

func (k kubectl) GetResource(_ context.Context, _ *rest.Config, gvk schema.GroupVersionKind, name, namespace string) (*unstructured.Unstructured, error) {
	return k.cluster.objects[kube.NewResourceKey(gvk.Group, gvk.Kind, namespace, name)], nil
}

func (k kubectl) DeleteResource(_ context.Context, _ *rest.Config, gvk schema.GroupVersionKind, name, namespace string, _ metav1.DeleteOptions) error {
	key := kube.NewResourceKey(gvk.Group, gvk.Kind, namespace, name)
	if object, found := k.cluster.objects[key]; found {
		delete(k.cluster.objects, key)
		k.cluster.note("delete", object)
	}
	return nil
}

// operations is how it applies.
type operations struct {
	*kubetest.MockResourceOps
	cluster *cluster
}

func (o operations) ApplyResource(_ context.Context, object *unstructured.Unstructured, strategy util.DryRunStrategy, _, _, _ bool, _ string) (string, error) {
	return o.cluster.put(object, strategy)
}

func (o operations) CreateResource(_ context.Context, object *unstructured.Unstructured, strategy util.DryRunStrategy, _ bool) (string, error) {
	return o.cluster.put(object, strategy)
}

// discovery serves the kinds of objects as a server that has just those.
func discovery(objects []*unstructured.Unstructured) http.Handler {
	kinds := map[schema.GroupVersion]map[string]bool{}
	for _, object := range objects {
		gvk := object.GroupVersionKind()
		if kinds[gvk.GroupVersion()] == nil {
			kinds[gvk.GroupVersion()] = map[string]bool{}
		}
		kinds[gvk.GroupVersion()][gvk.Kind] = true
	}
	mux := http.NewServeMux()
	for version, names := range kinds {
		list := metav1.APIResourceList{
			TypeMeta:     metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"},
			GroupVersion: version.String(),
		}
		for kind := range names {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name: kind, Kind: kind, Namespaced: kind != "Namespace", Verbs: metav1.Verbs{"get", "create", "patch", "delete"},
			})
		}
		path := "/apis/" + version.String()
		if version.Group == "" {
			path = "/api/" + version.Version
		}
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(list)
		})
	}
	return mux
}

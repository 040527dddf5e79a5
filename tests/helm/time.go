package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/engine"
)

// timed gives the seconds that Helm 4's engine takes to render the chart of r that many times on all cores. Nothing else
// is in them: not the reading of the chart or of values, not its schema, not the sorting of what was rendered.
func timed(r request) (float64, error) {
	own, err := helm4{}.values(r)
	if err != nil {
		return 0, err
	}
	release := common.ReleaseOptions{Name: r.Name, Namespace: r.Namespace, IsInstall: true}
	var left atomic.Int64
	left.Store(int64(r.Count))
	errs := make([]error, runtime.GOMAXPROCS(0))
	work := make([]func() error, len(errs))
	for i := range work {
		// A render may change the chart that it is given.
		charter, err := loader.Load(r.Chart)
		if err != nil {
			return 0, err
		}
		work[i] = func() error {
			for left.Add(-1) >= 0 {
				values, err := util.ToRenderValuesWithSchemaValidation(charter, own, release, common.DefaultCapabilities, true)
				if err != nil {
					return err
				}
				if _, err := engine.Render(charter, values); err != nil {
					return err
				}
			}
			return nil
		}
	}
	var all sync.WaitGroup
	start := time.Now()
	for i := range work {
		all.Go(func() { errs[i] = work[i]() })
	}
	all.Wait()
	seconds := time.Since(start).Seconds()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return seconds, nil
}

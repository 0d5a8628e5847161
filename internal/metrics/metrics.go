// Package metrics counts what a process does, for Prometheus. Nothing in it names
// a person, a record or an address: requests are told apart by the route's
// template and the kind of status.
package metrics

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the counters of one process.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	ready    prometheus.Gauge
}

// New returns counters that stand at zero, beside those of the Go runtime and the
// process.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "boligklar_http_requests_total", Help: "Answered requests by method, route template and status.",
		}, []string{"method", "route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "boligklar_http_request_seconds", Help: "How long answers took, by method and route template.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route"}),
		ready: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "boligklar_ready", Help: "1 while the process takes requests, 0 while it starts or drains.",
		}),
	}
	m.registry.MustRegister(m.requests, m.took, m.ready,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// methods are the ones that are told apart; anyone may send another.
var methods = map[string]bool{http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodPut: true, http.MethodPatch: true, http.MethodDelete: true}

// Observe counts an answered request. route is a template, never a path.
func (m *Metrics) Observe(method, route string, status int, took time.Duration) {
	if !methods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(method, route, fmt.Sprint(status)).Inc()
	m.took.WithLabelValues(method, route).Observe(took.Seconds())
}

// Ready tells whether the process takes requests.
func (m *Metrics) Ready(ready bool) {
	if ready {
		m.ready.Set(1)
	} else {
		m.ready.Set(0)
	}
}

// Follow has a number read whenever Prometheus asks: how far a reader of the feed
// is behind, how much waits.
func (m *Metrics) Follow(name, help string, read func(context.Context) (float64, error)) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		v, err := read(ctx)
		if err != nil {
			return -1
		}
		return v
	}))
}

// Handler answers Prometheus at /metrics.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

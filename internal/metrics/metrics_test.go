package metrics

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestMetrics(t *testing.T) {
	m := New()
	m.Observe(http.MethodGet, "/households/:id", 200, 30*time.Millisecond)
	m.Observe(http.MethodGet, "/households/:id", 200, 300*time.Millisecond)
	m.Observe("BREW-A-SECRET", "(none)", 405, time.Millisecond)
	m.Ready(true)
	m.Follow("boligklar_behind", "h", func(context.Context) (float64, error) { return 7, nil })
	m.Follow("boligklar_unknown", "h", func(context.Context) (float64, error) { return 0, errors.New("gone") })
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	got := w.Body.String()
	for _, want := range []string{
		`boligklar_http_requests_total{method="GET",route="/households/:id",status="200"} 2`,
		`boligklar_http_requests_total{method="other",route="(none)",status="405"} 1`,
		`boligklar_http_request_seconds_bucket{method="GET",route="/households/:id",le="0.05"} 1`,
		"boligklar_ready 1", "boligklar_behind 7", "boligklar_unknown -1", "go_goroutines",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "SECRET") {
		t.Error("what anyone may send became a label")
	}
}

package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
)

// A request that is under way when the stop comes gets its whole answer.
func TestServeDrains(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started, finish := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(started)
		<-finish
		if _, err := io.WriteString(w, "whole"); err != nil {
			t.Error(err)
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, ln, handler) }()

	type answer struct {
		body string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		resp, err := http.Get("http://" + ln.Addr().String())
		if err != nil {
			answers <- answer{err: err}
			return
		}
		body, err := io.ReadAll(resp.Body)
		answers <- answer{string(body), errors.Join(err, resp.Body.Close())}
	}()

	<-started
	stop()
	for { // until the door is closed
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			break
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case err := <-served:
		t.Fatalf("got %v before the request was answered", err)
	default:
	}
	close(finish)
	if got := <-answers; got.err != nil || got.body != "whole" {
		t.Errorf("got %q, %v, want the whole answer", got.body, got.err)
	}
	if err := <-served; err != nil {
		t.Errorf("got %v from Serve, want nil", err)
	}
}

func TestServeReportsAFailedListener(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Serve(t.Context(), ln, http.NotFoundHandler()); err == nil {
		t.Error("got nil from Serve on a closed listener, want an error")
	}
}

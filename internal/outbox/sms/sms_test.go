package sms

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/outbox"
)

func TestSend(t *testing.T) {
	status := http.StatusAccepted
	var got map[string]string
	var header http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	transport, err := New(server.URL, "secret", "Rana")
	if err != nil {
		t.Fatal(err)
	}
	m := outbox.Message{Channel: outbox.SMS, To: "+4744667799", Text: "Hei på deg"}
	if err := transport.Send(t.Context(), "A1", m); err != nil {
		t.Fatal(err)
	}
	if got["to"] != "+4744667799" || got["text"] != "Hei på deg" || got["id"] != "A1" || got["from"] != "Rana" || header.Get("Authorization") != "Bearer secret" || header.Get("Idempotency-Key") != "A1" {
		t.Errorf("got %v with %v", got, header)
	}
	for _, test := range []struct {
		status    int
		permanent bool
	}{{400, true}, {404, true}, {422, true}, {302, true}, {401, false}, {429, false}, {500, false}, {503, false}} {
		status = test.status
		err := transport.Send(t.Context(), "A1", m)
		if f, ok := errors.AsType[*outbox.Failure](err); !ok || f.Permanent != test.permanent {
			t.Errorf("%d: got %v, want permanent %v", test.status, err, test.permanent)
		}
	}
	server.Close()
	if f, ok := errors.AsType[*outbox.Failure](transport.Send(t.Context(), "A1", m)); !ok || f.Permanent {
		t.Errorf("got %v from a gateway that is gone, want it tried again", f)
	}
}

func TestNew(t *testing.T) {
	for _, bad := range []string{"", "gateway", "ftp://gateway", "://"} {
		if _, err := New(bad, "", ""); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%q: got %v, want invalid", bad, err)
		}
	}
}

// Package sms delivers text messages through a gateway that takes HTTP.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/outbox"
)

// Transport posts messages to one gateway.
type Transport struct {
	url, token, from string
	client           *http.Client
}

// New returns the transport of a gateway. token goes along as a bearer token, ""
// for none; from is who the message says it is from. Errors: Invalid.
func New(gateway, token, from string) (*Transport, error) {
	u, err := url.Parse(gateway)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, apperr.New(apperr.Invalid, "BOLIGKLAR_SMS_URL must be an http or https address.")
	}
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Transport{gateway, token, from, client}, nil
}

// Send posts {"id", "from", "to", "text"} with the ID as Idempotency-Key too. Any
// status of 200 to 299 is delivered; 408, 425, 429 and 500 and up are tried again.
func (t *Transport) Send(ctx context.Context, id string, m outbox.Message) error {
	body, err := json.Marshal(map[string]string{"id": id, "from": t.from, "to": m.To, "text": m.Text})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url, bytes.NewReader(body))
	if err != nil {
		return &outbox.Failure{Reason: "the gateway's address cannot be used"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", id)
	if t.token != "" {
		req.Header.Set("Authorization", "Bearer "+t.token)
	}
	res, err := t.client.Do(req)
	if err != nil {
		return &outbox.Failure{Reason: "the SMS gateway does not answer"}
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	switch s := res.StatusCode; {
	case s >= 200 && s < 300:
		return nil
	case s == http.StatusRequestTimeout, s == http.StatusTooEarly, s == http.StatusTooManyRequests, s >= 500,
		s == http.StatusUnauthorized, s == http.StatusForbidden: // a token can be mended
		return &outbox.Failure{Reason: fmt.Sprintf("SMS gateway %d", s)}
	default:
		return &outbox.Failure{Reason: fmt.Sprintf("SMS gateway %d", s), Permanent: true}
	}
}

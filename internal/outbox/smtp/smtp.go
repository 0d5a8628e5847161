// Package smtp delivers e-mail through a mail server.
package smtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/outbox"
)

// Transport hands messages to one mail server.
type Transport struct {
	from    string
	domain  string // of the sender, which ends message IDs
	options []mail.Option
	host    string

	tlsFromStart bool
}

// New returns the transport of a server given as a URL, and of a sender given as
// an address with or without a name: "Boligklar <bolig@example.no>".
//
// smtps://user:password@host:465 speaks TLS from the start; smtp://host:587 turns
// to TLS and refuses to go on without it; smtp://host:25?tls=none, for a relay on
// the same machine or network, sends in the clear. Errors: Invalid.
func New(server, from string) (*Transport, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, apperr.New(apperr.Invalid, "BOLIGKLAR_SMTP_URL must have the form smtp://host:587 or smtps://host:465.")
	}
	m := mail.NewMsg()
	if err := m.From(from); err != nil {
		return nil, apperr.New(apperr.Invalid, "BOLIGKLAR_SENDER is not an e-mail address.")
	}
	address := m.GetFrom()[0].Address
	t := &Transport{from: from, domain: address[strings.LastIndex(address, "@")+1:], host: u.Hostname()}
	t.options = append(t.options, mail.WithTimeout(20*time.Second))
	switch {
	case u.Scheme == "smtps":
		t.tlsFromStart = true
		t.options = append(t.options, mail.WithSSLPort(false))
	case u.Query().Get("tls") == "none":
		t.options = append(t.options, mail.WithTLSPortPolicy(mail.NoTLS))
	case u.RawQuery == "":
		t.options = append(t.options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	default:
		return nil, apperr.New(apperr.Invalid, "BOLIGKLAR_SMTP_URL: only ?tls=none may follow the address.")
	}
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, apperr.New(apperr.Invalid, "BOLIGKLAR_SMTP_URL has a port that is no number.")
		}
		t.options = append(t.options, mail.WithPort(n))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		t.options = append(t.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	if _, err := mail.NewClient(t.host, t.options...); err != nil {
		return nil, apperr.New(apperr.Invalid, "BOLIGKLAR_SMTP_URL cannot be used.")
	}
	return t, nil
}

// Send hands the message to the server, with its ID as Message-ID.
func (t *Transport) Send(ctx context.Context, id string, m outbox.Message) error {
	msg := mail.NewMsg()
	if err := msg.From(t.from); err != nil {
		return &outbox.Failure{Reason: "the sender is not an address", Permanent: true}
	}
	if err := msg.To(m.To); err != nil {
		return &outbox.Failure{Reason: "not an e-mail address", Permanent: true}
	}
	msg.Subject(m.Title)
	msg.SetMessageIDWithValue(id + "@" + t.domain)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no out-of-office answers, please
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	options := t.options
	if !t.tlsFromStart {
		// The library leaves a connection open on which the greeting failed.
		var conn net.Conn
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			var err error
			conn, err = d.DialContext(ctx, network, address)
			return conn, err
		}
		defer func() {
			if conn != nil {
				_ = conn.Close()
			}
		}()
		options = append(slices.Clip(options), mail.WithDialContextFunc(dial))
	}
	client, err := mail.NewClient(t.host, options...)
	if err != nil {
		return &outbox.Failure{Reason: "the mail server's settings cannot be used"}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // a farewell that fails changes nothing
		return nil
	}
	// What the library says names the recipient, so it goes no further.
	f := &outbox.Failure{Reason: "the mail server does not answer"}
	if e, ok := errors.AsType[*mail.SendError](err); ok {
		f.Permanent = !e.IsTemp() && e.ErrorCode() >= 500
		f.Reason = "the mail server refused it"
		if code := e.ErrorCode(); code > 0 {
			f.Reason = fmt.Sprintf("SMTP %d", code)
		}
	}
	return f
}

package smtp

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/outbox"
)

// serve answers one connection as a mail server does, and returns its address
// and what it was told. refuse maps the beginning of a command to an answer.
func serve(t *testing.T, refuse map[string]string) (addr string, told chan string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	told = make(chan string, 1)
	go func() {
		defer func() { _ = ln.Close() }()
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil { // a client that leaves us waiting
			return
		}
		var all strings.Builder
		defer func() { told <- all.String() }()
		in := bufio.NewScanner(conn)
		say := func(s string) { _, _ = fmt.Fprintf(conn, "%s\r\n", s) }
		say("220 test")
		body := false
		for in.Scan() {
			line := in.Text()
			all.WriteString(line + "\n")
			if body {
				if line == "." {
					body = false
					say("250 taken")
				}
				continue
			}
			answer := "250 ok"
			switch {
			case strings.HasPrefix(line, "DATA"):
				answer, body = "354 go on", true
			case strings.HasPrefix(line, "QUIT"):
				say("221 bye")
				return
			}
			for begin, no := range refuse {
				if strings.HasPrefix(line, begin) {
					answer, body = no, false
				}
			}
			say(answer)
		}
	}()
	return ln.Addr().String(), told
}

var message = outbox.Message{Channel: outbox.Email, To: "kari@example.no", Title: "Er boligen ledig? Ja æøå", Text: "Hei\n\nMed hilsen\nKommunen"}

func TestSend(t *testing.T) {
	addr, told := serve(t, nil)
	transport, err := New("smtp://"+addr+"?tls=none", "Rana kommune <bolig@example.no>")
	if err != nil {
		t.Fatal(err)
	}
	if err := transport.Send(t.Context(), "A1", message); err != nil {
		t.Fatal(err)
	}
	got := <-told
	for _, want := range []string{"MAIL FROM:<bolig@example.no>", "RCPT TO:<kari@example.no>", "Message-ID: <A1@example.no>", "Auto-Submitted: auto-generated", "Subject: =?UTF-8?", "Med hilsen"} {
		if !strings.Contains(got, want) {
			t.Errorf("the server was not told %q:\n%s", want, got)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		name      string
		refuse    map[string]string
		permanent bool
	}{
		{"no such person", map[string]string{"RCPT": "550 kari@example.no unknown"}, true},
		{"mailbox full for now", map[string]string{"RCPT": "452 later"}, false},
		{"content refused", map[string]string{"DATA": "554 no"}, true},
		{"greylisted", map[string]string{"MAIL": "451 later"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			addr, told := serve(t, test.refuse)
			transport, err := New("smtp://"+addr+"?tls=none", "bolig@example.no")
			if err != nil {
				t.Fatal(err)
			}
			err = transport.Send(t.Context(), "A1", message)
			<-told
			f, ok := errors.AsType[*outbox.Failure](err)
			if !ok || f.Permanent != test.permanent {
				t.Errorf("got %v, want permanent %v", err, test.permanent)
			}
			if ok && strings.Contains(f.Reason, "kari") {
				t.Errorf("the reason %q names the recipient", f.Reason)
			}
		})
	}
}

// A server that offers no TLS gets nothing from us.
func TestNoTLSNoMail(t *testing.T) {
	addr, told := serve(t, nil)
	transport, err := New("smtp://"+addr, "bolig@example.no")
	if err != nil {
		t.Fatal(err)
	}
	f, ok := errors.AsType[*outbox.Failure](transport.Send(t.Context(), "A1", message))
	if !ok || f.Permanent {
		t.Errorf("got %v, want it kept for later", f)
	}
	if got := <-told; strings.Contains(got, "RCPT") {
		t.Errorf("the server was told %q", got)
	}
}

func TestNew(t *testing.T) {
	for _, test := range []struct {
		url, from string
		ok        bool
	}{
		{"smtp://mail.example.no:587", "bolig@example.no", true}, {"smtps://u:p@mail.example.no", "Rana <bolig@example.no>", true},
		{"smtp://localhost:25?tls=none", "bolig@example.no", true}, {"smtp://localhost?tls=maybe", "bolig@example.no", false},
		{"mail.example.no", "bolig@example.no", false}, {"smtp://mail.example.no", "nobody", false}, {"smtp://mail.example.no", "", false}, {"http://mail.example.no", "bolig@example.no", false},
	} {
		if _, err := New(test.url, test.from); (err == nil) != test.ok || err != nil && apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%s from %s: got %v, want ok %v", test.url, test.from, err, test.ok)
		}
	}
}

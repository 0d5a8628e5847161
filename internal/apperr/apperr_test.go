package apperr

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestCodeAndMessage(t *testing.T) {
	secret := errors.New("open /var/lib/secret: permission denied")
	for _, c := range []struct {
		name, message string
		err           error
		code          Code
	}{
		{"none", "", nil, ""},
		{"coded", "There is no listing 5.", New(NotFound, "There is no listing %d.", 5), NotFound},
		{"wrapped", "Not now.", Wrap(secret, Unavailable, "Not now."), Unavailable},
		{"annotated", "Not now.", fmt.Errorf("op: %w", Wrap(secret, Unavailable, "Not now.")), Unavailable},
		{"the outermost counts", "Outer.", Wrap(New(Conflict, "Inner."), Invalid, "Outer."), Invalid},
		{"uncoded", MessageOf(secret), secret, Internal},
		{"coded as internal", MessageOf(secret), New(Internal, "stack of secrets"), Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := CodeOf(c.err); got != c.code {
				t.Errorf("got code %q, want %q", got, c.code)
			}
			if got := MessageOf(c.err); got != c.message {
				t.Errorf("got message %q, want %q", got, c.message)
			}
			if strings.Contains(MessageOf(c.err), "secret") {
				t.Error("the message shows what is internal")
			}
		})
	}
}

func TestAnnotateKeepsTheCause(t *testing.T) {
	do := func() (err error) {
		defer Annotate(&err, "Read(%q)", "x")
		return Wrap(fs.ErrNotExist, NotFound, "There is no x.")
	}
	err := do()
	if !errors.Is(err, fs.ErrNotExist) || CodeOf(err) != NotFound || !strings.HasPrefix(err.Error(), `Read("x"): `) {
		t.Errorf("got %v", err)
	}
	var none error
	if Annotate(&none, "Read"); none != nil {
		t.Errorf("got %v, want no error where there was none", none)
	}
}

func TestErrors(t *testing.T) {
	got := Errors([]Problem{{Code: "a", Severity: SeverityWarning}, {Code: "b", Severity: SeverityError}})
	if len(got) != 1 || got[0].Code != "b" {
		t.Errorf("got %v, want b alone", got)
	}
}

package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/boligklar/boligklar/internal/apperr"
)

// A fault is what is wrong within a file, before the file's name and the advice
// are put around it. Its words never quote the content of a cell.
type fault struct {
	code   apperr.Code
	where  string // sheet and row, or the part of the workbook; "" for the whole file
	what   string // the rest of a sentence that begins with where
	advice string // "" for the usual one
	key    string // of the sentence in the language files; "" for the usual one of the code
	err    error
}

func (f *fault) Error() string { return join(f.where, f.what) }

func (f *fault) Unwrap() error { return f.err }

func join(where, what string) string {
	if where == "" {
		return what
	}
	return where + ": " + what
}

// damaged is a fault in the make of the file.
func damaged(where, format string, args ...any) error {
	return &fault{code: apperr.Unreadable, where: where, what: fmt.Sprintf(format, args...)}
}

// tooLarge is a fault in the size of something.
func tooLarge(where, format string, args ...any) error {
	return &fault{
		code: apperr.TooLarge, where: where, what: fmt.Sprintf(format, args...),
		advice: "Split the file, or delete what does not belong in it, and try again.",
	}
}

const (
	resaveWorkbook = `Open it in Excel, save it anew as "Excel Workbook (.xlsx)", and import the new file.`
	resaveText     = `Open it in Excel, save it anew as "CSV UTF-8 (.csv)", and import the new file.`
)

// placed puts where before a fault of XML or of packing; faults that already
// have a place keep it, and a cancelled context stays what it is.
func placed(where string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if f, ok := errors.AsType[*fault](err); ok {
		if f.where == "" {
			f.where = where
		}
		return f
	}
	if s, ok := errors.AsType[syntaxError](err); ok {
		return damaged(where, "%s", string(s))
	}
	if errors.Is(err, errUTF16) {
		return damaged(where, "%s", errUTF16.Error())
	}
	what := "it cannot be read"
	if errors.Is(err, io.ErrUnexpectedEOF) {
		what = "it is cut short"
	}
	return &fault{code: apperr.Unreadable, where: where, what: what, err: err}
}

// report turns what went wrong in the file called name into an error for people.
func report(name, advice string, err error) error {
	f, ok := errors.AsType[*fault](err)
	if !ok {
		return err
	}
	if f.advice != "" {
		advice = f.advice
	}
	key := f.key
	switch {
	case key != "":
	case f.code == apperr.TooLarge:
		key = "file.too_large"
	case advice == resaveText:
		key = "file.damaged_text"
	default:
		key = "file.damaged"
	}
	return apperr.Wrap(f.err, f.code, "The file %q cannot be used: %s. %s", name, f.Error(), advice).
		In(key, map[string]any{"File": name, "What": f.Error()})
}

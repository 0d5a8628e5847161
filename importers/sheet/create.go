package sheet

import (
	"bufio"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Create writes a table to path, whose extension (.xlsx or .csv) decides the
// form. The table stands at path, replacing what was there, only when write
// returns nil; otherwise path is as it was. Errors: Invalid for another
// extension or a folder that is missing or read-only, and what write returns.
func Create(path, sheet string, columns []Column, write func(Writer) error) error {
	ext := strings.ToLower(filepath.Ext(path))
	if ext != ".xlsx" && ext != ".csv" {
		return apperr.New(apperr.Invalid, "%q must end in .xlsx or .csv, which decides the kind of file.", filepath.Base(path))
	}
	return WriteFile(path, func(out io.Writer) error {
		if ext == ".csv" {
			w := NewCSV(out, columns)
			if err := write(w); err != nil {
				return err
			}
			return w.Close()
		}
		w, err := newXLSX(out, sheet, columns)
		if err != nil {
			return err
		}
		if err := write(w); err != nil {
			w.discard()
			return err
		}
		return w.Close()
	})
}

// WriteFile lets write fill a new file and moves it to path, replacing what was
// there, only when write returns nil and the bytes are on the disk. The file
// keeps the permissions of the one that it replaces. Errors: Invalid for a
// folder that is missing or read-only, and what write returns.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	mode := fs.FileMode(0o666) // less what the user's umask takes away
	old, statErr := os.Stat(path)
	if statErr == nil {
		if !old.Mode().IsRegular() {
			return apperr.New(apperr.Invalid, "%q is not a file that can be replaced. Choose another name.", path)
		}
		mode = old.Mode().Perm()
	}
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return apperr.Wrap(err, apperr.Invalid, "The file %q cannot be written. Check that the folder is there and that you may write in it.", path)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreClosed(f.Close()), os.Remove(temp))
		}
	}()
	if statErr == nil {
		if err := f.Chmod(mode); err != nil {
			return err
		}
	}
	out := bufio.NewWriterSize(f, bufferSize)
	if err := write(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

func ignoreClosed(err error) error {
	if errors.Is(err, fs.ErrClosed) {
		return nil
	}
	return err
}

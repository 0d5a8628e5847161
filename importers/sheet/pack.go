package sheet

import (
	"archive/zip"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
)

const (
	maxParts         = 10_000
	maxDirectory     = 4 << 20 // bytes of the zip's directory
	maxDeflateFactor = 1032    // what deflate can reach at most (RFC 1951: 258 bytes in 2 bits)
)

// pack is a workbook's zip file: its parts by name. Part names are compared
// without regard to case (ECMA-376 part 2, 6.2.2.3).
type pack struct {
	parts map[string]*zip.File
	order []*zip.File
	done  map[*zip.File]bool
}

// openPack reads the directory of a zip file and refuses what no spreadsheet
// program writes.
func openPack(r io.ReaderAt, size int64, limits Limits) (*pack, error) {
	// The directory says itself how long it is, so the reader is given no more
	// bytes than an honest one needs: each entry costs memory.
	guard := &directoryGuard{r: r, left: maxDirectory}
	z, err := zip.NewReader(guard, size)
	if guard.left < 0 {
		return nil, tooLarge("", "it is a package of far too many files")
	}
	if err != nil {
		return nil, &fault{code: apperr.Unreadable, what: "it is damaged or cut short: the list of its parts is missing", err: err}
	}
	guard.open = true
	if len(z.File) > maxParts {
		return nil, tooLarge("", "it is a package of far too many files")
	}
	p := &pack{parts: make(map[string]*zip.File, len(z.File)), done: map[*zip.File]bool{}}
	var declared uint64
	for _, f := range z.File {
		name := partName(f.Name)
		if strings.HasSuffix(name, "/") && f.UncompressedSize64 == 0 {
			continue // a folder
		}
		switch {
		case f.Flags&1 != 0:
			return nil, &fault{code: apperr.Unreadable, what: "it is encrypted", key: "file.password", advice: "Open it, save it without a password, and import the new file."}
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return nil, damaged("", "a part is packed in a way that Excel does not know")
		case p.parts[name] != nil:
			return nil, damaged("", "it has two parts of the same name")
		case f.UncompressedSize64/maxDeflateFactor > f.CompressedSize64+1:
			return nil, damaged("", "a part claims an impossible size")
		}
		if declared += f.UncompressedSize64; declared > uint64(limits.UnzippedBytes) || f.UncompressedSize64 > uint64(limits.UnzippedBytes) {
			return nil, tooLarge("", "unpacked it takes more than %d MB", limits.UnzippedBytes>>20)
		}
		p.parts[name] = f
		p.order = append(p.order, f)
	}
	return p, nil
}

// partName is the form in which part names are compared.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// open returns a reader of a part. It checks the length and the checksum when
// it comes to the end.
func (p *pack) open(ctx context.Context, f *zip.File) (*partReader, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &partReader{ctx: ctx, pack: p, file: f, rc: rc}, nil
}

// verifyRest reads every part that nobody has read to its end, for its checksum.
func (p *pack) verifyRest(ctx context.Context) error {
	buf := make([]byte, bufferSize)
	for _, f := range p.order {
		if p.done[f] {
			continue
		}
		r, err := p.open(ctx, f)
		if err == nil {
			_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, buf)
			_ = r.Close() // a reader: all that can go wrong has been told
		}
		if err != nil {
			return placed("one of its parts", err)
		}
	}
	return nil
}

type partReader struct {
	ctx  context.Context
	pack *pack
	file *zip.File
	rc   io.ReadCloser
	crc  uint32
	n    uint64
	err  error
}

func (r *partReader) Read(b []byte) (int, error) {
	if r.err == nil {
		r.err = r.ctx.Err()
	}
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.rc.Read(b)
	r.crc = crc32.Update(r.crc, crc32.IEEETable, b[:n])
	r.n += uint64(n)
	switch { // archive/zip ends with an error where there is more than f claims
	case errors.Is(err, zip.ErrChecksum):
		err = damaged("", "its checksum is wrong")
	case err == io.EOF:
		// archive/zip takes a checksum of zero for a missing one.
		if r.n != r.file.UncompressedSize64 || r.crc != r.file.CRC32 {
			err = damaged("", "its checksum is wrong")
		} else {
			r.pack.done[r.file] = true
		}
	case err != nil:
		err = &fault{code: apperr.Unreadable, what: "it is damaged or cut short", err: err}
	}
	r.err = err
	return n, err
}

func (r *partReader) Close() error { return r.rc.Close() }

// directoryGuard bounds what may be read before open is set.
type directoryGuard struct {
	r    io.ReaderAt
	left int64
	open bool
}

func (g *directoryGuard) ReadAt(b []byte, off int64) (int, error) {
	if !g.open {
		if g.left -= int64(len(b)); g.left < 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return g.r.ReadAt(b, off)
}

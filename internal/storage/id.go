package storage

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"sync/atomic"
	"time"
)

var (
	lastID    atomic.Uint64
	idLetters = base32.HexEncoding.WithPadding(base32.NoPadding) // its letters ascend, so that texts order like bytes
)

// newID returns an ID of 26 letters and digits: 64 bits of the clock, never the
// same twice in a process, then 64 random ones. IDs made later sort later, so
// documents written together lie together in every index; with random IDs a
// large import takes half as long again. An ID is no secret: it tells when it was
// made and must not grant access.
func newID() string {
	now := uint64(time.Now().UnixNano())
	for {
		last := lastID.Load()
		next := max(now, last+1)
		if lastID.CompareAndSwap(last, next) {
			var b [16]byte
			binary.BigEndian.PutUint64(b[:], next)
			rand.Read(b[8:])
			return idLetters.EncodeToString(b[:])
		}
	}
}

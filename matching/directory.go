package matching

import (
	"hash/maphash"
	"iter"
	"slices"
)

// directory leads from a record's id to the reference that orders it. It is a
// hash table that keeps only the hash of an id, for the record itself has the id:
// who looks one up tries the few references of its hash. A reference is pointed to
// where the record's document has it. Buckets are copied when
// they change, the others are shared with the next snapshot. A directory is never
// changed.
type directory struct {
	buckets []bucket // a power of two; the first bits of a hash tell which
}

// bucket has some hashes in ascending order, and the reference of each.
type bucket struct {
	hashes []uint32
	refs   []*string
}

var directorySeed = maphash.MakeSeed()

// bucketSize is about how many ids share a bucket.
const bucketSize = 256

func hashOf(id string) uint32 { return uint32(maphash.String(directorySeed, id)) }

// bucketOf returns which of n buckets, a power of two, a hash is in.
func bucketOf(hash uint32, n int) int { return int(uint64(hash) * uint64(n) >> 32) }

// find yields the references that a record with that id may have.
func (d *directory) find(id string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if len(d.buckets) == 0 {
			return
		}
		hash := hashOf(id)
		b := &d.buckets[bucketOf(hash, len(d.buckets))]
		i, _ := slices.BinarySearch(b.hashes, hash)
		for ; i < len(b.hashes) && b.hashes[i] == hash && yield(*b.refs[i]); i++ {
		}
	}
}

// directoryWriter makes the next directory.
type directoryWriter struct {
	d     directory
	owned map[int]bool
}

// writer returns a copy to be changed, with room for n ids.
func (d *directory) writer(n int) *directoryWriter {
	w := &directoryWriter{owned: map[int]bool{}}
	size := 1
	for size*bucketSize < n {
		size *= 2
	}
	if size <= len(d.buckets) {
		w.d.buckets = slices.Clone(d.buckets)
		return w
	}
	w.d.buckets = make([]bucket, size)
	for _, b := range d.buckets {
		for i, hash := range b.hashes {
			w.insert(hash, b.refs[i])
		}
	}
	return w
}

func (w *directoryWriter) own(hash uint32) *bucket {
	i := bucketOf(hash, len(w.d.buckets))
	b := &w.d.buckets[i]
	if !w.owned[i] {
		w.owned[i] = true
		b.hashes, b.refs = slices.Clone(b.hashes), slices.Clone(b.refs)
	}
	return b
}

func (w *directoryWriter) insert(hash uint32, ref *string) {
	b := w.own(hash)
	i, _ := slices.BinarySearch(b.hashes, hash)
	b.hashes, b.refs = slices.Insert(b.hashes, i, hash), slices.Insert(b.refs, i, ref)
}

func (w *directoryWriter) put(id string, ref *string) { w.insert(hashOf(id), ref) }

// remove takes away what put has added for the same id and reference.
func (w *directoryWriter) remove(id, ref string) {
	hash := hashOf(id)
	b := w.own(hash)
	i, _ := slices.BinarySearch(b.hashes, hash)
	for *b.refs[i] != ref {
		i++
	}
	b.hashes, b.refs = slices.Delete(b.hashes, i, i+1), slices.Delete(b.refs, i, i+1)
}

// done returns the directory, with no room to spare in what was changed.
func (w *directoryWriter) done() *directory {
	for i := range w.owned {
		b := &w.d.buckets[i]
		b.hashes, b.refs = exactly(b.hashes), exactly(b.refs)
	}
	return &w.d
}

// exactly returns a copy without room to spare, where there is much.
func exactly[T any](list []T) []T {
	if cap(list)-len(list) <= len(list)/16 {
		return list
	}
	return append(make([]T, 0, len(list)), list...)
}

// bytes returns about what the directory takes.
func (d *directory) bytes() (n int64) {
	const header, hash, ref = 2 * 24, 4, 8
	for _, b := range d.buckets {
		n += header + hash*int64(cap(b.hashes)) + ref*int64(cap(b.refs))
	}
	return n
}

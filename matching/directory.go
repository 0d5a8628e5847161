package matching

import (
	"hash/maphash"
	"maps"
	"slices"
)

// directory finds the reference that orders a record by its id. It is a hash
// table whose buckets are maps, so that the next snapshot copies only the
// buckets that it changes. A directory is never changed.
type directory struct {
	buckets []map[string]string
}

var directorySeed = maphash.MakeSeed()

// bucketSize is about how many ids share a bucket.
const bucketSize = 256

func (d *directory) bucket(id string) int {
	return int(maphash.String(directorySeed, id) & uint64(len(d.buckets)-1))
}

func (d *directory) get(id string) (ref string, ok bool) {
	if len(d.buckets) == 0 {
		return "", false
	}
	ref, ok = d.buckets[d.bucket(id)][id]
	return ref, ok
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
	w.d.buckets = make([]map[string]string, size)
	for _, b := range d.buckets {
		for id, ref := range b {
			w.put(id, ref)
		}
	}
	return w
}

func (w *directoryWriter) own(id string) map[string]string {
	i := w.d.bucket(id)
	if !w.owned[i] {
		w.owned[i] = true
		if w.d.buckets[i] = maps.Clone(w.d.buckets[i]); w.d.buckets[i] == nil {
			w.d.buckets[i] = map[string]string{}
		}
	}
	return w.d.buckets[i]
}

func (w *directoryWriter) put(id, ref string) { w.own(id)[id] = ref }

func (w *directoryWriter) remove(id string) {
	if len(w.d.buckets) > 0 {
		delete(w.own(id), id)
	}
}

func (w *directoryWriter) done() *directory { return &w.d }

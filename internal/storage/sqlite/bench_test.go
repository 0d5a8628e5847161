package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
)

const rana = "1833"

// home is a document of about 1 KB with as many indexes as a listing has.
type home struct {
	Ref      string `json:"ref,omitempty"`
	Key      string `json:"key,omitempty"`
	Status   string `json:"status,omitempty"`
	Rent     int    `json:"rent"`
	Landlord string `json:"landlord,omitempty"`
	Notes    string `json:"notes,omitempty"`
	More     string `json:"more,omitempty"`
}

var homes = storage.NewCollection[home](storage.Schema{
	Name: "homes",
	Indexes: []storage.Index{
		{Name: "by_status", Paths: []string{"status"}},
		{Name: "by_rent", Paths: []string{"rent"}},
		{Name: "by_landlord", Paths: []string{"landlord"}},
	},
	Unique: []storage.Unique{
		{Name: "ref", Paths: []string{"ref"}},
		{Name: "key", Paths: []string{"key"}},
	},
})

func homeOf(i int) home {
	return home{
		Ref: fmt.Sprintf("ref-%07d", i), Key: fmt.Sprintf("Storgata %d|H0101|Ola", i), Status: []string{"open", "let", "paused"}[i%3],
		Rent: 5000 + i*7919%9000, Landlord: fmt.Sprint("Landlord ", i*31%500), Notes: strings.Repeat("lys og fin ", 50), More: strings.Repeat("m", 280),
	}
}

func openDB(tb testing.TB, path string, collections ...storage.AnyCollection) *storage.DB {
	tb.Helper()
	b, err := sqlite.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	db, err := storage.Open(tb.Context(), b, collections...)
	if err != nil {
		_ = b.Close()
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

func fill(ctx context.Context, db *storage.DB, n int) error {
	return db.Update(ctx, rana, func(tx *storage.Tx) error {
		for i := range n {
			if err := homes.Put(tx, &storage.Record[home]{Value: homeOf(i)}); err != nil {
				return err
			}
		}
		return nil
	})
}

const many = 100_000

func perSecond(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkPut100k creates 100,000 documents of 1 KB in one transaction, with
// three indexes, two unique keys and the feed. "bare" is the same bodies put into
// a table without any index, row by row, through database/sql.
func BenchmarkPut100k(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
			if err != nil {
				b.Fatal(err)
			}
			if _, err := db.Exec(`CREATE TABLE t (id TEXT, body TEXT)`); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if err := bareFill(db, many); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := db.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		perSecond(b, many)
	})
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db := openDB(b, filepath.Join(b.TempDir(), "store.db"), homes)
			b.StartTimer()
			if err := fill(b.Context(), db, many); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, many)
	})
}

func bareFill(db *sql.DB, n int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	st, err := tx.Prepare(`INSERT INTO t VALUES (?, ?)`)
	if err != nil {
		return err
	}
	for i := range n {
		h := homeOf(i)
		if _, err := st.Exec(h.Ref, fmt.Sprintf(`{"ref":%q,"key":%q,"status":%q,"rent":%d,"landlord":%q,"notes":%q,"more":%q}`,
			h.Ref, h.Key, h.Status, h.Rent, h.Landlord, h.Notes, h.More)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// BenchmarkFind streams 100,000 documents: raw as the engine gives them, decoded
// as the collection gives them, and sorted by an index.
func BenchmarkFind(b *testing.B) {
	path := filepath.Join(b.TempDir(), "store.db")
	db := openDB(b, path, homes)
	if err := fill(b.Context(), db, many); err != nil {
		b.Fatal(err)
	}
	backend, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := backend.Close(); err != nil {
			b.Error(err)
		}
	}()
	b.Run("raw", func(b *testing.B) {
		for b.Loop() {
			n := 0
			err := backend.View(b.Context(), rana, func(r storage.Reader) error {
				for _, err := range r.Scan(b.Context(), storage.Scan{Collection: "homes"}) {
					if err != nil {
						return err
					}
					n++
				}
				return nil
			})
			if err != nil || n != many {
				b.Fatal(n, err)
			}
		}
		perSecond(b, many)
	})
	for name, q := range map[string]storage.Query{"decoded": {}, "decoded and sorted": {Sort: "rent"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				n := 0
				err := db.View(b.Context(), rana, func(tx *storage.Tx) error {
					for _, err := range homes.Find(tx, q) {
						if err != nil {
							return err
						}
						n++
					}
					return nil
				})
				if err != nil || n != many {
					b.Fatal(n, err)
				}
			}
			perSecond(b, many)
		})
	}
	b.Run("page of 50 deep in a tie", func(b *testing.B) {
		q := storage.Query{Sort: "status", Limit: 50}
		var half storage.Record[home]
		err := db.View(b.Context(), rana, func(tx *storage.Tx) error {
			for rec, err := range homes.Find(tx, storage.Query{Sort: "status", Limit: many / 2}) {
				if err != nil {
					return err
				}
				half = rec
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if q.After, err = homes.Cursor(q, half); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			err := db.View(b.Context(), rana, func(tx *storage.Tx) error {
				_, _, err := homes.Page(tx, q)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkGetBy reads one of 100,000 documents by a unique key, and by its ID.
func BenchmarkGetBy(b *testing.B) {
	db := openDB(b, filepath.Join(b.TempDir(), "store.db"), homes)
	if err := fill(b.Context(), db, many); err != nil {
		b.Fatal(err)
	}
	b.Run("one in a View", func(b *testing.B) {
		i := 0
		for b.Loop() {
			i = (i + 7919) % many
			err := db.View(b.Context(), rana, func(tx *storage.Tx) error {
				_, err := homes.GetBy(tx, "ref", fmt.Sprintf("ref-%07d", i))
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("many in a View", func(b *testing.B) {
		i := 0
		err := db.View(b.Context(), rana, func(tx *storage.Tx) error {
			for b.Loop() {
				i = (i + 7919) % many
				if _, err := homes.GetBy(tx, "ref", fmt.Sprintf("ref-%07d", i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkUpdate is one small transaction: read, change, commit to disk.
func BenchmarkUpdate(b *testing.B) {
	db := openDB(b, filepath.Join(b.TempDir(), "store.db"), homes)
	if err := fill(b.Context(), db, 1000); err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		i = (i + 7) % 1000
		err := db.Update(b.Context(), rana, func(tx *storage.Tx) error {
			rec, err := homes.GetBy(tx, "ref", fmt.Sprintf("ref-%07d", i))
			if err != nil {
				return err
			}
			rec.Value.Rent++
			return homes.Put(tx, &rec)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

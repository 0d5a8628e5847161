package fts

import (
	"context"
	"database/sql"
	"sync"

	"github.com/boligklar/boligklar/internal/search"
)

// posting is a place where a word stands.
type posting struct {
	row    uint32
	column search.Column
}

// postings keeps the postings of words that were looked for.
type postings struct {
	mu     sync.Mutex
	byWord map[string][]posting
	size   int
}

const (
	maxPostings = 1 << 20 // bounds the cache; beyond it is emptied
	manyWords   = 8       // that lie close together are read in one go
)

func (c *postings) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byWord, c.size = nil, 0
}

func (c *postings) forget(words []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range words {
		if list, ok := c.byWord[w]; ok {
			c.size -= 1 + len(list)
			delete(c.byWord, w)
		}
	}
}

// get returns the postings of sorted words.
func (c *postings) get(ctx context.Context, db *sql.DB, words []string) ([][]posting, error) {
	out := make([][]posting, len(words))
	var missing []int
	c.mu.Lock()
	for i, w := range words {
		list, ok := c.byWord[w]
		if out[i] = list; !ok {
			missing = append(missing, i)
		}
	}
	c.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	read := map[string][]posting{}
	for _, i := range missing {
		read[words[i]] = nil
	}
	first, last := words[missing[0]], words[missing[len(missing)-1]]
	// Numbers that begin alike lie together in the index. Words that are spelt
	// alike may have all the others between them.
	if len(missing) > manyWords && first[0] == last[0] && !isSpoken(first) {
		if err := scan(ctx, db, read, `SELECT term, doc, col FROM instances WHERE term >= ? AND term <= ?`, first, last); err != nil {
			return nil, err
		}
	} else {
		for w := range read {
			if err := scan(ctx, db, read, `SELECT term, doc, col FROM instances WHERE term = ?`, w); err != nil {
				return nil, err
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byWord == nil || c.size > maxPostings {
		c.byWord, c.size = map[string][]posting{}, 0
	}
	for _, i := range missing {
		out[i] = read[words[i]]
		c.byWord[words[i]] = out[i]
		c.size += 1 + len(out[i])
	}
	return out, nil
}

// scan adds the postings of the words that have a place in out.
func scan(ctx context.Context, db *sql.DB, out map[string][]posting, query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var word, column sql.RawBytes
	for rows.Next() {
		var p posting
		if err := rows.Scan(&word, &p.row, &column); err != nil {
			return err
		}
		if list, wanted := out[string(word)]; wanted {
			p.column = textColumns[string(column)]
			out[string(word)] = append(list, p)
		}
	}
	return rows.Err()
}

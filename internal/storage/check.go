package storage

import (
	"context"
	"fmt"
)

// Check looks for what is wrong with the store, for an administrator: damage to
// the engine's files, indexes that differ from the schemas, sequence numbers
// beyond the counter, unique keys held twice, and documents that no longer
// decode as their type. It reads everything and changes nothing. An empty result
// is a sound store.
func (db *DB) Check(ctx context.Context) ([]Finding, error) {
	findings, err := db.backend.Check(ctx, db.schemas)
	if err != nil {
		return findings, err
	}
	municipalities, err := db.Municipalities(ctx)
	if err != nil {
		return findings, err
	}
	for _, m := range municipalities {
		for _, s := range db.schemas {
			more, err := db.checkDocuments(ctx, m, s)
			findings = append(findings, more...)
			if err != nil {
				return findings, err
			}
		}
	}
	return findings, nil
}

// checkPage is how many documents one transaction of a check reads: a cluster lets
// none live long enough for all of them.
const checkPage = 5000

// checkDocuments finds the documents of a collection that do not decode.
func (db *DB) checkDocuments(ctx context.Context, municipality string, s Schema) (found []Finding, err error) {
	for after, n := "", checkPage; n == checkPage; {
		var page []Finding
		var last string
		err := db.backend.View(ctx, municipality, func(r Reader) error {
			page, n = nil, 0
			for d, err := range r.Scan(ctx, Scan{Collection: s.Name, AfterID: after, Limit: checkPage}) {
				if err != nil {
					return err
				}
				n++
				last = d.ID
				if err := db.collections[s.Name].decodes(d.Body); err != nil {
					page = append(page, Finding{
						Code: "document_unreadable", Collection: s.Name, ID: d.ID,
						Message: fmt.Sprintf("A record of %s in municipality %s cannot be read.", s.Name, municipality),
						Remedy:  "Take it from the latest backup, or delete it.",
					})
				}
			}
			return nil
		})
		if err != nil {
			return found, err
		}
		found, after = append(found, page...), last
	}
	return found, nil
}

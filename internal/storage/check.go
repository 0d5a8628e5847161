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
		before := len(findings)
		err := db.backend.View(ctx, m, func(r Reader) error {
			findings = findings[:before]
			for _, s := range db.schemas {
				for d, err := range r.Scan(ctx, Scan{Collection: s.Name}) {
					if err != nil {
						return err
					}
					if err := db.collections[s.Name].decodes(d.Body); err != nil {
						findings = append(findings, Finding{
							Code: "document_unreadable", Collection: s.Name, ID: d.ID,
							Message: fmt.Sprintf("A record of %s in municipality %s cannot be read.", s.Name, m),
							Remedy:  "Take it from the latest backup, or delete it.",
						})
					}
				}
			}
			return nil
		})
		if err != nil {
			return findings, err
		}
	}
	return findings, nil
}

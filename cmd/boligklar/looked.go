package main

import (
	"context"

	"github.com/boligklar/boligklar/internal/office"
)

// looked notes in the trail that whoever works at the command line is about to be shown
// the households that the things are about.
func looked[T any](ctx context.Context, a *app, o *office.Office, things []T, household func(*T) string) error {
	refs := make([]string, len(things))
	for i := range things {
		refs[i] = household(&things[i])
	}
	return o.Looked(ctx, a.who(), refs...)
}

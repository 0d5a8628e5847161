package main

import (
	"cmp"
	"context"
	"errors"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/config"
	"github.com/boligklar/boligklar/internal/idempotency"
	"github.com/boligklar/boligklar/internal/jobs"
	"github.com/boligklar/boligklar/internal/links"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/outbox"
	"github.com/boligklar/boligklar/internal/settings"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/internal/storage/mongo"
	"github.com/boligklar/boligklar/internal/storage/sqlite"
	"github.com/boligklar/boligklar/internal/throttle"
)

// storeFile is the embedded store's file in the data folder.
const storeFile = "boligklar.db"

// collections are all that a store holds.
var collections = slices.Concat(office.Collections, jobs.Collections, links.Collections, outbox.Collections, auth.Collections, idempotency.Collections, settings.Collections, finder.Collections, throttle.Collections)

// storeName returns what the settings name: a connection string, else the folder.
func (a *app) storeName() string { return cmp.Or(a.config.Store, a.config.Data) }

// openStore opens the store of a connection string or in a folder.
func openStore(ctx context.Context, name string) (*storage.DB, error) {
	var backend storage.Backend
	var err error
	if config.IsMongo(name) {
		backend, err = mongo.Open(ctx, name)
	} else {
		backend, err = sqlite.Open(ctx, filepath.Join(name, storeFile))
	}
	if err != nil {
		return nil, err
	}
	db, err := storage.Open(ctx, backend, collections...)
	if err != nil {
		return nil, errors.Join(err, backend.Close())
	}
	return db, nil
}

// withStore opens the store of the settings and closes it again.
func (a *app) withStore(ctx context.Context, fn func(*storage.DB) error) (err error) {
	db, err := openStore(ctx, a.storeName())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return fn(db)
}

// withOffice opens the office on the store of --data.
func (a *app) withOffice(ctx context.Context, fn func(*office.Office) error) error {
	return a.withStore(ctx, func(db *storage.DB) error {
		return fn(a.office(db))
	})
}

// office returns the office on an open store.
func (a *app) office(db *storage.DB) *office.Office {
	return office.New(db, office.Config{Municipality: a.config.Municipality, Name: a.config.MunicipalityName, PublicURL: a.publicURL(), Now: a.now, Names: a.names(db)})
}

// names returns what reports call whoever did something: a user's name, else what
// stands in the trail.
func (a *app) names(db *storage.DB) func(context.Context, string) string {
	users := a.users(db)
	return func(ctx context.Context, id string) string {
		if id == "" || strings.Contains(id, ":") || id == "system" || id == "landlord" {
			return id
		}
		account, err := users.User(ctx, id)
		if err != nil { // removed since: the id still tells one from another
			return id
		}
		return account.Name
	}
}

// who returns who works at the command line.
func (a *app) who() string {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return a.config.Actor(name)
}

// dateFlag is a flag that holds a day.
type dateFlag struct{ civil.Date }

// Set implements pflag.Value.
func (d *dateFlag) Set(s string) (err error) {
	d.Date, err = civil.Parse(s)
	return err
}

// Type implements pflag.Value.
func (d *dateFlag) Type() string { return "DATE" }

// publicURL returns where landlords reach the pages.
func (a *app) publicURL() string { return cmp.Or(a.config.PublicURL, "http://"+a.config.Addr) }

package architecture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const module = "github.com/boligklar/boligklar"

// A room is a folder with what lies below it; the longest match decides.
type room struct {
	folder string
	// layer orders the rooms from the ground up. A test may import any room of
	// its own layer or a lower one: it may need a real store, or the sentences.
	layer int
	// own lists the rooms, themselves included, that its code may import; a
	// name ending in /... includes what lies below.
	own []string
	// modules lists the modules of others that its code may import.
	modules []string
}

var (
	ground   = []string{"internal/apperr", "internal/civil"}
	domain   = append([]string{"landlords/...", "matching/..."}, ground...)
	anything = []string{"..."}
	// What may stand in any room above the domain: no room's own trade.
	general = []string{"golang.org/x"}
)

// rooms says who may import whom. A folder without a row fails the test: give
// it one here and a line in docs/architecture.md.
var rooms = []room{
	{"internal/apperr", 0, nil, nil},
	{"internal/civil", 0, nil, nil},
	{"internal/i18n", 0, []string{"internal/apperr"}, with("github.com/nicksnyder/go-i18n")},
	{"internal/spelling", 0, nil, with("golang.org/x/text")},
	{"internal/architecture", 0, nil, nil},

	{"landlords", 1, append([]string{"landlords/..."}, ground...), nil},
	{"matching", 2, domain, nil},

	{"importers", 3, append([]string{"importers/...", "internal/i18n", "internal/spelling"}, domain...), general},
	{"importers/sheet", 3, append([]string{"importers/sheet/...", "internal/i18n"}, ground...), with("github.com/xuri/excelize", "github.com/xuri/nfp")},
	// Charts, styles and live formulas are excelize's own: see decision 0005.
	{"importers/reports", 3, append([]string{"importers/reports", "internal/i18n"}, domain...), with("github.com/xuri/excelize")},
	// The made-up municipality: records only, to be stored by whoever asks for it.
	{"internal/demo", 3, []string{"landlords/...", "matching/...", "internal/civil"}, nil},
	{"internal/storage", 3, append([]string{"internal/storage"}, domain...), general},
	{"internal/storage/sqlite", 3, append([]string{"internal/storage", "internal/storage/sqlite/..."}, ground...), with("modernc.org/sqlite")},
	{"internal/storage/sqlite/sqlitetest", 3, append([]string{"internal/storage", "internal/storage/sqlite", "internal/storage/storagetest"}, ground...), nil},
	{"internal/storage/mongo", 3, append([]string{"internal/storage", "internal/storage/mongo/..."}, ground...), with("go.mongodb.org/mongo-driver")},
	{"internal/storage/mongo/mongotest", 3, append([]string{"internal/storage", "internal/storage/mongo"}, ground...), with("go.mongodb.org/mongo-driver")},
	{"internal/storage/storagetest", 3, append([]string{"internal/storage"}, ground...), general},
	{"internal/search", 3, append([]string{"internal/search", "internal/spelling"}, domain...), general},
	{"internal/search/fts", 3, append([]string{"internal/search", "internal/search/fts/..."}, ground...), with("modernc.org/sqlite")},
	{"internal/search/meili", 3, append([]string{"internal/search", "internal/search/meili/..."}, ground...), with("github.com/meilisearch/meilisearch-go")},
	{"internal/search/searchtest", 3, append([]string{"internal/search"}, domain...), general},
	{"internal/photos", 1, append([]string{"internal/photos"}, ground...), general},
	{"internal/links", 3, append([]string{"internal/storage"}, ground...), nil},
	{"internal/lease", 3, append([]string{"internal/storage"}, ground...), nil},
	{"internal/throttle", 3, append([]string{"internal/storage"}, ground...), general},
	{"internal/jobs", 3, append([]string{"internal/lease", "internal/storage"}, ground...), nil},
	{"internal/outbox", 3, append([]string{"internal/lease", "internal/storage"}, ground...), nil},
	{"internal/outbox/folder", 3, append([]string{"internal/outbox"}, ground...), nil},
	{"internal/outbox/sms", 3, append([]string{"internal/outbox"}, ground...), nil},
	{"internal/outbox/smtp", 3, append([]string{"internal/outbox"}, ground...), with("github.com/wneessen/go-mail")},
	// What every register shares: the trail of who saw and changed what, users and
	// their sessions, forms that count once.
	{"internal/audit", 3, []string{"internal/audit", "internal/storage", "internal/apperr", "internal/civil"}, general},
	{"internal/auth", 3, []string{"internal/auth", "internal/audit", "internal/storage", "internal/apperr"}, general},
	{"internal/idempotency", 3, []string{"internal/idempotency", "internal/storage", "internal/apperr"}, general},
	{"internal/settings", 3, []string{"internal/settings", "internal/audit", "internal/storage", "internal/apperr"}, general},
	// The office joins rooms in one transaction, but knows no engine by name.
	{"internal/office", 3, append([]string{"internal/office/...", "internal/spelling", "internal/audit", "internal/demo", "internal/settings", "internal/storage", "internal/lease", "internal/jobs", "internal/links", "internal/photos", "internal/outbox", "internal/search", "importers/...", "internal/i18n"}, domain...), general},

	{"internal/policyfile", 3, append([]string{"internal/i18n"}, domain...), with("github.com/goccy/go-yaml")},
	{"internal/metrics", 3, ground, with("github.com/prometheus/client_golang")},
	{"internal/config", 4, append([]string{"internal/i18n"}, ground...), with("github.com/caarlos0/env")},
	{"web", 4, append([]string{"web/...", "internal/office/...", "internal/outbox", "internal/jobs", "internal/throttle", "internal/auth", "internal/audit", "internal/idempotency", "internal/policyfile", "internal/search", "internal/settings", "importers/...", "internal/i18n"}, domain...), with("github.com/gin-gonic/gin")},
	// A whole site for the tests of pages, on a real store in a temporary folder.
	{"web/webtest", 4, anything, anything},
	// The program from outside, in a browser: tests only, and their spreadsheets.
	{"web/browsertest", 4, anything, anything},
	{"cmd", 5, anything, anything},
}

func with(modules ...string) []string { return append(modules, general...) }

// roomOf returns the room that a folder lies in.
func roomOf(folder string) (room, bool) {
	var found []room
	for _, r := range rooms {
		if folder == r.folder || strings.HasPrefix(folder, r.folder+"/") {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		return room{}, false
	}
	return slices.MaxFunc(found, func(a, b room) int { return cmp.Compare(len(a.folder), len(b.folder)) }), true
}

// violation says why a file in folder may not import path, "" where it may.
func violation(folder, path string, isTest bool) string {
	from, ok := roomOf(folder)
	if !ok {
		return fmt.Sprintf("%s has no row in internal/architecture/rooms_test.go", folder)
	}
	if path == module || strings.HasPrefix(path, module+"/") {
		to := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		if matches(from.own, to) {
			return ""
		}
		if target, ok := roomOf(to); isTest && ok && target.layer <= from.layer {
			return ""
		}
		return fmt.Sprintf("%s must not import %s", folder, to)
	}
	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
		return "" // the standard library has no dot before the first slash
	}
	if slices.ContainsFunc(from.modules, func(m string) bool {
		return m == "..." || path == m || strings.HasPrefix(path, m+"/")
	}) {
		return ""
	}
	// Tests of import and export make and open workbooks by another hand.
	if isTest && strings.HasPrefix(from.folder, "importers") && strings.HasPrefix(path, "github.com/xuri/excelize/") {
		return ""
	}
	return fmt.Sprintf("%s must not import %s", folder, path)
}

// matches reports whether a folder is one of the patterns' folders.
func matches(patterns []string, folder string) bool {
	for _, pattern := range patterns {
		base, deep := strings.CutSuffix(pattern, "...")
		base = strings.TrimSuffix(base, "/")
		if folder == base || deep && (base == "" || strings.HasPrefix(folder, base+"/")) {
			return true
		}
	}
	return false
}

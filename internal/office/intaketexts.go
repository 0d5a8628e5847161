package office

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/storage"
)

// IntakeSections are the texts of the page for landlords that staff may write:
// what stands at its top, then its sections in their order, then what happens
// with the data.
var IntakeSections = []string{"lead", "offer", "tenants", "school", "follow_up", "security", "guarantee", "contact", "data"}

// IntakeText is a section of that page in staff's own words, stored under its
// name. A language without a text has the program's own.
type IntakeText struct {
	Texts map[i18n.Lang]string `json:"texts"`
	Who   string               `json:"who"`
	At    time.Time            `json:"at"`
}

var intakeTexts = storage.NewCollection[IntakeText](storage.Schema{Name: "intake_texts"})

// MaxIntakeText is how long a text may be, in bytes.
const MaxIntakeText = 4000

// IntakeTexts returns the sections that staff wrote, by name, with their versions.
// Errors are those of the store.
func (o *Office) IntakeTexts(ctx context.Context) (map[string]storage.Record[IntakeText], error) {
	out := map[string]storage.Record[IntakeText]{}
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		clear(out)
		for rec, err := range intakeTexts.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			out[rec.ID] = rec
		}
		return nil
	})
	return out, err
}

// SetIntakeText writes a section over a version that was read (0: there was
// none); an empty text goes back to the program's own. Errors: Invalid; Conflict
// where somebody else wrote it meanwhile.
func (o *Office) SetIntakeText(ctx context.Context, section string, version int64, texts map[i18n.Lang]string, who string) error {
	value := IntakeText{Texts: map[i18n.Lang]string{}, Who: who, At: o.now().UTC()}
	for lang, text := range texts {
		text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
		if _, found := importers.FindIdentity(text); found || !slices.Contains(i18n.Langs, lang) || len(text) > MaxIntakeText {
			return apperr.New(apperr.Invalid, "The text is too long, or has an identity number.").In("intake.text.invalid", nil)
		}
		if text != "" {
			value.Texts[lang] = text
		}
	}
	if !slices.Contains(IntakeSections, section) {
		return apperr.New(apperr.NotFound, "There is no such text.")
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		err := intakeTexts.Put(tx, &storage.Record[IntakeText]{ID: section, Version: version, Value: value})
		if err == nil {
			err = tx.Flush()
		}
		if apperr.CodeOf(err) == apperr.Duplicate { // somebody wrote the first one meanwhile
			return storage.Stale("intake_texts", section)
		}
		if err != nil {
			return err
		}
		return audit.Write(tx, o.now(), audit.Entry{Who: who, What: audit.Changed, Register: "intake_texts", Key: section})
	})
}

// secret is a key that all processes of the office share.
type secret struct {
	Key []byte `json:"key"`
}

var secrets = storage.NewCollection[secret](storage.Schema{Name: "secrets"})

// Secret returns the key of a name, making it the first time. It signs what comes
// back soon and protects nothing by itself. Errors are those of the store.
func (o *Office) Secret(ctx context.Context, name string) (key []byte, err error) {
	err = o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := secrets.Get(tx, name)
		if apperr.CodeOf(err) == apperr.NotFound {
			rec = storage.Record[secret]{ID: name, Value: secret{[]byte(rand.Text() + rand.Text())}}
			err = secrets.Put(tx, &rec)
		}
		key = rec.Value.Key
		return err
	})
	return key, err
}

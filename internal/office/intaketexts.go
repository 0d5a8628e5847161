package office

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
	"github.com/boligklar/boligklar/internal/storage"
)

// IntakeSections are the texts of the page for landlords, in its order.
var IntakeSections = []string{"offer", "tenants", "school", "follow_up", "security", "guarantee", "contact"}

// intakeText is a text of that page as staff wrote it, stored under
// section.language.
type intakeText struct {
	Text string    `json:"text"`
	Who  string    `json:"who"`
	At   time.Time `json:"at"`
}

var intakeTexts = storage.NewCollection[intakeText](storage.Schema{Name: "intake_texts"})

const maxIntakeText = 4000

// IntakeTexts returns the texts that staff wrote in a language, by section; where
// there is none the program's own holds. Errors are those of the store.
func (o *Office) IntakeTexts(ctx context.Context, lang i18n.Lang) (map[string]string, error) {
	out := map[string]string{}
	err := o.db.View(ctx, o.municipality, func(tx *storage.Tx) error {
		clear(out)
		for rec, err := range intakeTexts.Find(tx, storage.Query{}) {
			if err != nil {
				return err
			}
			if section, of, ok := strings.Cut(rec.ID, "."); ok && of == string(lang) {
				out[section] = rec.Value.Text
			}
		}
		return nil
	})
	return out, err
}

// SetIntakeText writes a text of the page for landlords; "" goes back to the
// program's own. Errors: Invalid, and those of the store.
func (o *Office) SetIntakeText(ctx context.Context, section string, lang i18n.Lang, text, who string) error {
	text = strings.TrimSpace(text)
	if !slices.Contains(IntakeSections, section) || !slices.Contains(i18n.Langs, lang) || len(text) > maxIntakeText {
		return apperr.New(apperr.Invalid, "There is no such text, or it is too long.").In("intake.text.invalid", nil)
	}
	return o.db.Update(ctx, o.municipality, func(tx *storage.Tx) error {
		rec, err := intakeTexts.Get(tx, section+"."+string(lang))
		if apperr.CodeOf(err) == apperr.NotFound {
			rec, err = storage.Record[intakeText]{ID: section + "." + string(lang)}, nil
		}
		if err != nil {
			return err
		}
		rec.Value = intakeText{text, who, o.now().UTC()}
		return intakeTexts.Put(tx, &rec)
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

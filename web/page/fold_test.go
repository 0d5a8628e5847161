package page

import (
	"bytes"
	"testing"

	"github.com/boligklar/boligklar/internal/i18n"
)

// What is put into the templates at boot says the same as what is asked for each
// time, escaped alike.
func TestFoldSaysTheSame(t *testing.T) {
	const key = "form.conflict_taken" // has an apostrophe in English
	k, err := kit(t, `{{define "main"}}<p title="{{t "`+key+`"}}">{{if .X}}{{range .Langs}}-{{else}}{{t "`+key+`"}}{{end}}{{else}}{{t "no.such_key"}}{{end}}</p>`+
		`<p title="{{t .X}}">{{with .X}}{{t .}}{{end}}</p>{{end}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs {
		body, err := k.render("area/name", "", lang, &testPage{X: key})
		if err != nil {
			t.Fatal(err)
		}
		folded, asked, _ := bytes.Cut(bytes.TrimSuffix(bytes.TrimPrefix(body, []byte("<main>")), []byte("</main>")), []byte("</p>"))
		if !bytes.Equal(append(folded, "</p>"...), asked) {
			t.Errorf("%s: got %s put in and %s asked for", lang, folded, asked)
		}
		if body, err = k.render("area/name", "", lang, &testPage{}); err != nil || !bytes.Contains(body, []byte("no.such_key")) {
			t.Errorf("%s: got %s, %v; want the key that the language lacks", lang, body, err)
		}
	}
}

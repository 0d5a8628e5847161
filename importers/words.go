package importers

import (
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Words returns a value as people read it, from the canonical form that a
// Difference has: the choice's word in the language, dates as 01.12.2026.
func Words(lang i18n.Lang, kind Kind, field, canonical string) string {
	for _, f := range Fields(kind) {
		if f.Name == field {
			return f.words(lang, canonical)
		}
	}
	return canonical
}

func (f *Field) words(lang i18n.Lang, canonical string) string {
	style := Style{Lang: lang}
	switch f.Type {
	case TypeYesNo:
		if canonical == "true" || canonical == "false" {
			return yesNo(style, canonical == "true")
		}
	case TypeDate:
		if d, err := civil.Parse(canonical); err == nil && d != 0 {
			return d.Time().Format("02.01.2006")
		}
	case TypeChoice, TypeSecuritySet, TypeRuleSet:
		parts := strings.Split(canonical, ", ")
		for i, part := range parts {
			for c := range f.Choices {
				if f.Choices[c].Value == part {
					parts[i] = f.Choices[c].Word(lang)
				}
			}
		}
		return strings.Join(parts, ", ")
	}
	return canonical
}

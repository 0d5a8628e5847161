package page

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

// funcs returns what templates may call, in one language.
func funcs(lang i18n.Lang, a *Assets) template.FuncMap {
	w := Words{lang}
	return template.FuncMap{
		"lang":        func() i18n.Lang { return lang },
		"stylesheets": a.stylesheets,
		"scripts":     a.scripts,
		"asset":       a.url,
		"words":       strings.Fields,
		"number":      w.Number,
		"money":       w.Money,
		"percent":     w.Percent,
		"prose":       Prose,
		"date":        w.Date,
		"longdate":    w.LongDate,
		"month":       w.Month,
		"time":        w.Time,
		"phone":       phone,
		"isodate":     func(d civil.Date) string { return d.String() },
		"crumbs":      func(crumbs ...Crumb) []Crumb { return crumbs },
		"join":        strings.Join,
		"alert":       func(color, text string) Alert { return Alert{color, text} },
		"tag":         func(color, text string) Tag { return Tag{color, text} },
		"t": func(key string, pairs ...any) (string, error) {
			if len(pairs) == 0 {
				return lang.T(key, nil), nil
			}
			params := map[string]any{}
			for i := 0; i < len(pairs); i += 2 {
				name, ok := pairs[i].(string)
				if !ok || i+1 == len(pairs) {
					return "", fmt.Errorf("t %s: %v is no name with a value", key, pairs[i])
				}
				params[name] = pairs[i+1]
			}
			return lang.T(key, params), nil
		},
	}
}

// Alert is a message in the page; the partial "alert" shows it.
type Alert struct {
	Color string // info, success, warning or danger
	Text  string
}

// Tag is a word in a box, for states; the partial "tag" shows it.
type Tag struct {
	Color string // neutral, info, success, warning or danger
	Text  string
}

// Words writes dates, times and numbers as people do in a language.
type Words struct{ Lang i18n.Lang }

// The printers are safe for use by several goroutines and dear to make.
var printers = func() map[i18n.Lang]*message.Printer {
	m := map[i18n.Lang]*message.Printer{}
	for _, lang := range i18n.Langs {
		m[lang] = message.NewPrinter(language.MustParse(string(lang)))
	}
	return m
}()

func (w Words) printer() *message.Printer { return printers[w.Lang] }

// Number writes 1312 as 1 312, and as 1,312 in English; a median may have a half, 10,5. It
// takes integers, floats and pointers to them; nil is "".
func (w Words) Number(n any) (string, error) {
	switch v := n.(type) {
	case *int:
		if v == nil {
			return "", nil
		}
		return w.printer().Sprintf("%d", *v), nil
	case *float64:
		if v == nil {
			return "", nil
		}
		return w.Number(*v)
	case float64:
		return w.printer().Sprint(number.Decimal(v, number.MaxFractionDigits(1))), nil
	case int, int32, int64, uint, uint64:
		return w.printer().Sprintf("%d", v), nil
	}
	return "", fmt.Errorf("number: %T is no number", n)
}

// Money writes 8500 as 8 500 kr, and as NOK 8,500 in English.
func (w Words) Money(n any) (string, error) {
	text, err := w.Number(n)
	switch {
	case err != nil || text == "":
		return "", err
	case w.Lang == i18n.English:
		return "NOK\u00a0" + text, nil
	}
	return text + "\u00a0kr", nil
}

// Percent writes 0.0314 as 3,1 %, and as 3.1% in English. It takes a float64 or
// a pointer to one; nil is "".
func (w Words) Percent(share any) (string, error) {
	var v float64
	switch s := share.(type) {
	case float64:
		v = s
	case *float64:
		if s == nil {
			return "", nil
		}
		v = *s
	default:
		return "", fmt.Errorf("percent: %T is no share", share)
	}
	text := w.printer().Sprintf("%.1f", 100*v)
	if w.Lang == i18n.English {
		return text + "%", nil
	}
	return text + "\u00a0%", nil
}

// Decimal writes 1149.5 as 1 149,5, and as 1,149.5 in English.
func (w Words) Decimal(v float64) string { return w.printer().Sprintf("%.1f", v) }

// Date writes 01.12.2026, and 1 Dec 2026 in English; "" for no date.
func (w Words) Date(d civil.Date) string {
	switch {
	case d == 0:
		return ""
	case w.Lang == i18n.English:
		return d.Time().Format("2 Jan 2006")
	}
	return d.Time().Format("02.01.2006")
}

var norwegianMonths = []string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"}

// LongDate writes 1. desember 2026, and 1 December 2026 in English.
func (w Words) LongDate(d civil.Date) string {
	if d == 0 {
		return ""
	}
	if w.Lang == i18n.English {
		return d.Time().Format("2 January 2006")
	}
	y, m, day := d.YMD()
	return fmt.Sprintf("%d. %s %d", day, norwegianMonths[m-1], y)
}

// Month writes desember 2026, and December 2026 in English.
func (w Words) Month(m civil.Month) string {
	if m.First == 0 {
		return ""
	}
	if w.Lang == i18n.English {
		return m.First.Time().Format("January 2006")
	}
	y, month, _ := m.First.YMD()
	return fmt.Sprintf("%s %d", norwegianMonths[month-1], y)
}

// Time writes 01.12.2026 kl. 14.03, and 1 December 2026, 14:03 in English.
func (w Words) Time(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case w.Lang == i18n.English:
		return t.Format("2 January 2006, 15:04")
	}
	return t.Format("02.01.2006 kl. 15.04")
}

// phone writes a Norwegian number the way that people read it out, 412 34 567 or
// 22 33 44 55, and any other as it stands.
func phone(number string) string {
	digits, ok := strings.CutPrefix(number, "+47")
	if !ok || len(digits) != 8 || strings.Trim(digits, "0123456789") != "" {
		return number
	}
	if digits[0] == '4' || digits[0] == '9' {
		return digits[:3] + "\u00a0" + digits[3:5] + "\u00a0" + digits[5:]
	}
	return digits[:2] + "\u00a0" + digits[2:4] + "\u00a0" + digits[4:6] + "\u00a0" + digits[6:]
}

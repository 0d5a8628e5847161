package searchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
)

// What people write for a home, put down without looking at the search's own
// words.
var sayType = map[landlords.DwellingType][]string{
	landlords.Apartment:    {"leilighet", "leil", "leilegheit", "apartment", "flat", "Leilighet"},
	landlords.Studio:       {"hybel", "studio", "hybelleilighet", "Hybel"},
	landlords.Basement:     {"sokkelleilighet", "kjellerleilighet", "kjellarleilegheit", "basement", "sokkel"},
	landlords.Loft:         {"loftsleilighet", "loft", "loftsleilegheit"},
	landlords.House:        {"enebolig", "hus", "einebustad", "house"},
	landlords.Terraced:     {"rekkehus", "terraced house", "rekkjehus"},
	landlords.SemiDetached: {"tomannsbolig", "tomannsbustad", "semi-detached"},
	landlords.SharedRoom:   {"rom i bofellesskap", "rom", "kollektiv", "shared room", "bufellesskap"},
}

var saySecurity = map[landlords.SecurityForm][]string{
	landlords.NAVGuarantee:       {"nav garanti", "NAV-garanti", "navgaranti", "depositumsgaranti", "nav guarantee", "garanti fra nav"},
	landlords.MunicipalGuarantee: {"kommunal garanti", "municipal guarantee", "kommunegaranti"},
	landlords.InsuranceGuarantee: {"forsikringsgaranti", "insurance guarantee"},
	landlords.DepositAccount:     {"depositumskonto", "deposit account"},
}

var sayEmployment = map[landlords.EmploymentRequirement][]string{
	landlords.NoEmployment:     {"uten krav om jobb", "utan krav om jobb", "no job required"},
	landlords.DocumentedIncome: {"dokumentert inntekt", "documented income"},
	landlords.TemporaryJob:     {"midlertidig jobb", "temporary job"},
	landlords.PermanentJob:     {"fast jobb", "fast inntekt", "permanent job"},
}

var sayBeds = []string{"%d soverom", "%d sov", "%d soverom", "%d bedrooms", "%d sovrom"}

// Query makes what someone who thinks of a home might type: two or three facts
// of it, some with slips.
func Query(r *rand.Rand, d *search.Document) string {
	l := &d.Listing
	var facts []string
	if words := sayType[l.DwellingType]; words != nil {
		facts = append(facts, slip(r, one(r, words)))
	}
	if l.PostalPlace != "" {
		facts = append(facts, slip(r, plain(r, l.PostalPlace)))
	}
	if l.Rent != nil {
		over := (*l.Rent/500 + 1) * 500
		facts = append(facts, fmt.Sprintf(one(r, []string{"under %d", "maks %d", "inntil %d kr", "max %d", "opp til %d"}), over))
	}
	if l.Bedrooms != nil && *l.Bedrooms > 0 {
		facts = append(facts, fmt.Sprintf(one(r, sayBeds), *l.Bedrooms))
	}
	for _, form := range landlords.SecurityForms {
		if l.AcceptedSecurity.Has(form) && r.IntN(2) == 0 {
			facts = append(facts, one(r, saySecurity[form]))
		}
	}
	if l.Pets != nil && *l.Pets {
		facts = append(facts, one(r, []string{"hund", "katt", "husdyr", "kjæledyr", "pets", "dyr tillatt"}))
	}
	if l.StepFree != nil && *l.StepFree {
		facts = append(facts, one(r, []string{"rullestol", "trinnfri", "wheelchair", "uten trapp", "rullstol"}))
	}
	if words := sayEmployment[l.EmploymentRequirement]; words != nil && r.IntN(2) == 0 {
		facts = append(facts, one(r, words))
	}
	r.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
	facts = facts[:min(len(facts), 1+r.IntN(3))]
	switch r.IntN(4) {
	case 0:
		facts = append([]string{slip(r, plain(r, l.Address))}, facts[:min(1, len(facts))]...)
	case 1:
		if l.LandlordName != "" {
			facts = append(facts, slip(r, plain(r, l.LandlordName)))
		}
	}
	return strings.Join(facts, " ")
}

// plain writes Norwegian letters the way other keyboards do, now and then.
func plain(r *rand.Rand, s string) string {
	switch r.IntN(4) {
	case 0:
		return strings.NewReplacer("ø", "o", "å", "a", "æ", "ae", "Ø", "O", "Å", "A").Replace(s)
	case 1:
		return strings.NewReplacer("ø", "oe", "å", "aa", "æ", "ae", "Ø", "Oe", "Å", "Aa").Replace(strings.ToLower(s))
	case 2:
		return strings.ToLower(s)
	}
	return s
}

// slip makes one slip of the finger in one long word, one time in three.
func slip(r *rand.Rand, s string) string {
	if r.IntN(3) > 0 {
		return s
	}
	fields := strings.Fields(s)
	at := r.IntN(len(fields))
	w := []rune(fields[at])
	if len(w) < 6 || strings.ContainsAny(fields[at], "0123456789") {
		return s
	}
	i := 1 + r.IntN(len(w)-2)
	switch r.IntN(4) {
	case 0: // two letters change places
		w[i], w[i+1] = w[i+1], w[i]
	case 1: // one is left out
		w = append(w[:i:i], w[i+1:]...)
	case 2: // one is doubled
		w = append(w[:i+1:i+1], w[i:]...)
	default: // the key beside
		w[i] = beside(w[i])
	}
	fields[at] = string(w)
	return strings.Join(fields, " ")
}

func beside(c rune) rune {
	const rows = "qwertyuiopå asdfghjkløæ zxcvbnm "
	if i := strings.IndexRune(rows, c); i >= 0 {
		if next := []rune(rows[i+len(string(c)):]); len(next) > 0 && next[0] != ' ' {
			return next[0]
		}
	}
	return 'e'
}

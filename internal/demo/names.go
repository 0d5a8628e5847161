package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// place is a part of the municipality, as people call it. The register calls
// all of 8610 to 8622 Mo i Rana, whatever people say.
type place struct {
	name   string
	codes  []string // none: the office has not noted the postal code
	remote bool     // rents are lower
}

// The places, and how many of each hundred homes stand there.
var (
	places = []place{
		{"Mo i Rana", []string{"8610", "8622", "8624", "8626"}, false},
		{"Selfors", []string{"8613", "8614"}, false},
		{"Ytteren", []string{"8616"}, false},
		{"Gruben", []string{"8617", "8619"}, false},
		{"Båsmoen", []string{"8616"}, false},
		{"Hauknes", []string{"8618"}, false},
		{"Skonseng", []string{"8615"}, true},
		{"Storforshei", []string{"8630"}, true},
		{"Utskarpen", nil, true},
	}
	placeShares = []int{38, 14, 11, 11, 8, 6, 4, 5, 3}
)

func (p place) code(r *rand.Rand) string {
	if len(p.codes) == 0 {
		return ""
	}
	return p.codes[r.IntN(len(p.codes))]
}

// Streets are a plant or bird and a kind of road; landlords a first name and a
// family name made of the landscape.
var (
	streetHeads = strings.Fields("Blåklokke Dvergbjørk Fjellrype Gauksyre Haukugle Jordrøyk Kvitveis Lappspurv Myrull Perlevintergrønn Rabbesiv Rødstilk Sandlo Skogstjerne Snøspurv Tepperot Tyttebær Vierranke")
	streetTails = strings.Fields("bakken faret haugen kroken lia stien svingen tunet veien vollen")
	firstNames  = strings.Fields("Anlaug Bergmund Dagfrid Eldbjørg Fridgeir Gunnvald Hallfrid Ingelaug Jorleif Kjellaug Leidulv Magnhild Norvald Oddbjørn Petra Ragnfrid Steinulf Torlaug Ulfhild Vebjørn Yngvild Åsfrid")
	familyNames = strings.Fields("Bekkerabb Dalstrype Elvflåtten Fonnskar Granhalsen Havtind Isbregrend Kampliå Lyngrabb Myrfjellås Nattmålsli Orrvassmo Røyrbekklia Setertind Skarvsletten Snøheller Stormyrdalen Svartisli Tindvoll Urdrabben Vindskarmo Ørrethølen Åsgjerdmo")
)

// address returns one that nothing else has yet.
func (t *town) address() string {
	for {
		a := fmt.Sprintf("%s%s %d", streetHeads[t.r.IntN(len(streetHeads))], streetTails[t.r.IntN(len(streetTails))], t.between(1, 60))
		if t.oneIn(5) {
			a += string(rune('A' + t.r.IntN(4)))
		}
		if !t.addresses[a] {
			t.addresses[a] = true
			return a
		}
	}
}

// landlord is who stands behind one listing or more; phone or email may be
// missing, never both.
type landlord struct{ name, phone, email string }

var asMail = strings.NewReplacer("æ", "ae", "ø", "o", "å", "a", " ", ".")

// landlords returns n of them with different names, phones and addresses; the
// first companies of them are firms.
func (t *town) landlords(n, companies int) []landlord {
	firsts, families := oneOfEach(t.r, firstNames...), oneOfEach(t.r, familyNames...)
	names, phones := map[string]bool{}, map[int]bool{}
	out := make([]landlord, 0, n)
	for len(out) < n {
		l := landlord{name: firsts.deal() + " " + families.deal()}
		l.email = asMail.Replace(strings.ToLower(l.name)) + "@example.no"
		if len(out) < companies {
			family := families.deal()
			l.name, l.email = family+" Utleie AS", "post."+asMail.Replace(strings.ToLower(family))+"@example.no"
		}
		number := t.between(0, 1)*50_000_000 + t.between(40_000_000, 49_999_999)
		if names[l.name] || phones[number] {
			continue
		}
		names[l.name], phones[number] = true, true
		l.phone = fmt.Sprintf("+47%d", number)
		switch t.r.IntN(9) {
		case 0:
			l.phone = ""
		case 1, 2:
			l.email = ""
		}
		out = append(out, l)
	}
	return out
}

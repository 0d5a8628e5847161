package landlords

import "strconv"

// Ages that a demand may name: below, it asks for what the law does (18), above
// it is no age.
const (
	minAge = 19
	maxAge = 99
)

var (
	ageWords   = wordSet(`alder alderen aldersgrense aldersgruppe aldersgruppa age aged ages åring åringer åringar`)
	ageBounds  = wordSet(`over under minst minimum min eldre yngre fylt older younger above below least mellom between fra frå from maks maksimum max maximum opp up`)
	yearWords  = wordSet(`år years year yrs åring åringer åringar`)
	personish  = wordSet(`leietaker leietakere leietakar leigetakar leietakarar leigetakarar tenant tenants person personer personar persons people folk mennesker applicants søkere par couple couples`)
	strongAge  = wordSet(`aldersgrense aldersgruppe aldersgruppa`)
	buildings  = wordSet(`badet kjøkkenet taket røropplegget ovnen vinduene vindauga hus huset bygg bygget bygning bygningen house building flat apartment leilighet leiligheten leilegheit bolig boligen bustad kjøkken bad kitchen bathroom hvitevarer`)
	notOfAge   = wordSet(`kontrakt kontrakten leietid leietida leigetid leiekontrakt leigekontrakt leie lease contract garanti guarantee bodd budd lived oppussa oppusset renovert renovated depositum deposit avtale avtalen agreement kvm m2 kroner kr nok mnd måneder månader months`)
	ageDemands = wordSet(`vil want kun bare berre only ikke ikkje ingen inga no not nobody må must skal should helst preferably ønsker ønskjer søker søkjer prefer krav require minimum`)
)

// age returns GroundAge for a clause that asks for an age: "må være over 30 år",
// "40+ only", "aldersgrense 25".
func (c clause) age() Ground {
	named, strong, demanded, person, built := false, false, false, false, false
	for i, w := range c {
		if notOfAge[w] || c.isHarmless(i) {
			return ""
		}
		strong = strong || strongAge[w]
		built = built || buildings[w]
		named = named || ageWords[w]
		demanded = demanded || beginsMust[w] != nil && c.is(i+1, "være", "vere", "be") || ageDemands[w] || closes[w] || asks[w] || refusals[w]
		person = person || personish[w]
	}
	if built && !person {
		return ""
	}
	for i, w := range c {
		n, err := strconv.Atoi(w)
		if err != nil || n < minAge || n > maxAge {
			continue
		}
		before, after := "", ""
		if i > 0 {
			before = c[i-1]
		}
		if before == "enn" || before == "than" || before == "at" || before == "og" || before == "and" {
			if i > 1 {
				before = c[i-2]
			}
		}
		if i+1 < len(c) {
			after = c[i+1]
		}
		bounded := ageBounds[before] || after == "+" || after == "plus"
		years := yearWords[after] || i+2 < len(c) && yearWords[c[i+2]] && isNumber(after)
		switch {
		case strong, named && (demanded || bounded || ageWords[before] || person):
			return GroundAge
		case bounded && demanded && (years || after == "+" || person || i+1 == len(c) || after == comma):
			return GroundAge
		case bounded && years && person:
			return GroundAge
		case bounded && (before == "over" || before == "under" || after == "+") && i+2 <= len(c) && i+1 < len(c) && c[len(c)-1] == "only":
			return GroundAge
		}
	}
	return ""
}

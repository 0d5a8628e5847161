package landlords

import (
	"slices"
	"strconv"
)

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
	ageLimits  = wordSet(`max maks maksimum min minst minimum`)
	strongAge  = wordSet(`aldersgrense aldersgruppe aldersgruppa`)
	buildings  = wordSet(`badet kjøkkenet taket røropplegget ovnen vinduene vindauga hus huset bygg bygget bygning bygningen house building flat apartment leilighet leiligheten leilegheit bolig boligen bustad kjøkken bad kitchen bathroom hvitevarer`)
	notOfAge   = wordSet(`kontrakt kontrakten leietid leietida leigetid leiekontrakt leigekontrakt leie lease contract garanti guarantee bodd budd lived oppussa oppusset renovert renovated depositum deposit avtale avtalen agreement kvm m2 kvadratmeter sqm kroner kr nok mnd måneder månader months minutter minutt minutes meter metres km`)
	ageDemands = wordSet(`vil want kun bare berre only ikke ikkje ingen inga no not nobody må must skal should helst ideally preferably ønsker ønskjer søker søkjer prefer krav require minimum`)

	// decades are the years of life by their tens: "in her twenties", "i tjueåra".
	decades = wordSet(`twenties thirties forties fifties sixties seventies tjueårene trettiårene førtiårene femtiårene sekstiårene syttiårene tjueåra trettiåra førtiåra femtiåra sekstiåra syttiåra`)
	numbers = map[string]int{"tjue": 20, "tyve": 20, "tretti": 30, "førti": 40, "femti": 50, "seksti": 60, "sytti": 70, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70}
)

// ageOf returns the age that a word may tell, 0 for none.
func ageOf(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		n = numbers[word]
	}
	if n < minAge || n > maxAge {
		return 0
	}
	return n
}

// age returns GroundAge for a clause that asks for an age: "må være over 30 år",
// "40+ only", "aldersgrense 25", "between 20 and 35".
func (c clause) age() Ground {
	if !c.asksForAge() {
		return ""
	}
	for i := range c {
		if c.isHarmless(i) {
			return ""
		}
	}
	return GroundAge
}

func (c clause) asksForAge() bool {
	named, strong, demanded, person, built, be := false, false, false, false, false, false
	for i, w := range c {
		if notOfAge[w] {
			return false
		}
		strong = strong || strongAge[w]
		built = built || buildings[w]
		named = named || ageWords[w]
		be = be || beginsMust[w] != nil && c.is(i+1, "være", "vere", "be")
		demanded = demanded || be || ageDemands[w] || closes[w] || asks[w] || refusals[w]
		person = person || personish[w]
	}
	if built && !person {
		return false
	}
	for i, w := range c {
		if decades[w] && demanded && c.anyGroup(0, i) != "" {
			return true
		}
		if ageOf(w) == 0 {
			continue
		}
		span := i // the last number of "20 and 35"
		if c.is(i+1, "og", "and", "til", "to") && i+2 < len(c) && ageOf(c[i+2]) != 0 {
			span = i + 2
		}
		before, after := c.wordAt(i-1), c.wordAt(span+1)
		if slices.Contains([]string{"enn", "than", "at", "og", "and"}, before) {
			before = c.wordAt(i - 2)
		}
		last := span+1 == len(c) || after == comma
		bounded := ageBounds[before] || after == "+" || after == "plus"
		years := yearWords[after] || yearWords[c.wordAt(span+2)] && isNumber(after)
		switch {
		case strong, named && (demanded || bounded || ageWords[before] || person),
			bounded && demanded && (years || after == "+" || person || last),
			bounded && years && person,
			years && len(c) <= 3 && ageLimits[before],
			span > i && be && last && (before == "mellom" || before == "between"),
			bounded && (before == "over" || before == "under" || after == "+") && !last && c[len(c)-1] == "only":
			return true
		}
	}
	return false
}

// wordAt returns the word at i, "" where there is none.
func (c clause) wordAt(i int) string {
	if i < 0 || i >= len(c) {
		return ""
	}
	return c[i]
}

package landlords

import "strings"

var (
	keepsOut = wordSet(`ikke ikkje ingen inga no not uten utan without aldri never unntatt except nei nekter avviser refuse don`)
	asksFor  = wordSet(`kun bare berre only må must krav krever krev kreves krevst required require requires need needs skal forutsetter forutsetning helst preferably fast`)
	kids     = wordSet(`barn born unger ungar småbarn småborn babyer spedbarn barnefamilie barnefamilier barnefamiliar children child kids kid babies toddlers infants`)
	navWords = wordSet(`nav navgaranti sosialkontoret sosialhjelp sosialklienter navklienter sosialen sosialstønad sosialstønaden stønad stønadsmottakere stønadsmottakarar trygd trygda trygdede benefits welfare`)
	// favourable stand before "for" where it is told for whom a home is best.
	favourable = wordSet(`best passer passar perfekt perfect ideell ideal egnet egna suitable suited suits great`)
	norwegian  = wordSet(`norsk norwegian`)
	speaks     = wordSet(`snakke snakker snakkar forstå forstår kunne kan beherske beherskar beherske skrive lese speak speaks speaking understand understands fluent flytende flytande god godt good gode norskkunnskaper norsktalende norsktalande`)
	fluent     = wordSet(`norsktalende norsktalande norskspråklig norskspråklige norskspråkleg norskspråklege norskkunnskaper norskkunnskapar norskkrav`)
)

// jobs are names of a permanent job.
var permanentJobs = []string{"fast jobb", "fast arbeid", "fast stilling", "fast ansettelse", "fast tilsetting", "fast ansatt", "fast ansatte", "fast tilsett", "fast tilsette", "fast inntekt", "fast lønn", "fast løn", "permanent job", "permanent jobs", "permanent employment", "permanent position", "permanently employed", "permanent contract"}

// forReview returns what of the clause staff should look at.
func (c clause) forReview() []Review {
	var out []Review
	all := " " + strings.Join(c, " ") + " "
	for _, h := range harmless {
		if strings.Contains(all, " "+h) {
			return nil
		}
	}
	no := c.has(keepsOut)
	if c.keepsOutNear(navWords) {
		out = append(out, ReviewNoNAV)
	}
	for _, job := range permanentJobs {
		if at := strings.Index(all, " "+job+" "); at >= 0 {
			rest := c.has(wordSet("kun bare berre only må must krav krever krev kreves krevst required require requires needs need forutsetter skal")) || len(c) <= 3 && !no
			if rest {
				out = append(out, ReviewPermanentJob)
			}
			break
		}
	}
	if c.has(fluent) && (c.has(asksFor) || len(c) <= 2) || c.has(norwegian) && c.has(speaks) && (c.has(asksFor) || no) && !c.has(selves) {
		out = append(out, ReviewNorwegian)
	}
	if c.keepsOutNear(kids) || strings.Contains(all, " barnefri") || strings.Contains(all, " childfree ") || strings.Contains(all, " child free ") || strings.Contains(all, " kun voksne ") || strings.Contains(all, " berre vaksne ") || strings.Contains(all, " adults only ") {
		out = append(out, ReviewNoChildren)
	}
	if c.favours() {
		out = append(out, ReviewGroup)
	}
	return out
}

// favours reports whether the clause says for whom a home is best, by a ground that the
// law knows, or that a wheelchair is not wanted: a demand, or only meant kindly.
func (c clause) favours() bool {
	for i, w := range c {
		switch {
		case c.is(i, "rullestol", "wheelchair", "wheelchairs") && (i+1 == len(c) || c[i+1] == comma) && i > 0 && keepsOut[c[i-1]]:
			return true
		case !(favourable[w] && c.is(i+1, "for", "til", "to") || w == "gjerne" || w == "ideelt"), c.describes(i), i > 0 && keepsOut[c[i-1]]:
			continue
		}
		for j := i + 1; j < len(c) && j-i <= maxFillers; j++ {
			if ground := c.groupAt(j, true); ground != "" && ground != GroundDisability && !newcomers[c[j]] && !c.bothSexes(j) {
				return true
			}
			if !fillers[c[j]] {
				break
			}
		}
	}
	return false
}

// has reports whether any word of the clause is in the set.
func (c clause) has(set map[string]bool) bool {
	for _, w := range c {
		if set[w] {
			return true
		}
	}
	return false
}

// keepsOutNear reports whether a word that keeps out reaches one of the set: a
// few words before it, through a list, or behind it.
func (c clause) keepsOutNear(set map[string]bool) bool {
	const before, behind = 6, 3
	for i, w := range c {
		if !set[w] {
			continue
		}
		told := c.is(i-1, "for", "til") // "no traffic, safe for children"
		for j := i - 1; j >= 0 && i-j <= before && !(told && c[j] == comma); j-- {
			if keepsOut[c[j]] && !c.ofSelves(j) && !(j+1 < len(c) && c[j+1] == comma) {
				return !strings.Contains(" "+strings.Join(c[j:i], " ")+" ", " men ") && !strings.Contains(" "+strings.Join(c[j:i], " ")+" ", " but ")
			}
		}
		for j := i + 1; j < len(c) && j-i <= behind; j++ {
			if c[j] == comma {
				break
			}
			if keepsOut[c[j]] || c[j] == "frabes" || c[j] == "uønsket" {
				return true
			}
		}
	}
	return false
}

// ofSelves reports whether the phrase that leads to the word at i tells of the
// landlord: "vi er et ektepar uten barn".
func (c clause) ofSelves(i int) bool {
	for j := i - 1; j > 0 && c[j] != comma; j-- {
		if isWord[c[j]] && selves[c[j-1]] {
			return true
		}
	}
	return false
}

// mayReview reports whether any word of the text could be for review.
func mayReview(text string) bool {
	return anyWord(text, func(w string) bool {
		return keepsOut[w] || asksFor[w] || fluent[w] || w == "permanent" || w == "permanently" || w == "childfree" || w == "barnefri" || w == "barnefritt" || favourable[w] || w == "gjerne" || slips[w] != ""
	})
}

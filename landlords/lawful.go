package landlords

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ground is what the law forbids a landlord to choose a tenant by: Husleieloven
// § 1-8, likestillings- og diskrimineringsloven § 6.
type Ground string

// The grounds.
const (
	GroundSex         Ground = "sex" // pregnancy with it
	GroundEthnicity   Ground = "ethnicity"
	GroundReligion    Ground = "religion"
	GroundDisability  Ground = "disability"
	GroundOrientation Ground = "orientation"
	GroundAge         Ground = "age"
	GroundCitizenship Ground = "citizenship"
)

// groups are the people that a demand would let in or keep out, in bokmål,
// nynorsk and English, as nouns.
var groups = phrases(map[Ground]string{
	GroundSex: `kvinne|kvinner|kvinnene|kvinnfolk|mann|menn|mannfolk|jente|jenter|gutt|gutter|gut|gutar|dame|damer|herre|herrer|gravide|women|woman|man|men|males|females|girl|girls|boy|boys|lady|ladies`,
	GroundEthnicity: `nordmenn|nordmann|etnisk norske|etnisk norsk|etniske nordmenn|norwegians|norwegian|utlending|utlendinger|utlendingar|innvandrer|innvandrere|innvandrar|innvandrarar|foreigner|foreigners|immigrant|immigrants|flyktning|flyktninger|flyktningar|refugee|refugees|
		asylsøker|asylsøkere|asylsøkjar|asylsøkjarar|asylum seekers|afrikaner|afrikanere|afrikanar|afrikanarar|african|africans|araber|arabere|arabar|arabarar|arab|arabs|somalier|somaliere|somaliar|somaliarar|somali|somalis|syrer|syrere|syrar|syrarar|syrian|syrians|
		ukrainer|ukrainere|ukrainar|ukrainarar|ukrainian|ukrainians|afghaner|afghanere|afghanar|afghanarar|afghans|eritreere|eritrearar|eritreans|mørkhuda|mørkhudede|fargede|blacks|whites|samer|samar|romfolk|sigøynere|sigøynarar|polakk|polakker|polakkar|poles|østeuropeere|austeuropearar`,
	GroundReligion:    `muslim|muslimer|muslimar|muslims|kristen|kristne|christian|christians|jøde|jøder|jødar|jew|jews|hindu|hinduer|hinduar|hindus|ateist|ateister|ateistar|atheists`,
	GroundDisability:  `funksjonshemmede|funksjonshemmet|funksjonshemma|handikappede|handikappet|handikappa|rullestolbruker|rullestolbrukere|rullestolbrukar|rullestolbrukarar|wheelchair user|wheelchair users|psykisk syk|psykisk syke|psykisk sjuke|mentally ill|utviklingshemmede|utviklingshemma`,
	GroundOrientation: `homo|homser|homoer|homofile|homoseksuelle|lesbe|lesber|lesbiske|skeive|heterofile|heteroseksuelle|gay|gays|lesbian|lesbians|homosexuals`,
	GroundAge:         `pensjonist|pensjonister|pensjonistar|ungdom|ungdommer|ungdomar|senior|seniorer|seniorar|pensioner|pensioners|seniors|teenagers`,
	GroundCitizenship: `statsborger|statsborgere|statsborgar|statsborgarar|norsk statsborger|norske statsborgere|norsk statsborgar|norske statsborgarar|norsk statsborgerskap|norsk statsborgarskap|norsk pass|norwegian citizen|norwegian citizens|norwegian nationals|norwegian passport|citizen|citizens|eu borgere|eu borgarar|eu citizens|eøs borgere|eøs borgarar`,
})

// traits are words that tell such people only before a word for people or at the
// end of a phrase: "norske familier" and "kun norske", but not "norsk kontrakt".
var traits = phrases(map[Ground]string{
	GroundSex:         `kvinnelig|kvinnelige|kvinneleg|kvinnelege|mannlig|mannlige|mannleg|mannlege|female|male|gravid|pregnant`,
	GroundEthnicity:   `norsk|norske|utenlandsk|utenlandske|utanlandsk|utanlandske|foreign|afrikanske|arabiske|somaliske|syriske|ukrainske|polske|samiske`,
	GroundReligion:    `muslimsk|muslimske|jødisk|jødiske|jewish|troende|truande|religiøse|religious`,
	GroundDisability:  `disabled|funksjonshemmet|uføre|blinde|døve`,
	GroundOrientation: `homofil|lesbisk|skeiv|heterofil|straight|queer`,
	GroundAge:         `unge|eldre|elderly|middelaldrende|middelaldrande`,
})

// looks are words that tell things as well: people only before a word for people.
var looks = phrases(map[Ground]string{
	GroundEthnicity: `hvit|hvite|kvit|kvite|white|svart|svarte|mørk|mørke|black`,
	GroundAge:       `ung|gammel|gamal|gamle|young|old|older`,
})

var (
	// onlyOrNot let in or keep out what follows.
	onlyOrNot = wordSet(`kun bare berre only utelukkende utelukkande eksklusivt forbeholdt reservert ikke ikkje ingen no not unntatt unnateke uten utan except aldri never`)
	not       = wordSet(`ikke ikkje not`)
	// beginsMust begin with the words that follow them: "må være".
	beginsMust = map[string]map[string]bool{"må": wordSet("være vere"), "skal": wordSet("være vere"), "must": wordSet("be"), "should": wordSet("be")}
	fillers    = wordSet(`til for to ut leie leies leige leigast utleie utleige leietaker leietakere leigetakar leigetakarar tenant tenants rent let en ei ein et eit a an any the noen nokon av som er ensleg enslig enslige einsleg einslege single rene reine`)
	people     = wordSet(`person personer personar folk menneske mennesker leietaker leietakere leietager leietagere leigetakar leigetakarar søker søkere søkjarar familie familier familiar par ektepar ektefolk beboer beboere bebuarar kvinne kvinner mann menn jenter gutter gutar damer studenter studentar people persons tenant tenants applicant applicants family families couple couples resident residents woman women man men students adults voksne vaksne`)
	joins      = wordSet(`og eller and or`)
)

// Fillers that may stand between a demand and its group.
const maxFillers = 5

// UnlawfulDemand returns the ground of a demand that the law forbids in the
// text, "" where there is none. It looks for a word that lets in or keeps out
// (kun, ikke, only, no) before a group of people, or "only" behind one; what
// merely mentions a group, a mosque or smoking is no demand, nor is a wish for
// the Norwegian language, which is for staff to look at.
func UnlawfulDemand(text string) Ground {
	if !demandsSomething(text) { // almost every text ends here
		return ""
	}
	words := split(text)
	for i, word := range words {
		if word == "only" {
			if ground := groupBefore(words[:i]); ground != "" {
				return ground
			}
		}
		next := i + 1
		switch {
		case i > 0 && not[words[i-1]] && onlyOrNot[word]:
			continue // "ikke bare kvinner"
		case onlyOrNot[word]:
		case beginsMust[word] != nil && next < len(words) && beginsMust[word][words[next]]:
			next++
		default:
			continue
		}
		for n := 0; n < maxFillers && next < len(words) && fillers[words[next]]; n++ {
			next++
		}
		if ground := groupAt(words[next:]); ground != "" {
			return ground
		}
	}
	return ""
}

// groupAt returns the ground of the group that the words begin with. The longest
// name counts: a Norwegian citizen is told by citizenship.
func groupAt(words []string) Ground {
	for n := min(3, len(words)); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		if ground := groups[name]; ground != "" && !(name == "mann" && n < len(words) && words[n] == "enn") {
			return ground
		}
		if ground := looks[name]; ground != "" && n < len(words) && people[words[n]] {
			return ground
		}
		if ground := traits[name]; ground != "" && (n == len(words) || words[n] == stop || people[words[n]] || joins[words[n]]) {
			return ground
		}
	}
	return ""
}

// groupBefore returns the ground of the group that the words end with.
func groupBefore(words []string) Ground {
	for n := min(3, len(words)); n > 0; n-- {
		if ground := groups[strings.Join(words[len(words)-n:], " ")]; ground != "" {
			return ground
		}
	}
	return ""
}

// stop stands for what ends a phrase.
const stop = "."

// split returns the words of a text in lower case, with stops between phrases.
func split(text string) []string {
	var out []string
	for text != "" {
		word, size := nextWord(text)
		switch {
		case word != "":
			out = append(out, strings.ToLower(word))
		case strings.ContainsAny(text[:size], ".,;:!?()/\n") && len(out) > 0:
			out = append(out, stop)
		}
		text = text[size:]
	}
	return out
}

// nextWord returns the letters that text begins with, or else "", and how many
// bytes it looked at.
func nextWord(text string) (word string, size int) {
	for size < len(text) {
		r, n := utf8.DecodeRuneInString(text[size:])
		if !unicode.IsLetter(r) {
			if size == 0 {
				return "", n
			}
			break
		}
		size += n
	}
	return text[:size], size
}

// demandsSomething reports whether any word of the text lets in or keeps out, at
// no cost in memory.
func demandsSomething(text string) bool {
	var lower [16]byte
	for text != "" {
		word, size := nextWord(text)
		if n := len(word); n > 1 && n <= len(lower) {
			b := lower[:0]
			for _, r := range word {
				b = utf8.AppendRune(b, unicode.ToLower(r))
			}
			if onlyOrNot[string(b)] || beginsMust[string(b)] != nil {
				return true
			}
		}
		text = text[size:]
	}
	return false
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

func phrases(byGround map[Ground]string) map[string]Ground {
	out := map[string]Ground{}
	for ground, list := range byGround {
		for name := range strings.SplitSeq(list, "|") {
			out[strings.TrimSpace(name)] = ground
		}
	}
	return out
}

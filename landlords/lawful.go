package landlords

import (
	"regexp"
	"strings"
)

// Ground is what the law forbids a landlord to choose a tenant by: Husleieloven
// § 1-8, likestillings- og diskrimineringsloven § 6.
type Ground string

// The grounds.
const (
	GroundSex         Ground = "sex"
	GroundEthnicity   Ground = "ethnicity" // national origin, descent, skin colour, language
	GroundReligion    Ground = "religion"
	GroundDisability  Ground = "disability"
	GroundOrientation Ground = "orientation"
	GroundAge         Ground = "age"
	GroundCitizenship Ground = "citizenship"
)

// groups are the people that a demand would let in or keep out, by ground, in
// bokmål, nynorsk and English.
var groups = []struct {
	ground Ground
	words  string
}{
	{GroundSex, `kvinner?|kvinnelige?|kvinneleg[e]?|menn|mann|mannlige?|mannleg[e]?|jenter?|gutter?|gutar|damer?|herrer?|women|woman|men|man|male|female|girls?|boys?|ladies|gravide?|pregnant`},
	{GroundEthnicity, `etnisk(?:e)?(?: norske?| nordmenn)?|nordmenn|norske?|norwegians?|utlendinge?r?|utlendingar|innvandrere?|innvandrarar?|foreigners?|immigrants?|flyktninge?r?|flyktningar|refugees?|asylsøkere?|asylsøkjarar?|afrikanere?|afrikanarar?|africans?|arabere?|arabarar?|arabs?|somaliere?|somaliarar?|somalis?|syrere?|syrarar?|syrians?|ukrainere?|ukrainarar?|ukrainians?|mørkhuda|mørkhudede|hvite|kvite|white|black|samer?|romfolk|sigøynere?|polakker|polakkar|utenlandske?|utanlandske?|norsk(?:talende|språklige?|talande)`},
	{GroundReligion, `muslime?r?|muslimar|muslimske?|muslims?|kristne?|christians?|jøder?|jødar|jews?|jewish|hinduer?|hinduar|hindus?|troende|truande|ateister|ateistar`},
	{GroundDisability, `funksjonshemmede?|funksjonshemma|handikappede?|handikappa|rullestolbrukere?|rullestolbrukarar?|disabled|wheelchair users?|psykisk syke?|psykisk sjuke?|mentally ill`},
	{GroundOrientation, `homofile?|homoseksuelle?|lesbiske?|skeive?|heterofile?|heteroseksuelle?|gays?|lesbians?|homosexuals?|straight`},
	{GroundAge, `unge|eldre|pensjonister|pensjonistar|ungdommer|ungdomar|young people|elderly|pensioners`},
	{GroundCitizenship, `norske? (?:statsborgere?|statsborgarar?)|statsborgere?|statsborgarar?|norsk pass|norwegian (?:citizens?|passport|nationals?)|citizens?|eu[- ]?borgere?|eu[- ]?borgarar?`},
}

const (
	onlyWords = `kun|bare|berre|only|utelukkende|eksklusivt|utelukkande|må være|må vere|must be|skal være|skal vere|forbeholdt|reservert for`
	noneWords = `ikke|ikkje|ingen|no|not|ei|unntatt|unnateke|uten|except|aldri|never|ønsker ikke|vil ikke ha|leier ikke ut til|don't want|won't rent to`
	fillers   = `(?:(?:til|til en|leies ut til|leie ut til|for|to|rent to|leietakere?|leigetakarar?|tenants?|en|ei|ein|et|a|an|any|noen|nokon|av|som er|etnisk|ethnic|single|enslige?|einslege?)\s+){0,3}`
)

// gate are the words without which no pattern matches.
var gate = newWordList(onlyWords + "|" + noneWords)

type wordList []string

func newWordList(pattern string) wordList { return strings.Split(pattern, "|") }

func (l wordList) containsAny(text string) bool {
	for _, w := range l {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

var demands = compileDemands()

type demand struct {
	ground  Ground
	pattern *regexp.Regexp
}

func compileDemands() []demand {
	var out []demand
	for _, g := range groups {
		out = append(out, demand{g.ground, regexp.MustCompile(
			`(?:^|[^\p{L}])(?:` + onlyWords + `|` + noneWords + `)\s+` + fillers + `(?:` + g.words + `)(?:$|[^\p{L}])`)})
	}
	return out
}

// harmless are phrases that hold a group's name and demand nothing of people:
// a language, a nationality of things, a style.
var harmless = regexp.MustCompile(`norsk(?:e)? (?:standard|kontrakt|lov|regler|reglar|mat|tv|bank|konto|kroner|leiekontrakt)|ikke mann|black (?:kitchen|door)|white (?:walls|goods|kitchen)|hvite (?:vegger|skap|varer)|kvite (?:vegger|skap)`)

// UnlawfulDemand returns the ground of a demand that the law forbids in the
// text, "" where there is none. It looks for a word that lets in or keeps out
// (kun, ikke, only, no) before a group of people; what merely mentions a group,
// a mosque or smoking is no demand.
func UnlawfulDemand(text string) Ground {
	lower := strings.ToLower(strings.Join(strings.Fields(text), " "))
	if !gate.containsAny(lower) { // almost every note ends here
		return ""
	}
	lower = harmless.ReplaceAllString(lower, "")
	for _, d := range demands {
		if d.pattern.MatchString(lower) {
			return d.ground
		}
	}
	return ""
}

package search

import (
	"slices"
	"strings"

	"github.com/boligklar/boligklar/landlords"
)

// typeNames has what people call each type of home, in three languages.
var typeNames = map[landlords.DwellingType]string{
	landlords.Apartment:    "leilighet leiligheten leiligheter leilegheit leilegheita leil blokkleilighet husvære apartment flat",
	landlords.Studio:       "hybel hybelen hybler hyblar hybelleilighet hybelleilegheit ettroms ettromsleilighet einroms studio bedsit",
	landlords.Basement:     "sokkelleilighet sokkelleilegheit sokkelleil sokkelbolig sokkel sokkeletasje kjellerleilighet kjellarleilegheit kjellerleil kjeller kjellar underetasje basement",
	landlords.Loft:         "loftsleilighet loftsleilegheit loftsleil loftleilighet loft loftet kvistleilighet attic",
	landlords.House:        "hus huset enebolig eneboligen einebustad villa house detached",
	landlords.Terraced:     "rekkehus rekkehuset rekkjehus kjedehus terraced terrace townhouse rowhouse",
	landlords.SemiDetached: "tomannsbolig tomannsbustad tomannsboligen vertikaldelt halvpart duplex semidetached",
	landlords.SharedRoom:   "rom rommet bofellesskap bufellesskap kollektiv delt shared room roomshare flatshare",
	landlords.OtherType:    "annet anna other",
}

// typeWords are the folded words of each type; typeOf the types of each word.
var typeWords, typeOf = func() (map[landlords.DwellingType][]string, map[string]landlords.DwellingType) {
	words, of := map[landlords.DwellingType][]string{}, map[string]landlords.DwellingType{}
	for t, names := range typeNames {
		for name := range strings.FieldsSeq(names) {
			w := Fold(name)
			words[t] = append(words[t], w)
			of[w] = t
		}
	}
	return words, of
}()

// stopWords say nothing about a home: every one is to let.
var stopWords = foldedSet(`i på pa til med og en et ei ein eit for fra frå av som er det den de vi jeg eg ved eller om å ha har
	bolig boliger bustad bustader heim hjem utleiebolig utleie utleige leie leige leier ønsker ønskjer søker ser etter trenger treng vil gjerne
	helst litt ganske ca cirka omtrent under over maks max maksimalt inntil minst min
	utleier utleieren utleiers utleigar huseier huseigar eier eigar landlord owner hos
	kan kunne må skal får lov tillater godtar godtas aksepterer krever ha noe noen noko nokon finnes finst dere dykk dette denne meg oss
	familie family kontrakt leiekontrakt leieavtale avtale lease contract leia leien leiga husleia husleien husleiga
	nær nære nærme near close ledigstilt boliger bu bo både begge også both either stor stort store liten lite fin fint koselig koselege enslig alene aleine mor far single mother
	the a an in on of at with and or to for from is are i we need want looking rent rental home homes near by please around about
	kr kroner nok mnd pr per måned`)

// negations take the word after them away: "ikke kjeller".
var negations = foldedSet("ikke ikkje unntatt unnateke not except uten utan without")

func foldedSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[Fold(w)] = true
	}
	return set
}

// numberWords are the numbers that people write as words.
var numberWords = func() map[string]int {
	out := map[string]int{}
	for n, list := range []string{"null zero", "en ett ein eitt one", "to two", "tre three", "fire four", "fem five", "seks six", "syv sju seven", "åtte eight", "ni nine", "ti ten"} {
		for w := range strings.FieldsSeq(list) {
			out[Fold(w)] = n
		}
	}
	return out
}()

// said is a phrase that means a filter.
type said struct {
	field string
	value string // values separated by commas
}

type phraseRow struct{ field, value, phrases string }

// phraseTable has the phrases of each filter value; words within a phrase are
// separated by spaces, phrases by bars.
var phraseTable = []phraseRow{
	{"accepted_security", "nav_guarantee", "nav garanti|navgaranti|garanti fra nav|garanti frå nav|nav depositumsgaranti|depositumsgaranti|depositumsgaranti fra nav|nav guarantee|guarantee from nav|nav_guarantee|godtar nav|tar nav|nav ok|accepts nav|accepts nav guarantee|nav sin garanti|nav|garanti nav|garanti via nav|garanti gjennom nav|nav garanti godtas|nav godtas|nav tillatt|tar imot nav|tek imot nav|godtar nav garanti|med nav garanti|sosialgaranti|navs garanti"},
	{"accepted_security", "municipal_guarantee", "kommunal garanti|godtar kommunal garanti|garanti kommunen|garanti via kommunen|kommunegaranti|kommunalgaranti|garanti fra kommunen|garanti frå kommunen|kommunal leiegaranti|kommunal depositumsgaranti|municipal guarantee|municipality guarantee|guarantee from the municipality|municipal_guarantee"},
	{"accepted_security", "insurance_guarantee", "forsikringsgaranti|forsikring|leiegaranti|leigegaranti|husleiegaranti|garanti fra forsikring|garanti frå forsikring|garanti fra forsikringsselskap|garanti frå forsikringsselskap|garanti via forsikring|forsikrings garanti|insurance guarantee|guarantee insurance|insurance|insurance_guarantee"},
	{"accepted_security", "deposit_account", "depositumskonto|depositum på konto|vanlig depositum|vanleg depositum|depositum konto|depositumkonto|depositum|sperret konto|deposit account|deposit|blocked account|deposit_account"},
	{"accepted_security", "nav_guarantee,municipal_guarantee,insurance_guarantee", "garanti|guarantee|uten depositum|utan depositum|ikke depositum|no deposit|without deposit"},
	{"employment_requirement", "none", "uten jobb|utan jobb|uten arbeid|utan arbeid|ingen krav om jobb|ikke krav om jobb|ikkje krav om jobb|uten krav om jobb|uten jobbkrav|uten krav om arbeid|ingen jobbkrav|ingen krav om arbeid|ingen krav|uten krav|utan krav|ikke jobbkrav|arbeidsledig|no job|no job required|no employment required|no employment requirement|no employment|no requirements|unemployed|without job"},
	{"employment_requirement", "none,documented_income", "introduksjonsprogram|introduksjonsprogrammet|introprogram|introprogrammet|introstønad|intro programme|introduction programme|introduction program|trygd|ufør|uføretrygd|sosialhjelp|benefits|on benefits"},
	{"employment_requirement", "documented_income", "dokumentert inntekt|dokumenterbar inntekt|inntektsdokumentasjon|documented income|proof of income|documented_income"},
	{"employment_requirement", "temporary_job", "midlertidig jobb|midlertidig arbeid|midlertidig stilling|mellombels jobb|mellombels arbeid|vikariat|vikar|temporary job|temporary work|temporary_job"},
	{"employment_requirement", "permanent_job", "fast jobb|fast arbeid|fast stilling|fast inntekt|fast ansatt|fast tilsett|permanent job|permanent employment|permanent work|steady job|permanent_job"},
	{"step_free", "true", "rullestol|rullestolvennlig|rullestolbruker|rullestolvenleg|rullestoltilpasset|rullestolbrukar|trinnfri|trinnfritt|trinnfri adkomst|uten trinn|utan trinn|uten trapp|utan trapp|uten trapper|universelt utformet|universelt utforma|universell utforming|tilgjengelig for rullestol|tilgjengeleg|heis|med heis|step free|step free access|stepfree|tilpasset rullestol|tilpassa rullestol|tilrettelagt|tilrettelagt for rullestol|tilrettelagd|handikapvennlig|handicapvennlig|handikapvenleg|handikaptilpasset|livsløpsstandard|livsløpsbolig|rullator|bevegelseshemmet|bevegelseshemma|rampe|wheelchair|walker|disabled access|wheelchair accessible|wheelchair access|wheelchair friendly|accessible|no stairs|no steps|elevator|lift"},
	{"step_free", "false", "ikke trinnfri|ikke trinnfritt|ikkje trinnfri|ikkje trinnfritt|ikke rullestol|not step free|not accessible"},
	{"pets", "true", "hund|hunder|hundar|katt|katter|kattar|husdyr|kjæledyr|kjeledyr|dyr|dyrehold|dyrehald|dyr tillatt|dyr tillate|husdyr tillatt|husdyr tillate|husdyrhold|hund tillatt|katt tillatt|dyr lov|lov med dyr|lov med hund|lov med katt|lov med husdyr|dyr ok|hund ok|katt ok|med hund|med katt|med dyr|dyrevennlig|pets|pet|pets allowed|pets ok|pet friendly|dog|dogs|cat|cats|dog allowed|dog friendly|dogs allowed|cats allowed"},
	{"pets", "false", "ingen dyr|ingen husdyr|ingen kjæledyr|uten dyr|utan dyr|uten husdyr|utan husdyr|ikke dyr|ikke husdyr|ikkje dyr|ikkje husdyr|ingen hund|ikke hund|ikkje hund|uten hund|ikke katt|dyrefri|dyrefritt|dyr ikke tillatt|husdyr ikke tillatt|ikke dyrehold|no pets|no dogs|no cats|no animals|without pets"},
	{"smoking", "true", "røyking tillatt|røyking tillate|røyk tillatt|lov å røyke|røyking ok|røyking|smoking allowed|smoking ok|smoking|smoker"},
	{"smoking", "false", "røykfri|røykfritt|røykfrie|ikke røyk|ikke røyking|ikkje røyking|ikkje røyk|røyking forbudt|ingen røyking|røyking ikke tillatt|ikke røyker|ikkerøyker|no smoking|non smoking|nonsmoking|smoke free|non smoker"},
	{"furnished", "full,partly", "møblert|møbler|med møbler|møbel|møblar|furnished|with furniture"},
	{"furnished", "full", "fullt møblert|fullmøblert|helmøblert|heilmøblert|fully furnished"},
	{"furnished", "partly", "delvis møblert|delmøblert|delvis møbler|halvmøblert|semimøblert|delvis|partly furnished|partially furnished|part furnished|half furnished|semi furnished|partly"},
	{"furnished", "none", "umøblert|ikke møblert|ikkje møblert|uten møbler|utan møbler|utan møblar|unfurnished|not furnished|without furniture|no furniture"},
	{"electricity_included", "true", "strøm inkludert|inkludert strøm|inkl strøm|strøm inkl|straum inkludert|inkludert straum|inkl straum|straum inkl|strøm inngår|straum inngår|med strøm|med straum|strøm i husleia|electricity included|included electricity|incl electricity|utilities included|power included|bills included|including electricity"},
	{"electricity_included", "false", "strøm ikke inkludert|uten strøm|utan straum|ekskl strøm|eksklusiv strøm|straum ikkje inkludert|electricity not included|excl electricity|without electricity"},
	{"references_required", "false", "uten referanser|utan referansar|ingen referanser|uten referanse|no references|without references|ingen krav om referanser"},
	{"references_required", "true", "referanser|referansar|referanse|krever referanser|references|references required"},
	{"availability", "now", "ledig nå|ledig no|ledig nu|ledig i dag|ledig straks|ledig umiddelbart|ledig med en gang|ledig med ein gong|klar nå|klar no|kan flytte inn nå|kan flytte inn no|flytte inn nå|flytte inn no|kan flytte inn straks|innflyttingsklar|innflytting nå|innflytting straks|innflytting umiddelbart|straks|umiddelbart|overtakelse straks|available now|available immediately|free now|vacant now|vacant|move in now|immediately|ledige nå|ledige no|snarest"},
	{"status", "open", "ledig|ledige|ledig bolig|available|til leie nå|åpen|open"},
	{"status", "reserved", "reservert|reserverte|reserved"},
	{"status", "let", "utleid|utleide|utleigd|bortleid|bortleigd|let|rented out"},
	{"status", "paused", "pauset|sett på pause|på pause|pause|paused"},
	{"status", "withdrawn", "trukket|trekt|trekt tilbake|trukket tilbake|tilbaketrukket|withdrawn"},
	{"status", "expired", "utløpt|utgått|utgått på dato|expired"},
	{"status", "submitted", "innsendt|innsende|til kontroll|submitted|ikke verifisert"},
	{"lease_kind", "indefinite", "tidsubestemt|tidsubestemd|ubestemt|ubestemt tid|ubestemd|ikke tidsbestemt|indefinite|open ended|langtid|langtidsleie|long term|permanent contract"},
	{"lease_kind", "fixed", "tidsbestemt|tidsbestemd|tidsavgrenset|fixed term"},
	{"contract_form", "sublet", "fremleie|framleie|framleige|fremutleie|kommunen leier|sublet|sublease|subletting"},
	{"sort", "rent", "billig|billigst|billegast|billige|rimelig|rimelege|rimeleg|lavest leie|lågast leige|cheap|cheapest|affordable|lowest rent"},
	{"sort", "-confirmed_on", "nyest|nyeste|nyaste|ferskest|newest|latest"},
}

// nynorsk turns small words of a bokmål phrase.
var nynorsk = strings.NewReplacer("uten", "utan", "ikke", "ikkje", "fra ", "frå ", "ingen ", "inga ", "strøm", "straum")

// typePhrases are types of homes that are said in several words, each with the
// word for it.
var typePhrases, maxTypeWords = func() (map[string]string, int) {
	out, most := map[string]string{}, 0
	for _, row := range [][2]string{
		{"sokkelleilighet", "basement flat|basement apartment|cellar flat|sokkel leil|kjeller leil"},
		{"loftsleilighet", "attic flat|attic apartment|loft flat|loft apartment"},
		{"hybel", "studio flat|studio apartment|one room flat|1 roms leilighet|ett roms|en roms|ett roms leilighet"},
		{"rekkehus", "terraced house|terrace house|row house|town house|rekke hus"},
		{"enebolig", "detached house|single family house|helt hus|heilt hus|eget hus|eige hus|frittliggende hus"},
		{"tomannsbolig", "semi detached|semi detached house|2 mannsbolig|2 manns bolig|to mannsbolig|to manns bolig|tomanns bolig|2 mannsbustad|to mannsbustad|halvpart av tomannsbolig|halvdel av tomannsbolig|del av tomannsbolig"},
		{"kollektiv", "shared room|shared flat|shared house|flat share|room share|room in shared flat|room in a shared flat|rom i kollektiv|rom i bofellesskap|rom i bufellesskap|delt leilighet|rom i delt leilighet"},
	} {
		for phrase := range strings.SplitSeq(row[1], "|") {
			ws := foldAll(phrase)
			most = max(most, len(ws))
			out[strings.Join(ws, " ")] = row[0]
		}
	}
	return out, most
}()

// withoutJob are the ways to say that no job is needed, and that none of a
// lasting kind is.
func withoutJob() (none, lasting []string) {
	for _, no := range strings.Split("uten|ikke|ingen|no|without|trenger ikke|treng ikkje|behøver ikke", "|") {
		for _, demand := range []string{"", "krav om ", "krav til ", "behov for ", "need for "} {
			for _, job := range strings.Split("jobb|arbeid|job|work|employment|arbeidskrav|inntektskrav", "|") {
				none = append(none, no+" "+demand+job)
			}
			for _, job := range strings.Split("fast jobb|fast arbeid|fast stilling|fast inntekt|permanent job|permanent work|steady job", "|") {
				lasting = append(lasting, no+" "+demand+job)
			}
		}
	}
	return append(none, "jobb ikke nødvendig", "jobb kreves ikke", "no job needed", "job not required", "arbeid ikke nødvendig"), lasting
}

// phrases finds what a phrase means, by its folded words joined by spaces.
var phrases, maxPhraseWords = func() (map[string]said, int) {
	out, most := map[string]said{}, 0
	none, lasting := withoutJob()
	table := append(slices.Clone(phraseTable), phraseRow{"employment_requirement", "none", strings.Join(none, "|")},
		phraseRow{"employment_requirement", "none,documented_income,temporary_job", strings.Join(lasting, "|")})
	for _, row := range table {
		for phrase := range strings.SplitSeq(row.phrases, "|") {
			for _, spelt := range []string{phrase, nynorsk.Replace(phrase)} {
				ws := foldAll(spelt)
				most = max(most, len(ws))
				key := strings.Join(ws, " ")
				if _, taken := out[key]; !taken {
					out[key] = said{row.field, row.value}
				}
			}
		}
	}
	return out, most
}()

// shape is what a misspelt phrase has in common with the one that was meant.
type shape struct {
	words int
	first byte
}

type shaped struct {
	words []string
	said  said
}

// shapedPhrases finds the phrases of a shape.
var shapedPhrases = func() map[shape][]shaped {
	out := map[shape][]shaped{}
	for phrase, meaning := range phrases {
		ws := strings.Split(phrase, " ")
		at := shape{len(ws), phrase[0]}
		out[at] = append(out[at], shaped{ws, meaning})
	}
	return out
}()

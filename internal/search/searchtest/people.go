package searchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
)

// A second register and second ways to ask, put down apart from the first and
// from the search's own words: what is said of a home here is true of it, however
// it is said, and whether it is is seen by looking at the home.

// fact is something that a person says of a home they look for.
type fact struct {
	says  string
	holds func(*landlords.Listing) bool
	typed bool // a slip of the finger may be in it
}

var people = struct {
	streets, towns, firsts, lasts, remarks []string
}{
	streets: strings.Split("Strandgata|Sjøgata|Storgata|Nordlysveien|Kongsbakken|Mellomvegen|Fogd Dreyers gate|Skippergata|Balsfjordgata|Dramsvegen|Ørneveien|Måkeveien|Tyttebærveien|Håkon den gamles gate|Karl Pettersens gate|Tverrbakken|Sørslettvegen|Gammelgårdsveien|Lærerveien|Bjørkåsen|Hansjordnesgata|Vestregata|Heiveien|Kvaløyvågveien|Anton Jakobsens veg|Fløyliveien|Elvegata|Solstrandveien|Uranusvegen|Jadevegen", "|"),
	towns:   strings.Split("Tromsdalen:9020|Kroken:9022|Kvaløysletta:9100|Tromsø:9008|Tromsø:9009|Tromsø:9016|Ersfjordbotn:9107|Sjursnes:9020|Nordkjosbotn:9040|Storsteinnes:9050|Lyngseidet:9060|Skjervøy:9180|Hansnes:9130|Sørreisa:9310|Bardu:9360|Brøstadbotn:9311|Målselv:9325|Finnsnes:9300", "|"),
	firsts:  strings.Fields("Aud Per-Arne Gunn Sigrid Ådne Oddny Trygve Ellen Mathis Berit Inger Isak Máret Eirik Tone Jan-Erik Frøydis Ørjan Hege Stian Amund Åshild Tormod Vigdis Svein"),
	lasts:   strings.Fields("Møller Ledin Trygg Hundal Nygård Kristoffersen Sara Utsi Bakkejord Hætta Jenssen Pedersen Øvergård Skogstad Berg Lund Vang Steinsvik Heggelund Kvitberg Bratland Rognmo Fagerli Åsheim Strand Straumsnes Kattem"),
	remarks: strings.Split("|||Garasje og stor hage.|Balkong med utsikt mot fjorden.|Vaskemaskin og oppvaskmaskin følger med.|Ny varmepumpe. Peis i stua.|Kort vei til barneskole og buss.|Rolig nabolag, nær sykehuset.|Internett inngår. Felles vaskerom.|Bod i kjelleren og plass til sykler.", "|"),
}

// PeoplesDocuments makes the second register.
func PeoplesDocuments(r *rand.Rand, n int, places *search.Places) []search.Document {
	out := make([]search.Document, n)
	for i := range out {
		l := peoplesListing(r)
		l.ExternalRef = fmt.Sprintf("TR-%04d", 1000+i*7)
		out[i] = search.NewDocument(fmt.Sprintf("p%06d", r.IntN(1_000_000)*10+i%10), l.ExternalRef, l, places)
		out[i].ID += fmt.Sprint(i)
	}
	return out
}

func peoplesListing(r *rand.Rand) landlords.Listing {
	l := listing(r)
	place, code, _ := strings.Cut(one(r, people.towns), ":")
	l.Address = fmt.Sprintf("%s %d%s", one(r, people.streets), 1+r.IntN(140), one(r, []string{"", "", "", " A", "B", " C"}))
	l.PostalPlace, l.PostalCode = place, code
	l.LandlordName = one(r, people.firsts) + " " + one(r, people.lasts)
	l.Notes = one(r, people.remarks)
	rent := 5000 + 100*r.IntN(110)
	l.Rent = maybe(r, 25, rent)
	l.Status, l.AvailableFrom = landlords.StatusOpen, Day.On.AddDays(r.IntN(200)-60)
	return l
}

// PeoplesQuery makes what someone who thinks of a home types: facts of it, until
// no more than three homes of the register answer to all of them. ok is false
// where the facts run out first.
func PeoplesQuery(r *rand.Rand, home *search.Document, all []search.Document) (query string, ok bool) {
	facts := peoplesFacts(r, &home.Listing)
	r.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
	left := make([]*landlords.Listing, len(all))
	for i := range all {
		left[i] = &all[i].Listing
	}
	var said []string
	for _, f := range facts {
		if len(said) >= 2 && len(left) <= 3 || len(said) == 6 {
			break
		}
		kept := left[:0:0]
		for _, l := range left {
			if f.holds(l) {
				kept = append(kept, l)
			}
		}
		if len(kept) == len(left) && len(said) > 0 {
			continue // it tells nothing
		}
		left = kept
		text := spelling(r, f.says)
		if f.typed {
			text = slips(r, text)
		}
		said = append(said, text)
	}
	query = strings.Join(said, one(r, []string{" ", " ", " ", ", "}))
	if r.IntN(6) == 0 {
		query = one(r, []string{"jeg trenger ", "ser etter ", "finnes det ", "looking for ", "ønsker å leie ", "eg treng ", "har dere noe: "}) + query
	}
	if r.IntN(5) == 0 {
		query = strings.ToUpper(query)
	}
	return query, len(left) <= 3
}

func peoplesFacts(r *rand.Rand, l *landlords.Listing) (out []fact) {
	add := func(typed bool, holds func(*landlords.Listing) bool, ways ...string) {
		out = append(out, fact{one(r, ways), holds, typed})
	}
	if ways := peoplesTypes[l.DwellingType]; ways != nil {
		t := l.DwellingType
		add(true, func(o *landlords.Listing) bool { return o.DwellingType == t }, ways...)
	}
	place := l.PostalPlace
	add(true, func(o *landlords.Listing) bool { return o.PostalPlace == place }, place, place, "i "+place, "på "+place, "in "+place)
	if r.IntN(4) == 0 {
		code := l.PostalCode
		add(false, func(o *landlords.Listing) bool { return o.PostalCode == code }, code, code+" "+place)
	}
	street, number := l.Address[:strings.LastIndexAny(strings.TrimRight(l.Address, " ABC"), " ")], ""
	number = strings.TrimSpace(l.Address[len(street):])
	add(true, func(o *landlords.Listing) bool { return strings.HasPrefix(o.Address, street) }, street, "i "+street, street)
	if r.IntN(3) == 0 {
		address := l.Address
		squeezed := street + " " + strings.ReplaceAll(number, " ", "")
		add(false, func(o *landlords.Listing) bool { return o.Address == address }, address, squeezed, strings.ToLower(squeezed), abbreviated(street)+" "+number)
	}
	name := l.LandlordName
	last := name[strings.LastIndex(name, " ")+1:]
	add(true, func(o *landlords.Listing) bool { return strings.HasSuffix(o.LandlordName, last) }, last, "hos "+last, "utleier "+last, "huseier "+last, "landlord "+last)
	if r.IntN(3) == 0 {
		add(true, func(o *landlords.Listing) bool { return o.LandlordName == name }, name, "utleier "+name)
	}
	out = append(out, moneyFacts(r, l)...)
	out = append(out, sizeFacts(r, l)...)
	out = append(out, termFacts(r, l)...)
	for word, ways := range peoplesRemarks {
		if strings.Contains(strings.ToLower(l.Notes), word) {
			add(true, func(o *landlords.Listing) bool { return strings.Contains(strings.ToLower(o.Notes), word) }, ways...)
		}
	}
	return out
}

// abbreviated writes the end of a street as on a letter.
func abbreviated(street string) string {
	return strings.NewReplacer("veien", "vn.", "vegen", "vn", "gata", "gt.").Replace(street)
}

var peoplesTypes = map[landlords.DwellingType][]string{
	landlords.Apartment:    {"leilighet", "leiligheten", "leil", "leil.", "leilegheit", "flat", "apartment", "en leilighet"},
	landlords.Studio:       {"hybel", "hybelen", "hybelleilighet", "hybel leilighet", "studio", "ettroms", "studio flat", "1-roms"},
	landlords.Basement:     {"sokkelleilighet", "sokkel leilighet", "sokkelleiligheten", "kjellerleilighet", "kjeller leilighet", "sokkel", "basement flat", "basement apartment", "sokkeleil"},
	landlords.Loft:         {"loftsleilighet", "lofts leilighet", "loft", "loftleilighet", "loftsleiligheten", "attic flat"},
	landlords.House:        {"enebolig", "hus", "huset", "eneboligen", "einebustad", "house", "detached house", "helt hus"},
	landlords.Terraced:     {"rekkehus", "rekkehuset", "rekke hus", "terraced house", "townhouse", "rekkjehus"},
	landlords.SemiDetached: {"tomannsbolig", "tomannsboligen", "2-mannsbolig", "to-mannsbolig", "tomannsbustad", "semi-detached house", "halvpart av tomannsbolig"},
	landlords.SharedRoom:   {"rom i kollektiv", "rom i bofellesskap", "bofellesskap", "kollektiv", "room in shared flat", "shared room", "bufellesskap"},
}

var peoplesRemarks = map[string][]string{
	"garasje": {"garasje", "med garasje", "garage"}, "hage": {"hage", "stor hage"}, "balkong": {"balkong", "balkongen", "balcony", "altan"}, "utsikt": {"utsikt", "utsikt mot fjorden", "view"},
	"oppvaskmaskin": {"oppvaskmaskin", "oppvask maskin"}, "varmepumpe": {"varmepumpe", "varmepumpa"}, "peis": {"peis"}, "barneskole": {"barneskole", "nær skole"},
	"sykehuset": {"sykehus", "nær sykehuset"}, "internett": {"internett", "internet", "bredbånd"}, "vaskerom": {"vaskerom", "vaskekjeller", "laundry"}, "sykler": {"sykler", "sykkel"},
}

func moneyFacts(r *rand.Rand, l *landlords.Listing) (out []fact) {
	if l.Rent != nil {
		rent := *l.Rent
		over := (rent/500 + 1) * 500
		under := func(limit int) func(*landlords.Listing) bool {
			return func(o *landlords.Listing) bool { return o.Rent != nil && *o.Rent <= limit }
		}
		thousands := fmt.Sprintf("%d %03d", over/1000, over%1000)
		dotted := strings.Replace(thousands, " ", ".", 1)
		ways := []string{fmt.Sprintf("under %d", over), "under " + thousands + " kr", fmt.Sprintf("maks %d", over), "maks " + dotted + ",-", fmt.Sprintf("max %d kr", over), fmt.Sprintf("inntil %d,-", over),
			fmt.Sprintf("høyst %d kr i måneden", over), fmt.Sprintf("ikke over %d", over), fmt.Sprintf("under kr %d", over), fmt.Sprintf("husleie maks %d", over), fmt.Sprintf("leie under %d", over),
			fmt.Sprintf("%d kr/mnd", over), fmt.Sprintf("%d,-", over), fmt.Sprintf("budsjett %d", over), fmt.Sprintf("rent below %d", over), fmt.Sprintf("up to %d nok", over), fmt.Sprintf("max %d per month", over),
			fmt.Sprintf("<%d", over), fmt.Sprintf("under%d", over), fmt.Sprintf("maks %dkr", over), fmt.Sprintf("maks kr %d,-", over), fmt.Sprintf("no more than %d", over), fmt.Sprintf("makspris %d", over),
			fmt.Sprintf("opp til %s", thousands), fmt.Sprintf("husleige under %d", over), fmt.Sprintf("%d eller mindre", over)}
		if over%1000 == 0 {
			ways = append(ways, fmt.Sprintf("maks %dk", over/1000), fmt.Sprintf("under %d tusen", over/1000), fmt.Sprintf("max %d 000", over/1000))
		}
		out = append(out, fact{one(r, ways), under(over), false})
		low := rent / 1000 * 1000
		if r.IntN(4) == 0 {
			out = append(out, fact{fmt.Sprintf(one(r, []string{"%d-%d", "%d - %d kr", "mellom %d og %d", "fra %d til %d", "between %d and %d", "%d–%d"}), low, low+2000),
				func(o *landlords.Listing) bool { return o.Rent != nil && *o.Rent >= low && *o.Rent <= low+2000 }, false})
		}
	}
	for _, form := range landlords.SecurityForms {
		if ways := peoplesSecurity[form]; l.AcceptedSecurity.Has(form) && r.IntN(2) == 0 {
			out = append(out, fact{one(r, ways), func(o *landlords.Listing) bool { return o.AcceptedSecurity.Has(form) }, false})
		}
	}
	if is(l.ElectricityIncluded, true) {
		out = append(out, fact{one(r, []string{"strøm inkludert", "inkl. strøm", "strøm inkl", "straum inkludert", "electricity included", "inkludert strøm", "strøm inngår i leia"}),
			func(o *landlords.Listing) bool { return is(o.ElectricityIncluded, true) }, false})
	}
	return out
}

var peoplesSecurity = map[landlords.SecurityForm][]string{
	landlords.NAVGuarantee:       {"nav garanti", "NAV-garanti", "garanti fra NAV", "navgaranti", "godtar nav", "nav ok", "med nav garanti", "nav-garanti godtas", "nav godtas", "tar imot nav", "accepts NAV guarantee", "nav gaaranti", "garanti nav"},
	landlords.MunicipalGuarantee: {"kommunal garanti", "kommunegaranti", "garanti fra kommunen", "municipal guarantee", "kommunal garnati", "godtar kommunal garanti", "kommunal depositumsgaranti"},
	landlords.InsuranceGuarantee: {"forsikringsgaranti", "forsikrings garanti", "insurance guarantee", "garanti fra forsikringsselskap"},
	landlords.DepositAccount:     {"depositumskonto", "depositum på konto", "deposit account", "depositums konto", "vanlig depositum"},
}

func sizeFacts(r *rand.Rand, l *landlords.Listing) (out []fact) {
	if l.Bedrooms != nil && *l.Bedrooms > 0 {
		n := *l.Bedrooms
		word := []string{"", "ett", "to", "tre", "fire", "fem", "seks", "sju"}[min(n, 7)]
		exactly := func(o *landlords.Listing) bool { return o.Bedrooms != nil && *o.Bedrooms == n }
		ways := []string{"%d soverom", "%d soverom", "%d sov", "%dsoverom", "%d-soverom", "%d bedrooms", "%d bedroom", "%d sovrom", "%d bed", "%d soverommet"}
		said := fmt.Sprintf(one(r, ways), n)
		switch r.IntN(5) {
		case 0:
			said = word + " soverom"
		case 1:
			said = fmt.Sprintf(one(r, []string{"%d-roms", "%d roms", "%droms", "%d-roms leilighet"}), n+1)
			if strings.HasSuffix(said, "leilighet") {
				said = strings.TrimSuffix(said, " leilighet")
			}
		case 2:
			exactly = func(o *landlords.Listing) bool { return o.Bedrooms != nil && *o.Bedrooms >= n }
			said = fmt.Sprintf(one(r, []string{"minst %d soverom", "%d+ soverom", "%d eller flere soverom", "at least %d bedrooms", "minimum %d sov", "minst %d sovrom"}), n)
		}
		out = append(out, fact{said, exactly, false})
	}
	if l.AreaM2 != nil && r.IntN(2) == 0 {
		m := *l.AreaM2 / 5 * 5
		out = append(out, fact{fmt.Sprintf(one(r, []string{"minst %d kvm", "over %d m2", "%d kvm", "%dm2", "%dkvm", "minst %d kvadratmeter", "at least %d sqm", "%d m²", "større enn %d kvm", "%d kvadrat"}), m),
			func(o *landlords.Listing) bool { return o.AreaM2 != nil && *o.AreaM2 >= m }, false})
	}
	if l.MaxOccupants != nil && *l.MaxOccupants > 1 {
		n := *l.MaxOccupants
		ways := []string{fmt.Sprintf("%d personer", n), fmt.Sprintf("familie på %d", n), fmt.Sprintf("plass til %d", n), fmt.Sprintf("for %d people", n), fmt.Sprintf("family of %d", n), fmt.Sprintf("til %d personar", n), fmt.Sprintf("%d pers", n)}
		if n > 2 {
			ways = append(ways, fmt.Sprintf("2 voksne og %d barn", n-2), fmt.Sprintf("to voksne %d barn", n-2), fmt.Sprintf("2 adults %d children", n-2))
		}
		out = append(out, fact{one(r, ways), func(o *landlords.Listing) bool { return o.MaxOccupants == nil || *o.MaxOccupants >= n }, false})
	}
	return out
}

func termFacts(r *rand.Rand, l *landlords.Listing) (out []fact) {
	add := func(holds func(*landlords.Listing) bool, ways ...string) {
		out = append(out, fact{one(r, ways), holds, false})
	}
	if is(l.Pets, true) {
		add(func(o *landlords.Listing) bool { return is(o.Pets, true) }, "hund", "med hund", "har hund", "katt", "to katter", "husdyr tillatt", "kjæledyr", "dyr tillatt", "kan ha hund", "dog", "cats allowed", "pet friendly", "husdyr ok", "tillater husdyr", "lov å ha katt")
	}
	if is(l.StepFree, true) {
		add(func(o *landlords.Listing) bool { return is(o.StepFree, true) }, "rullestol", "rullestolbruker", "trinnfri", "trinnfritt", "uten trapper", "heis", "wheelchair", "step-free", "handikapvennlig", "tilpasset rullestol", "rulestol", "no stairs", "utan trapper", "rullator")
	}
	if is(l.Smoking, false) && r.IntN(3) == 0 {
		add(func(o *landlords.Listing) bool { return is(o.Smoking, false) }, "røykfri", "røykfritt", "ikke røyk", "ikkje røyking", "no smoking", "non-smoking")
	}
	switch l.Furnished {
	case landlords.FullyFurnished:
		add(func(o *landlords.Listing) bool {
			return o.Furnished == landlords.FullyFurnished || o.Furnished == landlords.PartlyFurnished
		}, "møblert", "med møbler", "furnished", "moblert", "møbelrt")
	case landlords.Unfurnished:
		add(func(o *landlords.Listing) bool { return o.Furnished == landlords.Unfurnished }, "umøblert", "unfurnished", "uten møbler", "ikke møblert")
	}
	switch requirement := l.EmploymentRequirement; requirement {
	case landlords.NoEmployment:
		add(func(o *landlords.Listing) bool { return o.EmploymentRequirement == requirement }, "uten krav om jobb", "ingen krav til jobb", "ikke krav om arbeid", "no job required", "utan jobb", "uten arbeid", "trenger ikke jobb")
	case landlords.TemporaryJob:
		add(func(o *landlords.Listing) bool {
			return o.EmploymentRequirement == landlords.NoEmployment || o.EmploymentRequirement == landlords.DocumentedIncome || o.EmploymentRequirement == landlords.TemporaryJob
		}, "uten fast jobb", "ikke fast jobb", "uten fast arbeid", "without permanent job")
	case landlords.PermanentJob:
		add(func(o *landlords.Listing) bool { return o.EmploymentRequirement == requirement }, "fast jobb", "fast arbeid", "permanent job", "fast stilling", "krever fast jobb")
	}
	if l.LeaseKind == landlords.Indefinite && r.IntN(2) == 0 {
		add(func(o *landlords.Listing) bool { return o.LeaseKind == landlords.Indefinite }, "tidsubestemt", "langtidsleie", "ubestemt tid", "indefinite lease", "tidsubestemt kontrakt")
	}
	open := func(o *landlords.Listing) bool { return o.Status == landlords.StatusOpen || o.Status == "" }
	switch {
	case l.AvailableFrom == 0 || !open(l):
	case l.AvailableFrom <= Day.On:
		add(func(o *landlords.Listing) bool { return open(o) && o.AvailableFrom != 0 && o.AvailableFrom <= Day.On }, "ledig nå", "ledig no", "available now", "innflytting nå", "ledig med en gang", "ledig i dag", "kan flytte inn nå", "klar nå", "ledig straks")
	default:
		out = append(out, dayFact(r, l.AvailableFrom))
	}
	return out
}

// dayFact says by when a home must be free.
func dayFact(r *rand.Rand, day civil.Date) fact {
	y, m, d := day.YMD()
	nb := strings.Fields("januar februar mars april mai juni juli august september oktober november desember")[m-1]
	en := strings.Fields("January February March April May June July August September October November December")[m-1]
	by := day
	says := one(r, []string{fmt.Sprintf("fra %d. %s", d, nb), fmt.Sprintf("ledig %d. %s", d, nb), fmt.Sprintf("ledig fra %d.%d.%d", d, m, y), fmt.Sprintf("innflytting %d.%d", d, m), fmt.Sprintf("innen %d. %s", d, nb),
		fmt.Sprintf("available from %d %s", d, en), fmt.Sprintf("frå %d. %s", d, nb), fmt.Sprintf("by %s %d", en, d), fmt.Sprintf("fra og med %d. %s", d, nb), fmt.Sprintf("ledig fra %02d.%02d", d, m)})
	if r.IntN(4) == 0 {
		first, _ := civil.Of(y, m, 1)
		by = first.AddMonths(1).AddDays(-1)
		says = one(r, []string{"ledig i " + nb, "fra " + nb, "in " + en, "i løpet av " + nb, "innflytting i " + nb})
	}
	return fact{says, func(o *landlords.Listing) bool { return o.AvailableFrom != 0 && o.AvailableFrom <= by }, false}
}

func is(b *bool, v bool) bool { return b != nil && *b == v }

// spelling writes Norwegian letters the way of other keyboards, now and then.
func spelling(r *rand.Rand, s string) string {
	switch r.IntN(6) {
	case 0:
		return strings.NewReplacer("ø", "o", "å", "a", "æ", "ae", "Ø", "O", "Å", "A", "Æ", "Ae", "á", "a").Replace(s)
	case 1:
		return strings.NewReplacer("ø", "oe", "å", "aa", "æ", "ae", "Ø", "Oe", "Å", "Aa", "Æ", "Ae").Replace(s)
	case 2:
		return strings.NewReplacer("ø", "ö", "å", "å", "æ", "ä", "Ø", "Ö", "Æ", "Ä").Replace(s)
	case 3:
		return strings.ToLower(s)
	}
	return s
}

// slips makes one slip of the finger in a word of five letters or more, one time
// in three.
func slips(r *rand.Rand, s string) string {
	if r.IntN(3) > 0 {
		return s
	}
	fields := strings.Fields(s)
	at := r.IntN(len(fields))
	w := []rune(fields[at])
	if len(w) < 5 || strings.ContainsAny(fields[at], "0123456789-.") {
		return s
	}
	i := 1 + r.IntN(len(w)-2)
	switch r.IntN(5) {
	case 0, 1: // two letters change places
		w[i], w[i+1] = w[i+1], w[i]
	case 2: // one is left out
		w = append(w[:i:i], w[i+1:]...)
	case 3: // one is doubled
		w = append(w[:i+1:i+1], w[i:]...)
	default: // the key beside
		w[i] = beside(w[i])
	}
	fields[at] = string(w)
	return strings.Join(fields, " ")
}

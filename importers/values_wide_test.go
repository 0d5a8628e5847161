package importers

import (
	"strings"
	"testing"

	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/spelling"
)

// wideWords are cells that offices write for each canonical value, by kind and field.
var wideWords = map[string]string{
	"listings.dwelling_type": `
apartment = leilighet; Leil.; toromsleilighet; 3-roms leilighet; 2-roms; 3 roms; blokkleilighet; leilighet i blokk; leilegheit; husvære; apt; flat; 2-room flat; apartment in block; leilighet (3-roms); toppleilighet; selveierleilighet; to-roms leilighet; 2-roms leilegheit; Two-bedroom apartment; leilegheit i blokk; andelsleilighet
studio = hybel; hybelleilighet; 1-roms; ettroms; studio; bedsit; studio flat; hybelleilegheit; liten hybel; one-room flat; bachelor flat
basement = sokkel; sokkelleilighet; kjellerleilighet; sokkelbolig; leilighet i sokkel; underetasje; sokkelhusvære; kjellarleilegheit; basement flat; basement apt; leilighet i underetasje; sokkelleil.; u.etg; lower ground floor flat
loft = loft; loftsleilighet; loftsbolig; attic; loft flat; loftleilighet; leilighet på loft; loftsleilegheit; attic apartment
house = enebolig; hus; villa; einebustad; detached house; house; frittliggende enebolig; våningshus; single family home; småbruk
terraced = rekkehus; rekkjehus; kjedehus; terraced house; row house; townhouse; rekkehusleilighet; terrace; terraced home; enderekkehus
semi_detached = tomannsbolig; halvpart av tomannsbolig; tomannsbustad; 2-mannsbolig; del av tomannsbolig; semi-detached house; semi-detached; vertikaldelt tomannsbolig; duplex; halv tomannsbolig; one half of a semi-detached house
shared_room = rom i kollektiv; rom i bofellesskap; rom; kollektiv; bofellesskap; room; shared flat; room in shared house; rom i bufellesskap; hybel i kollektiv; room in collective; shared accommodation; rom i delt leilighet; rom i leilighet; rom med delt bad; room in a shared apartment; bokollektiv; house share
other = annet; anna; other; andre
`,
	"listings.employment_requirement": `
none = ingen; nei; ingen krav; ikke krav; ikke noe krav; no; none; not required; no requirement; uten krav; inga krav; ikkje krav; Nei, ingen krav
documented_income = dokumentert inntekt; fast inntekt; inntekt; dok. inntekt; må dokumentere inntekt; stabil inntekt; documented income; proof of income; regular income; fixed income; steady income; dokumenterbar inntekt; dokumentert betalingsevne; income documentation
temporary_job = i arbeid; jobb (også vikariat); jobb; vikariat ok; midlertidig jobb; må ha jobb; any job; in work; temporary job; job (also temporary); mellombels jobb; jobb (òg vikariat); arbeid; have a job; employed; vikariat holder; jobb, også midlertidig; job (incl. temporary); work (temporary ok)
permanent_job = fast jobb; fast stilling; fast arbeid; fast ansettelse; må ha fast jobb; kun fast jobb; permanent job; permanent position; permanent employment; fast tilsett; fast ansatt; fast arbeidsforhold; permanent contract; full-time permanent job; krav om fast jobb; fast tilsetting; 100 % fast stilling
`,
	"listings.furnished": `
none = umøblert; nei; ikke møblert; unfurnished; no; ikkje møblert; ingen; u/møbler; uten møbler; not furnished; n
partly = delvis; delvis møblert; delmøblert; partly; part furnished; noe møblert; semi-furnished; partially furnished; litt møblert; noko møblert; kun hvitevarer; delv. møblert; some furniture; delvis møblert (hvitevarer)
full = møblert; ja; fullt møblert; helmøblert; fullmøblert; furnished; fully furnished; yes; x; full; komplett møblert; j; heilmøblert; fully
`,
	"listings.lease_kind": `
indefinite = tidsubestemt; ubestemt; tidsubestemd; løpende; indefinite; open-ended; ikke tidsbestemt; ubestemt tid
fixed = tidsbestemt; tidsavgrenset; fixed; fixed term; tidsbestemd; fixed-term; time-limited; bestemt tid
`,
	"listings.contract_form": `
direct = direkte; direct; direkte kontrakt; vanlig leie; ordinær; direkte med leietaker; direct lease
sublet = framleie; fremleie; sublet; framleige; kommunen leier; via kommunen; kommunal framleie; gjennom kommunen; subletting; municipality rents and sublets
`,
	"listings.status": `
submitted = innsendt; ny; submitted; new; innsend; registrert
open = åpen; ledig; aktiv; open; available; open for søkere; ledig nå; free; vacant; opa
reserved = reservert; reserved; holdt av; under behandling
let = utleid; leid ut; let; rented; utleigd; rented out; bortleid; taken
paused = pause; på pause; paused; på vent
withdrawn = trukket; withdrawn; trukket tilbake; trekt; ikke aktuell; tilbaketrukket
expired = utløpt; expired; utgått; gått ut
`,
	"listings.accepted_security": `
deposit_account = depositum; depositumskonto; depositumkonto; deposit; deposit account; dep.konto; sperret konto; depositum på konto; blocked account; kontant depositum; dep. konto; konto; vanlig depositum; deposit in account
nav_guarantee = NAV; NAV-garanti; NAV garanti; garanti fra NAV; NAV guarantee; nav-gar.; garanti frå NAV; NAV depositumsgaranti; garanti NAV; depositumsgaranti (NAV); guarantee from NAV; NAV deposit guarantee; garantibrev fra NAV; NAV-garantien
municipal_guarantee = kommunal garanti; kommunegaranti; garanti fra kommunen; kommunal; municipal guarantee; kommunens garanti; garanti frå kommunen; municipality guarantee; guarantee from municipality; kommune; kommunal husleigegaranti; garanti kommune; municipal
insurance_guarantee = forsikringsgaranti; forsikring; garanti fra forsikring; garanti fra forsikringsselskap; husleiegaranti; insurance guarantee; insurance; forsikr.garanti; garanti frå forsikring; leiegaranti; depositumsgaranti fra forsikring; guarantee insurance; rent guarantee insurance; guarantee from insurance company; forsikringsgar.
`,
	"households.employment": `
none = ingen; arbeidsledig; uten arbeid; ikke i jobb; unemployed; none; arbeidslaus; utan arbeid; no work; ledig; ikkje i arbeid; not in work; jobless; ingen jobb; jobbsøker; ikke jobb; without work
intro_programme = introprogram; introduksjonsprogram; intro; introprogrammet; introduksjonsprogrammet; intro programme; introduction programme; introduksjonsordningen; introduction program; in introduction programme; i introduksjonsprogram; introductory programme; deltar i introduksjonsprogram
benefits = trygd; uføretrygd; AAP; ytelser; dagpenger; sykepenger; benefits; pensjon; stønad; NAV-ytelser; ytingar; disability benefits; welfare benefits; ufør; sosialstønad; uføretrygda; trygda; overgangsstønad; trygd/ytelser; social security benefits; arbeidsavklaringspenger (AAP); NAV-ytelse; disability pension
temporary = vikariat; vikar; midlertidig; midlertidig jobb; midlertidig stilling; temporary; temp job; temporary work; mellombels; mellombels jobb; engasjement; ekstravakt; tilkallingsvikar; temporary position; temporary employment; substitute; midl. jobb; sesongarbeid; deltid vikariat; temp position; vikariat 50 %
permanent = fast; fast jobb; fast stilling; fast ansatt; permanent; permanent job; fast tilsett; fast arbeid; permanent position; fast stilling 100 %; 50% fast stilling; fast deltid; fulltid fast; permanent full-time
`,
	"units.ownership": `
owned = eid; kommunalt eid; eiet; egen; owned; kommunal; municipally owned; eigd; kommunalt eigd; eie; own; kommunen eier; kommunal bolig; owned by municipality; eigen; eid av kommunen; municipal
leased_in = innleid; leid inn; leid; innleie; leased in; leased; rented; innleigd; leigd inn; leigd; innleid privat; leased-in; leid av privat; innleid bolig; private lease; leies; inleid; framleid; rented in
`,
	"occupancies.reason": `
private_rental = privat leie; leid privat; leier privat; flyttet til privat leie; leie privat; private rental; rented privately; privat leige; leigd privat; leigebustad privat; privat utleier; private tenancy; egen leiebolig; private rent; private market rental; privat leiemarked
purchase = kjøp; kjøpt bolig; kjøpt egen bolig; kjøp av bolig; purchase; bought; bought own home; kjøpt; boligkjøp; kjøpte leilighet; kjøp av eigen bustad; kjøpt bustad; house purchase; bought a house; bought flat; startlån/kjøp
other_municipal = annen kommunal bolig; kommunal bolig; flyttet til annen kommunal bolig; annan kommunal bustad; other municipal housing; annen gjennomgangsbolig; bytte av kommunal bolig; other municipal unit; moved to other municipal home; kommunal utleiebolig; anna kommunal bustad; another municipal dwelling; annen kommunal
left_municipality = flyttet fra kommunen; flyttet ut av kommunen; flyttet til annen kommune; annen kommune; left the municipality; moved from the municipality; moved to another municipality; flytta frå kommunen; flytta til annan kommune; utflyttet fra kommunen; moved out of the municipality; forlatt kommunen; left municipality; flytting til annen kommune
eviction = utkastelse; kastet ut; fravikelse; eviction; evicted; utkasta; utkasting; tvangsfravikelse; tvangsfråviking
care = omsorgsbolig; sykehjem; institusjon; care home; nursing home; omsorgsbustad; sjukeheim; care; omsorg; bemannet bolig; bo- og omsorgssenter; aldershjem; helsehus
household_merged = slått sammen; husstander slått sammen; flyttet sammen; samboerskap; merged; household merged; slått saman; flytta saman; moved in with partner; familiegjenforening; flyttet inn til samboer; gjenforent med familie
death = død; dødsfall; avdød; death; deceased; died; gått bort
other = annet; anna; other; andre årsaker; annen årsak; diverse
`,
}

// noValue are cells that name none of the values for certain.
var noValue = map[string]string{
	"listings.dwelling_type":          "se vedlegg; leilighet eller hus; ikke leilighet; avtales; abc; 12; Storgata 1",
	"listings.employment_requirement": "se annonse; ikke fast jobb, men inntekt; avtales; fast eller vikariat; uten fast jobb går bra",
	"listings.furnished":              "avtales; etter ønske; kan møbleres; omøblert",
	"listings.status":                 "?x; se merknad",
	"households.employment":           "i arbeid; jobb; deltid; student; se sak",
	"units.ownership":                 "privat; borettslag; se kontrakt",
	"occupancies.reason":              "flyttet; ikke kjøp; se notat; Bodø",
}

func fieldNamed(t *testing.T, name string) *Field {
	t.Helper()
	kind, field, _ := strings.Cut(name, ".")
	for _, f := range Fields(Kind(kind)) {
		if f.Name == field {
			return f
		}
	}
	t.Fatalf("no field %s", name)
	return nil
}

func TestChoicesInManyWords(t *testing.T) {
	for name, list := range wideWords {
		f := fieldNamed(t, name)
		for line := range strings.Lines(strings.TrimSpace(list)) {
			want, words, _ := strings.Cut(strings.TrimSpace(line), " = ")
			for word := range strings.SplitSeq(words, "; ") {
				for _, text := range []string{word, strings.ToUpper(word), " " + word + "\u00a0", word + "."} {
					if got := choiceOf(f, text); got != want {
						t.Errorf("%s %q: got %q, want %q", name, text, got, want)
					}
				}
			}
		}
	}
}

func TestWordsOfNoChoice(t *testing.T) {
	for name, list := range noValue {
		f := fieldNamed(t, name)
		for word := range strings.SplitSeq(list, "; ") {
			if got := choiceOf(f, word); got != "" {
				t.Errorf("%s %q: got %q, want none", name, word, got)
			}
		}
	}
}

// choiceOf reads a text as one of the field's choices, "" for none or several.
func choiceOf(f *Field, text string) string {
	got := read(f, sheet.Cell{Kind: sheet.Text, Text: text}).value
	if f.Type == TypeChoice {
		return got.Text
	}
	for _, c := range f.Choices {
		if got.Bits == c.bit {
			return c.Value
		}
	}
	return ""
}

// Every word of every vocabulary stands for one value only, and every canonical
// value and exported word is read as itself.
func TestVocabulariesAgreeWithThemselves(t *testing.T) {
	for _, kind := range Kinds {
		for _, f := range Fields(kind) {
			owner := map[string]string{}
			for _, c := range f.Choices {
				for word := range strings.SplitSeq(c.Value+"|"+c.Nb+"|"+c.Nn+"|"+c.En, "|") {
					if other, taken := owner[spelling.Fold(word)]; taken && other != c.Value {
						t.Errorf("%s.%s: %q is %s and %s", kind, f.Name, word, other, c.Value)
					}
					owner[spelling.Fold(word)] = c.Value
					if got := choiceOf(f, word); got != c.Value && f.Type == TypeChoice {
						t.Errorf("%s.%s %q: got %q, want %s", kind, f.Name, word, got, c.Value)
					}
				}
			}
		}
	}
}

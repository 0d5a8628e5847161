package importers

import (
	"slices"
	"strings"
	"testing"
)

// wideHeaders are headers beyond the agreed list that offices write, as
// "field: Header=cell"; those without a field must not be read as anything.
var wideHeaders = map[Kind]string{
	Listings: `external_ref: Løpenr.=12; external_ref: Boligref=B-12; external_ref: Utleieobjekt nr=12; external_ref: Property ID=P12; external_ref: Annonse-id=234; external_ref: Saksnr=2026/12
address: Gate=Storgata 1; address: Adresse bolig=Storgata 1; address: Boligens adresse=Storgata 1; address: Gate og nr.=Storgata 1; address: Adr.=Storgata 1; address: Gatenavn og nummer=Storgata 1; address: Adressa=Storgata 1; address: Bustadadresse=Storgata 1; address: Home address=Storgata 1; address: Full address=Storgata 1
postal_code: P.nr=8622; postal_code: Post nr.=8622; postal_code: Postnr/sted=8622; postal_code: Post-nr=8622; postal_code: ZIP-code=8622
postal_place: By=Mo i Rana; postal_place: Tettsted=Selfors; postal_place: Stad/stad=Selfors; postal_place: Post town=Selfors; postal_place: Town/City=Selfors; postal_place: Område=Selfors; postal_place: Bydel=Selfors; postal_place: Kommunedel=Selfors
unit_number: Leilighetsnr.=H0101; unit_number: Bruksenhet=H0101; unit_number: Leilighetsnummer=H0101; unit_number: H-nr=H0101; unit_number: Bolignr. (H/U/K/L)=H0101; unit_number: Bruksenhetsnummer=H0101; unit_number: Flat no.=H0101; unit_number: Apartment number=H0101; unit_number: Bueiningsnr=H0101
dwelling_type: Boligtype=leilighet; dwelling_type: Type bolig/rom=leilighet; dwelling_type: Kind of dwelling=flat; dwelling_type: Boform=hybel; dwelling_type: Dwelling=flat; dwelling_type: Type leilighet=leilighet; dwelling_type: Slag bustad=leilegheit
bedrooms: # soverom=2; bedrooms: Sov=2; bedrooms: Antall sov.=2; bedrooms: Sov.rom=2; bedrooms: Beds=2; bedrooms: Bed rooms=2; bedrooms: Tal sov=2; bedrooms: Sengerom=2; bedrooms: No of bedrooms=2
area_m2: Boareal=60; area_m2: Bruksareal (BRA)=60; area_m2: Kvadratmeter=60; area_m2: Str. (m2)=60; area_m2: Areal kvm=60; area_m2: P-ROM m2=60; area_m2: Square metres=60; area_m2: Primærrom=60; area_m2: m2 BRA=60; area_m2: Sq m=60
rent: Leie/mnd=8500; rent: Leie kr/mnd=8500; rent: Husleie inkl. strøm=8500; rent: Månedleie=8500; rent: Leie pr. mnd. (kr)=8500; rent: Totalleie=8500; rent: Kr/mnd=8500; rent: Leiebeløp=8500; rent: Leigesum=8500; rent: Rent per month (kr)=8500; rent: Rent pcm=8500; rent: Utleiepris=8500; rent: Husleie (eks. strøm)=8500; rent: Leie NOK=8500; rent: Monthly rent incl. utilities=8500
electricity_included: Strøm=ja; electricity_included: Inkl strøm?=ja; electricity_included: Strøm inkludert i leie=ja; electricity_included: Er strøm inkludert?=ja; electricity_included: Strøm inkl. (ja/nei)=ja; electricity_included: Straum=ja; electricity_included: El. included=ja; electricity_included: Electricity incl=yes; electricity_included: Power incl.=yes; electricity_included: Bills included=yes
deposit: Dep=25500; deposit: Depositum (kr)=25500; deposit: Depositumsbeløp=25500; deposit: Depositum/sikkerhet=25500; deposit: Depositum ant. mnd=3; deposit: Deposit amount=25500; deposit: Deposit (NOK)=25500; deposit: Garantibeløp=25500; deposit: Sikkerheit=25500
accepted_security: Godtar=NAV-garanti; accepted_security: Garanti=NAV-garanti; accepted_security: Godtatte garantier=NAV-garanti; accepted_security: Type garanti=NAV-garanti; accepted_security: Sikkerhet som godtas=NAV-garanti; accepted_security: Sikkerhetsform=NAV-garanti; accepted_security: Hva slags sikkerhet=NAV-garanti; accepted_security: Depositum/garanti=NAV-garanti; accepted_security: Accepts=NAV guarantee; accepted_security: Form of security=NAV guarantee; accepted_security: Godtek=NAV-garanti; accepted_security: Godtar NAV-garanti=ja; accepted_security: NAV garanti ok?=ja; accepted_security: Kommunal garanti godtas=ja; accepted_security: Accepts NAV guarantee=yes
employment_requirement: Krav til leietaker=fast jobb; employment_requirement: Jobb=fast jobb; employment_requirement: Arbeid=fast jobb; employment_requirement: Krav=fast jobb; employment_requirement: Inntektskrav=dokumentert inntekt; employment_requirement: Job=permanent job; employment_requirement: Work requirement=permanent job; employment_requirement: Employment=permanent job; employment_requirement: Må ha fast jobb=ja; employment_requirement: Krav fast jobb=ja; employment_requirement: Permanent job required=yes
references_required: Ref. kreves=ja; references_required: Krever referanser=ja; references_required: Referanse=ja; references_required: Referanser?=ja; references_required: Refs required=yes
available_from: Ledig=01.12.2026; available_from: Ledig dato=01.12.2026; available_from: Innflyttingsdato=01.12.2026; available_from: Kan leies fra=01.12.2026; available_from: Ledig f.o.m.=01.12.2026; available_from: Overtagelse=01.12.2026; available_from: Tilgjengelig fra=01.12.2026; available_from: Available date=01.12.2026; available_from: Free from=01.12.2026; available_from: Vacant from=01.12.2026; available_from: Move in=01.12.2026; available_from: Ledig frå dato=01.12.2026; available_from: Innflytting tidligst=01.12.2026; available_from: Dato ledig=01.12.2026
lease_months: Leietid mnd=36; lease_months: Kontraktslengde=3 år; lease_months: Leieavtale (mnd)=36; lease_months: Leieforholdets lengde=3 år; lease_months: Min. leietid=36; lease_months: Lease=3 years; lease_months: Term=3 years; lease_months: Length of lease=36; lease_months: Rental period (months)=36; lease_months: Kontraktstid=3 år; lease_months: Leiekontrakt=3 år; lease_months: Leigetid (mnd)=36
furnished: Møbl.=ja; furnished: Møblert/umøblert=møblert; furnished: Møblert?=ja; furnished: Furnished?=yes; furnished: Furniture=partly; furnished: Er boligen møblert=ja
pets: Dyr tillatt=ja; pets: Dyrehold=ja; pets: Husdyr ok=ja; pets: Dyr?=nei; pets: Animals=yes; pets: Kjæledyr tillatt=ja; pets: Husdyr tillate=ja; pets: Pets ok=yes
smoking: Røyk=nei; smoking: Røyking inne=nei; smoking: Smoking allowed?=no; smoking: Røykere=nei
step_free: Universell utforming=ja; step_free: Trinnfri adkomst=ja; step_free: Livsløpsstandard=ja; step_free: Rullestoltilgjengelig=ja; step_free: Tilgjengelighet=ja; step_free: UU=ja; step_free: Tilrettelagt for rullestol=ja; step_free: Wheelchair access=yes; step_free: Accessible=yes; step_free: Lift=yes; step_free: Elevator=yes
max_occupants: Maks antall personer=4; max_occupants: Maks pers.=4; max_occupants: Max. occupants=4; max_occupants: Maks ant. beboere=4
follow_up_required: Oppfølging=ja; follow_up_required: Ønsker oppfølging=ja; follow_up_required: Boveiledning kreves=ja; follow_up_required: Follow-up=yes
contract_form: Kontrakt=direkte; contract_form: Avtaleform=fremleie; contract_form: Contract=direct
landlord_name: Navn=Kari Nilsen; landlord_name: Utleiers navn=Kari Nilsen; landlord_name: Huseiers navn=Kari Nilsen; landlord_name: Kontakt=Kari Nilsen; landlord_name: Navn på utleier=Kari Nilsen; landlord_name: Hvem leier ut=Kari Nilsen; landlord_name: Contact=Kari Nilsen; landlord_name: Name=Kari Nilsen; landlord_name: Eigars namn=Kari Nilsen; landlord_name: Utleier/eier=Kari Nilsen; landlord_name: Eier av bolig=Kari Nilsen; landlord_name: Lessor=Kari Nilsen
landlord_phone: Tlf.nr.=44667799; landlord_phone: Telefonnr=44667799; landlord_phone: Mobilnr.=44667799; landlord_phone: Mob.=44667799; landlord_phone: Telefon utleier=44667799; landlord_phone: Kontakttlf=44667799; landlord_phone: Tlf/mobil=44667799; landlord_phone: Tel=44667799; landlord_phone: Cell=44667799; landlord_phone: Mobiltelefon=44667799; landlord_phone: Contact phone=44667799; landlord_phone: Landlord's phone=44667799; landlord_phone: Utleier mobil=44667799
landlord_email: Mailadresse=a@b.no; landlord_email: E-postadresse=a@b.no; landlord_email: E-mail adresse=a@b.no; landlord_email: Epost utleier=a@b.no; landlord_email: Contact e-mail=a@b.no; landlord_email: Utleiers e-post=a@b.no; landlord_email: E post=a@b.no
status: Status bolig=ledig; status: Tilstand=ledig; status: Statuss=ledig
confirmed_on: Sist bekreftet ledig=01.12.2026; confirmed_on: Bekreftet dato=01.12.2026; confirmed_on: Last confirmed=01.12.2026; confirmed_on: Sist kontakt=01.12.2026
notes: Merk=bra bolig; notes: Kommentarer=bra bolig; notes: Annet=bra bolig; notes: Info=bra bolig; notes: Diverse=bra bolig; notes: Annen info=bra bolig; notes: Fritekst=bra bolig; notes: Additional info=nice flat; notes: Beskrivelse=bra bolig; notes: Tilleggsinfo=bra bolig; notes: Anna info=fin bustad; notes: Merknader fra utleier=bra bolig
: Etasje=2; : Antall rom=3; : Byggeår=1980; : Saksbehandler=Kari; : Sist endret=01.12.2026; : Registrert=01.12.2026; : Internett=ja; : Parkering=ja; : Balkong=ja; : Vaskemaskin=ja; : Oppvarming=strøm; : Energimerke=C; : Leietaker=Ola Nordmann; : Gnr=14; : Bnr=255; : Visning=01.12.2026; : Lenke=http://x; : Kontonr=86011117947; : Orgnr=974760673; : Avstand sentrum=2 km; : Barnevennlig=ja; : Garasje=ja; : Bod=ja; : Floor=2; : Rooms=3; : Created by=Kari; : Updated=01.12.2026; : Parking=yes; : Heating=electric; : Distance to centre=2 km; : Kommunenr=1833; : Ikke dyr=ja; : Ingen husdyr=ja; : No smoking=yes; : Røykfritt=ja; : Without pets=yes`,
	Households: `ref: Husstands-ID=H-1; ref: Husstand nr.=H-1; ref: Saksnummer=12; ref: Nr.=12; ref: ID=12; ref: Ref.=H-1; ref: Hushaldsnummer=H-1; ref: Case number=12; ref: Household ID=H-1; ref: Case ref.=H-1
adults: Ant voksne=2; adults: Voksne (18+)=2; adults: # adults=2; adults: No. adults=2; adults: Voksne personer=2; adults: Tal på vaksne=2
children: Ant barn=1; children: Barn (under 18)=1; children: Antall barn u/18=1; children: Kids=1; children: Barn <18=1; children: Tal på barn=1; children: Mindreårige barn=1
employment: Arbeidsstatus=fast jobb; employment: Inntektskilde=trygd; employment: Jobbstatus=fast jobb; employment: Sysselsetting=fast jobb; employment: Arbeid/inntekt=fast jobb; employment: Tilknytning til arbeid=fast jobb; employment: Source of income=benefits; employment: Work status=temporary
monthly_income: Inntekt pr. mnd=25000; monthly_income: Nettoinntekt=25000; monthly_income: Månedlig inntekt=25000; monthly_income: Inntekt (netto)=25000; monthly_income: Netto månedsinntekt=25000; monthly_income: Inntekt etter skatt=25000; monthly_income: Net income/month=25000; monthly_income: Samlet inntekt=25000; monthly_income: Utbetalt=25000
max_rent: Maks leie=9000; max_rent: Maks husleie (kr)=9000; max_rent: Max leie=9000; max_rent: Husleie maks=9000; max_rent: Leietak=9000; max_rent: Budsjett husleie=9000; max_rent: Maximum monthly rent=9000; max_rent: Can afford=9000; max_rent: Kan betale i husleie=9000; max_rent: Maks boutgift=9000
current_rent: Husleie i dag=8000; current_rent: Nåværende leie=8000; current_rent: Husleie nå (kr)=8000; current_rent: Dagens leie=8000; current_rent: Husleige i dag=8000; current_rent: Present rent=8000; current_rent: Betaler nå=8000
social_assistance: Sosialstønad=nei; social_assistance: Øk.sos=nei; social_assistance: Får økonomisk sosialhjelp=nei; social_assistance: Mottar sosialhjelp?=nei; social_assistance: Receives social assistance=no; social_assistance: Sosialhjelp (ja/nei)=nei
approved_rent: Godkjent leie (NAV)=9000; approved_rent: NAV godkjent husleie=9000; approved_rent: Godkjent av NAV=9000; approved_rent: NAV-approved rent=9000
security: Type sikkerhet=NAV-garanti; security: Kan stille sikkerhet=NAV-garanti; security: Garantitype=NAV-garanti; security: Sikkerheit=NAV-garanti; security: Form for sikkerhet=NAV-garanti; security: Security available=NAV guarantee; security: NAV-garanti=ja
deposit_funds: Depositum spart=20000; deposit_funds: Sparte penger=20000; deposit_funds: Egne midler=20000; deposit_funds: Oppsparte midler=20000; deposit_funds: Savings=20000; deposit_funds: Depositum=20000
bedrooms_needed: Antall soverom=2; bedrooms_needed: Soverom=2; bedrooms_needed: Behov for soverom=2; bedrooms_needed: Min. soverom=2; bedrooms_needed: Bedrooms required=2
areas: Ønsket bosted=Selfors; areas: Ønsker å bo i=Selfors; areas: Geografisk ønske=Selfors; areas: Ønskede bydeler=Selfors; areas: Desired area(s)=Selfors; areas: Wishes area=Selfors; areas: Ønskeområde=Selfors
areas_must: Må bo i området=ja; areas_must: Område er krav=ja; areas_must: Must be in area=yes
move_from: Ønsket innflyttingsdato=01.12.2026; move_from: Innflytting tidligst=01.12.2026; move_from: Kan flytte fra=01.12.2026; move_from: Flytteklar=01.12.2026; move_from: Ønsker å flytte fra=01.12.2026; move_from: Desired move-in date=01.12.2026; move_from: Kan flytte frå=01.12.2026; move_from: Earliest move-in=01.12.2026; move_from: Når innflytting=01.12.2026
step_free_needed: Trenger trinnfri bolig=nei; step_free_needed: Behov for rullestol=nei; step_free_needed: Rullestolbruker=nei; step_free_needed: Behov trinnfri=nei; step_free_needed: Needs wheelchair access=no; step_free_needed: Trinnfri=nei; step_free_needed: Behov for tilrettelagt bolig=nei
pets: Har kjæledyr=nei; pets: Dyr?=nei; pets: Has a pet=no
ready_date: Boligklar fra dato=01.12.2026; ready_date: Dato boligklar=01.12.2026; ready_date: Klar for egen bolig=01.12.2026; ready_date: Klar=01.12.2026; ready_date: Ready for housing=01.12.2026; ready_date: Housing ready since=01.12.2026; ready_date: Klar dato=01.12.2026; ready_date: Bustadklar dato=01.12.2026
current_unit: Nåværende enhet=G-1; current_unit: Bor nå=G-1; current_unit: Gjennomgangsbolig=G-1; current_unit: Dagens bolig=G-1; current_unit: Bolig i dag=G-1; current_unit: Current dwelling=G-1; current_unit: Enhet=G-1; current_unit: Bor i (enhet)=G-1; current_unit: Unit=G-1
modules_completed: Boligskole moduler=5/8; modules_completed: Fullførte moduler=5; modules_completed: Antall moduler=5; modules_completed: Modules done=5/8; modules_completed: Boligskolen (moduler)=5/8; modules_completed: Gjennomførte moduler=5/8
norwegian_level: Norsk nivå=B1; norwegian_level: Språknivå=B1; norwegian_level: Norskferdigheter=B1; norwegian_level: Norskprøve=B1; norwegian_level: Level Norwegian=B1; norwegian_level: Norsk (nivå)=B1
references: Har referanser=ja; references: Referanser?=ja; references: Referanse fra utleier=ja; references: Has refs=yes
follow_up_plan: Plan for oppfølging=ja; follow_up_plan: Oppfølging=ja; follow_up_plan: Has follow-up plan=yes; follow_up_plan: Oppfølgjingsplan=ja
: Navn=Ola Nordmann; : Kontaktperson=Ola; : Telefon=44667799; : Mobil=44667799; : Adresse=Storgata 1; : Land=Syria; : Morsmål=arabisk; : Kjønn=M; : Fødselsår=1990; : Alder=34; : Bosatt dato=01.12.2024; : Saksbehandler=Kari; : Merknad=ok; : Kommentar=ok; : Antall personer=3; : Språk=arabisk; : Sivilstand=gift; : Name=Ola; : Phone=44667799; : Country of origin=Syria; : Age=34; : Settled=01.12.2024; : Religion=x; : Helse=ok; : Skole=ja`,
	Units: `unit_ref: Bolignr=G-1; unit_ref: Enhets-ID=G-1; unit_ref: Objektnr=G-1; unit_ref: Boenhetsnr=G-1; unit_ref: Bustadnr.=G-1; unit_ref: Dwelling no=G-1; unit_ref: Property no=G-1; unit_ref: Boligens nr=G-1; unit_ref: Leilighetsnr=G-1; unit_ref: Nr=G-1
address: Gate=Storgata 1; address: Adressa=Storgata 1
ownership: Eie/leie=eid; ownership: Eid/leid=eid; ownership: Disposisjonsform=innleid; ownership: Owner form=owned; ownership: Eigd/leigd=eigd; ownership: Type eierskap=eid; ownership: Eiet/innleid=eid
bedrooms: Ant.sov=2; bedrooms: Beds=2
rent: Månedsleie=8000; rent: Leie pr mnd=8000; rent: Internleie=8000
in_service_from: I bruk f.o.m.=01.01.2020; in_service_from: Tatt i bruk=01.01.2020; in_service_from: I drift fra dato=01.01.2020; in_service_from: Startdato=01.01.2020; in_service_from: In use since=01.01.2020; in_service_from: Service from=01.01.2020; in_service_from: Fra dato=01.01.2020; in_service_from: Teken i bruk=01.01.2020; in_service_from: Disponert fra=01.01.2020; in_service_from: Start date=01.01.2020
in_service_to: Ut av drift=01.01.2025; in_service_to: Tatt ut av bruk=01.01.2025; in_service_to: Avviklet=01.01.2025; in_service_to: Sluttdato=01.01.2025; in_service_to: Til dato=01.01.2025; in_service_to: Out of use from=01.01.2025; in_service_to: Taken out of service=01.01.2025; in_service_to: End date=01.01.2025; in_service_to: Ute av bruk=01.01.2025; in_service_to: Utgått dato=01.01.2025
lease_in_ends: Leiekontrakt utløper=01.01.2027; lease_in_ends: Kontrakt til=01.01.2027; lease_in_ends: Innleieavtale til=01.01.2027; lease_in_ends: Lease expires=01.01.2027; lease_in_ends: Innleige til=01.01.2027; lease_in_ends: Innleiekontrakt slutt=01.01.2027
kobo_id: KOBO-nr=123; kobo_id: Kobo ID=123; kobo_id: Kobo=K1
: Byggeår=1990; : Etasje=2; : Vaktmester=Ola; : Kvm=60; : Merknad=ok; : Sted=Mo; : Husstand=H-1; : Nøkkel=3; : Strøm inkl=ja; : Utleier=Kari`,
	Occupancies: `unit_ref: Leilighet=G-1; unit_ref: Boenhet nr=G-1; unit_ref: Bolig nr.=G-1; unit_ref: Bueining=G-1; unit_ref: Home=G-1; unit_ref: Gjennomgangsbolig=G-1
household_ref: Husstands-ID=T-1; household_ref: Leietaker=T-1; household_ref: Beboer=T-1; household_ref: Familie=T-1; household_ref: Saksnr=T-1; household_ref: Tenant=T-1; household_ref: Household no.=T-1; household_ref: Hushaldsnr=T-1
persons: Ant pers=3; persons: Antall=3; persons: Pers.=3; persons: Ant. beboere=3; persons: Household size=3; persons: # persons=3; persons: Antal=3; persons: Personer i husstanden=3
from: Flyttet inn=01.01.2020; from: Innflyttingsdato=01.01.2020; from: Inn=01.01.2020; from: Fra=01.01.2020; from: Startdato=01.01.2020; from: Move in date=01.01.2020; from: Flytta inn=01.01.2020; from: Moved in on=01.01.2020; from: Leieforhold fra=01.01.2020; from: Kontrakt fra=01.01.2020
to: Flyttet ut=01.01.2021; to: Utflyttingsdato=01.01.2021; to: Ut=01.01.2021; to: Til=01.01.2021; to: Sluttdato=01.01.2021; to: Move out date=01.01.2021; to: Flytta ut=01.01.2021; to: Leieforhold til=01.01.2021; to: Fraflyttet=01.01.2021; to: Fraflytting=01.01.2021
reason: Flyttet til=privat leie; reason: Flyttegrunn=kjøp; reason: Utflyttingsårsak=annet; reason: Årsak utflytting=annet; reason: Moved to=private rental; reason: Reason for leaving=other; reason: Flytta til=privat leige; reason: Utflytta til=kjøp; reason: Årsak til fraflytting=annet
: Adresse=Storgata 1; : Husleie=8000; : Merknad=ok; : Saksbehandler=Kari; : Nøkler levert=01.01.2020; : Dager=200; : Boligtype=leilighet`,
}

func TestWideHeaders(t *testing.T) {
	base := map[Kind][2]string{
		Listings:    {"Adresse;Boligens farge;Husleie", "Storgata 1;rød;8500"},
		Households:  {"Husstand;Voksne;Barn", "H-1;2;1"},
		Units:       {"Enhet;I bruk fra", "G-1;01.01.2020"},
		Occupancies: {"Enhet;Husstand;Innflyttet", "G-1;T-1;01.01.2020"},
	}
	dir := t.TempDir()
	for kind, list := range wideHeaders {
		headers, cells := base[kind][0], base[kind][1]
		_, plain := recogniseText(t, dir, headers+"\n"+cells+"\n", Options{Kind: kind})
		for entry := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ';' || r == '\n' }) {
			want, rest, _ := strings.Cut(entry, ":")
			header, cell, _ := strings.Cut(strings.TrimSpace(rest), "=")
			want = strings.TrimSpace(want)
			titles := strings.Split(headers, ";")
			if i := slices.IndexFunc(plain.Columns, func(c MappedColumn) bool { return c.Field.Name == want }); i >= 0 {
				titles[plain.Columns[i].Index] = "Saksbehandler" // the column stands once
			}
			row := cell + ";" + cells + "\n"
			_, layout := recogniseText(t, dir, header+";"+strings.Join(titles, ";")+"\n"+row+row, Options{})
			if layout.Kind != kind || fieldOf(layout, 0) != want {
				t.Errorf("%s %q over %q: got %q of %s, want %q", kind, header, cell, fieldOf(layout, 0), layout.Kind, want)
			}
		}
	}
}

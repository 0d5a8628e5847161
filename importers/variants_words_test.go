package importers

import "strings"

// The words below are taken from what offices write, not from the schemas: the
// generated workbooks are to be as foreign to the reader as real ones.

// inLangs are words in bokmål, nynorsk and English.
type inLangs [3][]string

func langWords(nb, nn, en string) inLangs {
	return inLangs{strings.Split(nb, "|"), strings.Split(nn, "|"), strings.Split(en, "|")}
}

// variantHeaders are what a field's column is called, by kind and field.
var variantHeaders = map[Kind]map[string]inLangs{
	Listings: {
		"external_ref":           langWords("Nr|Id|Ref|Annonse|Annonsenr", "Nr|Id|Ref|Annonse|Annonsenr", "Listing|Ref|Id|No|Listing id|Reference"),
		"address":                langWords("Adresse|Gateadresse|Besøksadresse", "Adresse|Gateadresse|Besøksadresse", "Address|Street address|Street"),
		"postal_code":            langWords("Postnr|Postnummer|Postnr.", "Postnr|Postnummer|Postnr.", "Postcode|Zip|Postal code|Zip code|Post code"),
		"postal_place":           langWords("Sted|Poststed", "Stad|Poststad", "City|Town|Postal place|Place"),
		"unit_number":            langWords("Bolignr|Bolignummer|Bruksenhetsnr|Leil.nr|Bolignr.|Leilighetsnr|Bruksenhetsnummer", "Bustadnummer|Bustadnr|Bustad nr", "Unit no|Unit no.|Unit number|Apartment no"),
		"dwelling_type":          langWords("Type|Type bolig|Boligtype", "Type|Bustadtype|Type bustad", "Type|Dwelling type|Type of dwelling|Property type|Home type"),
		"bedrooms":               langWords("Soverom|Ant. soverom|Antall soverom|Ant soverom", "Soverom|Tal soverom|Tal på soverom|Antal soverom", "Bedrooms|No. of bedrooms|Number of bedrooms"),
		"area_m2":                langWords("Kvm|m2|BRA|BRA-i|P-rom|Areal|Størrelse|m²|Areal (m2)", "Kvm|m2|BRA|P-rom|Areal|Storleik", "Sqm|Size|Area (m2)|Size (sqm)|m2|Floor area"),
		"rent":                   langWords("Husleie|Leie|Leiepris|Pris|Mnd.leie|Husleie pr. mnd|Månedsleie|Leie pr mnd|Leie per måned", "Husleige|Leige|Leigepris|Pris|Husleige pr. mnd|Månadsleige|Leige per månad", "Rent|Monthly rent|Rent per month|Price|Rent (NOK)|Rent NOK/month"),
		"electricity_included":   langWords("Strøm inkl.|Strøm inkl|Strøm inkludert|Inkl. strøm|Strøm inkludert i leia", "Straum inkludert|Straum inkl.|Inkl. straum", "Utilities included|Electricity included|Utilities incl.|Power included"),
		"deposit":                langWords("Depositum|Dep.|Sikkerhet|Sikkerhetsstillelse", "Depositum|Dep.|Tryggleik|Tryggleikssum", "Deposit|Security deposit"),
		"accepted_security":      langWords("Sikkerhet godtas|Godtar garanti|Sikkerhet|Godtatt sikkerhet", "Tryggleik|Tryggleik godteken|Godtek garanti", "Security accepted|Accepted security|Security|Guarantees accepted"),
		"employment_requirement": langWords("Krav om jobb|Krav om arbeid|Fast jobb|Fast inntekt|Jobbkrav|Krav til inntekt", "Krav om jobb|Krav om arbeid|Fast jobb|Fast inntekt", "Employment requirement|Job required|Employment required|Job requirement"),
		"references_required":    langWords("Referanser|Referanser kreves|Krav om referanser", "Referansar|Referansar krevst|Krav om referansar", "References required|References"),
		"available_from":         langWords("Ledig fra|Innflytting|Overtakelse|Ledig fra dato|Ledig|Innflytting fra", "Ledig frå|Innflytting|Overtaking|Ledig", "Available|Available from|Available date|Move-in date"),
		"lease_kind":             langWords("lease_kind|Type leieforhold", "lease_kind|Type leigeforhold", "lease_kind|Lease kind|Lease type"),
		"lease_months":           langWords("Leietid|Leieperiode|Varighet|Leietid (mnd)", "Leigetid|Leigeperiode|Leigetid (mnd)|Varigheit", "Lease term|Lease months|Lease (months)|Lease length|Lease period|Duration"),
		"furnished":              langWords("Møblert|Møblering", "Møblert|Møblering", "Furnished|Furnishing"),
		"pets":                   langWords("Husdyr|Dyr|Kjæledyr|Husdyr tillatt|Dyr tillatt", "Husdyr|Dyr|Kjæledyr|Husdyr tillate", "Pets|Pets allowed"),
		"smoking":                langWords("Røyking|Røyk|Røyking tillatt", "Røyking|Røyk", "Smoking|Smoking allowed"),
		"step_free":              langWords("Trinnfri|Tilgjengelig|Rullestol|Universelt utformet|Heis|Trinnfri adkomst|Trinnfritt", "Trinnfri|Rullestol|Universelt utforma|Heis|Trinnfri tilkomst|Tilgjengeleg", "Step-free|Step free|Wheelchair|Wheelchair accessible|Step-free access|Accessible"),
		"max_occupants":          langWords("max_occupants|Maks antall personer|Maks personer|Maks ant. personer", "max_occupants|Maks personar|Maks tal personar", "max_occupants|Max occupants|Max persons|Maximum occupants"),
		"follow_up_required":     langWords("follow_up_required|Krav om oppfølging|Oppfølging kreves", "follow_up_required|Krav om oppfølging|Oppfølging krevst", "follow_up_required|Follow-up required"),
		"contract_form":          langWords("contract_form|Kontraktsform|Kontraktform", "contract_form|Kontraktsform", "contract_form|Contract form"),
		"preferred":              langWords("preferred", "preferred", "preferred|Preferred"),
		"landlord_name":          langWords("Utleier|Eier|Huseier|Kontaktperson|Navn utleier|Utleiers navn", "Utleigar|Eigar|Huseigar|Kontaktperson|Namn utleigar", "Landlord|Owner|Landlord name|Contact person|Name of landlord"),
		"landlord_phone":         langWords("Tlf|Telefon|Mobil|Tlf.|Tlf utleier|Telefonnr|Mobilnr|Telefonnummer", "Tlf|Telefon|Mobil|Tlf utleigar|Telefonnr", "Phone|Mobile|Telephone|Phone number|Landlord phone|Phone no."),
		"landlord_email":         langWords("E-post|Epost|Mail|E-postadresse|E-post utleier|Mailadresse", "E-post|Epost|Mail|E-postadresse", "Email|E-mail|Landlord email|Email address|Mail"),
		"status":                 langWords("Status", "Status", "Status"),
		"confirmed_on":           langWords("confirmed_on|Bekreftet|Sist bekreftet", "confirmed_on|Stadfesta|Sist stadfesta", "confirmed_on|Confirmed on|Last confirmed|Confirmed"),
		"notes":                  langWords("Merknad|Kommentar|Notat|Merknader|Merknad/kommentar|Anmerkning", "Merknad|Kommentar|Notat|Merknader", "Notes|Comments|Comment|Remarks|Note"),
	},
	Households: {
		"ref":                          langWords("Husstand|Saksnr|Ref|Husstandsnr|Saksnummer|Husstand nr", "Hushald|Saksnr|Ref|Hushaldsnr", "Household|Ref|Case no|Household ref|Household no."),
		"adults":                       langWords("Voksne|Antall voksne|Ant. voksne", "Vaksne|Tal vaksne|Antal vaksne", "Adults|No. of adults|Number of adults"),
		"children":                     langWords("Barn|Antall barn|Ant. barn", "Born|Barn|Tal born|Tal barn", "Children|No. of children|Number of children"),
		"employment":                   langWords("Arbeid|Jobb|Arbeidssituasjon|Arbeidsforhold|Arbeidsstatus", "Arbeid|Jobb|Arbeidssituasjon", "Employment|Work|Job|Employment status|Work situation"),
		"monthly_income":               langWords("Inntekt|Netto|Inntekt mnd|Netto inntekt|Månedsinntekt|Netto pr. mnd", "Inntekt|Netto|Netto inntekt|Månadsinntekt", "Income|Monthly income|Net income|Income per month|Net monthly income"),
		"max_rent":                     langWords("Maks husleie|Budsjett|Tak|Maks leie|Max husleie|Maksimal husleie", "Maks husleige|Budsjett|Tak|Maks leige", "Max rent|Budget|Maximum rent|Rent ceiling"),
		"current_rent":                 langWords("Dagens husleie|Husleie nå|Husleie i dag|Nåværende husleie", "Husleige no|Dagens husleige|Husleige i dag|Noverande husleige", "Current rent|Rent now|Present rent"),
		"current_electricity_included": langWords("current_electricity_included|Strøm inkl. i dag|Strøm inkl. nå", "current_electricity_included|Straum inkl. i dag|Straum inkl. no", "current_electricity_included|Current electricity included"),
		"social_assistance":            langWords("Sosialhjelp|Økonomisk sosialhjelp|Mottar sosialhjelp|Øk. sosialhjelp", "Sosialhjelp|Økonomisk sosialhjelp|Får sosialhjelp", "Social assistance|On social assistance|Social assistance (y/n)"),
		"approved_rent":                langWords("approved_rent|Godkjent husleie|Godkjent husleie NAV", "approved_rent|Godkjend husleige", "approved_rent|Approved rent|Rent approved by NAV"),
		"security":                     langWords("Sikkerhet|Type sikkerhet|Garanti", "Tryggleik|Type tryggleik|Garanti", "Security|Type of security"),
		"deposit_funds":                langWords("deposit_funds|Midler til depositum|Penger til depositum", "deposit_funds|Midlar til depositum", "deposit_funds|Deposit funds|Funds for deposit"),
		"bedrooms_needed":              langWords("bedrooms_needed|Behov soverom|Trenger soverom|Soverom behov", "bedrooms_needed|Behov soverom|Treng soverom", "bedrooms_needed|Bedrooms needed"),
		"areas":                        langWords("Ønsket område|Ønskede områder|Områder|Område|Ønsket sted", "Ønskt område|Ønskte område|Område", "Preferred area|Preferred areas|Areas|Area"),
		"areas_must":                   langWords("areas_must|Område må", "areas_must", "areas_must|Areas must|Area is a must"),
		"move_from":                    langWords("Ønsker innflytting|Innflytting fra|Innflytting|Ønsket innflytting|Flytte fra", "Flytte frå|Ønskjer innflytting|Innflytting frå|Innflytting", "Move from|Wants to move from|Wanted move-in|Move in from"),
		"min_lease_months":             langWords("min_lease_months|Min. leietid|Minste leietid", "min_lease_months|Min. leigetid|Minste leigetid", "min_lease_months|Min lease months|Minimum lease"),
		"step_free_needed":             langWords("Trenger trinnfritt|Rullestol|Trinnfritt behov|Behov for trinnfritt", "Treng trinnfritt|Rullestol|Trinnfritt behov", "Step-free needed|Needs step-free|Wheelchair|Step free needed"),
		"pets":                         langWords("Husdyr|Dyr|Kjæledyr|Har husdyr|Har dyr", "Husdyr|Dyr|Kjæledyr|Har husdyr", "Pets|Has pets"),
		"ready_date":                   langWords("Boligklar|Boligklar dato|Klar fra|Boligklar fra", "Bustadklar|Bustadklar dato|Klar frå|Bustadklar frå", "Ready date|Housing-ready|Housing ready|Ready from|Housing-ready date"),
		"current_unit":                 langWords("Bor i|Bor i enhet|Nåværende bolig|Bor i bolig", "Bur i|Bur i eining|Noverande bustad|Bur i bustad", "Lives in|Current unit|Lives in unit"),
		"modules_completed":            langWords("Moduler|Boligskole|Moduler fullført|Boligskole (moduler)|Fullførte moduler", "Modular|Bustadskule|Moduler|Fullførte modular", "Modules|Modules completed|Housing school|Completed modules"),
		"norwegian_level":              langWords("Norsknivå|Norsk|Nivå norsk", "Norsknivå|Norsk|Nivå norsk", "Norwegian level|Norwegian|Level of Norwegian"),
		"references":                   langWords("Referanser|Har referanser", "Referansar|Har referansar", "References|Has references"),
		"follow_up_plan":               langWords("follow_up_plan|Oppfølgingsplan|Plan for oppfølging", "follow_up_plan|Oppfølgingsplan|Plan for oppfølging", "follow_up_plan|Follow-up plan"),
	},
	Units: {
		"unit_ref":        langWords("Enhet|Enhetsnr|Enhet nr|Bolig nr", "Eining|Bustad nr|Einingsnr|Bustad nr.", "Unit|Unit ref|Unit no.|Unit id"),
		"address":         langWords("Adresse|Gateadresse", "Adresse|Gateadresse", "Address|Street address"),
		"postal_code":     langWords("Postnr|Postnummer", "Postnr|Postnummer", "Postcode|Postal code|Zip"),
		"ownership":       langWords("Eierform|Eieform|Eierskap", "Eigarform|Eigeform|Eigarskap", "Ownership|Owned or leased|Ownership form|Tenure"),
		"bedrooms":        langWords("Soverom|Ant. soverom|Antall soverom", "Soverom|Tal soverom", "Bedrooms|No. of bedrooms"),
		"rent":            langWords("Husleie|Leie|Husleie pr. mnd|Månedsleie", "Husleige|Leige|Husleige pr. mnd", "Rent|Monthly rent"),
		"in_service_from": langWords("I bruk fra|I drift fra|I bruk fra dato", "I drift frå|I bruk frå", "In service|In service from|In use from"),
		"in_service_to":   langWords("Ute av drift|Ut av bruk|Ute av drift fra|I bruk til|I drift til", "Ute av drift|Ut av bruk|I bruk til|I drift til", "Out of service|In service to|In service until|Out of use"),
		"lease_in_ends":   langWords("lease_in_ends|Innleie utløper|Innleieavtale utløper|Leieavtale utløper", "lease_in_ends|Innleige går ut", "lease_in_ends|Lease-in ends|Lease in ends"),
		"kobo_id":         langWords("kobo_id|Kobo-id|Kobo id", "kobo_id|Kobo-id", "kobo_id|Kobo id|KOBO"),
	},
	Occupancies: {
		"unit_ref":      langWords("Enhet|Enhetsnr|Boenhet|Bolig", "Eining|Bustad nr|Bueining|Bustad", "Unit|Unit ref|Unit no."),
		"household_ref": langWords("Husstand|Husstandsnr|Leietaker|Beboer", "Hushald|Hushaldsnr|Leigetakar|Bebuar", "Household|Household ref|Tenant"),
		"persons":       langWords("Antall personer|Ant. personer|Personer|Ant. pers.", "Tal personar|Antal personar|Personar", "Persons|No. of persons|Number of people|Number of persons"),
		"from":          langWords("Innflyttet|Innflyttet dato|Fra|Fra dato|Innflytting|Dato inn", "Innflytta|Innflytta dato|Frå|Frå dato|Innflytting", "Moved in|From|Move-in|Moved in date|From date"),
		"to":            langWords("Utflyttet|Utflyttet dato|Til|Til dato|Utflytting|Dato ut", "Utflytta|Utflytta dato|Til|Til dato|Utflytting", "Moved out|To|Move-out|Moved out date|To date"),
		"reason":        langWords("Årsak|Grunn|Årsak til utflytting|Flytteårsak", "Årsak|Grunn|Årsak til utflytting|Flytteårsak", "Reason|Reason for moving|Reason for move-out"),
	},
}

// variantForms are yes/no columns for one form of security.
var variantForms = map[string]inLangs{
	"nav_guarantee":       langWords("NAV-garanti|NAV garanti|NAV-garanti godtas", "NAV-garanti|Godtek NAV-garanti", "NAV guarantee|NAV guarantee accepted"),
	"municipal_guarantee": langWords("Kommunal garanti", "Kommunal garanti", "Municipal guarantee"),
}

// variantExtras are columns that no field has, with what stands in them.
var variantExtras = map[Kind]inLangs{
	Listings: langWords("Saksbehandler|Sist endret|Etasje|Byggeår|Kontonr|Orgnr|Lenke|Energimerke|Kommunenr|Gnr/bnr|Bilde|Bad|Parkering|Fylke",
		"Saksbehandlar|Sist endra|Etasje|Byggjeår|Kontonr|Orgnr|Lenkje|Energimerke|Kommunenr|Bilete|Bad|Parkering",
		"Caseworker|Last changed|Floor|Year built|Account no|Org no|Link|Energy label|Municipality|Photo|Bathrooms|Parking"),
	Households: langWords("Saksbehandler|Vedtak dato|Land|Morsmål|Kjønn|Fødselsår|Kontaktperson NAV|Mobil|Etternavn|Bosatt dato",
		"Saksbehandlar|Vedtak dato|Land|Morsmål|Kjønn|Fødselsår|Mobil|Etternamn|Busett dato",
		"Caseworker|Decision date|Country|Mother tongue|Sex|Year of birth|Mobile|Surname|Settled on"),
	Units: langWords("Vaktmester|Nøkkelnr|Byggeår|Etasje|Sist pusset opp|Sted|Kvm|Merknad",
		"Vaktmeister|Nøkkelnr|Byggjeår|Etasje|Sist pussa opp|Stad|Kvm|Merknad",
		"Caretaker|Key no|Year built|Floor|Last renovated|City|Sqm|Notes"),
	Occupancies: langWords("Saksbehandler|Nøkler levert|Sist endret|Kommentar|Adresse|Husleie",
		"Saksbehandlar|Nøklar leverte|Sist endra|Kommentar|Adresse|Husleige",
		"Caseworker|Keys returned|Last changed|Comment|Address|Rent"),
}

// variantChoices are the words for canonical values, by what they are of.
var variantChoices = map[string]map[string]inLangs{
	"dwelling_type": {
		"apartment":     langWords("leilighet|Leil.|leil|Leilighet", "leilegheit|husvære|Leilegheit", "apartment|flat|Flat|Apartment"),
		"studio":        langWords("hybel|Hybel|hybelleilighet", "hybel|hybelleilegheit", "studio|bedsit|studio flat|studio apartment"),
		"basement":      langWords("sokkelbolig|sokkelleilighet|kjellerleilighet|underetasje|Sokkel", "sokkelbustad|sokkelleilegheit|kjellarleilegheit", "basement|basement flat|basement apartment"),
		"loft":          langWords("loftsleilighet|loft|loftsbolig", "loftsleilegheit|loft|loftsbustad", "loft|attic flat|loft apartment"),
		"house":         langWords("enebolig|Enebolig|hus", "einebustad|Einebustad|hus", "house|detached house|single-family house|villa"),
		"terraced":      langWords("rekkehus|Rekkehus", "rekkjehus|rekkehus", "terraced|terraced house|townhouse|row house"),
		"semi_detached": langWords("tomannsbolig|Tomannsbolig|to-mannsbolig|halvpart av tomannsbolig", "tomannsbustad|to-mannsbustad", "semi-detached|semi detached house|semi-detached house"),
		"shared_room":   langWords("rom i kollektiv|rom i bofellesskap|Rom i kollektiv|kollektiv|bofellesskap", "rom i kollektiv|rom i bufellesskap|bufellesskap", "shared room|room in shared flat|room in shared house|room in a shared house"),
		"other":         langWords("annet|Annet|annen", "anna|Anna", "other|Other"),
	},
	"employment_requirement": {
		"none":              langWords("ingen|Nei|nei|ingen krav", "ingen|nei|Nei|ingen krav", "none|no|No|no requirement"),
		"documented_income": langWords("dokumentert inntekt|fast inntekt|dokumenterbar inntekt", "dokumentert inntekt|fast inntekt", "documented income|proof of income|steady income"),
		"temporary_job":     langWords("i arbeid|jobb (også vikariat)|midlertidig jobb|vikariat|i jobb", "i arbeid|jobb (òg vikariat)|mellombels jobb|i jobb", "temporary job|in work|job (temporary ok)|employed"),
		"permanent_job":     langWords("fast jobb|Fast stilling|fast arbeid|fast ansettelse", "fast jobb|fast stilling|fast arbeid|fast tilsetjing", "permanent job|permanent position|permanent employment"),
	},
	"furnished": {
		"none":   langWords("nei|umøblert|Umøblert", "nei|umøblert", "no|unfurnished|Unfurnished|none"),
		"partly": langWords("delvis|delvis møblert|Delvis", "delvis|delvis møblert", "partly|partly furnished|part furnished|semi-furnished|partially"),
		"full":   langWords("ja|møblert|fullt møblert|Møblert|helmøblert", "ja|møblert|fullt møblert", "yes|furnished|fully furnished|full"),
	},
	"status": {
		"submitted": langWords("innsendt|mottatt|submitted", "innsend|motteke|submitted", "submitted"),
		"open":      langWords("ledig|åpen|aktiv|open", "ledig|open|aktiv", "open|available|active"),
		"reserved":  langWords("reservert|reserved", "reservert|reserved", "reserved"),
		"let":       langWords("utleid|leid ut|let", "utleigd|leigd ut|let", "let|rented out|rented"),
		"paused":    langWords("pause|satt på pause|paused", "pause|sett på pause|paused", "paused"),
		"withdrawn": langWords("trukket|trukket tilbake|withdrawn", "trekt|trekt tilbake|withdrawn", "withdrawn"),
		"expired":   langWords("utløpt|utgått|expired", "utgått|utløpt|expired", "expired"),
	},
	"contract_form": {
		"direct": langWords("direkte|direct", "direkte|direct", "direct"),
		"sublet": langWords("fremleie|framleie|sublet|kommunen leier", "framleige|sublet", "sublet|subletting|sublease"),
	},
	"lease_kind": {
		"indefinite": langWords("tidsubestemt|ubestemt|indefinite", "tidsubestemd|ubestemt|indefinite", "indefinite|open-ended"),
		"fixed":      langWords("tidsbestemt|fixed", "tidsbestemd|fixed", "fixed|fixed term|fixed-term"),
	},
	"employment": {
		"none":            langWords("ingen|arbeidsledig|uten arbeid|ikke i arbeid|arbeidsløs", "ingen|arbeidslaus|utan arbeid|arbeidsledig", "none|unemployed|no job|not working"),
		"intro_programme": langWords("introduksjonsprogram|introprogram|intro|introduksjonsprogrammet", "introduksjonsprogram|introprogram", "introduction programme|intro programme|introduction program"),
		"benefits":        langWords("trygd|uføretrygd|AAP|ytelser|dagpenger", "trygd|uføretrygd|AAP|ytingar|dagpengar", "benefits|disability benefit|on benefits"),
		"temporary":       langWords("vikariat|midlertidig jobb|midlertidig|vikar|midlertidig stilling", "vikariat|mellombels jobb|mellombels|vikar", "temporary job|temporary|temp|temporary position"),
		"permanent":       langWords("fast jobb|fast stilling|fast|fast ansatt|fast arbeid", "fast jobb|fast stilling|fast|fast tilsett", "permanent job|permanent|permanent position|permanently employed"),
	},
	"security": {
		"deposit_account":     langWords("depositumskonto|depositum|Depositum", "depositumskonto|depositum", "deposit account|deposit"),
		"nav_guarantee":       langWords("NAV-garanti|NAV garanti|garanti fra NAV|nav-garanti", "NAV-garanti|NAV garanti|garanti frå NAV", "NAV guarantee|NAV-guarantee|guarantee from NAV"),
		"municipal_guarantee": langWords("kommunal garanti|Kommunal garanti|garanti fra kommunen|kommunegaranti", "kommunal garanti|garanti frå kommunen", "municipal guarantee|guarantee from the municipality|municipality guarantee"),
		"insurance_guarantee": langWords("forsikringsgaranti|garanti fra forsikring|garanti fra forsikringsselskap", "forsikringsgaranti|garanti frå forsikring|garanti frå forsikringsselskap", "insurance guarantee|guarantee from insurance|insurance"),
	},
	"preferred": {
		"employment": langWords("employment|jobb|arbeid", "employment|jobb|arbeid", "employment|job"),
		"follow_up":  langWords("follow_up|oppfølging", "follow_up|oppfølging", "follow_up|follow-up"),
		"occupants":  langWords("occupants|antall personer", "occupants|tal personar", "occupants"),
		"pets":       langWords("pets|husdyr|dyr", "pets|husdyr|dyr", "pets"),
		"references": langWords("references|referanser", "references|referansar", "references"),
		"security":   langWords("security|sikkerhet", "security|tryggleik", "security"),
	},
	"ownership": {
		"owned":     langWords("kommunalt eid|eid|Eid|eiet|egen|kommunal", "kommunalt eigd|eigd|eigen", "owned|municipally owned|Owned"),
		"leased_in": langWords("innleid|Innleid|leid inn|leid|innleie", "innleigd|leigd inn|leigd", "leased in|leased|rented in|Leased in"),
	},
	"reason": {
		"private_rental":    langWords("privat leie|leid privat|privat utleie|Privat leie|leie privat", "privat leige|leigd privat", "private rental|private rent|rented privately|private renting"),
		"purchase":          langWords("kjøp|kjøpt bolig|Kjøp|kjøpt egen bolig", "kjøp|kjøpt bustad", "purchase|bought a home|bought|bought own home"),
		"other_municipal":   langWords("annen kommunal bolig|Annen kommunal bolig|annen kommunal|kommunal bolig", "annan kommunal bustad|annan kommunal|kommunal bustad", "other municipal|other municipal housing|municipal housing"),
		"left_municipality": langWords("flyttet fra kommunen|flyttet ut av kommunen|Flyttet fra kommunen", "flytta frå kommunen|flytta ut av kommunen", "left the municipality|moved from the municipality|left municipality|moved to another municipality"),
		"eviction":          langWords("utkastelse|kastet ut|fravikelse", "utkasting|kasta ut|fråviking", "eviction|evicted"),
		"care":              langWords("omsorgsbolig|institusjon|sykehjem", "omsorgsbustad|institusjon|sjukeheim", "care|care home|nursing home|institution"),
		"household_merged":  langWords("husstander slått sammen|slått sammen|sammenslåing|flyttet sammen", "slått saman|samanslåing|hushald slått saman|flytta saman", "household merged|households merged|merged"),
		"death":             langWords("død|dødsfall|Dødsfall", "død|dødsfall", "death|died|deceased"),
		"other":             langWords("annet|Annet|andre årsaker", "anna|Anna", "other|Other"),
	},
}

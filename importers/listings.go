package importers

import (
	"github.com/boligklar/boligklar/landlords"
)

type listing = landlords.Listing

// securityChoices are the words for forms of security, for listings and households.
var securityChoices = []Choice{
	{Value: "deposit_account", bit: uint8(landlords.DepositAccount), Nb: "depositumskonto|depositum|depositumkonto|dep. konto|dep.|konto|sperret konto|kontant depositum|depositum på konto|depositum konto", Nn: "depositumskonto|sperra konto|depositum på konto", En: "deposit account|deposit|blocked account|cash deposit|blocked deposit account"},
	{Value: "insurance_guarantee", bit: uint8(landlords.InsuranceGuarantee), Nb: "forsikringsgaranti|garanti fra forsikring|forsikring|garanti fra forsikringsselskap|leiegaranti|husleiegaranti|garantiforsikring|depositumsforsikring|leiegarantiforsikring|forsikr.garanti|forsikringsgar.|depositumsgaranti fra forsikring|garanti forsikring|garantiselskap", Nn: "forsikringsgaranti|garanti frå forsikring|garanti frå forsikringsselskap|leigegaranti|husleigegaranti", En: "insurance guarantee|insurance|guarantee from insurance|insurer's guarantee|rent insurance"},
	{Value: "municipal_guarantee", bit: uint8(landlords.MunicipalGuarantee), Nb: "kommunal garanti|kommunegaranti|garanti fra kommunen|garanti fra kommune|kommunen|kommune|kommunal|kommunal depositumsgaranti|kommunal husleiegaranti|kommunens garanti", Nn: "kommunal garanti|kommunegaranti|garanti frå kommunen|garanti frå kommune", En: "municipal guarantee|municipality|municipality guarantee|guarantee from the municipality|council guarantee|municipal"},
	{Value: "nav_guarantee", bit: uint8(landlords.NAVGuarantee), Nb: "NAV-garanti|NAV garanti|NAV|garanti fra NAV|depositumsgaranti|garanti NAV|depositumsgaranti fra NAV|NAVs garanti|sosialgaranti|depositumsgaranti NAV", Nn: "NAV-garanti|garanti frå NAV|depositumsgaranti frå NAV", En: "NAV guarantee|guarantee from NAV|NAV deposit guarantee"},
}

var dwellingChoices = []Choice{
	{Value: "apartment", general: true, Nb: "leilighet|leil.|leil|blokkleilighet|toroms|treroms|fireroms|2-roms|3-roms|4-roms|2-roms leilighet|3-roms leilighet|4-roms leilighet|toromsleilighet|treromsleilighet|leilighet i blokk", Nn: "leilegheit|leil.|leilighet|husvære|blokkleilegheit", En: "apartment|flat|apt|apt.|2-room flat|3-room flat|4-room flat"},
	{Value: "studio", Nb: "hybel|hybelleilighet|ettroms|1-roms|ettromsleilighet|1-roms leilighet|studioleilighet|studio", Nn: "hybel|hybelleilegheit|eittroms", En: "studio|bedsit|studio apartment|studio flat|bedsitter|one-room flat|1-room flat|bachelor flat"},
	{Value: "basement", Nb: "sokkelleilighet|sokkelbolig|sokkel|kjellerleilighet|kjeller|underetasje|leilighet i sokkel|leilighet i kjeller|sokkelleil.|u.etg|u.etg.|u. etasje|1. etg. under", Nn: "sokkelleilegheit|sokkelbustad|sokkelhusvære|kjellarleilegheit|kjellarhusvære|kjellar|underetasje", En: "basement|basement flat|basement apartment|basement apt|lower ground floor|lower ground floor flat|cellar flat"},
	{Value: "loft", Nb: "loftsleilighet|loft|loftleilighet|loftsbolig|leilighet på loft", Nn: "loftsleilegheit|loft|loftsbustad|loftshusvære", En: "loft|loft apartment|attic|attic flat|loft flat|attic apartment"},
	{Value: "house", Nb: "enebolig|hus|villa|våningshus|frittliggende enebolig|gårdshus|småbruk|gård|gardsbruk", Nn: "einebustad|hus|våningshus|gardshus|småbruk|gard", En: "house|detached house|detached|villa|single-family house"},
	{Value: "terraced", Nb: "rekkehus|kjedehus|rekkehusleilighet|rekke", Nn: "rekkjehus|kjedehus", En: "terraced house|terraced|townhouse|row house|terrace|terrace house"},
	{Value: "semi_detached", Nb: "tomannsbolig|halvpart av tomannsbolig|vertikaldelt tomannsbolig|horisontaldelt tomannsbolig|vertikaldelt|horisontaldelt|2-mannsbolig|del av tomannsbolig|to-mannsbolig", Nn: "tomannsbustad|halvpart av tomannsbustad|2-mannsbustad", En: "semi-detached house|semi-detached|semi|duplex"},
	{Value: "shared_room", Nb: "rom i kollektiv|rom i bofellesskap|kollektiv|bofellesskap|rom|hybel i kollektiv|rom i delt bolig|rom i leilighet|rom i hus|hybel i bofellesskap|bokollektiv", Nn: "rom i kollektiv|rom i bufellesskap|bufellesskap|rom i delt bustad|rom i leilegheit|bukollektiv", En: "shared room|room|room in shared flat|room in shared house|room in a shared flat|shared flat|room in collective|room in shared apartment|room in shared housing|house share|flat share|flatshare|shared housing|shared"},
	{Value: "other", Nb: "annet|andre|annen|annen type|hytte|brakke", Nn: "anna|andre|hytte", En: "other"},
}

var employmentRequirementChoices = []Choice{
	{Value: "none", Nb: "ingen|ingen krav|ikke krav|uten krav|ikke|ingen krav om jobb", Nn: "ingen|ingen krav|ikkje krav|utan krav|inga", En: "none|no requirement|not required|no requirements"},
	{Value: "documented_income", Nb: "dokumentert inntekt|fast inntekt|inntekt|dok. inntekt|krav om inntekt|inntekt må dokumenteres|dokumenterbar inntekt|stabil inntekt|må ha inntekt|lønn eller trygd|betalingsevne", Nn: "dokumentert inntekt|fast inntekt|inntekt|stabil inntekt|inntekt må dokumenterast", En: "documented income|income|regular income|proof of income|steady income|stable income|fixed income"},
	{Value: "temporary_job", Nb: "i arbeid|jobb (også vikariat)|jobb|midlertidig jobb|vikariat|arbeid|i jobb|må være i arbeid|må ha jobb|midlertidig|midlertidig stilling|jobb også vikariat|vikariat godtas|noe arbeid", Nn: "i arbeid|jobb (også vikariat)|mellombels jobb|vikariat|arbeid|i jobb|mellombels|mellombels stilling|må vere i arbeid|må ha jobb", En: "temporary job|any job|job|in work|employed|employment|temporary|in employment|job (temporary is fine)|job (also temporary)|working|temporary employment"},
	{Value: "permanent_job", Nb: "fast jobb|fast stilling|fast arbeid|fast ansatt|fast ansettelse|fast|fast jobb kreves|kun fast jobb|krav om fast jobb|må ha fast jobb", Nn: "fast jobb|fast stilling|fast arbeid|fast tilsett|fast tilsetjing|fast|må ha fast jobb", En: "permanent job|permanent|permanent position|permanent employment|permanently employed|permanent post"},
}

var ruleChoices = []Choice{
	{Value: "employment", bit: uint8(landlords.RuleEmployment), Nb: "jobb|arbeid|krav om jobb|inntekt|arbeidskrav", Nn: "jobb|arbeid|inntekt|krav om arbeid", En: "employment|job|work|income"},
	{Value: "follow_up", bit: uint8(landlords.RuleFollowUp), Nb: "oppfølging|oppfølgingsplan", Nn: "oppfølging|oppfølgingsplan", En: "follow-up|follow up|support"},
	{Value: "occupants", bit: uint8(landlords.RuleOccupants), Nb: "antall personer|personer|beboere|antall beboere|maks personer", Nn: "talet på personar|personar|bebuarar", En: "occupants|number of occupants|persons|max occupants"},
	{Value: "pets", bit: uint8(landlords.RulePets), Nb: "dyr|husdyr|kjæledyr|dyrehold", Nn: "dyr|husdyr|kjæledyr|dyrehald", En: "pets|pet|animals"},
	{Value: "references", bit: uint8(landlords.RuleReferences), Nb: "referanser|referanse", Nn: "referansar|referanse", En: "references|reference"},
	{Value: "security", bit: uint8(landlords.RuleSecurity), Nb: "sikkerhet|garanti|depositum", Nn: "tryggleik|garanti|depositum", En: "security|guarantee"},
}

var furnishedChoices = []Choice{
	{Value: "none", Nb: "umøblert|ikke møblert|ingen|uten møbler", Nn: "umøblert|ikkje møblert|utan møblar", En: "unfurnished|none|not furnished"},
	{Value: "partly", Nb: "delvis møblert|delvis|delmøblert|noe møblert|litt møblert|semimøblert|noen møbler|hvitevarer", Nn: "delvis møblert|delvis|noko møblert|delmøblert|nokre møblar", En: "partly furnished|partly|part furnished|partially furnished|partial|semi-furnished|part|partially|some furniture"},
	{Value: "full", Nb: "møblert|fullt møblert|fullmøblert|helmøblert|helt møblert|med møbler|full", Nn: "møblert|fullt møblert|heilt møblert|fullmøblert", En: "furnished|fully furnished|full|fully"},
}

var leaseKindChoices = []Choice{
	{Value: "indefinite", Nb: "tidsubestemt|ubestemt|ubestemt tid|løpende|ikke tidsbestemt|fast", Nn: "tidsubestemd|ubestemt|ubestemd|tidsubestemt|ubestemt tid|løpande", En: "indefinite|open-ended|permanent|periodic|unlimited|rolling"},
	{Value: "fixed", Nb: "tidsbestemt|bestemt tid|tidsavgrenset|tidsbegrenset", Nn: "tidsbestemd|tidsavgrensa|bestemt tid|tidsbestemt", En: "fixed|fixed term|fixed-term|time-limited"},
}

var contractChoices = []Choice{
	{Value: "direct", Nb: "direkte|direkte leie|vanlig leie|ordinær|husstanden leier|direkte kontrakt|direkteleie", Nn: "direkte|direkte leige|vanleg leige|ordinær", En: "direct|direct lease|ordinary"},
	{Value: "sublet", Nb: "fremleie|framleie|kommunen leier|via kommunen|kommunal fremleie|innleie|kommunen fremleier|gjennom kommunen", Nn: "framleige|kommunen leiger|via kommunen|innleige", En: "sublet|sublease|through the municipality|municipality rents|subletting"},
}

var statusChoices = []Choice{
	{Value: "submitted", Nb: "innsendt|ny|til godkjenning|mottatt|registrert|ikke behandlet", Nn: "innsend|ny|til godkjenning|motteken|registrert", En: "submitted|new|received|pending"},
	{Value: "open", Nb: "ledig|åpen|aktiv|tilgjengelig|ledig nå|til leie", Nn: "ledig|open|aktiv|tilgjengeleg|opa|ledig no|til leige", En: "open|available|active|vacant|free|to let"},
	{Value: "reserved", Nb: "reservert|holdes av|under tilbud|holdt av|under behandling", Nn: "reservert|halde av", En: "reserved|on hold|under offer"},
	{Value: "let", Nb: "utleid|leid ut|bortleid|opptatt", Nn: "utleigd|leigd ut|oppteken", En: "let|rented|rented out|taken|leased"},
	{Value: "paused", Nb: "satt på pause|pause|pauset|på vent|midlertidig stoppet", Nn: "sett på pause|pause|på vent", En: "paused|pause"},
	{Value: "withdrawn", Nb: "trukket|trukket tilbake|tilbaketrukket|ikke aktuell", Nn: "trekt|trekt tilbake|ikkje aktuell", En: "withdrawn|no longer offered"},
	{Value: "expired", Nb: "utløpt|utgått", Nn: "utgått|utløpt|gått ut", En: "expired|lapsed"},
}

// ListingSchema is how listings stand in a sheet.
var ListingSchema = &Schema[listing]{
	Kind:      Listings,
	Key:       (*listing).Key,
	Normalize: (*listing).Normalize,
	Validate:  (*listing).Validate,
	Columns: []Column[listing]{
		column(Field{Name: "external_ref", Nb: "Nr|id|ref|annonse|annonsenr|annonsenummer|nummer|referanse|referansenr|referansenummer|bolig nr|boligens nr|objekt|objektnr|løpenr|løpenummer|utleiebolig|vår ref|finn-kode|finnkode|boligref|utleieobjekt|ref.nr|saksnr|saksnummer", Nn: "Nr|id|ref|annonse|annonsenr|nummer|referanse|løpenr|utleigebustad|vår ref|boligref|saksnr", En: "Ref|listing|listing id|listing no|listing ref|id|no|number|reference|external ref|ad no|property id|property ref"},
			func(l *listing) any { return &l.ExternalRef }),
		column(Field{Name: "address", Required: true, Width: 30, Nb: "Adresse|gateadresse|besøksadresse|gate|veiadresse|boligens adresse|bolig adresse|boligadresse|gate/vei|gatenavn|gate og nr|gate og husnummer|adr|gatenavn og nummer|gatenavn og nr|veinavn", Nn: "Adresse|gateadresse|besøksadresse|gate|vegadresse|bustadadresse|gate og nr|gatenamn|gatenamn og nummer|adressa", En: "Address|street|street address|street and number|property address|full address|home address"},
			func(l *listing) any { return &l.Address }),
		column(Field{Name: "postal_code", Type: TypePostalCode, Nb: "Postnr|postnummer|post nr|postkode|p.nr", Nn: "Postnr|postnummer", En: "Postcode|zip|postal code|zip code|post code"},
			func(l *listing) any { return &l.PostalCode }),
		column(Field{Name: "postal_place", Width: 16, Nb: "Sted|poststed|by|bydel|tettsted|område|kommunedel|grend", Nn: "Stad|poststad|by|bygd|bydel|tettstad|område|kommunedel|grend", En: "City|place|town|postal place|post town|area name|location|district|village"},
			func(l *listing) any { return &l.PostalPlace }),
		column(Field{Name: "unit_number", Type: TypeUnitNumber, Nb: "Bolignr|bolignummer|bruksenhetsnr|leil.nr|bruksenhetsnummer|leilighetsnr|leilighetsnummer|leilnr|enhetsnr|enhet|h-nr|h-nummer|bruksenhet|bolignr (H/U/K/L)|H-nummer bolig", Nn: "Bustadnummer|bustadnr|bruksenhetsnr|bruksnummer|leil.nr|leilegheitsnr|leilegheitsnummer|eining|bueiningsnr|bueiningsnummer", En: "Unit no|unit number|flat no|apartment no|unit|apartment number|flat number|dwelling number"},
			func(l *listing) any { return &l.UnitNumber }),
		column(Field{Name: "dwelling_type", Type: TypeChoice, Choices: dwellingChoices, Width: 18, Nb: "Type bolig|type|boligtype|bolig type|slags bolig|boform|hustype|type hus|bygningstype|boligkategori", Nn: "Bustadtype|type|type bustad|slag bustad|type hus|hustype", En: "Type|dwelling type|property type|type of dwelling|home type|housing type|kind of dwelling|dwelling|type of home|building type|accommodation type|kind of home"},
			func(l *listing) any { return (*string)(&l.DwellingType) }),
		column(Field{Name: "bedrooms", Type: TypeWhole, Nb: "Ant. soverom|soverom|antall soverom|ant soverom|sov|sov.|ant. sov|antall sov|soverom antall|sengerom|sov.rom|ant. sov.rom", Nn: "Tal soverom|soverom|antal soverom|sov|sengerom|soverom tal", En: "Bedrooms|number of bedrooms|no of bedrooms|beds|bedroom|bed rooms"},
			func(l *listing) any { return &l.Bedrooms }),
		column(Field{Name: "area_m2", Type: TypeArea, Nb: "Kvm|m2|BRA|BRA-i|p-rom|areal|størrelse|kvadratmeter|boareal|bruksareal|prom|areal m2|størrelse m2|BRA m2|primærrom|primærareal|m² BRA", Nn: "Kvm|m2|BRA|BRA-i|p-rom|areal|storleik|kvadratmeter|bruksareal|primærrom", En: "Sqm|size|area|square metres|area m2|floor area|size m2|square meters|m2|sq m|sq. metres"},
			func(l *listing) any { return &l.AreaM2 }),
		column(Field{Name: "rent", Type: TypeMoney, Nb: "Husleie|leie|leiepris|pris|mnd.leie|husleie pr. mnd|månedsleie|leie pr måned|utleiepris|månedspris|leiesum|leie per måned|totalleie|total leie|leiebeløp|kr/mnd|kr pr mnd|pris pr mnd|pris per måned|leie i mnd", Nn: "Husleige|leige|leigepris|pris|mnd.leige|månadsleige|husleige pr. mnd|leige per månad|leigebeløp|leigesum|kr/mnd|pris per månad", En: "Rent|monthly rent|rent per month|price|rent pcm|asking rent|total rent|price per month|rent amount"},
			func(l *listing) any { return &l.Rent }),
		column(Field{Name: "electricity_included", Type: TypeYesNo, Nb: "Strøm inkl.|strøm inkludert|inkl. strøm|inkludert strøm|strøm|er strøm inkludert|med strøm|el. inkl.|el inkludert|strøm medregnet|strøm inkludert i leia|strøm inkludert i leie", Nn: "Straum inkludert|straum inkl.|inkl. straum|straum|inkludert straum|med straum|el inkludert|straum inkludert i leiga", En: "Utilities included|electricity included|power included|incl. electricity|electricity|utilities incl|utilities|bills included|el. included|el included|power incl|electricity incl|power"},
			func(l *listing) any { return &l.ElectricityIncluded }),
		column(Field{Name: "deposit", Type: TypeDeposit, Nb: "Depositum|dep.|sikkerhet|sikkerhetsstillelse|depositumsbeløp|depositum beløp|dep|garantibeløp|sikkerhetsbeløp", Nn: "Depositum|dep.|tryggleik|tryggleikssum|depositumssum|tryggingssum|garantibeløp", En: "Deposit|security deposit|deposit amount|dep.|guarantee amount"},
			func(l *listing) any { return &l.Deposit }),
		column(Field{Name: "accepted_security", Type: TypeSecuritySet, Choices: securityChoices, Width: 34, Nb: "Sikkerhet godtas|godtar garanti|sikkerhet|godtatt sikkerhet|garanti|garantier|garantiform|sikkerhetsform|godtar sikkerhet|sikkerhetsstillelse|godkjent sikkerhet|type sikkerhet|godtar|aksepterer|garantier godtas|sikkerhet som godtas|krav til sikkerhet|krav om sikkerhet|depositum/garanti|godtatt garanti", Nn: "Tryggleik som blir godteken|tryggleik|godtek garanti|garanti|godteken tryggleik|godtek tryggleik|type tryggleik|tryggleiksform|godtek|tryggleik godteken|krav til tryggleik|krav om tryggleik|depositum/garanti", En: "Security accepted|accepted security|accepts guarantee|guarantee|security|guarantees|security type|accepted guarantees|type of security|accepted forms of security|accepts|accepted|security required|deposit/guarantee"},
			func(l *listing) any { return &l.AcceptedSecurity }),
		column(Field{Name: "employment_requirement", Type: TypeChoice, Choices: employmentRequirementChoices, Yes: "temporary_job", No: "none", Width: 20, Nb: "Krav om jobb|krav om arbeid|arbeidskrav|jobbkrav|inntektskrav|krav til inntekt|krav til jobb|krav til arbeid|krav om inntekt|krav jobb|jobb|krav|arbeid|krav til leietaker|krav til leietager|leietakerkrav", Nn: "Krav om arbeid|krav om jobb|arbeidskrav|inntektskrav|krav til inntekt|krav til arbeid|krav|arbeid|krav til leigetakar|jobb", En: "Employment requirement|job requirement|job required|employment required|income requirement|employment|work requirement|requires job|job|requirement|requirements|tenant requirements|work"},
			func(l *listing) any { return (*string)(&l.EmploymentRequirement) }),
		column(Field{Name: "references_required", Type: TypeYesNo, Nb: "Referanser kreves|referanser|krav om referanser|referanse|krever referanser|ref. kreves|referansekrav|refs", Nn: "Referansar krevst|referansar|krav om referansar|krev referansar", En: "References required|references|reference required|requires references|references needed|refs|refs required"},
			func(l *listing) any { return &l.ReferencesRequired }),
		column(Field{Name: "available_from", Type: TypeDate, Nb: "Ledig fra|innflytting|overtakelse|ledig|innflytting fra|innflyttingsdato|ledig dato|ledig fra og med|overtagelse|ledig f.o.m|tilgjengelig fra|tilgjengelig|kan overtas|ledig fom|kan leies fra|fri fra|klar for innflytting|ledig fra dato", Nn: "Ledig frå|innflytting|overtaking|ledig|innflyttingsdato|ledig frå og med|tilgjengeleg frå|kan leigast frå|fri frå|ledig frå dato", En: "Available from|available|move-in date|date available|available date|free from|vacant from|move in from"},
			func(l *listing) any { return &l.AvailableFrom }),
		column(Field{Name: "lease_kind", Type: TypeChoice, Choices: leaseKindChoices, Nb: "Leieform|type leieforhold|kontrakttype|leiekontrakt|type kontrakt|leieforhold", Nn: "Leigeform|type leigeforhold|kontrakttype|leigekontrakt", En: "Lease kind|lease type|type of lease|tenancy type|contract type"},
			func(l *listing) any { return (*string)(&l.LeaseKind) }),
		column(Field{Name: "lease_months", Type: TypeLeaseMonths, Nb: "Leietid (mnd)|leietid|leieperiode|varighet|kontraktstid|leietid mnd|leiens varighet|kontraktsperiode|leieavtalens lengde|leielengde|utleieperiode|kontraktslengde|leieavtale|leiekontrakt|leieforhold|leieforholdets lengde|utleietid|lengde", Nn: "Leigetid (mnd)|leigetid|leigeperiode|varigheit|lengd|kontraktstid|leigeavtale|leigekontrakt|leigeforhold|kontraktslengd", En: "Lease months|lease term|lease|duration|lease length|term|rental period|lease period|term (months)|tenancy length|contract length|length of lease|length|rental contract"},
			func(l *listing) any { return &l.LeaseMonths }),
		column(Field{Name: "furnished", Type: TypeChoice, Choices: furnishedChoices, Yes: "full", No: "none", Nb: "Møblert|møblering|møbler|innbo|møblert/umøblert|møbl.|møblement", Nn: "Møblert|møblering|møblar|innbu|møbl.", En: "Furnished|furnishing|furniture|furnishings"},
			func(l *listing) any { return (*string)(&l.Furnished) }),
		column(Field{Name: "pets", Type: TypeYesNo, Nb: "Dyr|husdyr|kjæledyr|dyrehold|dyr tillatt|husdyr tillatt|kjæledyr tillatt|tillatt med dyr", Nn: "Dyr|husdyr|kjæledyr|dyrehald|dyr tillate|husdyr tillate", En: "Pets|pets allowed|animals|pets ok"},
			func(l *listing) any { return &l.Pets }),
		column(Field{Name: "smoking", Type: TypeYesNo, Nb: "Røyking|røyk|røyking tillatt|røyking inne|tillatt å røyke|røykere|røyking ok", Nn: "Røyking|røyk|røyking tillate|røykarar", En: "Smoking|smoking allowed|smokers|smoking ok"},
			func(l *listing) any { return &l.Smoking }),
		column(Field{Name: "step_free", Type: TypeYesNo, Nb: "Trinnfri|tilgjengelig|rullestol|universelt utformet|heis|trinnfritt|trinnfri adkomst|rullestoltilgjengelig|universell utforming|tilrettelagt|tilgjengelighet|trinnfri atkomst|uu|livsløpsstandard|tilrettelagt for rullestol|tilrettelagt bolig", Nn: "Trinnfri|tilgjengeleg|rullestol|universelt utforma|heis|trinnfritt|tilrettelagd|universell utforming|livslaupsstandard|tilrettelagd for rullestol", En: "Step-free|step free|accessible|wheelchair|wheelchair accessible|lift|universal design|step-free access|accessibility|elevator|wheelchair access"},
			func(l *listing) any { return &l.StepFree }),
		column(Field{Name: "max_occupants", Type: TypeWhole, Nb: "Maks personer|maks antall personer|maks beboere|maks antall beboere|antall personer maks|max personer|maks ant. personer|maks pers.|plass til|kapasitet|plass til antall", Nn: "Maks personar|maks tal personar|maks bebuarar|maks pers.|plass til|kapasitet", En: "Max occupants|maximum occupants|max persons|max people|max tenants|maximum occupancy|max occupancy|capacity|sleeps"},
			func(l *listing) any { return &l.MaxOccupants }),
		column(Field{Name: "follow_up_required", Type: TypeYesNo, Nb: "Oppfølging kreves|krav om oppfølging|oppfølging|ønsker oppfølging|krever oppfølging|boligoppfølging|boveiledning kreves|boveiledning", Nn: "Oppfølging krevst|krav om oppfølging|oppfølging|krev oppfølging|buoppfølging|burettleiing", En: "Follow-up required|follow-up|follow up required|requires follow-up|follow up|support required"},
			func(l *listing) any { return &l.FollowUpRequired }),
		column(Field{Name: "contract_form", Type: TypeChoice, Choices: contractChoices, Nb: "Kontraktsform|avtaleform|kontraktform|utleieform", Nn: "Kontraktsform|avtaleform|utleigeform", En: "Contract form|contract|form of contract|letting form"},
			func(l *listing) any { return (*string)(&l.ContractForm) }),
		column(Field{Name: "preferred", Type: TypeRuleSet, Choices: ruleChoices, Width: 20, Nb: "Ønsker (ikke krav)|ønsker|foretrukket|ønskelig|kun ønske|ønsker ikke krav", Nn: "Ønske (ikkje krav)|ønske|føretrekt|ønskjeleg|ønske ikkje krav", En: "Preferred (not required)|preferred|preferences|wishes|preferred not required|nice to have"},
			func(l *listing) any { return &l.Preferred }),
		column(Field{Name: "landlord_name", Width: 22, Nb: "Utleier|eier|huseier|kontaktperson|navn|utleiers navn|navn på utleier|utleier navn|kontakt|utleier/eier|eiers navn|kontaktnavn|huseiers navn|eier av bolig|hvem leier ut|gårdeier", Nn: "Utleigar|eigar|huseigar|kontaktperson|namn|namn på utleigar|utleigars namn|utleigar namn|kontakt|eigars namn|huseigars namn|eigar av bustad|gardeigar", En: "Landlord|owner|contact person|landlord name|name of landlord|contact|name|house owner|owner name|contact name|lessor"},
			func(l *listing) any { return &l.LandlordName }),
		column(Field{Name: "landlord_phone", Type: TypePhone, Width: 15, Nb: "Tlf|telefon|mobil|tlf.nr|telefonnummer|mobilnummer|tlf utleier|mobiltelefon|utleiers telefon|telefonnr|mobilnr|tlfnr|mob|kontakttlf|kontakttelefon", Nn: "Tlf|telefon|mobil|telefonnummer|mobilnummer|tlf utleigar|mobiltelefon|telefonnr|kontakttlf|kontakttelefon", En: "Phone|telephone|mobile|phone number|tel|landlord phone|mobile number|cell phone|telephone number|tel.|cell|contact phone"},
			func(l *listing) any { return &l.LandlordPhone }),
		column(Field{Name: "landlord_email", Type: TypeEmail, Width: 24, Nb: "E-post|epost|mail|e-postadresse|e-mail|epostadresse|mailadresse|utleiers e-post|e-post utleier", Nn: "E-post|epost|mail|e-postadresse|e-post utleigar", En: "Email|mail|e-mail|email address|landlord email|e-mail address|contact email"},
			func(l *listing) any { return &l.LandlordEmail }),
		column(Field{Name: "status", Type: TypeChoice, Choices: statusChoices, Nb: "Status|tilstand", Nn: "Status|tilstand", En: "Status|state"},
			func(l *listing) any { return (*string)(&l.Status) }),
		column(Field{Name: "confirmed_on", Type: TypeDate, Nb: "Bekreftet|sist bekreftet|bekreftet dato|dato bekreftet|bekreftet ledig|sist kontaktet", Nn: "Stadfesta|sist stadfesta|bekrefta|sist bekrefta|stadfesta dato", En: "Confirmed on|confirmed|last confirmed|date confirmed|confirmed date"},
			func(l *listing) any { return &l.ConfirmedOn }),
		column(Field{Name: "notes", Width: 40, Nb: "Merknad|merknader|kommentar|kommentarer|notat|notater|anmerkning|beskrivelse|annet|info|merk|diverse|fritekst|tilleggsinfo|tilleggsopplysninger|opplysninger|andre opplysninger", Nn: "Merknad|merknader|kommentar|kommentarar|notat|notatar|skildring|anna|ymse|fritekst|tilleggsinfo|tilleggsopplysningar|opplysningar|anna info", En: "Notes|note|comment|comments|remarks|remark|description|other|misc|other info|additional info|additional information|free text"},
			func(l *listing) any { return &l.Notes }),
	},
}

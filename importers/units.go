package importers

import "github.com/boligklar/boligklar/landlords/vacancy"

type (
	unit      = vacancy.Unit
	occupancy = vacancy.Occupancy
)

var ownershipChoices = []Choice{
	{Value: "owned", Nb: "kommunalt eid|eid|kommunal|kommunen eier|egen|eiet|eier|eid av kommunen|kommunalt eiet|eie|selveid|eid bolig", Nn: "kommunalt eigd|eigd|kommunal|kommunen eig|eigd av kommunen|eigen|eige", En: "owned|municipally owned|municipal|own|council owned|owned by the municipality|municipality owned"},
	{Value: "leased_in", Nb: "innleid|leid inn|innleie|leid|leies inn|leiet|framleid|fremleid|privat innleid|innleid bolig|leie|leiet inn", Nn: "innleigd|leigd inn|innleige|leigd|innleid|leige", En: "leased in|leased|rented in|rented|leased-in|private lease|hired"},
}

var reasonChoices = []Choice{
	{Value: "private_rental", Nb: "privat leie|leid privat|privat utleie|leie privat|privat leiebolig|privat leiemarked|egen leiebolig|leier privat|flyttet til privat leie|privat bolig leie|leiebolig privat|til privat leie|privat", Nn: "privat leige|leigd privat|leige privat|privat leigebustad|leiger privat|til privat leige|privat", En: "private rental|rented privately|private rent|private tenancy|private let|renting privately|rents privately|moved to private rental"},
	{Value: "purchase", Nb: "kjøp|kjøpt bolig|kjøpt|kjøpte bolig|egen bolig|kjøp av bolig|boligkjøp|kjøpt egen bolig|kjøp av egen bolig|kjøpte leilighet", Nn: "kjøp|kjøpt bustad|kjøpt|kjøpte bustad|bustadkjøp|eigen bustad|kjøp av bustad|kjøpt eigen bustad", En: "purchase|bought|bought home|bought own home|home purchase|bought a home|purchased|bought a flat|bought flat"},
	{Value: "other_municipal", Nb: "annen kommunal bolig|kommunal bolig|omplassert|annen kommunal|flyttet til annen kommunal bolig|internt bytte|bytte kommunal bolig|kommunal utleiebolig|annen gjennomgangsbolig", Nn: "annan kommunal bustad|kommunal bustad|anna kommunal bustad|omplassert|internt byte|annan kommunal", En: "other municipal|other municipal housing|municipal housing|transferred|other municipal unit|other council housing|another municipal home|other municipal home|another municipal dwelling|another municipal unit"},
	{Value: "left_municipality", Nb: "flyttet fra kommunen|flyttet ut av kommunen|annen kommune|flyttet kommune|utflyttet fra kommunen|flyttet til annen kommune|sekundærflytting|sekundærbosetting|forlot kommunen", Nn: "flytta frå kommunen|flytta ut av kommunen|annan kommune|flytta til annan kommune|sekundærflytting", En: "left municipality|left the municipality|moved from the municipality|moved from municipality|moved away|moved to another municipality|other municipality|moved out of the municipality|moved municipality"},
	{Value: "eviction", Nb: "utkastelse|kastet ut|fravikelse|utkastet|utkasta|tvangsfravikelse", Nn: "utkasting|utkasta|kasta ut|fråviking|utkastelse|tvangsfråviking", En: "eviction|evicted"},
	{Value: "care", Nb: "institusjon|omsorgsbolig|sykehjem|omsorg|omsorgstilbud|bofellesskap med bemanning|bemannet bolig|bo- og omsorgssenter|omsorgssenter|aldershjem|helsehus", Nn: "institusjon|omsorgsbustad|sjukeheim|omsorg|omsorgssenter|aldersheim|helsehus", En: "care|care home|institution|nursing home|sheltered housing"},
	{Value: "household_merged", Nb: "slått sammen|sammenslåing|sammenslått husstand|husstander slått sammen|samboer|flyttet sammen|husstand slått sammen|sammenslått|gjenforent|familiegjenforening|flyttet sammen med andre|samboerskap|flyttet til samboer|flyttet inn til samboer", Nn: "slått saman|samanslåing|sambuar|flytta saman|samanslått|hushald slått saman|familiesameining|sambuarskap", En: "household merged|merged|moved in with others|moved together|households merged|moved in with partner|moved in with family"},
	{Value: "death", Nb: "død|dødsfall|avgått ved døden|avdød|gått bort|dødd", Nn: "død|dødsfall|avdød|gått bort", En: "death|died|deceased|passed away"},
	{Value: "other", Nb: "annet|andre|ukjent årsak|andre årsaker|annen årsak|annen|diverse", Nn: "anna|andre|andre årsaker|anna årsak|ymse", En: "other|other reason|other reasons"},
}

// UnitSchema is how transitional units stand in a sheet.
var UnitSchema = &Schema[unit]{
	Kind:      Units,
	Key:       (*unit).Key,
	Normalize: func(*unit) {},
	Validate:  (*unit).Validate,
	Columns: []Column[unit]{
		column(Field{Name: "unit_ref", Required: true, Nb: "Enhet|boenhet|enhetsnr|bolig nr|boligens nr|enhet nr|bolignr|nr|id|ref|boenhetsnr|bolig-id|enhets-id|gjennomgangsbolig|bolig|enhetsnummer|objektnr|objekt|leilighetsnr|leilighet", Nn: "Bustad nr|eining|bueining|einingsnr|bustadnr|nr|id|ref|gjennomgangsbustad|bustad|bustad-id|objektnr|leilegheitsnr|leilegheit", En: "Unit|unit ref|unit no|unit id|ref|id|no|home no|dwelling|flat|unit number|property ref|property no|property"},
			func(u *unit) any { return &u.UnitRef }),
		column(Field{Name: "address", Width: 30, Nb: "Adresse|gateadresse|besøksadresse|gate|boligadresse", Nn: "Adresse|gateadresse|besøksadresse|gate|vegadresse", En: "Address|street|street address"},
			func(u *unit) any { return &u.Address }),
		column(Field{Name: "postal_code", Type: TypePostalCode, Nb: "Postnr|postnummer|post nr", Nn: "Postnr|postnummer", En: "Postcode|zip|postal code|zip code|post code"},
			func(u *unit) any { return &u.PostalCode }),
		column(Field{Name: "ownership", Type: TypeChoice, Choices: ownershipChoices, Width: 16, Nb: "Eierform|eieform|eierskap|eie/leie|eid/innleid|disposisjonsform|eid/leid|type eierskap", Nn: "Eigarform|eigeform|eigarskap|eige/leige|eigd/innleigd|type eigarskap", En: "Ownership|tenure|owned/leased|owned or leased|ownership type|owner form|form of ownership|ownership form"},
			func(u *unit) any { return (*string)(&u.Ownership) }),
		column(Field{Name: "bedrooms", Type: TypeWhole, Nb: "Soverom|ant. soverom|antall soverom|sov", Nn: "Soverom|tal soverom|antal soverom", En: "Bedrooms|number of bedrooms|beds|no of bedrooms"},
			func(u *unit) any { return &u.Bedrooms }),
		column(Field{Name: "rent", Type: TypeMoney, Nb: "Husleie|leie|leiepris|månedsleie|mnd.leie|husleie pr. mnd|pris|internleie|internhusleie", Nn: "Husleige|leige|leigepris|månadsleige|mnd.leige|husleige pr. mnd|internleige", En: "Rent|monthly rent|rent per month|price"},
			func(u *unit) any { return &u.Rent }),
		column(Field{Name: "in_service_from", Type: TypeDate, Required: true, Nb: "I bruk fra|i drift fra|tatt i bruk|fra dato|i bruk|disponibel fra|fra|startdato|i drift|disponert fra|i bruk siden", Nn: "I drift frå|i bruk frå|teken i bruk|frå dato|i bruk|disponibel frå|frå|disponert frå|i bruk sidan", En: "In service|in service from|in use from|from|start date|available from|service start|in use since|in service since"},
			func(u *unit) any { return &u.InServiceFrom }),
		column(Field{Name: "in_service_to", Type: TypeDate, Nb: "Ut av bruk|ute av drift|i bruk til|i drift til|ut av drift|avviklet|til dato|tatt ut av bruk|til|sluttdato|avsluttet|utgått|utgått dato|ute av bruk|ute av bruk fra|ute av drift fra|ut av bruk fra", Nn: "Ute av drift|ut av bruk|i drift til|i bruk til|avvikla|til dato|teken ut av bruk|til|utgått|ute av bruk|ute av drift frå|ut av bruk frå", En: "Out of service|in service to|in service until|in use until|out of use|in use to|to|end date|closed|service end|out of service from"},
			func(u *unit) any { return &u.InServiceTo }),
		column(Field{Name: "lease_in_ends", Type: TypeDate, Nb: "Innleie utløper|leiekontrakt utløper|leieavtale utløper|innleie slutt|kontrakt utløper|innleie til|leieavtale til|kontraktslutt|innleiekontrakt utløper|kontrakt til|innleiekontrakt slutt|innleieavtale slutt|leieavtale slutt|innleieavtale til|innleie t.o.m.|innleieavtale utløper|innleieavtalen utløper", Nn: "Innleige går ut|leigekontrakt går ut|innleige slutt|kontrakt går ut|leigeavtale til|innleige til|kontrakt til|innleigekontrakt slutt|innleigeavtale til|innleigeavtale går ut", En: "Lease-in ends|lease ends|lease end|lease expires|lease-in end|contract ends|lease in ends|head lease ends"},
			func(u *unit) any { return &u.LeaseInEnds }),
		column(Field{Name: "kobo_id", Nb: "Kobo-id|kobo|kobo nr|kobo id|kobo-nummer", Nn: "Kobo-id|kobo|kobo nr", En: "Kobo id|kobo|kobo no"},
			func(u *unit) any { return &u.KoboID }),
	},
}

// OccupancySchema is how occupancies stand in a sheet.
var OccupancySchema = &Schema[occupancy]{
	Kind:      Occupancies,
	Key:       (*occupancy).Key,
	Normalize: func(*occupancy) {},
	Validate:  (*occupancy).Validate,
	Columns: []Column[occupancy]{
		column(Field{Name: "unit_ref", Required: true, Nb: "Enhet|boenhet|enhetsnr|bolig nr|bolignr|bolig|enhet nr|gjennomgangsbolig|enhetsnummer|leilighet", Nn: "Eining|bueining|bustad nr|einingsnr|bustadnr|bustad|gjennomgangsbustad|leilegheit", En: "Unit|unit ref|unit no|unit id|dwelling|flat|home|unit number"},
			func(o *occupancy) any { return &o.UnitRef }),
		column(Field{Name: "household_ref", Required: true, Nb: "Husstand|husstandsnr|saksnr|husstand nr|leietaker|beboer|saksnummer|husstandsnummer|familie", Nn: "Hushald|hushaldsnr|saksnr|leigetakar|bebuar|husstand|saksnummer", En: "Household|household ref|household id|case no|tenant|household no|case number|occupant|family"},
			func(o *occupancy) any { return &o.HouseholdRef }),
		column(Field{Name: "persons", Type: TypeWhole, Nb: "Antall personer|personer|ant. personer|ant. pers.|pers.|antall|antall beboere|husstandsstørrelse", Nn: "Tal personar|personar|antal personar|antal|tal bebuarar", En: "Persons|number of persons|people|no of persons|household size|number of people|occupants"},
			func(o *occupancy) any { return &o.Persons }),
		column(Field{Name: "from", Type: TypeDate, Required: true, Nb: "Innflyttet|innflytting|fra|flyttet inn|innflyttingsdato|fra dato|innflyttet dato|inn|dato inn|startdato|start|kontrakt fra|leieforhold fra", Nn: "Innflytta|innflytting|frå|flytta inn|innflyttingsdato|frå dato|inn|startdato|start|kontrakt frå|leigeforhold frå", En: "Moved in|from|move-in|move in|move-in date|start|in|date in|moved in on|from date|start date"},
			func(o *occupancy) any { return &o.From }),
		column(Field{Name: "to", Type: TypeDate, Nb: "Utflyttet|utflytting|til|flyttet ut|utflyttingsdato|til dato|utflyttet dato|ut|dato ut|sluttdato|slutt|fraflyttet|fraflytting|fraflyttingsdato|leieforhold til|kontrakt til", Nn: "Utflytta|utflytting|til|flytta ut|utflyttingsdato|til dato|ut|sluttdato|slutt|fråflytta|fråflytting|fraflytta|leigeforhold til|kontrakt til", En: "Moved out|to|move-out|move out|move-out date|end|out|date out|moved out on|to date|end date"},
			func(o *occupancy) any { return &o.To }),
		column(Field{Name: "reason", Type: TypeChoice, Choices: reasonChoices, Width: 24, Nb: "Årsak|grunn|flytteårsak|årsak til utflytting|flyttet til|utflyttingsårsak|fraflyttingsårsak|flyttegrunn|årsak til fraflytting|utflyttet til", Nn: "Årsak|grunn|flytteårsak|flytta til|årsak til utflytting|årsak til fråflytting|utflytta til", En: "Reason|reason for moving|moved to|move-out reason|reason for move-out|reason for leaving|cause"},
			func(o *occupancy) any { return (*string)(&o.Reason) }),
	},
}

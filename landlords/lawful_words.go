package landlords

import "strings"

// groups are the people that a demand would let in or keep out, in bokmål,
// nynorsk and English, as nouns.
var groups = names(map[Ground]string{
	GroundSex: `kvinne|kvinner|kvinnene|kvinnfolk|mann|menn|mannfolk|jente|jenter|gutt|gutter|gut|gutar|dame|damer|herre|herrer|gravide|mødre|fedre|mødrer|fedrar|venter barn|ventar barn|
		women|woman|man|men|males|females|girl|girls|boy|boys|lady|ladies|gentlemen|guys|mothers|fathers|expecting a baby|expectant mothers`,
	GroundEthnicity: `nordmenn|nordmann|etnisk norske|etnisk norsk|etniske nordmenn|norwegians|utlending|utlendinger|utlendingar|innvandrer|innvandrere|innvandrar|innvandrarar|innvandrerbakgrunn|innvandrarbakgrunn|minoritetsbakgrunn|
		foreigner|foreigners|immigrant|immigrants|migrants|flyktning|flyktninger|flyktningar|refugee|refugees|asylsøker|asylsøkere|asylsøkjar|asylsøkjarar|asylum seekers|minoritetsspråklige|minoritetsspråklege|fremmedspråklige|framandspråklege|fremmedkulturelle|framandkulturelle|fremmede kulturer|framande kulturar|andre kulturer|andre kulturar|foreign cultures|other cultures|
		mørkhuda|mørkhudet|mørkhudede|mørkhuda|mørk hud|mørk hudfarge|lys hudfarge|lys hud|dark skin|dark skinned|fair skinned|fargede|farga|blacks|whites|caucasians|people of color|people of colour|colored people|samer|samar|romfolk|sigøynere|sigøynarar|gypsies|
		brits|swedes|danes|poles|kurds|turks|serbs|arabs|somalis|pakistanis|iraqis|filipinos|non norwegian|non norwegians|scandinavians|westerners|native speakers|native norwegian speakers|norsk som morsmål|norsk morsmål`,
	GroundReligion: `muslim|muslimer|muslimar|muslims|kristen|kristent|kristne|christian|christians|katolikk|katolikker|katolikkar|catholics|jøde|jøder|jødar|jew|jews|hindu|hinduer|hinduar|hindus|sikher|sikhs|buddhister|buddhistar|buddhists|ateist|ateister|ateistar|atheist|atheists|
		hijab|hijabs|niqab|niqabs|burka|burkas|turbans|hodeplagg|hovudplagg|headscarf|headscarves|turban|bønnematte|bønematte|prayer mat|pray|praying|religiøse symboler|religiøse symbol|religious symbols|jehovas vitner|jehovah s witnesses|jehovah witnesses|jehovas vitne|islam`,
	GroundDisability: `funksjonshemmede|funksjonshemmet|funksjonshemma|funksjonshemming|funksjonsnedsettelse|funksjonsnedsetting|handikappede|handikappet|handikappa|handicapped|rullestolbruker|rullestolbrukere|rullestolbrukar|rullestolbrukarar|wheelchair user|wheelchair users|disability|disabilities|
		psykisk syk|psykisk syke|psykisk sjuke|psykiske lidelser|psykiske lidingar|psykiske problemer|psykiske problem|psykiske plager|psykiske vansker|psykiske vanskar|psykisk sykdom|psykisk sjukdom|mentally ill|mental illness|mental health issues|mental health problems|mental problems|
		utviklingshemmede|utviklingshemma|uføretrygdede|uføretrygdet|nedsatt funksjonsevne|redusert funksjonsevne|nedsett funksjonsevne|bevegelseshemmede|bevegelseshemma|rørslehemma|uføretrygda|uføretrygd|kronisk syke|kronisk sjuke|autister|autistar|hiv positive`,
	GroundOrientation: `homo|homser|homoer|homofile|homoseksuelle|lesbe|lesber|lesbiske|skeive|heterofile|heteroseksuelle|bifile|likekjønnede par|likekjønna par|transpersoner|transpersonar|transer|transkjønnede|gay|gays|lesbian|lesbians|homosexuals|heterosexuals|same sex couples|same sex couple|transgender|transgender people|trans people|lgbt`,
	GroundAge:         `pensjonist|pensjonister|pensjonistar|ungdom|ungdommer|ungdomar|tenåring|tenåringer|tenåringar|senior|seniorer|seniorar|godt voksen|godt voksne|godt vaksen|godt vaksne|middelaldrende|middelaldrande|pensioner|pensioners|retirees|seniors|teenager|teenagers|youngsters|middle aged`,
	GroundCitizenship: `statsborger|statsborgere|statsborgar|statsborgarar|statsborgerskap|statsborgarskap|norsk pass|utenlandsk pass|utanlandsk pass|norwegian citizenship|norwegian nationality|norwegian nationals|norwegian passport|foreign passport|citizen|citizens|citizenship|foreign nationals|eu borgere|eu borgarar|eu citizens|eøs borgere|eøs borgarar`,
})

// peoples are stems of nouns for peoples; nounEndings follow them.
var (
	peoples = strings.Fields(`afghan alban amerikan afrikan arab armen asiat balt bosni bulgar egypt eritre etiop europe filippin gambi ghanes ind indones irak iran israel italien kenyan kines kongoles kosovoalban kroat kurd latvi libanes liby litau makedon marokkan
		nigerian pakistan palestin polakk portugis rumen serb slovak somali sri-lank sudan syr tamil thailend tsjetsjen tunisi tyrk ukrain ungar vietnames zimbabw østeurope austeurope sørameriskan`)
	nounEndings = strings.Fields(`er ere erne ene ar arar arane`)
	// adjectives are those of peoples and creeds; "e" may follow.
	peopleAdjectives = strings.Fields(`afghansk albansk amerikansk afrikansk arabisk armensk asiatisk baltisk bosnisk britisk bulgarsk dansk egyptisk engelsk eritreisk etiopisk etnisk europeisk filippinsk finsk fransk gresk indisk irakisk iransk israelsk italiensk kenyansk kinesisk kongolesisk
		kroatisk kurdisk latvisk libanesisk libysk litauisk makedonsk marokkansk nigeriansk nordisk norsk pakistansk palestinsk persisk polsk portugisisk rumensk russisk samisk serbisk skandinavisk slovakisk somalisk spansk sudansk svensk syrisk tamilsk thailandsk tsjetsjensk tunisisk tyrkisk tysk
		ukrainsk ungarsk utenlandsk utanlandsk vestlig vestleg vietnamesisk østeuropeisk austeuropeisk ikkenorsk`)
	englishPeoples = strings.Fields(`afghan african albanian algerian american arab armenian asian bosnian bulgarian croatian egyptian eritrean ethiopian european filipino hungarian indian iranian iraqi israeli kenyan kurdish latvian lithuanian
		macedonian moroccan nigerian norwegian pakistani palestinian roma romanian russian serbian somali syrian tamil thai tunisian turkish ukrainian chinese congolese lebanese polish sudanese vietnamese swedish danish nordic scandinavian western foreign`)
	// countries stand behind "from".
	countries = wordSet(`norge noreg norway norden skandinavia scandinavia europa europe afrika africa asia midtøsten midtausten balkan latinamerika søramerika nordafrika middle østeuropa austeuropa eastern somalia syria eritrea afghanistan irak iraq iran pakistan polen poland ukraina ukraine russland russia etiopia ethiopia sudan kongo congo kina
		china india tyrkia turkey romania litauen lithuania latvia bulgaria marokko morocco nigeria vietnam thailand filippinene philippines sverige sweden danmark denmark vesten utlandet utlandet abroad overseas arabiske muslimske`)
)

// traits are words that tell such people only before a word for people or at the
// end of a phrase: "norske familier" and "kun norske", but not "norsk kontrakt".
var traits = names(map[Ground]string{
	GroundSex:         `kvinnelig|kvinnelige|kvinneleg|kvinnelege|mannlig|mannlige|mannleg|mannlege|female|male|gravid|pregnant`,
	GroundReligion:    `muslimsk|muslimske|jødisk|jødiske|katolsk|katolske|katolskt|hinduistisk|hinduistiske|jewish|catholic|hindu|troende|truande|religiøs|religiøse|religious`,
	GroundDisability:  `disabled|uføre|ufør|blinde|blind|døve|deaf|frisk|friske|healthy|able bodied|funksjonsfrisk|funksjonsfriske`,
	GroundOrientation: `homofil|homofilt|lesbisk|lesbiske|skeiv|skeivt|heterofil|heterofilt|hetero|straight|queer|homosexual|heterosexual`,
	GroundAge:         `unge|eldre|elderly|retired`,
})

// looks are words that tell things as well: people only before a word for people,
// or where it is said who may rent.
var looks = names(map[Ground]string{
	GroundEthnicity:  `hvit|hvite|kvit|kvite|white|svart|svarte|mørk|mørke|black`,
	GroundDisability: `rullestol|rullator|wheelchair`,
	GroundAge:        `ung|ungt|gammel|gamal|gamle|young|younger|old|older`,
})

// newcomers may be wished for: whoever asks for them opens a door.
var newcomers = wordSet(`flyktning flyktninger flyktningar refugee refugees innvandrer innvandrere innvandrar innvandrarar immigrant immigrants asylsøker asylsøkere asylsøkjar asylsøkjarar`)

var (
	// origins and born stand before a country that people are of.
	origins = wordSet(`fra frå from utenfor utanfor outside`)
	born    = wordSet(`født fødd fødde fødte born oppvokst oppvaksen oppvaksne raised opprinnelig opphavleg originally bodd budd lived`)
	// Experiences that were badWords, and doubts, are told of to keep people out.
	experiences = wordSet(`erfaring erfaringer erfaringar experience experiences`)
	doubts      = wordSet(`skeptisk skeptiske sceptical skeptical wary`)
	badWords    = wordSet(`dårlig dårlige dårleg dårlege vond vonde negativ negative bad terrible`)

	// regrets are left out wherever they stand: "women, unfortunately, not".
	regrets = wordSet(`dessverre diverre beklageligvis unfortunately sadly`)

	// onlyOrNot let in or keep out what follows.
	onlyOrNot = wordSet(`nobody kun bare berre only utelukkende utelukkande eksklusivt exclusively strictly forbeholdt reservert reserved ikke ikkje ingen inga no not unntatt unnateke uten utan except excluding aldri never avviser avviser refuse krav krever krev require requires requirement kravet nei nekter`)
	not       = wordSet(`ikke ikkje not`)
	// beginsMust begin with the words that follow them: "må være".
	beginsMust = map[string]map[string]bool{
		"må": wordSet("være vere ha komme kome"), "skal": wordSet("være vere ha"), "bør": wordSet("være vere ha"), "must": wordSet("be have hold come"), "should": wordSet("be have come"),
		"needs": wordSet("to"), "would": wordSet("like prefer"), "ser": wordSet("etter helst"), "vil": wordSet("ha helst"), "need": wordSet("to"), "has": wordSet("to"), "have": wordSet("to"),
	}
	// wishes ask for what follows.
	wishes = wordSet(`ideally ønsker ønskjer ønske ynskjer helst foretrekker føretrekkjer prefererer prioriterer fortrinnsvis fortrinnsvis primært søker søkjer prefer prefers preferably seeking seeks want wants wanted looking preference`)
	// closes let in or keep out what stands before them.
	closes = wordSet(`bes bedes uaktuelt uaktuelle uaktuell only uønsket uønskede uønska uønskt uønskte frabes frabedes fråbedast unwelcome unwanted excluded ekskludert`)
	asks   = wordSet(`ønskes ønskast ynskjast søkes søkjast foretrekkes føretrekkjast føretrekkast prefereres prioriteres prioriterast preferred wanted required kreves krevst krevjast påkrevd fortrinn fortrinnsrett priority`)
	// refusals follow a "not" behind a group: "utlendinger er ikke ønsket".
	refusals = wordSet(`ønsket ønska ønskes ønskast ønskelig ønskeleg aksepteres aksepterast akseptert tillatt tillate velkommen velkomne velkomen godtas godtatt godtakast welcome wanted accepted allowed considered permitted aktuelt aktuelle aktuell søke søkje apply`)

	// bars follow "cannot" behind a group.
	bars    = wordSet(`leie leige rent bo bu flytte flytta live move kontakt kontakte ringe henvende melde bry contact call inquire`)
	fillers = wordSet(`de dei i på consider considering vurdere vurderer går gå bærer bere ber wearing wears sitter sit needing passer passar passende egnet egner eigna eignar suitable suited fit seg bruk bruke bruker use wearing aktuelt aktuell til for to ut leie leier leies leige leiger leigast utleie utleige leietaker leietakere leietakar leietakarar leigetakar leigetakarar tenant tenants rent renting let letting en ei ein et eit a an any the noen nokon nokre av som er det at om ensleg enslig enslige einsleg einslege single rene reine være vere be being ha har have with med having who that
		vil tar take taking accept akseptere aksepterer godta godtar tillate imot inn in leiere accepting til folk people personer personar person persons mennesker leiar one anyone anybody someone nobody somebody ingen andre other kommer komme coming come kjem kome slike such innenfor of blant among our vår vårt deg dere you
		rolig rolige roleg rolege ryddig ryddige stille snill snille snil ordentlig ordentlige ordentleg ordentlege ansvarlig ansvarlige ansvarleg pålitelig pålitelige påliteleg skikkelig skikkelige quiet tidy responsible reliable clean nice decent serious seriøs seriøse voksen voksne vaksen vaksne mature working yrkesaktiv yrkesaktive arbeidende røykfri røykfrie bråkete noisy hyggelig hyggelige hyggeleg trivelig trivelege ekte genuine real oss meg norsktalende norsktalande etnisk etniske ethnic rent reint adult adults en`)
	// fits tell for whom a home is.
	fits = wordSet(`passer passar passende egnet egner eigna eignar suitable suited fit`)
	// told tell that fillers spoke of who rents.
	told   = wordSet(`leie leies leiger leige leigast utleie utleige leietaker leietakere leietakar leigetakar tenant tenants rent renting let folk people personer personar mennesker leier`)
	people = wordSet(`person personer personar folk menneske mennesker leietaker leietakere leietakar leietakarar leietager leietagere leigetakar leigetakarar leieboer leieboere leigebuar leigebuarar søker søkere søkjarar familie familier familiar par ektepar ektefolk beboer beboere bebuar bebuarar kvinne kvinner mann menn jenter jente gutter gutt gutar damer dame herrer studenter student studentar bakgrunn opprinnelse opphav avstamming røtter navn namn
		people persons tenant tenants renter renters applicant applicants family families couple couples resident residents woman women man men girls students student adults voksne vaksne background origin descent heritage speakers speaker person professionals workers arbeidere arbeidarar arbeidstakere household households husholdning hushald lady ladies`)
	joins = wordSet(`og eller and or nor samt heller`)
	// selves are whom a description is of where it is not of tenants.
	selves = wordSet(`jeg eg vi utleier utleierne utleieren utleigar utleigaren utleigarane eier eieren eierne eigar eigaren eigarane huseier huseieren vertskap vertskapet nabo naboen naboer naboene naboar naboane i we landlord landlords owner owners neighbour neighbours neighbor neighbors me my mine mitt`)
	isWord = wordSet(`er are is am was var were snakker snakkar speak speaks har bor bur live lives living`)
	// acts are what a landlord does with those who want to rent: "we are not accepting".
	acts   = wordSet(`considering accepting renting letting taking interested interessert interesserte`)
	dwells = wordSet(`bor bur bodd budd live lives living lived`)
)

// harmless are phrases that take the demand out of the words around them.
var harmless = []string{
	"ikke bare", "ikke kun", "ikkje berre", "ikkje bare", "ikkje kun", "not only", "not just", "ingen krav", "ikke krav", "ikkje krav", "ikke noe krav", "ikkje noko krav", "stiller ikke krav", "no requirement", "no requirements", "not a requirement", "not required", "kreves ikke", "krevst ikkje", "krever ikke", "krev ikkje", "ikke nødvendig", "ikkje nødvendig", "not necessary", "do not require", "don t require",
	"ikke noe problem", "ikkje noko problem", "ingen problem", "ingen problemer", "no problem", "not a problem", "ingen hindring", "no obstacle", "spiller ingen rolle", "speler inga rolle", "spelar inga rolle", "ingen rolle", "inga rolle", "does not matter", "doesn t matter", "no matter", "not important", "ikke viktig", "ikkje viktig", "ikke så viktig", "ikkje så viktig", "ikke avgjørende", "ikke så nøye", "ikkje så nøye", "uansett", "uavhengig av", "regardless", "irrespective", "alle er velkomne", "alle er velkommen", "everyone is welcome", "everyone welcome", "all welcome", "all are welcome", "alle velkomne",
	"ingenting imot", "ikke noe imot", "ingenting mot", "har ikke noe mot", "nothing against", "no objection", "no objections", "don t mind", "do not mind", "diskriminer", "discriminat", "forskjellsbehandl", "skilnad på", "forskjell på", "ingen aldersgrense", "inga aldersgrense", "no age limit", "ikke redd for", "not afraid of", "ingen innvending", "no difference", "ikke skeptisk", "ingen grunn til",
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

func names(byGround map[Ground]string) map[string]Ground {
	out := map[string]Ground{}
	for ground, list := range byGround {
		for name := range strings.SplitSeq(list, "|") {
			out[strings.TrimSpace(name)] = ground
		}
	}
	return out
}

func init() {
	for _, stem := range peoples {
		for _, ending := range nounEndings {
			groups[stem+ending] = GroundEthnicity
		}
	}
	for _, adjective := range peopleAdjectives {
		traits[adjective], traits[adjective+"e"] = GroundEthnicity, GroundEthnicity
	}
	for _, people := range englishPeoples {
		traits[people], groups[people+"s"] = GroundEthnicity, GroundEthnicity
	}
	for stem := range wordSet(`arabisk polsk somalisk tigrinja urdu kurdisk russisk spansk fransk tysk tyrkisk persisk`) {
		for _, speaking := range []string{"talende", "talande", "språklige", "språklege"} {
			groups[stem+speaking] = GroundEthnicity
		}
	}
	indexSlips()
}

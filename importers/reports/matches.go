package reports

import (
	"io"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/internal/i18n"
)

// MatchesInput is what the match workbook is made of.
type MatchesInput struct {
	Municipality string     // its name; "" leaves it out
	On           civil.Date // the day that the matches hold for
	Engine       string     // the engine's version
	Policy       string     // the hash of the policy
	Pairs        []Pair     // in the order to show
	NearMisses   []NearMiss // in the order to show
}

// Pair is a row of the matches. Texts in Blocks, Asks and Wishes are sentences
// in the workbook's language.
type Pair struct {
	Household   string // the household's reference, never a name
	Listing     string // the listing's reference
	Address     string
	Place       string
	Rent        *int    // NOK a month; nil where not known
	Eligibility string  // eligible, clarify or blocked
	Score       float64 // 0 to 100
	Priority    float64 // 0 to 1
	RankValue   float64
	Blocks      []string // what stands in the way
	Asks        []string // what has to be asked first
	Wishes      []string // the landlord's wishes that are not met
}

// NearMiss is a pair that one rule alone blocks, where someone can do
// something about it. Obstacle, Remedy and Who are in the workbook's language.
type NearMiss struct {
	Household string
	Listing   string
	Address   string
	Place     string
	Rent      *int
	Score     float64
	Obstacle  string
	Remedy    string
	Who       string
}

// Matches writes the match workbook as .xlsx: the pairs with their reasons in
// words, the near misses, and what the columns mean. Errors: TooLarge where a
// sheet would have more rows than a workbook holds, and those of w.
func Matches(w io.Writer, lang i18n.Lang, in MatchesInput) (err error) {
	defer apperr.Annotate(&err, "reports.Matches(%v)", lang)
	b := newBook(lang)
	title := b.say("matches.title")
	if name := b.municipality(in.Municipality); name != "" {
		title = b.tell("matches.title_in", map[string]any{"Municipality": name})
	}
	b.named(title+", "+dayText(in.On), in.On)
	b.pairs(title, in)
	b.nearMisses(in)
	b.aboutMatches(in)
	return b.write(w)
}

// eligibilityTints are the grounds of the rows by verdict.
var eligibilityTints = map[string]string{"clarify": sand, "blocked": mist}

func (b *book) pairs(title string, in MatchesInput) {
	b.table(table{
		sheet: "matches", title: title, under: b.tell("matches.under", map[string]any{"Date": dayText(in.On)}),
		tab: deep, none: "matches.none", frozenCol: 2,
		columns: []column{
			{key: "household", width: 13},
			{key: "listing", width: 13},
			{key: "address", width: 28},
			{key: "place", width: 14},
			{key: "listing_rent", width: 14, kind: money},
			{key: "eligibility", width: 16},
			{key: "score", width: 10, kind: score},
			{key: "priority", width: 11, kind: score},
			{key: "rank_value", width: 12, kind: score},
			{key: "blocks", width: 36, wrap: true},
			{key: "asks", width: 36, wrap: true},
			{key: "wishes", width: 28, wrap: true},
		},
		n: len(in.Pairs),
		row: func(i int) []any {
			p := &in.Pairs[i]
			return []any{
				p.Household, p.Listing, p.Address, p.Place, p.Rent, b.eligibility(p.Eligibility), p.Score, p.Priority, p.RankValue,
				list(p.Blocks), list(p.Asks), list(p.Wishes),
			}
		},
		tint: func(i int) string { return eligibilityTints[in.Pairs[i].Eligibility] },
	})
}

// eligibility returns the verdict in words, and an unknown one as it stands.
func (b *book) eligibility(code string) string {
	if !slices.Contains([]string{"eligible", "clarify", "blocked"}, code) {
		return code
	}
	return b.sayAny("matching.eligibility." + code)
}

// list returns sentences as a cell shows them, one a line.
func list(sentences []string) string { return strings.Join(sentences, "\n") }

func (b *book) nearMisses(in MatchesInput) {
	b.table(table{
		sheet: "near_misses", title: b.say("near_misses.title"), under: b.say("near_misses.under"),
		tab: amber, none: "near_misses.none", frozenCol: 2,
		columns: []column{
			{key: "household", width: 14},
			{key: "listing", width: 14},
			{key: "address", width: 30},
			{key: "place", width: 16},
			{key: "listing_rent", width: 14, kind: money},
			{key: "score", width: 10, kind: score},
			{key: "obstacle", width: 40, wrap: true},
			{key: "remedy", width: 48, wrap: true},
			{key: "who", width: 18},
		},
		n: len(in.NearMisses),
		row: func(i int) []any {
			m := &in.NearMisses[i]
			return []any{m.Household, m.Listing, m.Address, m.Place, m.Rent, m.Score, m.Obstacle, m.Remedy, m.Who}
		},
	})
}

// aboutMatches writes what the columns mean and what the ranking rests on.
func (b *book) aboutMatches(in MatchesInput) {
	p := b.page(sheetPlan{name: b.sheet("about"), widths: meaningWidths, frozen: tableHeader, tab: faint})
	p.title(b.say("about.title"), b.say("about.under"))
	p.meaningHeader()
	for _, key := range []string{"eligibility", "score", "priority", "rank_value", "wishes"} {
		p.meaning(b.say("column."+key), b.say("about."+key))
	}
	p.meaning(b.say("about.decides"), b.say("about.decides_text"))
	if in.Engine != "" || in.Policy != "" {
		p.meaning(b.say("about.engine"), b.tell("about.engine_text", map[string]any{"Engine": in.Engine, "Policy": in.Policy}))
	}
	p.end()
}

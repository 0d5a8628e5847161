package staff

import (
	"net/url"
	"slices"

	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/web/page"
)

type boardPage struct {
	page.Frame
	Columns []boardColumn
	Tabs    []page.Tab // everybody's, or one's own
	Who     string     // "mine" or ""
	Today   string
	Files   listFiles
}

type boardColumn struct {
	Title string
	All   int
	Cards []boardCard
	More  int
}

// boardCard is a placement with what can be recorded of it at once.
type boardCard struct {
	placementView
	ID      string
	Version int64
	Next    []nextStep
	Talk    bool // the next is a talk, which has a result
	Decline bool
}

const (
	boardCards    = 50
	boardDeclined = 10
)

// boardStates are the columns.
var boardStates = []placements.State{placements.Proposal, placements.Viewing, placements.Offer, placements.Lease, placements.FollowUp, placements.Declined}

// boardFilter is the address of a board for those who see their own.
func boardFilter(who string) string {
	if who != "mine" {
		return ""
	}
	return url.Values{"who": {who}}.Encode()
}

func (s *Staff) showBoard(c *page.Context) error {
	p := &boardPage{Frame: page.Frame{Title: "placement.all", Wide: true}, Today: s.Office.Today().String()}
	if c.Query("who") == "mine" {
		p.Who = "mine"
	}
	p.Tabs = []page.Tab{{Label: "board.everybody", Path: placementsPath, Current: p.Who == ""}, {Label: "board.mine", Path: placementsPath + "?" + boardFilter("mine"), Current: p.Who != ""}}
	names := s.names(c)
	for _, state := range boardStates {
		recs, err := s.boardOf(c, state)
		if err != nil {
			return err
		}
		column := boardColumn{Title: "placements.state." + string(state), All: len(recs)}
		shown := boardCards
		if state == placements.Declined {
			shown = boardDeclined
		}
		cards := make([]boardCard, len(recs))
		for i := range recs {
			cards[i].placementView = s.placementView(c, &recs[i], names)
			cards[i].ID, cards[i].Version = recs[i].ID, recs[i].Version
		}
		order := make([]int, len(cards)) // what is late stands first
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case cards[a].Late == cards[b].Late:
				return 0
			case cards[a].Late:
				return -1
			}
			return 1
		})
		for _, i := range order[:min(shown, len(order))] {
			card := cards[i]
			s.saw(c, "households", card.Household)
			if err := s.nextOnBoard(c, &card, &recs[i].Value.Placement); err != nil {
				return err
			}
			column.Cards = append(column.Cards, card)
		}
		column.More = len(cards) - len(column.Cards)
		p.Columns = append(p.Columns, column)
	}
	p.Files = filesOf(c, placementsFile, false)
	return c.Render("staff/board", p)
}

// nextOnBoard adds the steps that a day is enough for. A talk has a result, and a
// decline a reason: they are recorded on the placement's own page.
func (s *Staff) nextOnBoard(c *page.Context, card *boardCard, p *placements.Placement) error {
	steps, err := s.nextSteps(c, p, c.NewForm(nil, card.Version))
	if err != nil {
		return err
	}
	for _, step := range steps {
		switch step.Kind {
		case placements.KindFollowUp:
			card.Talk = len(p.Due(s.Office.Today())) > 0
		case placements.KindEnd:
		default:
			card.Next = append(card.Next, step)
		}
	}
	card.Decline = slices.Contains(p.State.Events(), placements.KindDecline)
	return nil
}

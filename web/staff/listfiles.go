package staff

import (
	"net/url"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/importers/sheet"
	"github.com/boligklar/boligklar/internal/audit"
	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/matching/placements"
	"github.com/boligklar/boligklar/web/page"
)

// Lists that no file is imported from.
const (
	placementsFile = "placements"
	landlordsFile  = "landlords"
)

// listFiles are the links below a list to the file of what it shows, all pages of
// it, and to the empty table; the partial "list-files" shows them.
type listFiles struct {
	Name       string // of the list
	Excel, CSV string // addresses
	May        bool
	Template   bool
}

// filesOf returns the links of the list at the present address.
func filesOf(c *page.Context, name string, template bool) listFiles {
	query := url.Values{}
	for key, values := range c.Request.URL.Query() {
		if key != "page" && key != "after" && key != "lang" {
			query[key] = values
		}
	}
	query.Set("list", "shown")
	file := "/exports/" + name
	return listFiles{Name: name, Excel: file + ".xlsx?" + query.Encode(), CSV: file + ".csv?" + query.Encode(), May: c.Can(mayExportList(name)), Template: template}
}

// mayExportList says who may take a list with them: one of households, or of their
// placements, leaves the program's protection.
func mayExportList(name string) auth.Roles {
	if name == placementsFile {
		return auth.Coordinator
	}
	return mayExport(importers.Kind(name))
}

// shownKeys returns the keys of the records that the list of a kind shows at the
// present address, on all its pages.
func (s *Staff) shownKeys(c *page.Context, kind importers.Kind) (keys []string, err error) {
	switch kind {
	case importers.Listings:
		req := listingsRequest(c)
		req.Limit = search.MaxLimit
		for {
			answer, err := s.Finder.Search(c.Ctx(), req)
			if err != nil {
				return nil, err
			}
			for i := range answer.Hits {
				keys = append(keys, answer.Hits[i].Listing.Key())
			}
			if req.Offset += req.Limit; req.Offset >= answer.Total {
				return keys, nil
			}
		}
	case importers.Households:
		q := householdsQuery(c)
		for q.Limit = 500; ; {
			found, err := s.Office.FindHouseholds(c.Ctx(), q)
			if err != nil {
				return nil, err
			}
			for i := range found.Households {
				keys = append(keys, found.Households[i].Value.Key)
			}
			if q.After = found.Next; q.After == "" {
				return keys, nil
			}
		}
	case importers.Units:
		h, err := s.Office.History(c.Ctx())
		if err != nil {
			return nil, err
		}
		return unitsIn(h, s.Office.Today(), unitsQueryOf(c)), nil
	}
	return nil, errNoPage
}

// sendTable sends a list that has no schema of its own.
func (s *Staff) sendTable(c *page.Context, name, ext string, columns []string, rows [][]any) error {
	table := make([]sheet.Column, len(columns))
	for i, key := range columns {
		table[i] = sheet.Column{Header: c.T(key, nil)}
	}
	return s.sendMadeAs(c, fileName(c.T("list."+name, nil)), ext, func(path string) error {
		err := sheet.Create(path, c.T("list."+name, nil), table, func(w sheet.Writer) error {
			for _, row := range rows {
				if err := w.Row(row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.Audit.Looked(audit.Entry{Who: c.Who(), What: audit.Exported, Register: name, Key: office.ExportFilter{Listed: true}.Trail(len(rows))})
		return s.Audit.Flush(c.Ctx()) // nothing leaves without its line in the trail
	})
}

func (s *Staff) exportPlacements(c *page.Context, ext string) error {
	names := s.names(c)
	var rows [][]any
	for _, state := range boardStates {
		recs, err := s.boardOf(c, state)
		if err != nil {
			return err
		}
		for i := range recs {
			rows = append(rows, s.placementRow(c, &recs[i], names))
		}
	}
	return s.sendTable(c, placementsFile, ext, []string{"household.ref", "placement.listing", "list.state", "contacts.caseworker", "placement.case_ref", "list.proposed", "list.accepted",
		"list.lease_start", "list.moved_in", "list.due", "list.outcome"}, rows)
}

func (s *Staff) placementRow(c *page.Context, rec *office.PlacementRecord, names func(string) string) []any {
	p, v := &rec.Value.Placement, s.placementView(c, rec, names)
	return []any{p.Personal.HouseholdRef, p.Personal.ListingKey, c.T("placements.state."+string(p.State), nil), names(p.Caseworker), p.Personal.CaseRef, p.Steps[0].Date, p.Accepted,
		p.LeaseStart, p.MovedIn, v.Due, v.Outcome}
}

// boardOf returns the placements of one column of the board at the present
// address.
func (s *Staff) boardOf(c *page.Context, state placements.State) ([]office.PlacementRecord, error) {
	recs, err := s.Office.BoardOf(c.Ctx(), state)
	if c.Query("who") != "mine" {
		return recs, err
	}
	var mine []office.PlacementRecord
	for i := range recs {
		if recs[i].Value.Placement.Caseworker == c.Who() {
			mine = append(mine, recs[i])
		}
	}
	return mine, err
}

func (s *Staff) exportLandlords(c *page.Context, ext string) error {
	lines, err := s.Office.LandlordList(c.Ctx(), c.Query("q"))
	if err != nil {
		return err
	}
	rows := make([][]any, len(lines))
	for i := range lines {
		l := &lines[i]
		rows[i] = []any{l.Landlord.Name, l.Landlord.Phone, l.Landlord.Email, l.Offered, l.Let, l.All}
	}
	return s.sendTable(c, landlordsFile, ext, []string{"landlord.name", "intake.field.landlord_phone", "intake.field.landlord_email", "landlord.offered", "landlord.let", "list.all"}, rows)
}

package staff

import (
	"slices"

	"github.com/boligklar/boligklar/landlords/vacancy"
	"github.com/boligklar/boligklar/web/page"
)

// findingLine is something in the history to look at, and the form that mends it.
type findingLine struct {
	Text string
	Path string // "" where the unit is none of the register's
	Mend string // i18n key of what the form does
}

// findingLines tells the findings, with where each is mended. ids are those of the
// units' records.
func (s *Staff) findingLines(c *page.Context, found []vacancy.Finding, ids map[string]string) ([]findingLine, error) {
	var out []findingLine
	stays := map[string]map[string]string{} // unit -> stay key -> path
	for _, f := range found {
		w := c.Words()
		line := findingLine{Text: c.T("reports.finding."+string(f.Code), map[string]any{"Unit": f.UnitRef, "Household": f.HouseholdRef, "Other": f.OtherHouseholdRef,
			"From": w.Date(f.From), "To": w.Date(f.To), "Dates": w.Date(f.From) + "–" + w.Date(f.To), "Days": f.Days})}
		if id := ids[f.UnitRef]; id != "" {
			line.Path, line.Mend = unitsPath+"/"+id+mendAt(f.Code), "units.mend."+mendBy(f.Code)
			if ofStay(f.Code) {
				if stays[f.UnitRef] == nil {
					all, err := s.Office.Stays(c.Ctx(), f.UnitRef)
					if err != nil {
						return nil, err
					}
					stays[f.UnitRef] = map[string]string{}
					for _, rec := range all {
						stays[f.UnitRef][rec.Value.Key] = unitsPath + "/" + id + "/stays/" + rec.ID
					}
				}
				key := (&vacancy.Occupancy{UnitRef: f.UnitRef, HouseholdRef: f.HouseholdRef, From: f.From}).Key()
				if path, ok := stays[f.UnitRef][key]; ok {
					line.Path = path
				}
			}
		}
		s.sawHouseholds(c, f.HouseholdRef, f.OtherHouseholdRef)
		out = append(out, line)
	}
	return out, nil
}

var stayFindings = []vacancy.FindingCode{
	vacancy.FromMissing, vacancy.DatesReversed, vacancy.StayOverlaps, vacancy.StayBeforeService, vacancy.StayAfterService, vacancy.ReasonMissing,
	vacancy.ReasonUnrecognised, vacancy.StayInOutage,
}

// ofStay reports whether a stay's own form mends the finding.
func ofStay(code vacancy.FindingCode) bool { return slices.Contains(stayFindings, code) }

// mendBy names what mends a finding: the form of the unit, a stay, an outage, or one of
// what can be done to the unit.
func mendBy(code vacancy.FindingCode) string {
	switch code {
	case vacancy.UnitRepeated, vacancy.ServiceUnknown, vacancy.ServiceReversed, vacancy.LeaseOver:
		return "unit"
	case vacancy.OutageReversed:
		return "outage"
	case vacancy.NoticeWithoutStay, vacancy.NoticeOverdue:
		return "notice"
	case vacancy.ReservationOverdue, vacancy.ReservationTwice:
		return "reservation"
	case vacancy.PreparationOccupied:
		return "preparation"
	case vacancy.GapUnexplained:
		return "gap"
	}
	return "stay"
}

// mendAt is where on the unit's pages that is.
func mendAt(code vacancy.FindingCode) string {
	switch mendBy(code) {
	case "unit":
		return "/edit"
	case "outage":
		return "#outages"
	case "stay":
		return "#stays"
	}
	return "#do"
}

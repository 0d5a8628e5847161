package importers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
)

// variantField makes true values of a field and writes them in cells.
type variantField struct {
	name  string
	share int // percent of the sheets that have the column; 0 is in all
	value func(g *gen, i int, rec fieldMap) any
	cell  func(g *gen, value any) variantCell
}

func cellOf[T any](write func(g *gen, v T) variantCell) func(g *gen, value any) variantCell {
	return func(g *gen, value any) variantCell {
		if value == nil {
			return variantCell{}
		}
		return write(g, value.(T))
	}
}

var (
	asMoney  = cellOf((*gen).money)
	asDate   = cellOf((*gen).date)
	asCount  = cellOf((*gen).count)
	asText   = cellOf((*gen).text)
	asArea   = cellOf((*gen).area)
	asPhone  = cellOf((*gen).phone)
	asPostal = cellOf((*gen).postalCode)
	asYesNo  = (*gen).yesNo
)

func asChoice(of string) func(g *gen, value any) variantCell {
	return func(g *gen, value any) variantCell { return g.choice(of, value) }
}

func asSet(of string) func(g *gen, value any) variantCell {
	return cellOf(func(g *gen, v []string) variantCell { return g.set(of, v) })
}

type valueFunc = func(g *gen, i int, rec fieldMap) any

// orNull leaves some values out.
func orNull(percent int, f valueFunc) valueFunc {
	return func(g *gen, i int, rec fieldMap) any {
		if g.chance(percent) {
			return nil
		}
		return f(g, i, rec)
	}
}

func oneOf[T any](values ...T) valueFunc {
	return func(g *gen, _ int, _ fieldMap) any { return pick(g, values) }
}

func between(low, high, step int) valueFunc {
	return func(g *gen, _ int, _ fieldMap) any { return low + step*g.IntN((high-low)/step+1) }
}

func yesNoOrNull(g *gen, _ int, _ fieldMap) any { return pick(g, []any{true, true, false, false, nil}) }

func day(from string, span int) valueFunc {
	return func(g *gen, _ int, _ fieldMap) any { return civil.MustParse(from).AddDays(g.IntN(span)) }
}

func oneChoice(of string) valueFunc {
	return func(g *gen, _ int, _ fieldMap) any {
		var values []string
		for v := range variantChoices[of] {
			values = append(values, v)
		}
		slices.Sort(values)
		return pick(g, values)
	}
}

func someChoices(of string) valueFunc {
	return func(g *gen, _ int, _ fieldMap) any {
		var values, out []string
		for v := range variantChoices[of] {
			values = append(values, v)
		}
		slices.Sort(values)
		for _, v := range values {
			if g.chance(45) {
				out = append(out, v)
			}
		}
		if out == nil {
			return nil
		}
		return out
	}
}

var (
	variantStreets = strings.Split("Storgata|Kirkegata|Øvre Åsvei|Sørlandsveien|Ole Tobias Olsens gate|Fjordvegen|Bjørkelia|Nordahl Griegs gate|Myrveien|Skolegata|Ranheimsvegen|Æneas' gate|Thora Meyers gt.|Vikaleira|Gamle Riksvei", "|")
	variantPlaces  = strings.Split("Mo i Rana|Selfors|Ytteren|Skonseng|Storforshei|Tromsø|Ålesund|Bø i Telemark|Nes|Oslo|Førde|Gjøvik", "|")
	variantPeople  = strings.Split("Kari Nilsen|Åse Østbø|Ola Aasen|Ingrid Sørensen|Bjørn Lillebø|Per-Erik Dahl|Solveig Å. Moen|Nordvik Eiendom AS|Rana Utleie AS|Anne-Lise Bø|Liv Strøm", "|")
	variantRemarks = strings.Split("Ringt 3.10, positiv|Ønsker helst familie|Vil treffe leietaker før kontrakt|Nyoppusset|Kort vei til skole og buss|Near school and bus|Ta kontakt på kveldstid|Balkong, boder|Ring etter kl. 16|Har møtt oss før", "|")
)

var variantRecords = map[Kind][]variantField{
	Listings: {
		{"external_ref", 75, func(_ *gen, i int, _ fieldMap) any { return fmt.Sprintf("U-%03d", i+1) }, asText},
		{"address", 0, func(g *gen, i int, _ fieldMap) any {
			return fmt.Sprintf("%s %d%s", pick(g, variantStreets), 1+i+40*g.IntN(3), pick(g, []string{"", "", "A", "B"}))
		}, asText},
		{"postal_code", 85, orNull(5, oneOf("0152", "8622", "8610", "8613", "0187", "9008", "6004", "3803")), asPostal},
		{"postal_place", 80, orNull(5, func(g *gen, _ int, _ fieldMap) any { return pick(g, variantPlaces) }), asText},
		{"unit_number", 60, orNull(15, oneOf("H0101", "H0201", "U0101", "K0101", "L0102", "H0302")), cellOf(func(g *gen, v string) variantCell {
			return textCell(pick(g, []string{v, v, v, strings.ToLower(v), v + " "}))
		})},
		{"dwelling_type", 80, orNull(5, oneChoice("dwelling_type")), asChoice("dwelling_type")},
		{"bedrooms", 85, orNull(5, between(0, 5, 1)), asCount},
		{"area_m2", 75, orNull(10, between(15, 160, 1)), asArea},
		{"rent", 90, orNull(4, between(4500, 16000, 250)), asMoney},
		{"electricity_included", 70, yesNoOrNull, asYesNo},
		{"deposit", 75, orNull(15, variantDeposit), asMoney},
		{"accepted_security", 75, orNull(10, someChoices("security")), asSet("security")},
		{"employment_requirement", 65, orNull(10, oneChoice("employment_requirement")), asChoice("employment_requirement")},
		{"references_required", 50, yesNoOrNull, asYesNo},
		{"available_from", 85, orNull(10, day("2026-10-01", 200)), asDate},
		{"lease_months", 75, orNull(8, oneOf[any](36, 36, 12, 24, 48, 60, "indefinite")), cellOf(func(g *gen, v any) variantCell {
			if v == "indefinite" {
				return g.leaseTerm(nil)
			}
			return g.leaseTerm(v)
		})},
		{"furnished", 65, orNull(10, oneChoice("furnished")), asChoice("furnished")},
		{"pets", 65, yesNoOrNull, asYesNo},
		{"smoking", 50, yesNoOrNull, asYesNo},
		{"step_free", 60, yesNoOrNull, asYesNo},
		{"max_occupants", 15, orNull(20, between(1, 8, 1)), asCount},
		{"follow_up_required", 15, yesNoOrNull, asYesNo},
		{"contract_form", 15, orNull(20, oneChoice("contract_form")), asChoice("contract_form")},
		{"preferred", 10, orNull(30, someChoices("preferred")), asSet("preferred")},
		{"landlord_name", 85, orNull(5, func(g *gen, _ int, _ fieldMap) any { return pick(g, variantPeople) }), asText},
		{"landlord_phone", 80, orNull(10, func(g *gen, _ int, _ fieldMap) any {
			return fmt.Sprintf("+47%d%07d", 4+5*g.IntN(2), g.IntN(10_000_000))
		}), asPhone},
		{"landlord_email", 65, orNull(15, func(g *gen, i int, _ fieldMap) any { return fmt.Sprintf("kari.%d@example.no", i) }), asText},
		{"status", 25, orNull(10, oneChoice("status")), asChoice("status")},
		{"confirmed_on", 15, orNull(20, day("2026-08-01", 90)), asDate},
		{"notes", 60, orNull(40, func(g *gen, _ int, _ fieldMap) any { return pick(g, variantRemarks) }), asText},
	},
	Households: {
		{"ref", 0, func(_ *gen, i int, _ fieldMap) any { return fmt.Sprintf("H-%03d", i+1) }, asText},
		{"adults", 0, between(1, 3, 1), asCount},
		{"children", 0, between(0, 6, 1), asCount},
		{"employment", 80, orNull(8, oneChoice("employment")), asChoice("employment")},
		{"monthly_income", 75, orNull(10, between(12000, 42000, 500)), asMoney},
		{"max_rent", 80, orNull(8, between(4500, 16000, 250)), asMoney},
		{"current_rent", 75, orNull(10, between(4000, 9500, 250)), asMoney},
		{"current_electricity_included", 20, yesNoOrNull, asYesNo},
		{"social_assistance", 75, yesNoOrNull, asYesNo},
		{"approved_rent", 20, orNull(30, between(5000, 12000, 250)), asMoney},
		{"security", 75, orNull(10, someChoices("security")), asSet("security")},
		{"deposit_funds", 20, orNull(30, between(5000, 60000, 1000)), asMoney},
		{"bedrooms_needed", 20, orNull(30, between(1, 5, 1)), asCount},
		{"areas", 75, orNull(10, variantAreas), cellOf(func(g *gen, v []string) variantCell { return textCell(g.join(slices.Clone(v))) })},
		{"areas_must", 15, yesNoOrNull, asYesNo},
		{"move_from", 75, orNull(10, day("2026-10-01", 150)), asDate},
		{"min_lease_months", 15, orNull(30, oneOf(12, 24, 36)), asCount},
		{"step_free_needed", 70, yesNoOrNull, asYesNo},
		{"pets", 40, yesNoOrNull, asYesNo},
		{"ready_date", 75, orNull(20, day("2026-01-01", 300)), asDate},
		{"current_unit", 75, orNull(8, func(_ *gen, i int, _ fieldMap) any { return fmt.Sprintf("G-%03d", i+1) }), asText},
		{"modules_completed", 75, orNull(10, between(0, 8, 1)), cellOf((*gen).modules)},
		{"norwegian_level", 70, orNull(10, oneOf("A1", "A2", "B1", "B2")), asText},
		{"references", 40, yesNoOrNull, asYesNo},
		{"follow_up_plan", 20, yesNoOrNull, asYesNo},
	},
	Units: {
		{"unit_ref", 0, func(_ *gen, i int, _ fieldMap) any { return fmt.Sprintf("G-%03d", i+1) }, asText},
		{"address", 85, func(g *gen, i int, _ fieldMap) any { return fmt.Sprintf("%s %d", pick(g, variantStreets), 1+i) }, asText},
		{"postal_code", 80, orNull(5, oneOf("0152", "8622", "8610", "8613")), asPostal},
		{"ownership", 80, orNull(5, oneChoice("ownership")), asChoice("ownership")},
		{"bedrooms", 80, orNull(5, between(1, 5, 1)), asCount},
		{"rent", 80, orNull(5, between(4500, 12000, 250)), asMoney},
		{"in_service_from", 0, day("2012-01-01", 3000), asDate},
		{"in_service_to", 70, orNull(80, func(g *gen, _ int, rec fieldMap) any {
			return rec["in_service_from"].(civil.Date).AddDays(1 + g.IntN(2000))
		}), asDate},
		{"lease_in_ends", 20, orNull(40, day("2026-06-01", 900)), asDate},
		{"kobo_id", 20, orNull(20, func(g *gen, _ int, _ fieldMap) any { return fmt.Sprintf("K%05d", g.IntN(100000)) }), asText},
	},
	Occupancies: {
		{"unit_ref", 0, func(g *gen, _ int, _ fieldMap) any { return fmt.Sprintf("G-%03d", 1+g.IntN(90)) }, asText},
		{"household_ref", 0, func(_ *gen, i int, _ fieldMap) any { return fmt.Sprintf("T-%03d", i+1) }, asText},
		{"persons", 80, orNull(5, between(1, 8, 1)), asCount},
		{"from", 0, day("2014-01-01", 4000), asDate},
		{"to", 90, orNull(30, func(g *gen, _ int, rec fieldMap) any { return rec["from"].(civil.Date).AddDays(1 + g.IntN(900)) }), asDate},
		{"reason", 85, func(g *gen, i int, rec fieldMap) any {
			if rec["to"] == nil {
				return nil
			}
			return oneChoice("reason")(g, i, rec)
		}, asChoice("reason")},
	},
}

// variantDeposit is a number of months' rent, or an amount where there is no rent.
func variantDeposit(g *gen, _ int, rec fieldMap) any {
	if rent, ok := rec["rent"].(int); ok {
		return (1 + g.IntN(4)) * rent
	}
	return 10_000 + 500*g.IntN(40)
}

func variantAreas(g *gen, _ int, _ fieldMap) any {
	places := slices.Clone(variantPlaces)
	g.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	places = places[:1+g.IntN(3)]
	slices.Sort(places)
	return places
}

package staff

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/boligklar/boligklar/internal/auth"
	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords/vacancy/forecast"
	"github.com/boligklar/boligklar/web/page"
)

type forecastPage struct {
	page.Frame
	Tabs     []page.Tab
	Forecast *forecast.Forecast
	Chart    page.Chart
	Check    forecast.Backtest
	Held     float64
	Worst    forecast.Month // with the deepest shortage at the median
	Lacking  int            // in that month
	Gap      int
	Form     *page.Form
	Plan     []planRow
	MayPlan  bool
}

// planRow is a month of the settlement plan as its form has it.
type planRow struct {
	Month                       civil.Month
	Households, Persons, Minors planField
}

type planField struct{ Name, Value, Error, Label string }

// In returns the field with the name that it has for those who hear the page.
func (f planField) In(month, label string) planField {
	f.Label = label + ", " + month
	return f
}

// forecastMonths is how far the page looks ahead.
const forecastMonths = 12

func (s *Staff) showForecast(c *page.Context) error {
	plan, err := s.Office.Plans(c.Ctx(), civil.MonthOf(s.Office.Today()))
	if err != nil {
		return err
	}
	return s.renderForecast(c, c.NewForm(planValues(plan), 0))
}

// planValues is what the form shows of the plan.
func planValues(plan []forecast.Planned) url.Values {
	out := url.Values{}
	for _, p := range plan {
		for name, n := range map[string]int{"households": p.Households, "persons": p.Persons, "minors": p.Minors} {
			if n > 0 {
				out.Set(name+"_"+p.Month.String(), strconv.Itoa(n))
			}
		}
	}
	return out
}

func (s *Staff) renderForecast(c *page.Context, form *page.Form) error {
	f, check, err := s.Office.Forecast(c.Ctx(), forecastMonths)
	if err != nil {
		return err
	}
	p := &forecastPage{Frame: page.Frame{Title: "reports_page.forecast"}, Tabs: reportTabs("forecast"), Forecast: f, Check: check, Held: check.Share(), Chart: forecastChart(c, f.Months), Form: form, MayPlan: c.Can(auth.Coordinator | auth.Manager)}
	last := f.Months[len(f.Months)-1]
	p.Gap = last.PlacementsSafe
	p.Worst = slices.MinFunc(f.Months, func(a, b forecast.Month) int { return a.Free.Mid - b.Free.Mid })
	p.Lacking = max(0, -p.Worst.Free.Mid)
	for _, m := range f.Months {
		field := func(name string) planField {
			name += "_" + m.Month.String()
			return planField{Name: name, Value: form.Text(name), Error: form.ErrorOf(name)}
		}
		p.Plan = append(p.Plan, planRow{m.Month, field("households"), field("persons"), field("minors")})
	}
	return c.RenderStatus(form.Status(), "staff/forecast", p)
}

// changePlan stores the months of the plan that the form changes. A month that
// somebody else changed meanwhile, and differently, is shown and not overwritten.
func (s *Staff) changePlan(c *page.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	stored, err := s.Office.Plans(c.Ctx(), civil.MonthOf(s.Office.Today()))
	if err != nil {
		return err
	}
	theirs := planValues(stored)
	form.Merge(theirs, 0, func(name string) string { return planLabel(c, name) })
	form.Conflicts = slices.DeleteFunc(form.Conflicts, func(x page.Conflict) bool { return !x.Decide })
	var plan []forecast.Planned
	first := civil.MonthOf(s.Office.Today()).Add(1)
	for i := range forecastMonths {
		m := first.Add(i)
		p := forecast.Planned{Month: m, Households: planned(form, "households", m), Persons: planned(form, "persons", m), Minors: planned(form, "minors", m)}
		if p.Persons > 0 && p.Persons < p.Households {
			form.Fail("persons_"+m.String(), "forecast.plan_too_few_persons", nil)
		}
		plan = append(plan, p)
	}
	if !form.Valid() || len(form.Conflicts) > 0 {
		return s.renderForecast(c, form)
	}
	if err := s.Office.PlanAll(c.Ctx(), plan, c.Who()); err != nil {
		return err
	}
	return c.Redirect("/reports/forecast", "forecast.plan_saved", nil)
}

// planned reads one number of the plan; an empty field is none.
func planned(form *page.Form, name string, m civil.Month) int {
	name += "_" + m.String()
	n := form.Int(name)
	switch {
	case n == nil:
		return 0
	case *n < 0 || *n > 10_000:
		form.Fail(name, "forecast.plan_number", nil)
	}
	return *n
}

// planLabel names a field of the plan: its month and what it counts.
func planLabel(c *page.Context, name string) string {
	for _, kind := range []string{"households", "persons", "minors"} {
		if m, err := civil.ParseMonth(name[min(len(name), len(kind)+1):]); err == nil {
			return c.Words().Month(m) + ": " + c.T("forecast.plan_"+kind, nil)
		}
	}
	return name
}

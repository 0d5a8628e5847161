package matching

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/civil"
	"github.com/boligklar/boligklar/landlords"
)

// Message is a sentence before a language is chosen: its key in the language
// files, and the values that it mentions. A value that has words of its own in
// each language is itself a Message, or a list of them.
type Message struct {
	Key    string
	Params map[string]any
}

// Render returns the sentence, where t gives a key's sentence in the reader's
// language with its params filled in, as i18n.Lang.T does.
func (m Message) Render(t func(key string, params map[string]any) string) string {
	params := make(map[string]any, len(m.Params))
	for name, value := range m.Params {
		switch v := value.(type) {
		case Message:
			params[name] = v.Render(t)
		case []Message:
			words := make([]string, len(v))
			for i := range v {
				words[i] = v[i].Render(t)
			}
			params[name] = strings.Join(words, ", ")
		default:
			params[name] = value
		}
	}
	return t(m.Key, params)
}

// code is the message of a code that needs no values.
func code[T ~string](area string, value T) Message {
	return Message{Key: "matching." + area + "." + string(value)}
}

func codes(area string, names []string) []Message {
	out := make([]Message, len(names))
	for i, name := range names {
		out[i] = code(area, name)
	}
	return out
}

// nok is an amount of money, its thousands parted by no-break spaces.
func nok(amount int) Message {
	return Message{Key: "matching.nok", Params: map[string]any{"Amount": grouped(amount)}}
}

func grouped(n int) string {
	switch {
	case n < 0:
		return "−" + grouped(-n)
	case n < 1000:
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s\u00a0%03d", grouped(n/1000), n%1000)
}

// date is a day in the reader's manner; "" where there is none, so that a
// sentence can ask for it with {{if}}.
func date(d civil.Date) any {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.YMD()
	return Message{Key: "matching.date", Params: map[string]any{"Year": y, "Month": fmt.Sprintf("%02d", m), "Day": fmt.Sprintf("%02d", day)}}
}

// Message returns the rule's name for people.
func (r Rule) Message() Message { return code("rule", r) }

// Message returns the criterion's name for people.
func (c CriterionName) Message() Message { return code("criterion", c) }

// Message returns the verdict for people.
func (e Eligibility) Message() Message { return code("eligibility", e) }

// Message returns the answer for people.
func (a Answer) Message() Message { return code("outcome", a) }

// Message returns who it is, as the subject of a sentence.
func (a Actor) Message() Message { return code("actor", a) }

// Message returns the question as a sentence, put to the one who knows.
func (q Question) Message() Message { return code("question", q.Field) }

// Message returns what to do, as a sentence that names who does it where that
// is not the reader.
func (r *Remedy) Message() Message {
	params := map[string]any{"Who": r.Who.Message()}
	if r.Form != "" {
		params["Form"] = code("form", r.Form)
	}
	if len(r.OrForms) > 0 {
		params["OrForms"] = codes("form", r.OrForms)
	}
	if r.Level != "" {
		params["Level"] = code("level", r.Level)
	}
	if r.Amount != nil {
		params["Amount"] = nok(*r.Amount)
	}
	if r.Place != "" {
		params["Place"] = r.Place
	}
	if len(r.Questions) > 0 {
		questions := make([]Message, len(r.Questions))
		for i, q := range r.Questions {
			questions[i] = Message{Key: "matching.ask_whom", Params: map[string]any{"Whom": q.Whom.Message(), "Question": q.Message()}}
		}
		params["Questions"] = questions
	}
	return Message{Key: "matching.remedy." + string(r.Action), Params: params}
}

// Why returns what an outcome of this result says, as a sentence with the
// figures behind it.
func (r *Result) Why(o Outcome) Message {
	if o.Outcome == Pass {
		return o.Outcome.Message()
	}
	a, h := newApplicant(r.Candidate), newHome(r.Offer)
	pr := &pair{&a, &h, r.policy, r.on}
	return Message{Key: "matching.reason." + string(o.Reason), Params: pr.facts(o.Reason)}
}

// facts returns what the sentence of a reason mentions. The facts that a reason
// rests on are known, so their pointers are not nil.
func (pr *pair) facts(reason Reason) map[string]any {
	h, l := pr.h, pr.l
	switch reason {
	case NotReady:
		return map[string]any{"Date": date(h.ReadyDate)}
	case ListingClosed:
		return map[string]any{"Status": code("status", l.Status)}
	case StaleListing:
		return map[string]any{"Date": date(l.ConfirmedOn)}
	case SharedRoomSingleOnly:
		return map[string]any{"Persons": h.Persons()}
	case TooSmall:
		return map[string]any{"Beds": pr.beds, "Need": pr.need}
	case OverMaxOccupants:
		return map[string]any{"Persons": h.Persons(), "Max": *l.MaxOccupants}
	case OverBudget:
		return map[string]any{"Rent": nok(*l.Rent), "MaxRent": nok(*h.MaxRent)}
	case CostIncrease:
		cost, _ := pr.p.costRange(*l.Rent, l.ElectricityIncluded)
		_, have := pr.p.costRange(*h.CurrentRent, h.CurrentElectricityIncluded)
		return map[string]any{"Cost": nok(cost), "Have": nok(have)}
	case NoCommonSecurity:
		return map[string]any{"Accepted": codes("form", l.AcceptedSecurity.Names()), "Has": codes("form", h.Security.Names())}
	case DepositTooHigh:
		return map[string]any{"Deposit": nok(*l.Deposit), "Funds": nok(*h.DepositFunds)}
	case EmploymentBelow:
		return map[string]any{
			"Asked": code("level", l.EmploymentRequirement),
			"Has":   code("level", landlords.EmploymentRequirements[pr.level]),
		}
	case TooLate:
		return map[string]any{"Free": date(pr.homeFree()), "Moves": date(pr.moves()), "Days": pr.p.MoveWindowDays}
	case TooEarly:
		return map[string]any{"Free": date(pr.homeFree()), "Moves": date(pr.moves()), "Days": pr.p.MaxWaitDays}
	case OutsideArea:
		return map[string]any{"Place": l.PostalPlace, "Areas": strings.Join(h.Areas, ", ")}
	case LeaseTooShort:
		return map[string]any{"Months": *l.LeaseMonths, "Least": pr.leastMonths()}
	}
	return nil
}

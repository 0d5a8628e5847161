package apperr

// Severity says what a problem does to the record it stands in.
type Severity string

// The severities of a Problem.
const (
	SeverityError   Severity = "error"   // the record is refused
	SeverityWarning Severity = "warning" // the record goes in; someone should look
)

// Problem is one thing that is wrong with one field of a record. Domain rooms
// return problems; the sentence for people is made from Code and Params where
// the language is known.
type Problem struct {
	Field    string         // canonical field name; "" for the record as a whole
	Code     string         // stable, snake_case: rent_not_a_number, address_missing
	Severity Severity       // error or warning
	Params   map[string]any // what the sentence mentions; never personal data beyond the field's own value
}

// Errors returns the problems that refuse the record.
func Errors(problems []Problem) []Problem {
	var out []Problem
	for _, p := range problems {
		if p.Severity == SeverityError {
			out = append(out, p)
		}
	}
	return out
}

package reports

import "strings"

// The rows that the sheets begin at.
const (
	tableHeader  = 4 // header row of a table, under title, line and an empty row
	figureHeader = 8 // header row of the summary's figures
)

// The columns that formulas on other sheets count in.
const (
	moveDirectionCol, movePersonsCol                    = 2, 6
	moveReasonCol, moveVoidCol, moveStayCol             = 7, 8, 9
	voidDaysCol, voidCostCol                            = 6, 9
	unitStatusCol, unitStaysCol, unitPersonsCol         = 7, 10, 12
	summaryNowCol, summaryBeforeCol, summaryYearAgoCol  = 2, 3, 5
	yearMonthCol, yearInsCol, yearOutsCol               = 1, 3, 4
	yearDiffCol, yearChainCol, yearRateCol, yearVoidCol = 7, 8, 11, 12
	agreeDiffCol                                        = 4
)

// run is the rows from first to last of a sheet.
type run struct{ first, last int }

// rows has where the cells stand that sheets refer to.
type rows struct {
	figures             map[string]int // figure key -> row of the summary
	moves, voids, units run            // the tables' rows, without headers
	year                run            // the twelve months on the control sheet
	agree               run            // the comparisons between sheets on the control sheet
	verdict             int            // the control sheet's sum of differences
	periodLine          int            // the control line of the periods; known once they are written
}

// plan lays out the sheets. What stands last depends on what stands before it.
func (r *turnoverReport) plan() {
	p := &r.rows
	p.figures = map[string]int{}
	row := figureHeader
	for _, s := range r.sections() {
		row++
		for _, f := range s.figures {
			row++
			p.figures[f.key] = row
		}
	}
	p.moves, p.voids, p.units = tableRun(len(r.moves)), tableRun(len(r.empty)), tableRun(len(r.close))
	first := tableHeader + 2 // under the section's line and the header
	p.year = run{first, first + len(r.year) - 1}
	first = p.year.last + 4 // under an empty row, the section's line and the header
	p.agree = run{first, first + len(r.agreements()) - 1}
	p.verdict = p.agree.last + 1
}

// tableRun returns the rows of a table of n. An empty table has one row that
// says so, and formulas count it as nothing.
func tableRun(n int) run { return run{tableHeader + 1, tableHeader + max(n, 1)} }

// cellOn returns the address of a cell for formulas on any sheet. The sheet is
// named by its key.
func (b *book) cellOn(sheet string, col, row int) string {
	return b.quoted(sheet) + "!" + absolute(col, row)
}

// spanOn returns the address of a column's rows for formulas on any sheet.
func (b *book) spanOn(sheet string, col int, r run) string {
	return b.quoted(sheet) + "!" + absolute(col, r.first) + ":" + absolute(col, r.last)
}

func (b *book) quoted(sheet string) string { return quote(b.sheet(sheet)) }

// sheet returns the name of a sheet, reports.sheet.KEY.
func (b *book) sheet(key string) string { return b.say("sheet." + key) }

func quote(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

// literal returns text as a formula has it.
func literal(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

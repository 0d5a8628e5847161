package browsertest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// doSheets is the variable that makes the test's own program a tool for
// spreadsheets, which the stories call by lib/sheets.mjs: a browser cannot make or
// read them, and another hand than the program's own should.
const doSheets = "BOLIGKLAR_TEST_DO_SHEETS"

// sheetsRequest is what a story asks for.
type sheetsRequest struct {
	File   string             `json:"file"`
	Make   map[string][][]any `json:"make"`  // sheet -> rows, for a new file
	Cells  map[string]string  `json:"cells"` // "Sheet!B2" -> value, in a file that is there
	Sheets []string           `json:"sheets"`
}

// sheetsAnswer is what a file holds then.
type sheetsAnswer struct {
	Rows  map[string][][]string `json:"rows"`
	Notes map[string][]string   `json:"notes"` // sheet -> "B2: comment"
}

func workOnSheets(stdin io.Reader, stdout io.Writer) error {
	var req sheetsRequest
	if err := json.NewDecoder(stdin).Decode(&req); err != nil {
		return err
	}
	if len(req.Make) > 0 {
		if err := makeSheets(&req); err != nil {
			return err
		}
	}
	f, err := excelize.OpenFile(req.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for at, value := range req.Cells {
		sheet, cell, _ := strings.Cut(at, "!")
		if err := f.SetCellValue(sheet, cell, value); err != nil {
			return err
		}
	}
	if len(req.Cells) > 0 {
		if err := f.Save(); err != nil {
			return err
		}
	}
	answer := sheetsAnswer{map[string][][]string{}, map[string][]string{}}
	for _, sheet := range f.GetSheetList() {
		if answer.Rows[sheet], err = f.GetRows(sheet); err != nil {
			return err
		}
		comments, err := f.GetComments(sheet)
		if err != nil {
			return err
		}
		for _, c := range comments {
			answer.Notes[sheet] = append(answer.Notes[sheet], c.Cell+": "+c.Text)
		}
	}
	return json.NewEncoder(stdout).Encode(answer)
}

func makeSheets(req *sheetsRequest) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	names := req.Sheets
	if len(names) == 0 {
		names = slices.Sorted(maps.Keys(req.Make))
	}
	for i, name := range names {
		if _, err := f.NewSheet(name); err != nil {
			return err
		}
		for n, row := range req.Make[name] {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", n+1), &row); err != nil {
				return err
			}
		}
		if i == 0 {
			if err := f.DeleteSheet("Sheet1"); err != nil {
				return err
			}
		}
	}
	return f.SaveAs(req.File)
}

// sheetsTool runs workOnSheets and returns the program's exit code.
func sheetsTool() int {
	if err := workOnSheets(os.Stdin, os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

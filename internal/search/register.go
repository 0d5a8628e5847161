package search

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Register reads the postal register as the program embeds it: a JSON object of
// postal codes and the places' names in capitals.
func Register(data []byte) ([]Place, error) {
	names := map[string]string{}
	if err := json.Unmarshal(data, &names); err != nil {
		return nil, err
	}
	out := make([]Place, 0, len(names))
	for code, name := range names {
		if isCode(code) {
			out = append(out, Place{Code: code, Name: placeName(name)})
		}
	}
	return out, nil
}

func isCode(s string) bool { return len(s) == 4 && isNumber(s) }

// placeName writes MO I RANA as Mo i Rana.
func placeName(capitals string) string {
	small := []string{"i", "på", "og", "ved"}
	parts := strings.Fields(strings.ToLower(capitals))
	for i, w := range parts {
		if i > 0 && slices.Contains(small, w) {
			continue
		}
		r, size := utf8.DecodeRuneInString(w)
		parts[i] = string(unicode.ToUpper(r)) + w[size:]
	}
	return strings.Join(parts, " ")
}

// ReadPlaces reads open national data of postal codes with coordinates: CSV with
// a header (comma, semicolon or tab), or a JSON array of objects. Columns are
// code, place, municipality, lat and lon, under those or the usual Norwegian
// names. Errors: apperr.Invalid, naming the row.
func ReadPlaces(data []byte) ([]Place, error) {
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	if trimmed := strings.TrimSpace(string(data)); strings.HasPrefix(trimmed, "[") {
		return placesFromJSON(data)
	}
	return placesFromCSV(string(data))
}

var placeColumns = map[string]string{
	"code": "code", "postalcode": "code", "postnummer": "code", "postnr": "code", "zip": "code",
	"place": "place", "poststed": "place", "name": "place", "city": "place",
	"municipality": "municipality", "kommunenummer": "municipality", "kommunenr": "municipality", "municipalitycode": "municipality",
	"lat": "lat", "latitude": "lat", "breddegrad": "lat", "lon": "lon", "lng": "lon", "longitude": "lon", "lengdegrad": "lon",
}

func placesFromJSON(data []byte) ([]Place, error) {
	var rows []map[string]any
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, apperr.Wrap(err, apperr.Invalid, "The file is not a JSON array of objects.").In("search.places_unreadable", nil)
	}
	var out []Place
	for i, row := range rows {
		fields := map[string]string{}
		for name, v := range row {
			switch v := v.(type) {
			case string:
				fields[placeColumns[columnName(name)]] = v
			case float64:
				fields[placeColumns[columnName(name)]] = strconv.FormatFloat(v, 'f', -1, 64)
			}
		}
		p, err := placeOf(fields, i+1)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func columnName(s string) string { return strings.ReplaceAll(FoldText(s), " ", "") }

func placesFromCSV(text string) ([]Place, error) {
	head, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	for _, separator := range "\t;" {
		if strings.ContainsRune(head, separator) {
			r.Comma = separator
			break
		}
	}
	header, err := r.Read()
	if err != nil {
		return nil, apperr.Wrap(err, apperr.Invalid, "The file has no header row.").In("search.places_unreadable", nil)
	}
	var out []Place
	for n := 2; ; n++ {
		row, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, apperr.Wrap(err, apperr.Invalid, "Row %d of the file cannot be read.", n).In("search.places_row", map[string]any{"Row": n})
		}
		fields := map[string]string{}
		for i, v := range row {
			if i < len(header) {
				fields[placeColumns[columnName(header[i])]] = strings.TrimSpace(v)
			}
		}
		p, err := placeOf(fields, n)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
}

// placeOf checks a row. A code that was kept as a number has lost its zero.
func placeOf(fields map[string]string, row int) (Place, error) {
	p := Place{Code: fields["code"], Name: fields["place"], Municipality: fields["municipality"]}
	if len(p.Code) == 3 {
		p.Code = "0" + p.Code
	}
	if len(p.Municipality) == 3 {
		p.Municipality = "0" + p.Municipality
	}
	if p.Name == strings.ToUpper(p.Name) {
		p.Name = placeName(p.Name)
	}
	bad := apperr.New(apperr.Invalid, "Row %d of the file has no postal code of four digits, or coordinates that are not degrees in Norway.", row).
		In("search.places_row", map[string]any{"Row": row})
	if !isCode(p.Code) {
		return p, bad
	}
	if fields["lat"] == "" && fields["lon"] == "" {
		return p, nil
	}
	var err1, err2 error
	p.Lat, err1 = strconv.ParseFloat(strings.ReplaceAll(fields["lat"], ",", "."), 64)
	p.Lon, err2 = strconv.ParseFloat(strings.ReplaceAll(fields["lon"], ",", "."), 64)
	if p.HasPoint = true; err1 != nil || err2 != nil || p.Lat < 57 || p.Lat > 82 || p.Lon < 2 || p.Lon > 35 {
		return p, bad
	}
	return p, nil
}

package search

import (
	"math"
	"sort"
	"strings"
)

// Place is what is known of a postal code.
type Place struct {
	Code         string  `json:"code,omitzero"`
	Name         string  `json:"name,omitzero"` // as the postal register has it
	Municipality string  `json:"municipality,omitzero"`
	Lat          float64 `json:"lat,omitzero"` // WGS 84 degrees, of about the middle
	Lon          float64 `json:"lon,omitzero"`
	HasPoint     bool    `json:"has_point,omitzero"`
}

// Places finds postal codes. A nil *Places knows none. It is not changed once
// made.
type Places struct {
	byCode map[string]Place
	byName map[string]string // folded -> as written
	points map[string]string // folded name -> a code with a point
}

// NewPlaces joins lists of places; a later list completes and corrects an
// earlier one, field by field. Local are names that people use beside the
// register's, each with a postal code that stands there.
func NewPlaces(lists ...[]Place) *Places {
	p := &Places{byCode: map[string]Place{}, byName: map[string]string{}, points: map[string]string{}}
	for _, list := range lists {
		for _, q := range list {
			old := p.byCode[q.Code]
			if q.Name == "" {
				q.Name = old.Name
			}
			if q.Municipality == "" {
				q.Municipality = old.Municipality
			}
			if !q.HasPoint {
				q.Lat, q.Lon, q.HasPoint = old.Lat, old.Lon, old.HasPoint
			}
			p.byCode[q.Code] = q
		}
	}
	codes := make([]string, 0, len(p.byCode))
	for code := range p.byCode {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	for _, code := range codes {
		p.name(p.byCode[code].Name, code)
	}
	for _, l := range localNames {
		p.name(l.name, l.code)
		p.points[FoldText(l.name)] = l.code
	}
	return p
}

func (p *Places) name(name, code string) {
	key := FoldText(name)
	if key == "" {
		return
	}
	if _, ok := p.byName[key]; !ok {
		p.byName[key] = name
	}
	if _, ok := p.points[key]; !ok && p.byCode[code].HasPoint {
		p.points[key] = code
	}
}

// Find returns the place of a postal code, the zero Place where it is not known.
func (p *Places) Find(code string) Place {
	if p == nil {
		return Place{}
	}
	return p.byCode[code]
}

// Named returns a place's name as it is written, "" where no place has it.
func (p *Places) Named(name string) string {
	if p == nil {
		return ""
	}
	return p.byName[FoldText(name)]
}

// Locate returns a place with a point by its postal code or name; without
// HasPoint where its coordinates are not known.
func (p *Places) Locate(s string) Place {
	if p == nil {
		return Place{}
	}
	s = strings.TrimSpace(s)
	if q, ok := p.byCode[s]; ok {
		return q
	}
	return p.byCode[p.points[FoldText(s)]]
}

// Len returns the number of postal codes.
func (p *Places) Len() int { return len(p.byCode) }

// Distance returns the kilometres between two points along the surface.
func Distance(a, b Place) float64 {
	const earth = 6371.0
	rad := math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}

// point makes a place with coordinates in Rana.
func point(code, name string, lat, lon float64) Place {
	return Place{Code: code, Name: name, Municipality: "1833", Lat: lat, Lon: lon, HasPoint: true}
}

// Demo has the postal codes of the demo municipality with about the middle of
// each, read off a map by ourselves.
var Demo = []Place{
	point("8601", "Mo i Rana", 66.313, 14.142), point("8602", "Mo i Rana", 66.313, 14.142), point("8603", "Mo i Rana", 66.313, 14.142),
	point("8604", "Mo i Rana", 66.313, 14.142), point("8607", "Mo i Rana", 66.313, 14.142), point("8608", "Mo i Rana", 66.313, 14.142),
	point("8609", "Mo i Rana", 66.313, 14.142), point("8610", "Mo i Rana", 66.314, 14.143), point("8613", "Mo i Rana", 66.325, 14.175),
	point("8614", "Mo i Rana", 66.332, 14.190), point("8615", "Skonseng", 66.345, 14.325), point("8616", "Mo i Rana", 66.330, 14.105),
	point("8617", "Dalsgrenda", 66.240, 14.150), point("8618", "Mo i Rana", 66.292, 14.100), point("8619", "Mo i Rana", 66.310, 14.185),
	point("8622", "Mo i Rana", 66.318, 14.160), point("8624", "Mo i Rana", 66.308, 14.160), point("8626", "Mo i Rana", 66.303, 14.150),
	point("8630", "Storforshei", 66.405, 14.515), point("8634", "Mo i Rana", 66.270, 13.960), point("8638", "Storforshei", 66.420, 14.560),
}

// localNames are what people call parts of the demo municipality.
var localNames = []struct{ name, code string }{
	{"Selfors", "8613"}, {"Ytteren", "8616"}, {"Båsmoen", "8616"}, {"Gruben", "8619"}, {"Hauknes", "8618"}, {"Skonseng", "8615"},
	{"Storforshei", "8630"}, {"Utskarpen", "8634"}, {"Mo i Rana", "8610"}, {"Mo", "8610"},
}

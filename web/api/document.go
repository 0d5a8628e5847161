package api

import (
	"maps"
	"slices"
	"strings"

	"github.com/boligklar/boligklar/importers"
	"github.com/boligklar/boligklar/internal/search"
)

// object is a JSON object of the document.
type object = map[string]any

// Document returns the API's description: OpenAPI 3.1. Filters, their values and
// the fields of a home come from the tables that the program itself uses.
func Document() any {
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "Boligklar", "version": "1", "description": "Listings of a municipality's landlords, for programs. " +
			"Whoever asks is signed in with a role that works with households."},
		"security": []object{{"session": []string{}}},
		"paths": object{
			listingsPath: object{"get": object{
				"operationId": "searchListings", "summary": "Find listings by words and filters, as staff type them",
				"parameters": parameters(),
				"responses": object{
					"200":     object{"description": "What was found, the best first, with counts for every filter.", "content": content("application/json", "Listings"), "headers": object{"ETag": object{"schema": text("")}}},
					"304":     object{"description": "The answer is the one whose ETag stood in If-None-Match."},
					"default": object{"description": "What is wrong: 401 nobody is signed in, 403 another role, 422 a parameter.", "content": content("application/problem+json", "Problem")},
				},
			}},
		},
		"components": object{
			"securitySchemes": object{"session": object{"type": "apiKey", "in": "cookie", "name": "session"}},
			"schemas":         schemas(),
		},
	}
}

func content(kind, schema string) object {
	return object{kind: object{"schema": object{"$ref": "#/components/schemas/" + schema}}}
}

func text(description string) object { return typed("string", description) }

func typed(kind any, description string) object {
	out := object{"type": kind}
	if description != "" {
		out["description"] = description
	}
	return out
}

func enum(values []string) object { return object{"type": "string", "enum": values} }

func list(of object) object { return object{"type": "array", "items": of} }

// record is an object with these properties and no others; those that are not
// optional are always there.
func record(properties object, optional ...string) object {
	var required []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if !slices.Contains(optional, name) {
			required = append(required, name)
		}
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func parameters() []object {
	in := func(name, description string, schema object) object {
		return object{"name": name, "in": "query", "description": description, "schema": schema}
	}
	orders := []string{}
	for _, order := range search.Orders {
		orders = append(orders, order, "-"+order)
	}
	out := []object{
		in("q", "Free words, and phrases that are filters: hybel selfors nav garanti under 7000. Quotes for a phrase, a minus to exclude.", text("")),
		in("near", "A postal code or place to measure distances from.", text("")),
		in("sort", "The order; with a minus backwards. Without it relevance, or distance where near is given.", enum(orders)),
		in("limit", "Hits on a page.", object{"type": "integer", "minimum": 1, "maximum": search.MaxLimit, "default": search.DefaultLimit}),
		in("cursor", "Where the page begins; from next of the page before.", text("")),
	}
	for _, f := range search.Fields {
		description, schema := "Any of these values, separated by commas", text("")
		switch {
		case f.Kind == search.KindNumber:
			description = "A number, 5000-7000, ..7000, 3+, or unknown; several separated by commas"
		case f.Kind == search.KindDate:
			description = "A day (2026-12-01), 2026-12-01..2026-12-31, ..2026-12-01, or unknown"
		case f.Values != nil:
			description += ": " + strings.Join(append(slices.Clone(f.Values), search.Unknown), ", ")
		}
		out = append(out, in(f.Name, description+".", schema))
	}
	return out
}

func schemas() object {
	counts := object{"type": "object", "additionalProperties": typed("integer", "")}
	facets := object{}
	for _, f := range search.Facets() {
		facets[f.Name] = counts
	}
	return object{
		"Listings": record(object{
			"total":      typed("integer", "Homes that answer, on all pages."),
			"hits":       list(object{"$ref": "#/components/schemas/Hit"}),
			"facets":     object{"type": "object", "properties": facets, "additionalProperties": false, "description": "For each field the homes with each value, were that value all that the field is filtered by."},
			"recognised": list(object{"$ref": "#/components/schemas/Recognised"}),
			"engine":     object{"type": "string", "enum": []string{"fts", "meili", "store"}, "description": "store where the index does not answer."},
			"relaxed":    typed("boolean", "No home answers to every word; these answer to most."),
			"without":    list(object{"$ref": "#/components/schemas/Without"}),
			"left_out":   text("A filter in q that no home answers to beside all the rest: these answer to the rest."),
			"next":       text("The address of the following page."),
		}, "relaxed", "without", "left_out", "next"),
		"Without": record(object{
			"text":  text("A part of a search that finds no home which answers to all of it: as it stands in q, FIELD=VALUE, or empty for all words."),
			"total": typed("integer", "Homes that would be found without it."),
		}),
		"Hit": record(object{
			"id":          text("The listing's own address is /listings/ID."),
			"listing":     text("What the landlord's or the office's files call it."),
			"score":       object{"type": "number", "minimum": 0, "maximum": 1},
			"distance_km": typed([]string{"number", "null"}, "From near; null where near is not given or the home's place is not known."),
			"note":        object{"type": "string", "enum": []string{"no_coordinates"}, "description": "Why there is no distance."},
			"highlights":  object{"type": "object", "additionalProperties": text(""), "description": "Fields in which words were found, as HTML with <mark>."},
			"home":        home(),
		}, "note"),
		"Recognised": record(object{
			"text": text("As it stands in q."), "field": text(""), "op": enum([]string{"=", "<=", ">=", "between", "~"}), "value": object{},
		}),
		"Problem": record(object{
			"type": text(""), "title": text(""), "status": typed("integer", ""), "detail": text("What to do, in the reader's language."),
			"code": text("What kind of failure it is, for programs."), "request_id": text("Names the request in the log."),
		}),
	}
}

// home is a listing under the names that files have it by. What is not known is
// left out; how to reach the landlord is never there.
func home() object {
	properties, names := object{}, []string{}
	for i := range importers.ListingSchema.Columns {
		f := importers.ListingSchema.Columns[i].Field
		if f.Name == "landlord_phone" || f.Name == "landlord_email" {
			continue
		}
		schema := schemaOf(f)
		schema["description"] = f.Header("en")
		properties[f.Name] = schema
		names = append(names, f.Name)
	}
	return record(properties, names...)
}

func schemaOf(f *importers.Field) object {
	choices := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		choices[i] = c.Value
	}
	switch f.Type {
	case importers.TypeMoney, importers.TypeDeposit, importers.TypeWhole, importers.TypeArea, importers.TypeLeaseMonths:
		return typed("integer", "")
	case importers.TypeYesNo:
		return typed("boolean", "")
	case importers.TypeDate:
		return object{"type": "string", "format": "date"}
	case importers.TypeChoice:
		return enum(choices)
	case importers.TypeSecuritySet, importers.TypeRuleSet:
		return list(enum(choices))
	}
	return text("")
}

package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/landlords"
	"github.com/boligklar/boligklar/web/page"
)

// listingsAnswer is the command line's answer with what a program needs beside it.
type listingsAnswer struct {
	finder.Output
	Hits []hit  `json:"hits"`
	Next string `json:"next,omitempty"` // the address of the following page
}

// hit is a home that was found, with the home itself. How to reach the landlord
// is not in it: the search does not know.
type hit struct {
	finder.OutputHit
	ID   string            `json:"id"`
	Home landlords.Listing `json:"home"`
}

// searchListings answers a search: q, near, sort, limit, cursor and one
// parameter a field, with values as in the list's own address.
func (a *API) searchListings(c *page.Context) error {
	query := c.Request.URL.Query()
	req, err := request(query)
	if err != nil {
		return err
	}
	answer, err := a.finder.Search(c.Ctx(), req)
	if err != nil {
		return err
	}
	out := listingsAnswer{Output: answer.Output(), Hits: []hit{}}
	for i, h := range out.Output.Hits {
		out.Hits = append(out.Hits, hit{h, answer.Hits[i].ID, answer.Hits[i].Listing})
	}
	if end := req.Offset + len(out.Hits); end < out.Total && len(out.Hits) > 0 {
		query.Set("cursor", cursor(query, end))
		out.Next = listingsPath + "?" + query.Encode()
	}
	return send(c, out)
}

// request reads the parameters. A parameter that is not there is refused: a
// filter that were left out silently would find too much.
func request(query url.Values) (req search.Request, err error) {
	req = search.Request{Query: query.Get("q"), Sort: query.Get("sort"), Near: strings.TrimSpace(query.Get("near"))}
	for name, values := range query {
		switch {
		case slices.Contains([]string{"q", "sort", "near", "lang"}, name):
		case name == "limit":
			if req.Limit, err = strconv.Atoi(values[0]); err != nil || req.Limit < 1 || req.Limit > search.MaxLimit {
				return req, apperr.New(apperr.Invalid, "limit is a whole number from 1 to %d.", search.MaxLimit).In("api.limit", map[string]any{"Max": search.MaxLimit})
			}
		case name == "cursor":
			if req.Offset, err = offset(query, values[0]); err != nil {
				return req, err
			}
		default:
			for _, value := range values {
				f, err := search.ParseFilter(name, value)
				if err != nil {
					return req, err
				}
				req.Filters = append(req.Filters, f)
			}
		}
	}
	req.Filters = search.Join(req.Filters)
	slices.SortFunc(req.Filters, func(a, b search.Filter) int { return strings.Compare(a.Field, b.Field) })
	return req, nil
}

// cursor says where the next page of one search begins. It holds for that search
// alone.
func cursor(query url.Values, offset int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%s", offset, searchSum(query)))
}

func offset(query url.Values, cursor string) (int, error) {
	bad := apperr.New(apperr.Invalid, "The cursor does not belong to this search. Take it from the answer before.").In("api.cursor", nil)
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, bad
	}
	number, sum, _ := strings.Cut(string(text), ".")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || sum != searchSum(query) {
		return 0, bad
	}
	return n, nil
}

// searchSum tells searches apart, whatever their page.
func searchSum(query url.Values) string {
	rest := url.Values{}
	for name, values := range query {
		if name != "cursor" && name != "limit" && name != "lang" {
			rest[name] = values
		}
	}
	sum := sha256.Sum256([]byte(rest.Encode()))
	return hex.EncodeToString(sum[:6])
}

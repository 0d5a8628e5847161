package page

import (
	"net/url"
	"strconv"
)

// Pagination leads through a list; the partial "pagination" shows it. Lists that
// are read by place have First and Next, lists with page numbers have all.
type Pagination struct {
	First, Previous, Next string // addresses; "" where there is none
	Page, Pages           int    // 0: not known
}

// Paginate returns the links of page number page of pages, which the parameter
// "page" of the present address gets.
func (c *Context) Paginate(page, pages int) Pagination {
	p := Pagination{Page: page, Pages: pages}
	if page > 1 {
		p.Previous = c.With("page", strconv.Itoa(page-1))
	}
	if page < pages {
		p.Next = c.With("page", strconv.Itoa(page+1))
	}
	return p
}

// Cut returns the page of a list that the parameter "page" asks for, the last one
// where there are not so many, and its links.
func Cut[T any](c *Context, all []T, size int) ([]T, Pagination) {
	pages := max(1, (len(all)+size-1)/size)
	at := min(c.PageNumber(), pages)
	return all[(at-1)*size : min(at*size, len(all))], c.Paginate(at, pages)
}

// PaginateBy returns the links of a list that is read by places: next is the
// place after this page, "" on the last. The parameter is "after".
func (c *Context) PaginateBy(next string) Pagination {
	var p Pagination
	if c.Query("after") != "" {
		p.First = c.With("after", "")
	}
	if next != "" {
		p.Next = c.With("after", next)
	}
	return p
}

// PageNumber returns the parameter "page", 1 where it makes no sense.
func (c *Context) PageNumber() int {
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil || n < 1 || n > 1_000_000 {
		return 1
	}
	return n
}

// With returns the present address with a parameter set, or without it where
// value is "". A change of any other parameter starts at the first page.
func (c *Context) With(name, value string) string {
	query := c.Request.URL.Query()
	query.Del("lang")
	if name != "page" && name != "after" {
		query.Del("page")
		query.Del("after")
	}
	query.Del(name)
	if value != "" {
		query.Set(name, value)
	}
	return withQuery(c.Request.URL.Path, query)
}

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// Tab is one of several views of the same thing; the partial "tabs" shows them
// as links.
type Tab struct {
	Label   string // an i18n key, or plain text
	Path    string
	Current bool
	Count   *int
}

package chutes

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"maps"
	"net/url"
	"strconv"
)

// maxPages ends an iteration that no server means.
const maxPages = 10000

// Page is one page of a list. Its Answer holds the rest of the answer, such as cord_refs.
type Page[T any] struct {
	Answer
	Items []T
	Total int // items in all; 0 if the server did not say
	Page  int // 0 is the first
	Limit int

	fetch func(ctx context.Context, query url.Values) (*Page[T], error)
	query url.Values
}

// performPage is what the generated methods call for a page.
func performPage[T any](ctx context.Context, c *Client, op operation, options []Option) (*Page[T], error) {
	p, err := performAs(ctx, c, op, options, readPage[T])
	if err != nil {
		return nil, err
	}
	p.query = op.query
	p.fetch = func(ctx context.Context, query url.Values) (*Page[T], error) {
		op.query = query
		return performPage[T](ctx, c, op, options)
	}
	return p, nil
}

// readPage reads an object whose items are the page.
func readPage[T any](c *cursor, r *Response) (*Page[T], error) {
	from, ok := c.open()
	if !ok {
		return nil, errors.New("the answer is JSON, but no object")
	}
	p := &Page[T]{Items: []T{}}
	var wrong error
	for c.field() {
		switch string(c.key) {
		case "items":
			if c.peek() == 'n' {
				c.skip()
			} else {
				p.Items, wrong = decodeItems[T](c, r)
			}
		case "total":
			c.int(&p.Total)
		case "page":
			c.int(&p.Page)
		case "limit":
			c.int(&p.Limit)
		default:
			c.skip()
		}
	}
	p.setRaw(c.since(from), r)
	resolveCords(p.Items, p.raw)
	return p, wrong
}

// resolveCords gives each chute of a list the endpoints that stand beside the list, under its cord_ref_id. What the server sent stays in Raw.
func resolveCords[T any](items []T, page []byte) {
	chutes, ok := any(items).([]Chute)
	if !ok {
		return
	}
	var known map[string][]Cord
	table(&cursor{data: fieldOf(page, "cord_refs")}, &known, func(c *cursor, cords *[]Cord) { list(c, cords, object[Cord]) })
	for i := range chutes {
		if len(chutes[i].Cords) == 0 && chutes[i].CordRefID != "" {
			chutes[i].Cords = known[chutes[i].CordRefID]
		}
	}
}

// performPages iterates over the items of all pages.
func performPages[T any](ctx context.Context, c *Client, op operation, options []Option) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		p, err := performPage[T](ctx, c, op, options)
		if err != nil {
			yield(*new(T), err)
			return
		}
		for item, err := range p.All(ctx) {
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// All iterates over the items of this page and of the pages after it. An error ends the iteration; leaving it asks for no further page.
//
//	for chute, err := range page.All(ctx) { … }
func (p *Page[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		current := p
		for pages := 1; ; pages++ {
			for _, item := range current.Items {
				if !yield(item, nil) {
					return
				}
			}
			query := current.next()
			if query == nil {
				return
			}
			following, err := current.fetch(ctx, query)
			if err == nil && (pages >= maxPages || len(following.Items) > 0 && sameItems(current.raw, following.raw)) {
				stuck := newError(KindPaginationStuck, "the server sent the same page twice, or more than %d pages", maxPages)
				stuck.Attempts, stuck.Status = following.Response().Attempts, following.Response().Status
				err = stuck
			}
			if err != nil {
				yield(*new(T), err)
				return
			}
			current = following
		}
	}
}

// next is the query of the page after this one; nil at the end.
func (p *Page[T]) next() url.Values {
	limit := p.Limit
	if limit <= 0 {
		limit, _ = strconv.Atoi(p.query.Get("limit"))
	}
	if len(p.Items) == 0 || p.fetch == nil {
		return nil
	}
	query := maps.Clone(p.query)
	if query == nil {
		query = url.Values{}
	}
	if raw := query.Get("offset"); raw != "" {
		offset, _ := strconv.Atoi(raw)
		if offset += len(p.Items); p.Total > 0 && offset >= p.Total {
			return nil
		}
		query.Set("offset", strconv.Itoa(offset))
		return query
	}
	// What was asked for counts, not what the server echoes: an odd echo must neither loop nor skip.
	page, _ := strconv.Atoi(query.Get("page"))
	if p.Total > 0 && limit > 0 && (page+1)*limit >= p.Total {
		return nil
	}
	query.Set("page", strconv.Itoa(page+1))
	return query
}

func sameItems(a, b []byte) bool {
	return bytes.Equal(bytes.TrimSpace(fieldOf(a, "items")), bytes.TrimSpace(fieldOf(b, "items")))
}

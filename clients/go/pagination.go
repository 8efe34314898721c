package chutes

import (
	"bytes"
	"context"
	"encoding/json"
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

type pageHead struct {
	Items json.RawMessage `json:"items"`
	Total *int            `json:"total"`
	Page  *int            `json:"page"`
	Limit *int            `json:"limit"`
}

// performPage is what the generated methods call for a page.
func performPage[T any](ctx context.Context, c *Client, op operation, options []Option) (*Page[T], error) {
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	data, err := r.readJSON()
	if err != nil {
		return nil, err
	}
	p := &Page[T]{query: op.query}
	head, err := decode[pageHead](data, nil)
	if err == nil && isNull(head.Items) {
		head.Items = json.RawMessage("[]")
	}
	if err == nil {
		p.Items, err = decodeItems[T](head.Items, r.meta)
	}
	if err != nil {
		return nil, r.unexpected(data, "%s", err)
	}
	for dst, src := range map[*int]*int{&p.Total: head.Total, &p.Page: head.Page, &p.Limit: head.Limit} {
		if src != nil {
			*dst = *src
		}
	}
	p.setRaw(data, r.meta)
	resolveCords(p.Items, data)
	p.fetch = func(ctx context.Context, query url.Values) (*Page[T], error) {
		op.query = query
		return performPage[T](ctx, c, op, options)
	}
	return p, nil
}

// resolveCords gives each chute of a list the endpoints that stand beside the list, under its cord_ref_id. What the server sent stays in Raw.
func resolveCords[T any](items []T, page []byte) {
	chutes, ok := any(items).([]Chute)
	refs := fieldOf(page, "cord_refs")
	if !ok || refs == nil {
		return
	}
	known, err := decodeMap[[]Cord](refs, nil)
	if err != nil {
		return
	}
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
				stuck.Attempts, stuck.Status = following.response.Attempts, following.response.Status
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

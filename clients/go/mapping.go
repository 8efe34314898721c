package chutes

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
)

// MapConcurrency is how many calls [Map] has open by default.
const MapConcurrency = 8

// MapParams are the options of [Map].
type MapParams struct {
	Concurrency Opt[int] // open calls at most, and items taken ahead. Default: [MapConcurrency]
	Ordered     bool     // results in the order of the items. Default: as they complete
	Progress    bool     // a bar on standard error, if that is a terminal
}

// MapResult is what came of one item.
type MapResult[I, O any] struct {
	Index int // of the item, from 0
	Item  I
	Value O
	Err   error // what fn returned
}

// Map calls fn for each item, several at once, and yields the results as they complete; a failure is a value and ends nothing else. Items may be
// endless: none is taken before there is room for it. Leaving the loop, or the end of ctx, cancels the context of the calls that are open. When ctx
// ends, the next item fails with its error, and is the last one taken. params may be nil; a concurrency below 1 is a config error, as
// are no items (nil) and no function.
//
//	results, err := chutes.Map(ctx, slices.Values(questions), func(ctx context.Context, q string) (*chutes.ChatCompletion, error) {
//		return client.Chat.Completions.Create(ctx, chutes.ChatCompletionRequest{Model: model, Messages: []chutes.ChatMessageParam{chutes.UserMessage(q)}})
//	}, nil)
//	for result := range results { fmt.Println(result.Index, result.Err) }
func Map[I, O any](ctx context.Context, items iter.Seq[I], fn func(context.Context, I) (O, error), params *MapParams) (iter.Seq[MapResult[I, O]], error) {
	if params == nil {
		params = &MapParams{}
	}
	limit, given := params.Concurrency.Get()
	if !given {
		limit = MapConcurrency
	}
	switch {
	case limit < 1:
		return nil, configError("the concurrency must be 1 or greater, got %d", limit)
	case items == nil || fn == nil:
		return nil, configError("Map needs items and a function")
	}
	return func(yield func(MapResult[I, O]) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		next, stop := iter.Pull(items)
		defer stop()
		m := &mapping[I, O]{next: next, fn: fn, limit: limit, done: make(chan MapResult[I, O]), left: make(chan struct{}), early: map[int]MapResult[I, O]{}, ordered: params.Ordered}
		defer close(m.left)
		bar := newProgressBar(params.Progress, os.Stderr)
		defer bar.end()
		for {
			m.start(ctx)
			result, ok := m.take()
			if !ok {
				return
			}
			if bar.step(result.Err != nil); !yield(result) {
				return
			}
		}
	}, nil
}

// mapping is one iteration of Map.
type mapping[I, O any] struct {
	next    func() (I, bool)
	fn      func(context.Context, I) (O, error)
	limit   int
	ordered bool

	done    chan MapResult[I, O]
	left    chan struct{}           // closed when nobody takes results any more
	early   map[int]MapResult[I, O] // ordered: those that others are waited for before
	taken   int
	yielded int
	ended   bool
}

// start takes items while there is room for them.
func (m *mapping[I, O]) start(ctx context.Context) {
	for !m.ended && m.taken-m.yielded < m.limit {
		item, ok := m.next()
		if m.ended = !ok || ctx.Err() != nil; !ok {
			return
		}
		index := m.taken
		m.taken++
		if m.ended {
			go m.tell(MapResult[I, O]{Index: index, Item: item, Err: contextError(ctx)})
			return
		}
		go func() {
			value, err := m.fn(ctx, item)
			m.tell(MapResult[I, O]{Index: index, Item: item, Value: value, Err: err})
		}()
	}
}

// tell hands a result over, unless the loop was left.
func (m *mapping[I, O]) tell(result MapResult[I, O]) {
	select {
	case m.done <- result:
	case <-m.left:
	}
}

// take waits for the next result; false when there is none left.
func (m *mapping[I, O]) take() (MapResult[I, O], bool) {
	for m.yielded < m.taken {
		if result, ok := m.early[m.yielded]; ok && m.ordered {
			delete(m.early, m.yielded)
			m.yielded++
			return result, true
		}
		result := <-m.done
		if !m.ordered {
			m.yielded++
			return result, true
		}
		m.early[result.Index] = result
	}
	return MapResult[I, O]{}, false
}

// progressBar draws how many are done; nil draws nothing.
type progressBar struct {
	out          io.Writer
	done, failed int
}

func newProgressBar(on bool, out *os.File) *progressBar {
	info, err := out.Stat()
	if !on || err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &progressBar{out: out}
}

func (b *progressBar) step(failed bool) {
	if b == nil {
		return
	}
	if b.done++; failed {
		b.failed++
	}
	_, _ = fmt.Fprintf(b.out, "\r[%-40s] %d done, %d failed", strings.Repeat("#", b.done%41), b.done, b.failed)
}

func (b *progressBar) end() {
	if b != nil && b.done > 0 {
		_, _ = fmt.Fprintln(b.out)
	}
}

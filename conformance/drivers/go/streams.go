package main

import (
	"io"
	"iter"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/chutes-client/chutes-client/clients/go/sse"
)

// playStream plays a stream of chunks.
func playStream[C, F any](r *run, stream *chutes.Stream[C, F], err error) {
	if r.err = err; err != nil {
		return
	}
	defer stream.Close()
	r.opened(func() { _ = stream.Close() })
	if r.stopBeforeIterating() {
		r.see("stopped", nil)
		r.partial = partialObject(stream.Partial())
		return
	}
	consume := "chunks"
	if r.req.Consume != nil {
		consume = *r.req.Consume
	}
	var failed error
	broke := false
	switch consume {
	case "chunks":
		broke, failed = each(r, stream.Chunks(), func(chunk *C) { r.see("chunk", object{"chunk": any(chunk).(rawHolder).Raw()}) })
	case "text":
		broke, failed = each(r, stream.Text(), func(text string) { r.see("text", object{"text": text}) })
	case "events":
		broke, failed = each(r, stream.Events(), r.event)
	case "final":
		_, failed = stream.Final()
	}
	if r.ended(failed, broke) {
		r.partial = partialObject(stream.Partial())
		return
	}
	if failed != nil {
		return
	}
	final, err := stream.Final()
	r.result(any(final).(rawHolder), err)
}

// each notes the elements of an iteration until it ends, fails or is to be left.
func each[T any](r *run, elements iter.Seq2[T, error], note func(T)) (broke bool, failed error) {
	for element, err := range elements {
		if err != nil {
			return false, err
		}
		note(element)
		if r.stopHere() {
			return true, nil
		}
	}
	return false, nil
}

func (r *run) event(event sse.Event) {
	r.see("event", object{"event": event.Name, "data": string(event.Data), "id": event.ID})
}

// opened notes the open stream and how to close it from outside.
func (r *run) opened(closer func()) {
	r.see("open", nil)
	r.mu.Lock()
	r.closer = closer
	r.mu.Unlock()
}

func (r *run) stopBeforeIterating() bool {
	stop := r.req.Stop
	if stop == nil || !stop.BeforeIterate {
		return false
	}
	switch stop.How {
	case "cancel":
		r.cancel()
		return false
	default:
		r.closer()
	}
	return true
}

// ended notes how an iteration ended; true if it was left early.
func (r *run) ended(failed error, broke bool) bool {
	switch {
	case broke || r.left():
		r.see("stopped", nil)
		r.err = failed
		return true
	case failed != nil:
		r.see("error", nil)
		r.err = failed
	default:
		r.see("end", nil)
	}
	return false
}

// playItems plays a stream of decoded items.
func playItems[T any](r *run, stream *chutes.ItemStream[T], err error, seen func(*T)) {
	if r.err = err; err != nil {
		return
	}
	playSeq(r, stream, stream.Items(), seen)
}

// playSeq plays a sequence of decoded items of an open stream.
func playSeq[T any](r *run, stream io.Closer, items iter.Seq2[*T, error], seen func(*T)) {
	defer func() { _ = stream.Close() }()
	r.opened(func() { _ = stream.Close() })
	broke, failed := each(r, items, func(item *T) {
		r.see("item", object{"item": any(item).(rawHolder).Raw()})
		seen(item)
	})
	r.ended(failed, broke)
}

// playEvents plays a stream of plain events.
func playEvents(r *run, stream *chutes.EventStream, err error) {
	if r.err = err; err != nil {
		return
	}
	defer stream.Close()
	r.opened(func() { _ = stream.Close() })
	if r.stopBeforeIterating() {
		r.see("stopped", nil)
		return
	}
	broke, failed := each(r, stream.Events(), r.event)
	if !r.ended(failed, broke) && failed == nil {
		r.final = object{"count": r.seen}
	}
}

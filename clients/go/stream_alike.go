package chutes

import (
	"bytes"
	"encoding/json"
	"strings"
)

// maxSlab bounds how many chunks are allocated at once, and so what one that is kept keeps from being freed. So many fill a size class of the
// allocator (9.25 KB, its own 8 bytes included); larger slabs cost the same.
const maxSlab = 21

// chatSlot is a chunk with its choice.
type chatSlot struct {
	chunk  ChatCompletionChunk
	choice [1]ChatChunkChoice
}

// slab allocates chunks together that came together.
type slab []chatSlot

// next returns a place for a chunk, the first of so many that have come.
func (s *slab) next(count int) *chatSlot {
	if len(*s) == 0 {
		*s = make([]chatSlot, min(count, maxSlab))
	}
	slot := &(*s)[0]
	*s = (*s)[1:]
	return slot
}

const (
	// pieceBlock is how many bytes of pieces of text are allocated at once.
	pieceBlock = 512
	// maxPause bounds how many chunks of a stream that has no two alike are not learned.
	maxPause = 255
)

// alike reads chat chunks that differ from an earlier one in nothing but a piece of text, as nearly all of a stream do: to compare what stands
// around that piece costs a fraction of reading it all. Such chunks share their bytes but for the piece.
type alike struct {
	form   *form // nil until one is learned
	wait   int   // so many chunks are not learned
	pause  int   // what wait was last
	pieces []byte
	texts  strings.Builder
}

// form is what alike chunks have in common.
type form struct {
	chunk         ChatCompletionChunk // without its choice
	choice        ChatChunkChoice
	field         func(*ChatDelta) *string // where the piece belongs
	before, after []byte                   // what stands around it, its quotes included
}

// match reads the piece of text of an alike chunk: as it stands there, and what it says.
func (a *alike) match(raw json.RawMessage) (piece []byte, text string, ok bool) {
	f := a.form
	if f == nil {
		return nil, "", false
	}
	from, to := len(f.before), len(raw)-len(f.after)
	if to < from || string(raw[:from]) != string(f.before) || string(raw[to:]) != string(f.after) {
		return nil, "", false
	}
	c := cursor{data: raw, i: from - 1}
	body, plain := c.quoted()
	if c.failed || c.i != to+1 {
		return nil, "", false
	}
	a.wait, a.pause = 0, 0
	if cap(a.pieces)-len(a.pieces) < len(body) {
		a.pieces = make([]byte, 0, max(len(body), pieceBlock))
		a.texts.Reset()
		a.texts.Grow(cap(a.pieces))
	}
	at := len(a.pieces)
	a.pieces = append(a.pieces, body...)
	piece = a.pieces[at:]
	if !plain {
		return piece, unescape(body), true
	}
	at = a.texts.Len()
	a.texts.Write(body)
	return piece, a.texts.String()[at:], true
}

// fill makes the chunk of what match has read.
func (a *alike) fill(slot *chatSlot, piece []byte, text string) *ChatCompletionChunk {
	f, v, choice := a.form, &slot.chunk, &slot.choice[0]
	*v, *choice = f.chunk, f.choice
	v.Choices = slot.choice[:]
	*f.field(&choice.Delta) = text
	v.raw, choice.raw, choice.Delta.raw = piece, piece, piece
	return v
}

// learn takes a chunk for the next ones to be compared with, if it brings a piece of text and nothing that holds on to its bytes.
func (a *alike) learn(v *ChatCompletionChunk) {
	if a.wait > 0 {
		a.wait--
		return
	}
	if len(v.Choices) != 1 || v.Usage.raw != nil {
		return
	}
	choice := v.Choices[0]
	if choice.Delta.ToolCalls != nil || choice.Logprobs != nil && !isNull(choice.Logprobs) {
		return
	}
	field, from, to := pieceOf(&choice.Delta)
	if field == nil {
		return
	}
	place := func(part json.RawMessage) int { return cap(v.raw) - cap(part) } // see cursor.since
	own := bytes.Clone(v.raw)
	from, to = from+place(choice.Delta.raw), to+place(choice.Delta.raw)
	f := &form{chunk: *v, choice: choice, field: field, before: own[:from], after: own[to:]}
	framed := func(o *Answer) {
		at := place(o.raw)
		o.source = &source{response: o.Response(), before: own[at:from], after: own[to : at+len(o.raw)]}
		o.raw = nil
	}
	framed(&f.chunk.Answer)
	framed(&f.choice.Answer)
	framed(&f.choice.Delta.Answer)
	if f.chunk.Choices = nil; choice.Logprobs != nil {
		f.choice.Logprobs = json.RawMessage("null")
	}
	a.form = f
	a.pause = min(2*a.pause+1, maxPause)
	a.wait = a.pause
}

// pieceOf finds the piece of text that a delta brings, and its place there; a nil field if there is none, or none without escapes.
func pieceOf(d *ChatDelta) (field func(*ChatDelta) *string, from, to int) {
	c := cursor{data: d.raw}
	for _, ok := c.open(); ok && c.field(); {
		var of func(*ChatDelta) *string
		switch string(c.key) {
		case "content":
			of = func(d *ChatDelta) *string { return &d.Content }
		case "reasoning_content":
			of = func(d *ChatDelta) *string { return &d.ReasoningContent }
		case "reasoning":
			of = func(d *ChatDelta) *string { return &d.Reasoning }
		}
		if of == nil || c.peek() != '"' {
			c.skip()
			continue
		}
		// Of two equal names the last one counts, so that the piece must be what was read.
		if body, plain := c.quoted(); plain && len(body) > 0 && string(body) == *of(d) {
			field, from, to = of, c.i-1-len(body), c.i-1
		}
	}
	return field, from, to
}

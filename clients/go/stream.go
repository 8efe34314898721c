package chutes

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strings"

	"github.com/chutes-client/chutes-client/clients/go/sse"
)

// Partial is what had been accumulated when a stream ended early. Complete is false then.
type Partial struct {
	Chat       *ChatCompletion // of a chat stream
	Completion *TextCompletion // of a stream of a text completion
	Complete   bool
}

// Text returns the text of the first choice.
func (p *Partial) Text() string {
	switch {
	case p == nil:
	case p.Chat != nil:
		return p.Chat.Text()
	case p.Completion != nil:
		return p.Completion.Text()
	}
	return ""
}

// Raw returns the completion as JSON in the wire shape of a whole answer.
func (p *Partial) Raw() json.RawMessage {
	switch {
	case p == nil:
	case p.Chat != nil:
		return p.Chat.Raw()
	case p.Completion != nil:
		return p.Completion.Raw()
	}
	return nil
}

// ChatStream is a stream of chat chunks.
type ChatStream = Stream[ChatCompletionChunk, ChatCompletion]

// CompletionStream is a stream of pieces of a text completion.
type CompletionStream = Stream[TextCompletion, TextCompletion]

// Stream hands out chunks C as they arrive and builds the completion F from them. It is for one goroutine, except Close.
//
//	stream, err := client.Chat.Completions.Stream(ctx, request)
//	if err != nil { return err }
//	defer stream.Close()
//	for chunk, err := range stream.Chunks() {
//		if err != nil { return err }
//		fmt.Print(chunk.Text())
//	}
type Stream[C, F any] struct {
	events   *eventReader // nil for one JSON answer
	reader   eventReader  // the place of it
	reply    *reply
	acc      Accumulator
	slab     slab
	alike    alike
	current  sse.Event // its data is borrowed where it was alike, but asEvents
	cursor   cursor    // of its data
	recent   recent
	restarts int
	whole    []json.RawMessage // the chunks of a JSON answer to a stream request
	isWhole  bool

	asEvents bool
	iterated bool
	finished bool
	err      *Error
	ended    bool // there is nothing more to read
	partial  func(final *F, complete bool) *Partial
}

// newStream looks at the headers: events, one JSON answer, or neither.
func newStream[C, F any](r *reply, partial func(*F, bool) *Partial) (*Stream[C, F], error) {
	s := &Stream[C, F]{reply: r, partial: partial, alike: alike{wait: 1}} // the first chunk, which brings the role, is like no other
	s.acc.recent = &s.recent
	contentType := strings.ToLower(r.Header.Get("Content-Type"))
	switch {
	case strings.Contains(contentType, "json") && !strings.Contains(contentType, "event-stream") && !strings.Contains(contentType, "ndjson"):
		data, failed := r.take()
		if failed == nil {
			_, failed = parse(r, data, anyJSON)
		}
		if failed != nil {
			r.ended(failed, nil)
			return nil, failed
		}
		choices := fieldOf(data, "choices")
		if firstByteOf(choices) != '[' {
			e := r.unexpected(data, "the server answered a stream request with JSON that has no choices: %s", snippet(data))
			r.ended(e, nil)
			return nil, e
		}
		s.isWhole, s.whole = true, splitChoices(data, choices)
	case r.StatusCode == http.StatusNoContent:
		_ = r.Body.Close()
		e := r.unexpected(nil, "the server answered a stream request with an empty answer (204)")
		r.ended(e, nil)
		return nil, e
	default:
		if e := r.refusePage(); e != nil {
			return nil, e
		}
		s.events = s.reader.of(r)
	}
	return s, nil
}

// refusePage refuses a page of HTML, which is nobody's stream.
func (r *reply) refusePage() *Error {
	if !isHTML(r.Header.Get("Content-Type")) {
		return nil
	}
	data, _ := r.take()
	e := r.unexpected(data, "the server answered a stream request with an HTML page")
	r.ended(e, nil)
	return e
}

// splitChoices makes one chunk per choice of a whole answer, or one without any: message becomes delta. The last one tells the usage.
func splitChoices(data, choices json.RawMessage) []json.RawMessage {
	var deltas []json.RawMessage
	eachItem(choices, func(choice json.RawMessage) {
		var c objectBuilder
		eachField(choice, func(key string, value json.RawMessage) bool {
			if key == "message" {
				key = "delta"
			}
			c.raw(key, value)
			return true
		})
		deltas = append(deltas, c.done())
	})
	out := make([]json.RawMessage, max(len(deltas), 1))
	for i := range out {
		var b objectBuilder
		eachField(data, func(key string, value json.RawMessage) bool {
			switch {
			case key == "choices" && len(deltas) > 0:
				value = json.RawMessage("[" + string(deltas[i]) + "]")
			case key == "object" && string(value) == `"chat.completion"`:
				value = json.RawMessage(`"chat.completion.chunk"`)
			case key == "usage" && i < len(out)-1:
				return true
			}
			b.raw(key, value)
			return true
		})
		out[i] = b.done()
	}
	return out
}

// Response returns status, headers and attempts of the answer.
func (s *Stream[C, F]) Response() *Response { return s.reply.meta }

// Restarts counts how often the server began the answer anew (only with WithOnRestart("discard")).
func (s *Stream[C, F]) Restarts() int { return s.restarts }

// Chunks iterates over the chunks once; a second iteration yields a config error. Leaving the loop closes the connection.
func (s *Stream[C, F]) Chunks() iter.Seq2[*C, error] {
	return func(yield func(*C, error) bool) {
		if s.iterated {
			yield(nil, errIterated())
			return
		}
		s.iterated = true
		each(s, s.next, yield)
	}
}

// each runs the machine to its end (next gives nil), or until yield returns false.
func each[C, F, T any](s *Stream[C, F], next func() (*T, error), yield func(*T, error) bool) {
	defer s.shut()
	for {
		item, err := next()
		switch {
		case err != nil:
			s.shut()
			s.reply.seen.end(kindOf(s.err))
			yield(nil, err)
			return
		case item == nil:
			s.shut()
			s.reply.seen.end("")
			return
		case !yield(item, nil):
			s.shut()
			s.reply.seen.end(KindCancelled)
			return
		}
	}
}

// Text iterates over the text of the first choice, piece by piece. It counts as the one iteration.
func (s *Stream[C, F]) Text() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for chunk, err := range s.Chunks() {
			if err != nil {
				yield("", err)
				return
			}
			if text := any(chunk).(interface{ Text() string }).Text(); text != "" && !yield(text, nil) {
				return
			}
		}
	}
}

// Events iterates over the events as they came, pings and [DONE] too, up to the one that reports an error. It counts as the one iteration;
// what is accumulated is the same.
func (s *Stream[C, F]) Events() iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		if s.iterated {
			yield(sse.Event{}, errIterated())
			return
		}
		s.iterated, s.asEvents = true, true
		var failed error // by the event that was handed out last
		next := func() (*sse.Event, error) {
			for failed == nil && !s.ended {
				var isEvent bool
				if isEvent, _, failed = s.step(); isEvent {
					return &s.current, nil
				}
			}
			return nil, failed
		}
		each(s, next, func(event *sse.Event, err error) bool {
			if err != nil {
				return yield(sse.Event{}, err)
			}
			return yield(*event, nil)
		})
	}
}

// Usage returns the tokens told so far; nil if there are none yet. A stream asks for them unless StreamOptions is set.
func (s *Stream[C, F]) Usage() *Usage {
	if firstByteOf(s.acc.usage) != '{' {
		return nil
	}
	usage, err := decode[Usage](s.acc.usage, nil)
	if err != nil {
		return nil // a usage that is no object
	}
	return usage
}

// Final reads what is left and returns the whole completion, or the error that ended the stream.
func (s *Stream[C, F]) Final() (*F, error) {
	if !s.iterated {
		for _, err := range s.Chunks() {
			if err != nil {
				return nil, err
			}
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	if !s.finished {
		return nil, s.fail(s.reply.fail(KindStreamInterrupted, "the stream was left before its end"), ReasonTruncated)
	}
	return s.snapshot(), nil
}

// Partial returns what has been accumulated so far; it never fails. It is a copy, as long as the answer: not for each chunk.
func (s *Stream[C, F]) Partial() *Partial { return s.partial(s.snapshot(), s.finished && s.err == nil) }

// Close closes the connection at once, also while another goroutine waits in the iteration. Closing twice is harmless.
func (s *Stream[C, F]) Close() error {
	s.shut()
	s.reply.seen.end(KindCancelled) // unless it has ended already
	return nil
}

func (s *Stream[C, F]) shut() {
	if s.events != nil {
		s.events.close()
	}
}

func (s *Stream[C, F]) snapshot() *F {
	v, err := decode[F](s.acc.Snapshot(), s.reply.meta)
	if err != nil {
		return new(F) // the snapshot is our own JSON; this cannot happen
	}
	return v
}

// fail ends the stream with e, which takes the partial message along.
func (s *Stream[C, F]) fail(e *Error, reason string) *Error {
	e.Reason = reason
	e.Partial = s.partial(s.snapshot(), false)
	s.err = e
	return e
}

// next returns the next chunk, nil at the end.
func (s *Stream[C, F]) next() (*C, error) {
	for !s.ended {
		if _, chunk, err := s.step(); chunk != nil || err != nil {
			return chunk, err
		}
	}
	return nil, nil
}

// step goes one record further. An event is the current one then, and may make a chunk.
func (s *Stream[C, F]) step() (isEvent bool, chunk *C, err error) {
	if e := s.reply.cancelled(); e != nil {
		return false, nil, s.broken(e)
	}
	if s.isWhole {
		if len(s.whole) == 0 {
			s.finished, s.ended = true, true
			return false, nil, nil
		}
		s.current = sse.Event{Name: "message", Data: s.whole[0]}
		s.whole = s.whole[1:]
		chunk, err = s.chunk(s.current.Name, s.current.Data)
		return true, chunk, err
	}
	rec, broken := s.events.next()
	switch {
	case broken != nil:
		return false, nil, s.broken(broken)
	case rec.left:
		s.ended = true
	case rec.tail != nil:
		isEvent, chunk, err = s.end(rec.tail)
		s.ended = chunk == nil
	case rec.ignored != "":
		if e := streamError(s.reply, "", []byte(rec.ignored), true); e != nil {
			err = s.fail(e, "")
		}
	default:
		s.current = rec.event
		if chunk = s.alikeChunk(); chunk == nil || s.asEvents {
			s.current = s.events.dec.Keep(rec.event)
		}
		if chunk == nil {
			chunk, err = s.event(s.current.Name, s.current.Data)
			s.ended = s.finished
		}
		return true, chunk, err
	}
	return isEvent, chunk, err
}

// event handles one event: ping, end, error or chunk.
func (s *Stream[C, F]) event(name string, data []byte) (*C, error) {
	switch {
	case name == "error":
		return nil, s.fail(streamError(s.reply, name, data, false), "")
	case isPing(data):
		return nil, nil
	case string(bytes.TrimSpace(data)) == "[DONE]":
		s.finished = true
		s.events.drain()
		return nil, nil
	}
	return s.chunk(name, data)
}

// burst is how many chunks like this one have arrived, itself included.
func (s *Stream[C, F]) burst(size int) int {
	if s.isWhole {
		return 1
	}
	return 1 + s.events.dec.Buffered()/size
}

// newChunk is a place for a chunk of that size; of a chat stream it is chat, too.
func (s *Stream[C, F]) newChunk(size int) (v *C, chat *ChatCompletionChunk) {
	if _, isChat := any(v).(*ChatCompletionChunk); !isChat {
		return new(C), nil
	}
	slot := s.slab.next(s.burst(size))
	slot.chunk.Choices = slot.choice[:0]
	return any(&slot.chunk).(*C), &slot.chunk
}

// header is what decides about a chunk before it counts.
type header interface{ head() (id, object string) }

// alikeChunk is the current event as a chunk, if it is alike an earlier one; else it is for event.
func (s *Stream[C, F]) alikeChunk() (v *C) {
	event := &s.current
	piece, text, ok := s.alike.match(event.Data)
	if !ok || event.Name == "error" || s.alike.form.chunk.ID != s.acc.current {
		return nil
	}
	v = any(s.alike.fill(s.slab.next(s.burst(len(event.Data))), piece, text)).(*C)
	s.count(v, event.Data, false)
	return v
}

// chunk decodes and accumulates one chunk.
func (s *Stream[C, F]) chunk(name string, raw json.RawMessage) (*C, error) {
	v, chat := s.newChunk(len(raw))
	s.cursor = cursor{data: raw, recent: &s.recent}
	wrong := read(&s.cursor, v, s.reply.meta)
	switch {
	case !s.cursor.end():
		return nil, s.fail(s.reply.fail(KindStreamError, "an event of the stream is not valid JSON: %s", snippet(raw)), "")
	case wrong != nil:
		return nil, s.fail(s.reply.fail(KindStreamError, "an event of the stream is JSON, but no object: %s", snippet(raw)), "")
	}
	id, object := any(v).(header).head()
	if s.cursor.reported || object == "error" {
		if e := streamError(s.reply, name, raw, false); e != nil {
			return nil, s.fail(e, "")
		}
	}
	if s.acc.restarted(id, raw) {
		if s.reply.call.settings.onRestart != "discard" {
			e := s.reply.fail(KindStreamInterrupted, "the server began the answer anew on another instance; what came before is in Partial")
			return nil, s.fail(e, ReasonRestarted)
		}
		s.acc = Accumulator{current: id, recent: &s.recent}
		s.restarts++
	}
	if chat != nil && !s.cursor.odd {
		s.alike.learn(chat)
	}
	s.count(v, raw, s.cursor.odd)
	return v, nil
}

// count accumulates a chunk; odd is what its cursor says.
func (s *Stream[C, F]) count(v *C, raw json.RawMessage, odd bool) {
	if odd || !s.acc.addPlain(v) {
		s.acc.Add(raw)
	}
	s.reply.seen.chunk(raw)
}

// end looks at what stood behind the last event when the body ended.
func (s *Stream[C, F]) end(tail *sse.Tail) (isEvent bool, chunk *C, err error) {
	if e := streamError(s.reply, "", []byte(tail.Line), true); e != nil {
		return false, nil, s.fail(e, "")
	}
	if data := strings.TrimSpace(string(tail.Data)); data != "" {
		switch {
		case tail.Event != "error" && data[0] == ':': // a ping
		case data == "[DONE]" || tail.Event == "error" || strings.HasPrefix(data, "{") && validJSON([]byte(data)):
			s.current = sse.Event{Name: first(tail.Event, "message"), Data: tail.Data}
			chunk, err = s.event(tail.Event, tail.Data)
			return true, chunk, err // the next read is at the end again
		default:
			return false, nil, s.interrupted("the stream ended in the middle of an event")
		}
	}
	if s.finished || s.acc.Complete() {
		s.finished = true
		return false, nil, nil
	}
	if s.acc.Empty() {
		return false, nil, s.interrupted("the stream ended without any answer")
	}
	return false, nil, s.interrupted("the stream ended before the answer was complete")
}

func (s *Stream[C, F]) interrupted(text string) *Error {
	return s.fail(s.reply.fail(KindStreamInterrupted, "%s", text), ReasonTruncated)
}

// broken is an error of the connection in mid-stream.
func (s *Stream[C, F]) broken(e *Error) *Error {
	switch e.Kind {
	case KindConnection:
		e.Kind, e.Retryable = KindStreamInterrupted, false
		return s.fail(e, ReasonConnection)
	case KindTimeout:
		if errors.Is(e, errIdleTimeout) {
			return s.fail(e, ReasonIdleTimeout)
		}
	}
	return s.fail(e, "")
}

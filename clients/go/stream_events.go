package chutes

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chutes-client/chutes-client/clients/go/sse"
)

const (
	readSize = 32 << 10
	// drainTime and drainBytes bound what is read after [DONE] to find the end of the body, so that the connection can be used again.
	drainTime  = 25 * time.Millisecond
	drainBytes = 64 << 10
)

// record is what a body of events hands to the layer above: an event, a line that was none, or the end.
type record struct {
	event   sse.Event // borrowed from the decoder
	ignored string
	tail    *sse.Tail
	left    bool // the caller has closed the stream
}

// eventReader reads records from a body.
type eventReader struct {
	reply *reply
	dec   *sse.Decoder
	queue []record
	once  sync.Once
	eof   bool        // the body is at its end
	gone  *Error      // the body broke off
	left  atomic.Bool // closed, perhaps by another goroutine while this one reads
}

func newEventReader(r *reply) *eventReader { return new(eventReader).of(r) }

// of makes it a reader of that answer.
func (e *eventReader) of(r *reply) *eventReader {
	e.reply, e.dec = r, sse.NewDecoder(r.call.settings.maxEventBytes)
	if r.client.watch.wantsStream() { // a stream that nobody reads or closes any more has ended with its context
		free := r.attempt.done
		stop := context.AfterFunc(r.ctx, func() { r.seen.end(contextError(r.ctx).Kind) })
		r.attempt.free(func() { stop(); free() })
	}
	return e
}

// next returns the next record; the last one has a tail. The error is ours.
func (e *eventReader) next() (record, *Error) {
	for {
		if len(e.queue) > 0 {
			r := e.queue[0]
			e.queue = e.queue[1:]
			return r, nil
		}
		if e.gone != nil {
			return record{}, e.gone
		}
		event, ok, err := e.dec.Borrow()
		for _, line := range e.dec.TakeIgnored() {
			e.queue = append(e.queue, record{ignored: line})
		}
		switch {
		case err != nil:
			return record{}, e.reply.broken(err)
		case ok && len(e.queue) == 0:
			return record{event: event}, nil
		case ok:
			e.queue = append(e.queue, record{event: event})
		}
		if len(e.queue) > 0 {
			continue
		}
		n, err := e.dec.FeedFrom(e.reply.Body)
		e.eof = errors.Is(err, io.EOF)
		if n > 0 {
			continue
		}
		if e.left.Load() {
			return record{left: true}, nil
		}
		if e.eof {
			tail := e.dec.Finish()
			return record{tail: &tail}, nil
		}
		if err != nil {
			e.gone = e.reply.broken(err)
			if line := e.dec.Finish().Line; line != "" && e.gone.Kind != KindCancelled {
				return record{ignored: line}, nil // the server's reason beats that of the connection
			}
		}
	}
}

// drain takes what has arrived already, so that a body at its end gives its connection back.
func (e *eventReader) drain() {
	if e.eof {
		return
	}
	timer := time.AfterFunc(drainTime, func() { e.reply.attempt.cancel(errClosed) })
	defer timer.Stop()
	_, _ = io.CopyN(io.Discard, e.reply.Body, drainBytes)
}

func (e *eventReader) close() {
	e.once.Do(func() {
		e.left.Store(true)
		_ = e.reply.Body.Close()
	})
}

// streamError is the one function that decides whether an event, an ignored line or a tail reports an error: named, keyed or bare.
// bare is true for what is no event.
func streamError(r *reply, name string, data []byte, bare bool) *Error {
	isObject := firstByteOf(data) == '{' && validJSON(data)
	reported := !bare && name == "error"
	if isObject {
		var object string
		keepFirst(&object, fieldOf(data, "object"))
		reported = reported || object == "error" || fieldOf(data, "error") != nil || bare && fieldOf(data, "detail") != nil
	}
	if !reported {
		return nil
	}
	parsed := parseBody(data, "")
	e := r.fail(KindStreamError, "%s", first(parsed.message, "the server reported an error inside the stream")).keep(data, r.secrets())
	e.Message = cleanMessage(e.Message, r.secrets())
	e.Code, e.Type = cleanMessage(parsed.code, r.secrets()), cleanMessage(parsed.typ, r.secrets())
	return e
}

// EventStream is a stream of plain events: a chute's own endpoint, or a warm-up.
type EventStream struct {
	reply    *reply
	events   *eventReader
	iterated bool
}

// Response returns status, headers and attempts of the answer.
func (s *EventStream) Response() *Response { return s.reply.meta }

// Close closes the connection at once. Closing twice is harmless.
func (s *EventStream) Close() error {
	s.events.close()
	s.reply.seen.end(KindCancelled) // unless it has ended already
	return nil
}

// watched is the one iteration of a stream: it counts what seq hands out, and tells how it ended when the connection is closed.
func watched[T any](s *EventStream, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := s.begin(); err != nil {
			yield(none, err)
			return
		}
		var failed error
		kind := Kind("")
		for item, err := range seq {
			if failed = err; err != nil {
				break
			}
			if e := s.reply.cancelled(); e != nil {
				failed = e
				break
			}
			s.reply.seen.chunk(nil)
			if !yield(item, nil) {
				kind = KindCancelled
				break
			}
		}
		var e *Error
		if errors.As(failed, &e) {
			kind = e.Kind
		}
		if s.reply.seen.end(kind); failed != nil {
			yield(none, failed)
		}
	}
}

func (s *EventStream) begin() *Error {
	if s.iterated {
		return errIterated()
	}
	s.iterated = true
	return nil
}

func errIterated() *Error { return configError("the stream has already been read; open a new one") }

// Events iterates over the events once, to the end of the body. An unterminated last line that is an object with error raises stream_error.
func (s *EventStream) Events() iter.Seq2[sse.Event, error] {
	return watched(s, func(yield func(sse.Event, error) bool) {
		defer s.events.close()
		for {
			rec, err := s.events.next()
			if err != nil {
				yield(sse.Event{}, interruptedCord(err))
				return
			}
			if rec.left {
				return
			}
			if rec.tail != nil {
				if e := streamError(s.reply, "", []byte(rec.tail.Line), true); e != nil && fieldOf([]byte(rec.tail.Line), "error") != nil {
					yield(sse.Event{}, e)
				} else if rec.tail.Data != nil {
					yield(sse.Event{Name: first(rec.tail.Event, "message"), Data: rec.tail.Data}, nil)
				}
				return
			}
			if rec.ignored == "" && !yield(s.events.dec.Keep(rec.event), nil) {
				return
			}
		}
	})
}

// Bytes iterates over the body as it arrives, whatever it holds. It counts as the one iteration.
func (s *EventStream) Bytes() iter.Seq2[[]byte, error] {
	return watched(s, func(yield func([]byte, error) bool) {
		defer s.events.close()
		buf := make([]byte, readSize)
		for {
			n, err := s.reply.Body.Read(buf)
			if n > 0 && !yield(append([]byte(nil), buf[:n]...), nil) {
				return
			}
			if errors.Is(err, io.EOF) || err != nil && s.events.left.Load() {
				return
			}
			if err != nil {
				yield(nil, interruptedCord(s.reply.broken(err)))
				return
			}
		}
	})
}

// Lines iterates over the lines of the body, without their ends (LF or CRLF). It counts as the one iteration. A line has the limit of an event
// ([WithMaxEventBytes]).
func (s *EventStream) Lines() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var rest []byte
		limit := cmp.Or(s.reply.call.settings.maxEventBytes, sse.MaxEventBytes)
		for data, err := range s.Bytes() {
			if err != nil {
				yield("", err)
				return
			}
			parts := strings.Split(string(data), "\n")
			for _, part := range parts[:len(parts)-1] {
				if e := s.reply.cancelled(); e != nil {
					yield("", e)
					return
				}
				line := string(append(rest, part...))
				rest = rest[:0]
				if !yield(strings.TrimSuffix(line, "\r"), nil) {
					return
				}
			}
			if rest = append(rest, parts[len(parts)-1]...); len(rest) > limit {
				yield("", s.reply.fail(KindTooLarge, "a line of the stream is larger than %d bytes (WithMaxEventBytes)", limit))
				return
			}
		}
		if len(rest) > 0 {
			yield(string(rest), nil)
		}
	}
}

// interruptedCord: a broken connection in mid-stream is an interrupted stream here too.
func interruptedCord(e *Error) *Error {
	if e.Kind == KindConnection {
		e.Kind, e.Reason, e.Retryable = KindStreamInterrupted, ReasonConnection, false
	} else if errors.Is(e, errIdleTimeout) {
		e.Reason = ReasonIdleTimeout
	}
	return e
}

// openEvents opens a stream of plain events.
func (c *Client) openEvents(ctx context.Context, op operation, options []Option) (*EventStream, error) {
	op.stream = true
	op.accept = first(op.accept, "text/event-stream")
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	if e := r.refusePage(); e != nil {
		return nil, e
	}
	return &EventStream{reply: r, events: newEventReader(r)}, nil
}

// isPing tells data that says nothing: none, or the `: keepalive` that some proxies wrap into an event.
func isPing(data []byte) bool {
	trimmed := bytes.TrimSpace(data)
	return len(trimmed) == 0 || trimmed[0] == ':'
}

// ItemStream is a stream of decoded events.
type ItemStream[T any] struct {
	*EventStream
	last func(*T) bool
}

// Items iterates over the decoded events once.
func (s *ItemStream[T]) Items() iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for event, err := range s.Events() {
			if err != nil {
				yield(nil, err)
				return
			}
			if isPing(event.Data) {
				continue
			}
			if e := streamError(s.reply, event.Name, event.Data, false); e != nil {
				yield(nil, e)
				return
			}
			item, err := decode[T](event.Data, s.reply.meta)
			if err != nil {
				yield(nil, s.reply.fail(KindStreamError, "%s: %s", err, snippet(event.Data)))
				return
			}
			if !yield(item, nil) {
				return
			}
			if s.last != nil && s.last(item) {
				s.reply.seen.end("") // a complete end, though the server may have more to say
				return
			}
		}
	}
}

// performStream is what the generated methods call for a stream of events of one type.
func performStream[T any](ctx context.Context, c *Client, op operation, options []Option) (*ItemStream[T], error) {
	s, err := c.openEvents(ctx, op, options)
	if err != nil {
		return nil, err
	}
	return &ItemStream[T]{EventStream: s}, nil
}

// Package sse decodes server-sent events (WHATWG HTML, section 9.2) from bytes that arrive in any slicing.
//
// The decoder is a plain state machine: it opens no connection, knows nothing of JSON and never fails for a line it does not know. The one
// error is [TooLargeError], for an event above the cap.
//
//	dec := sse.NewDecoder(0)
//	dec.Feed(bytes)
//	for {
//		event, ok, err := dec.Next()
//		if err != nil || !ok {
//			break
//		}
//		fmt.Println(event.Name, string(event.Data))
//	}
package sse

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
)

// MaxEventBytes is the default cap of one event: 64 MiB.
const MaxEventBytes = 64 << 20

const (
	minRead  = 1 << 10  // the least room that FeedFrom offers
	maxBlock = 32 << 10 // what an event that is kept may keep from being freed

	maxRead = 32 << 10 // how far the room grows for a server that fills it; a larger event makes more
)

// maxIgnored bounds the lines kept for [Decoder.TakeIgnored] when nobody takes them.
const maxIgnored = 64

// Event is one record of the stream.
type Event struct {
	Name  string        // "message" when the block named none
	Data  []byte        // data lines joined by LF, valid UTF-8; owned by the caller
	ID    string        // the last event id in force
	Retry time.Duration // the reconnection time in force; 0 if none was set
}

// Tail is what stood behind the last complete block when the input ended. By the standard it is no event; the layer above may know better.
type Tail struct {
	Line  string // the unterminated last line, raw
	Data  []byte // data of the unfinished block, the last line included; nil if it had no data line
	Event string // name of the unfinished block
}

// TooLargeError says that one event is larger than the cap.
type TooLargeError struct {
	Limit int // bytes
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("sse: an event is larger than %d bytes", e.Limit)
}

// Kind returns "too_large", the kind of this error in every client of the suite.
func (e *TooLargeError) Kind() string { return "too_large" }

// Decoder turns bytes into events. It is linear in the size of its input however that is sliced. The zero value is not usable; see [NewDecoder].
type Decoder struct {
	max     int
	buf     []byte // bytes not yet consumed start at pos
	pos     int
	scanned int // buf[pos:scanned] holds no line end
	lf      int // buf[pos:lf] holds no LF: what ends its lines by CR alone is not searched for one line after line
	started bool
	skipLF  bool

	name    string
	data    []byte // of the data lines so far, without the last LF
	lent    bool   // data stands in buf
	hasData bool
	block   []byte // what is left of the block that events share
	id      string
	retry   time.Duration
	ignored []string
	err     error
}

// NewDecoder returns a decoder that refuses events above maxEventBytes (0 or less: [MaxEventBytes]).
func NewDecoder(maxEventBytes int) *Decoder {
	if maxEventBytes <= 0 {
		maxEventBytes = MaxEventBytes
	}
	return &Decoder{max: maxEventBytes}
}

// Feed hands the next bytes over. They are copied; call [Decoder.Next] until it has no event left before feeding more.
func (d *Decoder) Feed(p []byte) {
	if d.lent {
		d.data, d.lent = bytes.Clone(d.data), false
	}
	if d.pos == len(d.buf) {
		d.buf, d.pos, d.scanned, d.lf = d.buf[:0], 0, 0, 0
	} else if d.pos > len(d.buf)/2 {
		// Moving the rest only when it is the smaller half keeps the copying linear.
		n := copy(d.buf, d.buf[d.pos:])
		d.buf, d.scanned, d.lf, d.pos = d.buf[:n], max(0, d.scanned-d.pos), max(0, d.lf-d.pos), 0
	}
	d.buf = append(d.buf, p...)
}

// FeedFrom is Feed with what one Read of r gives, which goes straight into the decoder's buffer. n is how many bytes came; the error is that of r.
func (d *Decoder) FeedFrom(r io.Reader) (n int, err error) {
	full := len(d.buf) == cap(d.buf) // by the last read: there is more than fits
	d.Feed(nil)                      // makes room
	if cap(d.buf)-len(d.buf) < minRead || full && cap(d.buf) < maxRead {
		d.buf = slices.Grow(d.buf, max(minRead, 2*cap(d.buf)-len(d.buf)))
	}
	n, err = r.Read(d.buf[len(d.buf):cap(d.buf)])
	d.buf = d.buf[:len(d.buf)+n]
	return n, err
}

// Next returns the next complete event of the bytes fed so far; ok is false when more bytes are needed. After an error it returns that error for ever.
func (d *Decoder) Next() (event Event, ok bool, err error) {
	event, ok, err = d.Borrow()
	return d.Keep(event), ok, err
}

// Keep returns a borrowed event with data of its own. Events that came together share a block, because one allocation for each costs more than all
// the rest of its decoding.
func (d *Decoder) Keep(event Event) Event {
	n := len(event.Data)
	if n == 0 {
		return event
	}
	if len(d.block) < n {
		d.block = make([]byte, max(n, min(n+d.Buffered(), maxBlock)))
	}
	data := d.block[:n:n]
	d.block = d.block[n:]
	copy(data, event.Data)
	event.Data = data
	return event
}

// Borrow is [Decoder.Next] without a copy: the data stays the decoder's, and is there until more is fed.
func (d *Decoder) Borrow() (event Event, ok bool, err error) {
	for d.err == nil {
		line, found := d.line()
		if !found {
			switch {
			case d.size()+d.Buffered() <= d.max:
			case d.started && d.Buffered() > 0 && d.buf[d.pos] == ':':
				// A comment belongs to no event; of one that is so long its first character will do.
				d.buf = d.buf[:d.pos+1]
				d.scanned, d.lf = len(d.buf), len(d.buf)
			default:
				d.err = &TooLargeError{Limit: d.max}
				return Event{}, false, d.err
			}
			return Event{}, false, nil
		}
		if len(line) > 0 {
			d.field(line)
			if d.size() > d.max {
				d.err = &TooLargeError{Limit: d.max}
			}
			continue
		}
		if event, ok := d.dispatch(); ok {
			return event, true, nil
		}
	}
	return Event{}, false, d.err
}

// size is that of the event so far, an LF after each line.
func (d *Decoder) size() int {
	if d.hasData {
		return len(d.data) + 1
	}
	return 0
}

// Buffered is how many bytes were fed that [Decoder.Next] has not looked at.
func (d *Decoder) Buffered() int { return len(d.buf) - d.pos }

// TakeIgnored returns the lines that were no field and no comment and stood before what [Decoder.Next] returned last, and forgets them. At most the last 64 are kept.
func (d *Decoder) TakeIgnored() []string {
	lines := d.ignored
	d.ignored = nil
	return lines
}

// Finish says that the input has ended and returns what was left over.
func (d *Decoder) Finish() Tail {
	if !d.started && bytes.HasPrefix(bom, d.buf[d.pos:]) {
		d.pos = len(d.buf) // a piece of a byte order mark and nothing else
	}
	rest := d.buf[d.pos:]
	d.pos = len(d.buf)
	d.scanned = d.pos
	tail := Tail{Line: string(toValidUTF8(rest))}
	if len(rest) > 0 {
		d.field(rest)
	}
	tail.Event = d.name
	if d.hasData {
		tail.Data = toValidUTF8(d.data)
	}
	d.name, d.data, d.lent, d.hasData = "", nil, false, false
	return tail
}

var bom = []byte("\xef\xbb\xbf")

// line cuts the next line out of the buffer, without its end.
func (d *Decoder) line() ([]byte, bool) {
	if !d.start() {
		return nil, false
	}
	if d.skipLF && d.pos < len(d.buf) {
		d.skipLF = false
		if d.buf[d.pos] == '\n' {
			d.pos++
		}
	}
	from := max(d.scanned, d.pos)
	if d.lf < from || d.lf < len(d.buf) && d.buf[d.lf] != '\n' {
		d.lf = max(d.lf, from)
		if next := bytes.IndexByte(d.buf[d.lf:], '\n'); next >= 0 {
			d.lf += next
		} else {
			d.lf = len(d.buf)
		}
	}
	rest, end := d.buf[from:d.lf], -1
	if d.lf < len(d.buf) {
		end = len(rest)
	}
	if cr := bytes.IndexByte(rest, '\r'); cr >= 0 {
		end = cr
	}
	if end < 0 {
		d.scanned = len(d.buf)
		return nil, false
	}
	end += from
	line := d.buf[d.pos:end]
	// A CR ends its line at once; the LF that may follow belongs to it.
	d.skipLF = d.buf[end] == '\r'
	d.pos = end + 1
	d.scanned = d.pos
	return line, true
}

// start removes one byte order mark; false while the first bytes might still become one.
func (d *Decoder) start() bool {
	if d.started {
		return true
	}
	if len(d.buf) < len(bom) && bytes.HasPrefix(bom, d.buf) {
		return false
	}
	d.started = true
	if bytes.HasPrefix(d.buf, bom) {
		d.pos = len(bom)
	}
	return true
}

func (d *Decoder) field(line []byte) {
	if line[0] == ':' {
		return
	}
	name, value, found := bytes.Cut(line, []byte{':'})
	if !found {
		value = line[:0] // empty, but there
	}
	value = bytes.TrimPrefix(value, []byte{' '})
	switch string(name) {
	case "data":
		if d.hasData {
			d.data, d.lent = append(append(d.data, '\n'), value...), false
		} else {
			d.data, d.lent, d.hasData = slices.Clip(value), true, true // nearly always all of it
		}
	case "event":
		d.name = string(toValidUTF8(value))
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			d.id = string(toValidUTF8(value))
		}
	case "retry":
		if ms, ok := digits(value); ok {
			d.retry = ms
		}
	default:
		if len(d.ignored) == maxIgnored {
			d.ignored = append(d.ignored[:0], d.ignored[1:]...)
		}
		d.ignored = append(d.ignored, string(toValidUTF8(line)))
	}
}

func (d *Decoder) dispatch() (Event, bool) {
	name, data := d.name, d.data
	hadData := d.hasData
	d.name, d.data, d.lent, d.hasData = "", nil, false, false
	if !hadData {
		return Event{}, false
	}
	if name == "" {
		name = "message"
	}
	return Event{Name: name, Data: toValidUTF8(data), ID: d.id, Retry: d.retry}, true
}

// digits reads a reconnection time: ASCII digits only, as the standard asks.
func digits(value []byte) (time.Duration, bool) {
	if len(value) == 0 {
		return 0, false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	ms, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || ms > int64((1<<63-1)/time.Millisecond) {
		return 0, false
	}
	return time.Duration(ms) * time.Millisecond, true
}

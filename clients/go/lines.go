package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
)

// ResumeAttempts is how often in a row a build's log may break off without a new record before the helpers give it up.
const ResumeAttempts = 5

// LogStream is the log of an image's build, as it grows or as it was. It is for one goroutine, except Close.
//
//	log, err := client.ContainerImages.Logs(ctx, imageID, nil)
//	if err != nil { return err }
//	for event, err := range log.Events() {
//		if err != nil { return err }
//		fmt.Println(event.Log)
//	}
type LogStream struct {
	reply  *reply
	stream *EventStream
	plain  bool // a finished build: plain text, one event per line
	offset string
}

// performLines is what the generated methods call for a log by lines.
func performLines(ctx context.Context, c *Client, op operation, options []Option) (*LogStream, error) {
	op.stream = true
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	if e := r.refusePage(); e != nil {
		return nil, e
	}
	plain := !strings.Contains(strings.ToLower(r.Header.Get("Content-Type")), "event-stream")
	return &LogStream{reply: r, stream: &EventStream{reply: r, events: newEventReader(r)}, plain: plain}, nil
}

// Response returns status, headers and attempts of the answer.
func (s *LogStream) Response() *Response { return s.reply.meta }

// Offset returns the last offset seen: what Logs takes to go on after it. It is empty in a plain text log.
func (s *LogStream) Offset() string { return s.offset }

// Close closes the connection at once. Closing twice is harmless.
func (s *LogStream) Close() error { return s.stream.Close() }

// Events iterates over the records once. The server's DONE ends it and closes the connection; an ERROR line is a stream_error with its text;
// an end before DONE is a stream_interrupted error. A plain text log ends at its end.
func (s *LogStream) Events() iter.Seq2[*BuildLogEvent, error] {
	return watched(s.stream, func(yield func(*BuildLogEvent, error) bool) {
		defer s.stream.events.close()
		var rest []byte
		buf := make([]byte, readSize)
		for {
			n, err := s.reply.Body.Read(buf)
			fresh := len(rest) // what was there before holds no end of a line
			rest = append(rest, buf[:n]...)
			for {
				end := bytes.IndexByte(rest[fresh:], '\n')
				if end < 0 {
					break
				}
				line := rest[:fresh+end]
				if rest, fresh = rest[fresh+end+1:], 0; !s.line(line, yield) {
					return
				}
			}
			if len(rest) > MaxJSONBytes {
				yield(nil, s.reply.fail(KindTooLarge, "a line of the log is larger than %d bytes", MaxJSONBytes))
				return
			}
			if err != nil {
				s.end(rest, err, yield)
				return
			}
		}
	})
}

// line handles one line; false ends the iteration.
func (s *LogStream) line(line []byte, yield func(*BuildLogEvent, error) bool) bool {
	line = bytes.TrimSuffix(line, []byte("\r"))
	if s.plain {
		event := &BuildLogEvent{Log: strings.ToValidUTF8(string(line), "\ufffd")}
		event.setRaw(JSON(map[string]any{"log_type": nil, "log": event.Log, "offset": nil}), s.reply.meta)
		return yield(event, nil)
	}
	if string(line) == "DONE" {
		return false
	}
	data, ok := bytes.CutPrefix(line, []byte("data:"))
	if !ok {
		return true // a heart-beat
	}
	data = bytes.TrimPrefix(data, []byte(" "))
	if message, failed := bytes.CutPrefix(data, []byte("ERROR:")); failed {
		yield(nil, s.reply.fail(KindStreamError, "%s", first(strings.TrimSpace(string(message)), "the build failed")))
		return false
	}
	event, err := s.record(data)
	if err != nil {
		yield(nil, err)
		return false
	}
	return yield(event, nil)
}

// record reads {"log": {"log_type", "log"}, "offset"}; a log that is bare text is accepted.
func (s *LogStream) record(data []byte) (*BuildLogEvent, error) {
	if firstByteOf(data) != '{' || !validJSON(data) {
		return nil, s.reply.fail(KindStreamError, "a record of the log is no JSON object: %s", snippet(data))
	}
	flat := objectBuilder{}
	record := bytes.Clone(data)
	eachField(record, func(name string, value json.RawMessage) bool {
		if name != "log" || firstByteOf(value) != '{' {
			flat.raw(name, value)
			return true
		}
		eachField(value, func(name string, value json.RawMessage) bool {
			flat.raw(name, value)
			return true
		})
		return true
	})
	event, err := decode[BuildLogEvent](flat.done(), s.reply.meta)
	if err != nil {
		return nil, s.reply.fail(KindStreamError, "%s: %s", err, snippet(data))
	}
	s.offset = first(event.Offset, s.offset)
	return event, nil
}

// end decides what an end of the body means.
func (s *LogStream) end(rest []byte, err error, yield func(*BuildLogEvent, error) bool) {
	if s.stream.events.left.Load() {
		return // closed by the caller
	}
	if !errors.Is(err, io.EOF) {
		yield(nil, interruptedCord(s.reply.broken(err)))
		return
	}
	if len(rest) > 0 {
		if string(bytes.TrimSpace(rest)) == "DONE" && !s.plain {
			return
		}
		if s.plain || bytes.HasPrefix(rest, []byte("data:")) && (bytes.Contains(rest, []byte("ERROR:")) || validJSON(bytes.TrimPrefix(rest, []byte("data:")))) {
			if !s.line(rest, yield) {
				return
			}
		}
	}
	if s.plain {
		return
	}
	failed := s.reply.fail(KindStreamInterrupted, "the log ended before the build did")
	failed.Reason = ReasonTruncated
	yield(nil, failed)
}

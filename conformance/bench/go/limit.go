package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"strings"
)

// limit is a bare socket and a decoder that knows the shape of a chunk, for one stream after another: no client could be cheaper with typed
// results.
type limit struct {
	conn   net.Conn
	buffer []byte
}

type limitChunk struct {
	ID, Object, Model string
	Created           int64
	Choices           []limitChoice
}

type limitChoice struct {
	Index        int
	Delta        struct{ Content string }
	FinishReason string
}

func newLimit(url string) *limit {
	return &limit{must(net.Dial("tcp", strings.TrimPrefix(url, "http://"))), make([]byte, 1<<17)}
}

// texts: each event of these streams is one HTTP chunk, whose size line is skipped with what precedes `data:`.
func (l *limit) texts(work string, see func(string)) {
	const body = `{"model":"m","messages":[],"stream":true}`
	must(fmt.Fprintf(l.conn, "POST /%s/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%s", work, len(body), body))
	begin, end, done := 0, 0, false
	for {
		end += must(l.conn.Read(l.buffer[end:]))
		for {
			length := bytes.Index(l.buffer[begin:end], []byte("\n\n"))
			if length < 0 {
				break
			}
			event := l.buffer[begin : begin+length]
			data := event[bytes.Index(event, []byte("data: "))+6:]
			begin += length + 2
			if done = data[0] == '['; !done {
				see(decode(data).Choices[0].Delta.Content)
			}
		}
		if done && bytes.HasSuffix(l.buffer[begin:end], []byte("\r\n0\r\n\r\n")) {
			return
		}
		end = copy(l.buffer, l.buffer[begin:end])
		begin = 0
	}
}

// decode walks over a chunk's fields; what it does not expect goes to encoding/json.
func decode(data []byte) *limitChunk {
	w := walker{data: data}
	chunk := &limitChunk{}
	w.object(func(key []byte) {
		switch string(key) {
		case "id":
			chunk.ID = w.text()
		case "object":
			chunk.Object = w.text()
		case "model":
			chunk.Model = w.text()
		case "created":
			chunk.Created = int64(w.number())
		case "choices":
			w.array(func() { chunk.Choices = append(chunk.Choices, w.choice()) })
		default:
			w.skip()
		}
	})
	if w.failed {
		chunk = &limitChunk{}
		must(0, json.Unmarshal(data, chunk))
	}
	return chunk
}

// walker reads compact JSON without escapes.
type walker struct {
	data   []byte
	at     int
	failed bool
}

func (w *walker) choice() (choice limitChoice) {
	w.object(func(key []byte) {
		switch string(key) {
		case "index":
			choice.Index = w.number()
		case "delta":
			w.object(func(key []byte) {
				if string(key) == "content" {
					choice.Delta.Content = w.text()
				} else {
					w.skip()
				}
			})
		case "finish_reason":
			choice.FinishReason = w.text()
		default:
			w.skip()
		}
	})
	return choice
}

func (w *walker) take(c byte) bool {
	if w.at < len(w.data) && w.data[w.at] == c {
		w.at++
		return true
	}
	return false
}

func (w *walker) object(field func(key []byte)) {
	w.failed = w.failed || !w.take('{')
	for !w.failed && !w.take('}') {
		w.take(',')
		key := w.quoted()
		w.failed = w.failed || !w.take(':')
		if !w.failed {
			field(key)
		}
	}
}

func (w *walker) array(item func()) {
	w.failed = w.failed || !w.take('[')
	for !w.failed && !w.take(']') {
		w.take(',')
		item()
	}
}

func (w *walker) quoted() []byte {
	if !w.take('"') {
		w.failed = true
		return nil
	}
	length := bytes.IndexByte(w.data[w.at:], '"')
	if length < 0 || bytes.IndexByte(w.data[w.at:w.at+length], '\\') >= 0 {
		w.failed = true
		return nil
	}
	found := w.data[w.at : w.at+length]
	w.at += length + 1
	return found
}

func (w *walker) text() string {
	if w.at < len(w.data) && w.data[w.at] == 'n' {
		w.at += 4
		return ""
	}
	return string(w.quoted())
}

func (w *walker) number() (n int) {
	begin := w.at
	for ; w.at < len(w.data) && w.data[w.at] >= '0' && w.data[w.at] <= '9'; w.at++ {
		n = n*10 + int(w.data[w.at]-'0')
	}
	w.failed = w.failed || w.at == begin
	return n
}

// skip passes over null; anything else is for encoding/json.
func (w *walker) skip() {
	if bytes.HasPrefix(w.data[w.at:], []byte("null")) {
		w.at += 4
		return
	}
	w.failed = true
}

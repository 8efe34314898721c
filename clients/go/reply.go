package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// fail makes an error about an answer whose headers are in.
func (r *reply) fail(kind Kind, format string, args ...any) *Error {
	e := newError(kind, "%s", redact(fmt.Sprintf(format, args...), r.secrets()))
	return r.mark(e)
}

// unexpected is an error about an answer that cannot be used; it keeps the body.
func (r *reply) unexpected(body []byte, format string, args ...any) *Error {
	return r.fail(KindUnexpectedResponse, format, args...).keep(body, r.secrets())
}

// broken is an error while the body was read.
func (r *reply) broken(err error) *Error {
	f := r.client.transport.translate(err, r.attempt)
	return r.mark(f.err)
}

// contentType is the media type of the header without its parameters.
func (r *reply) contentType() string {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(contentType))
}

// cancelled is the error of a context that has ended, or of the call's deadline: from then on nothing more is handed out, also of what has
// arrived already.
func (r *reply) cancelled() *Error {
	if err := r.ctx.Err(); err != nil {
		return r.broken(err)
	}
	if r.attempt.over.Load() {
		return r.broken(errDeadline)
	}
	return nil
}

func (r *reply) secrets() []string { return r.call.secrets(r.client) }

// mark tells an error what is known of the answer.
func (r *reply) mark(e *Error) *Error {
	e.Status, e.Header, e.RequestID, e.Attempts = r.StatusCode, redactHeaders(r.Header, r.secrets()), r.meta.RequestID, r.meta.Attempts
	e.History, e.Tried = r.meta.History, r.meta.Tried
	return e
}

// ended tells that the call is over: its answer has been read, or cannot be used. data may be nil.
func (r *reply) ended(e *Error, data []byte) {
	if r.seen.told.Swap(true) {
		return
	}
	w := r.client.watch
	if data != nil && w.wantsBody() {
		r.seen.note(data)
	}
	w.callEnd(r.ctx, r.call, r.StatusCode, kindOf(e), r.seen.model, r.seen.usage)
}

// read reads the whole body.
func (r *reply) read() ([]byte, error) {
	data, err := r.take()
	if r.ended(err, data); err != nil {
		return nil, err
	}
	return data, nil
}

// take is read without telling that the call is over.
func (r *reply) take() ([]byte, *Error) {
	defer func() { _ = r.Body.Close() }()
	data, err := readAll(io.LimitReader(r.Body, MaxJSONBytes+1), r.ContentLength, r.room)
	if err != nil {
		return nil, r.broken(err)
	}
	if len(data) > MaxJSONBytes {
		return nil, r.fail(KindTooLarge, "the answer is larger than %d bytes", MaxJSONBytes)
	}
	return data, nil
}

// maxPromised bounds how much memory is taken on the server's word that a body is so long.
const maxPromised = 64 << 20

// readAll is io.ReadAll with a buffer of the right size, where the size is known (else it is negative): a large answer is not copied again and again.
// It takes room where there is enough of it.
func readAll(r io.Reader, size int64, room []byte) ([]byte, error) {
	if size > 0 && size <= maxPromised && int64(cap(room)) < size+bytes.MinRead {
		room = make([]byte, 0, size+bytes.MinRead)
	}
	if room == nil {
		return io.ReadAll(r)
	}
	data := bytes.NewBuffer(room[:0])
	_, err := data.ReadFrom(r)
	return data.Bytes(), err
}

// readJSON reads a JSON answer of no particular shape.
func (r *reply) readJSON() ([]byte, error) { return decodeReply(r, anyJSON) }

func anyJSON(c *cursor, _ *Response) ([]byte, error) { return c.value(), nil }

// decodeReply reads a JSON answer with one of the decode functions and refuses a 200 that is none.
func decodeReply[V any](r *reply, decode func(*cursor, *Response) (V, error)) (v V, err error) {
	data, failed := r.take()
	if failed == nil {
		v, failed = parse(r, data, decode)
	}
	if r.ended(failed, data); failed != nil {
		return v, failed
	}
	return v, nil
}

// parse is decodeReply for a body that is at hand. It reads it once.
func parse[V any](r *reply, data []byte, decode func(*cursor, *Response) (V, error)) (V, *Error) {
	c := cursor{data: bytes.TrimPrefix(data, []byte("\ufeff")), recent: new(recent)}
	v, wrong := decode(&c, r.meta)
	failed := r.checkJSON(&c, data)
	if failed == nil && wrong != nil {
		failed = r.unexpected(data, "%s", wrong)
	}
	if failed != nil {
		return *new(V), failed
	}
	return v, nil
}

// checkJSON looks at an answer that was read: is it JSON, and does it report an error?
func (r *reply) checkJSON(c *cursor, data []byte) *Error {
	contentType := r.Header.Get("Content-Type")
	switch {
	case c.end() && !c.reported:
		return nil
	case c.end():
		parsed := parseBody(c.data, contentType)
		e := r.unexpected(data, "the server answered %d with an error: %s", r.StatusCode, parsed.message)
		e.Code, e.Type = cleanMessage(parsed.code, r.secrets()), cleanMessage(parsed.typ, r.secrets())
		return e
	case len(bytes.TrimSpace(c.data)) == 0:
		return r.unexpected(data, "the server answered %d with an empty body where JSON was due", r.StatusCode)
	case looksLikeHTML(data, contentType):
		return r.unexpected(data, "the server answered with an HTML page (%s) where JSON was due", htmlMessage(string(bodyStart(data))))
	}
	return r.unexpected(data, "the answer is not valid JSON: %s", snippet(c.data))
}

// snippet is the start of a text, for a message.
func snippet(data []byte) string {
	text := []rune(strings.ToValidUTF8(string(data[:min(len(data), 800)]), "\ufffd"))
	if len(text) > 200 {
		return string(text[:199]) + "…"
	}
	return string(text)
}

// send builds and executes.
func (c *Client) send(ctx context.Context, op operation, options []Option) (*reply, error) {
	k, err := c.build(ctx, op, options)
	if err != nil {
		return nil, err
	}
	return c.execute(ctx, k)
}

// performAs sends and reads the JSON of the answer with one of the decode functions.
func performAs[V any](ctx context.Context, c *Client, op operation, options []Option, decode func(*cursor, *Response) (V, error)) (V, error) {
	r, err := c.send(ctx, op, options)
	if err != nil {
		return *new(V), err
	}
	return decodeReply(r, decode)
}

// perform is what the generated methods call for a JSON object.
func perform[T any](ctx context.Context, c *Client, op operation, options []Option) (*T, error) {
	return performAs(ctx, c, op, options, decodeAt[T])
}

// performList is perform for a bare array.
func performList[T any](ctx context.Context, c *Client, op operation, options []Option) ([]T, error) {
	return performAs(ctx, c, op, options, decodeItems[T])
}

// performMap is perform for an object whose names are data.
func performMap[T any](ctx context.Context, c *Client, op operation, options []Option) (map[string]T, error) {
	return performAs(ctx, c, op, options, decodeMap[T])
}

// performNone is perform for an answer without content; whatever comes is read and dropped.
func performNone(ctx context.Context, c *Client, op operation, options []Option) error {
	r, err := c.send(ctx, op, options)
	if err != nil {
		return err
	}
	_, err = r.read()
	return err
}

// performText is perform for plain text.
func performText(ctx context.Context, c *Client, op operation, options []Option) (string, error) {
	op.stream = true // as long as it takes
	r, err := c.send(ctx, op, options)
	if err != nil {
		return "", err
	}
	data, err := r.read()
	return string(data), err
}

// performJSON is perform for an answer of no documented shape.
func performJSON(ctx context.Context, c *Client, op operation, options []Option) (json.RawMessage, error) {
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	return r.readJSON()
}

// setQuery writes an optional parameter; null is written as the word, for whoever asks for it.
func setQuery[T any](query url.Values, name string, value Opt[T]) {
	if v, ok := value.Get(); ok {
		query.Set(name, fmtParam(v))
	} else if value.IsNull() {
		query.Set(name, "null")
	}
}

// setHeader is setQuery for a header.
func setHeader[T any](header map[string]string, name string, value Opt[T]) {
	if v, ok := value.Get(); ok {
		header[name] = fmtParam(v)
	}
}

// fmtParam is a parameter as text.
func fmtParam(v any) string {
	if t, ok := v.(Time); ok {
		data, _ := t.MarshalJSON()
		return unquote(data)
	}
	return fmt.Sprint(v)
}

package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxRedirects is how many redirects are followed.
	MaxRedirects = 5
	// maxReplaced bounds how many dead pooled connections one attempt replaces; each was closed before it was used.
	maxReplaced = 16
	// errorBodyTime bounds how long the body of an error is read: it is a courtesy, the status is known.
	errorBodyTime = 5 * time.Second
)

// part is a literal of a path, or a parameter.
type part struct {
	literal   string
	name      string
	value     string
	keepSlash bool
}

func lit(text string) part                 { return part{literal: text} }
func param(name, value string) part        { return part{name: name, value: value} }
func paramSlashes(name, value string) part { return part{name: name, value: value, keepSlash: true} }

// operation describes a call; everything else is the runtime's. The generated methods make these.
type operation struct {
	id         string
	method     string
	base       string // host and base path; "" = the api host
	path       []part
	query      url.Values
	body       any // nil = none
	accept     string
	surface    surface
	once       bool // not idempotent: sent once, whatever happens
	stream     bool // the body is read piece by piece
	foreign    bool // a URL of the caller's that is none of our hosts: no credential
	forbidBody string
}

// with adds a query parameter that the operation always sends.
func (op operation) with(name, value string) operation {
	op.query.Set(name, value)
	return op
}

// call is an operation made ready: URL, headers and body are fixed, the same for each attempt.
type call struct {
	id         string
	method     string
	url        *url.URL
	header     http.Header
	body       []byte
	surface    surface
	once       bool
	foreign    bool
	maxRetries int
	limits     limits
	settings   *settings
}

// build resolves the options and fixes everything that the attempts share.
func (c *Client) build(op operation, options []Option) (*call, error) {
	s, err := resolve(*c.settings, options, true)
	if err != nil {
		return nil, err
	}
	base := op.base
	if base == "" {
		base = c.endpoints.API
	}
	path, err := joinPath(op.path)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(base + path)
	if err != nil {
		return nil, configError("the URL of %s cannot be read", op.id)
	}
	target.RawQuery = encodeQuery(op.query, s.query)
	k := &call{
		id: op.id, method: op.method, url: target, header: http.Header{}, surface: op.surface, once: op.once, foreign: op.foreign,
		maxRetries: s.maxRetries, limits: limitsFor(op.surface, !op.stream, &s), settings: &s,
	}
	if op.body != nil || len(s.body) > 0 {
		if op.forbidBody != "" {
			return nil, configError("%s", op.forbidBody)
		}
		if k.body, err = encodeBody(op.body, s.body); err != nil {
			return nil, err
		}
		k.header.Set("Content-Type", "application/json")
	}
	k.header.Set("User-Agent", userAgent)
	k.header.Set("Accept", first(op.accept, "application/json"))
	return k, nil
}

// joinPath checks, escapes and joins the parts of a path.
func joinPath(parts []part) (string, error) {
	var b strings.Builder
	for _, p := range parts {
		if p.name == "" {
			b.WriteString(p.literal)
			continue
		}
		if err := checkPathParam(p); err != nil {
			return "", err
		}
		segments := []string{p.value}
		if p.keepSlash {
			segments = strings.Split(p.value, "/")
		}
		for i, segment := range segments {
			if i > 0 {
				b.WriteByte('/')
			}
			b.WriteString(escapeSegment(segment))
		}
	}
	return b.String(), nil
}

// escapeSegment encodes everything but the unreserved characters of RFC 3986.
func escapeSegment(segment string) string {
	var b strings.Builder
	for i := range len(segment) {
		switch c := segment[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_', c == '~':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// checkPathParam refuses what would address another endpoint.
func checkPathParam(p part) error {
	segments := []string{p.value}
	if p.keepSlash {
		segments = strings.Split(p.value, "/")
	}
	for _, segment := range segments {
		if segment == "" || segment == "." || segment == ".." {
			return configError("%s must not be empty, %q or %q (as a whole or between slashes), got %q", p.name, ".", "..", p.value)
		}
	}
	return nil
}

// encodeQuery sorts by name; names in extra replace those of query.
func encodeQuery(query, extra url.Values) string {
	if len(extra) == 0 {
		return query.Encode()
	}
	merged := maps.Clone(query)
	if merged == nil {
		merged = url.Values{}
	}
	maps.Copy(merged, extra)
	return merged.Encode()
}

// marshal is json.Marshal without the escaping of HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

// encodeBody encodes the body once; extra is merged last.
func encodeBody(v any, extra map[string]any) ([]byte, error) {
	data := []byte("{}")
	var err error
	if v != nil {
		if data, err = marshal(v); err != nil {
			return nil, configError("the request cannot be written as JSON: %v", err)
		}
	}
	if len(extra) == 0 {
		return data, nil
	}
	if firstByteOf(data) != '{' {
		return nil, configError("extra body fields need a JSON object to go into")
	}
	if data, err = mergeFields(data, extra); err != nil {
		return nil, configError("the extra body fields cannot be written as JSON: %v", err)
	}
	return data, nil
}

// mergeFields replaces fields of an object in place and appends new ones in the order of their names.
func mergeFields(data []byte, fields map[string]any) ([]byte, error) {
	encoded := map[string][]byte{}
	for name, value := range fields {
		v, err := marshal(value)
		if err != nil {
			return nil, err
		}
		encoded[name] = v
	}
	b := []byte{'{'}
	add := func(name string, value []byte) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		quoted, _ := marshal(name)
		b = append(append(append(b, quoted...), ':'), value...)
	}
	done := map[string]bool{}
	eachField(data, func(name string, value json.RawMessage) bool {
		if v, ok := encoded[name]; ok {
			value, done[name] = v, true
		}
		add(name, value)
		return true
	})
	for _, name := range slices.Sorted(maps.Keys(encoded)) {
		if !done[name] {
			add(name, encoded[name])
		}
	}
	return append(b, '}'), nil
}

// reply is an answer whose headers are in.
type reply struct {
	*http.Response
	attempt *attempt
	call    *call
	client  *Client
	meta    *Response
}

// execute is the loop: attempt, classify, decide, sleep.
func (c *Client) execute(ctx context.Context, k *call) (*reply, error) {
	end := newDeadline(k.limits.total, c.seam.Now)
	c.budget.earn()
	for attempts := 1; ; attempts++ {
		if err := c.ready(ctx, attempts-1); err != nil {
			return nil, err
		}
		r, f := c.try(ctx, k, attempts-1, end)
		if f == nil {
			r.meta = &Response{Status: r.StatusCode, Header: r.Header, RequestID: requestID(r.Header, c.known.secrets), Attempts: attempts}
			if k.settings.capture != nil {
				*k.settings.capture = *r.meta
			}
			return r, nil
		}
		f.err.Attempts = attempts
		wait, again := decide(f, k, attempts-1, end, c.seam.Random, c.budget)
		if !again {
			return nil, f.err
		}
		if err := c.sleep(ctx, wait, attempts); err != nil {
			return nil, err
		}
	}
}

// ready waits for the rate limiter, if it is on.
func (c *Client) ready(ctx context.Context, attempts int) error {
	if wait := c.pace.wait(c.seam.Now()); wait > 0 {
		return c.sleep(ctx, wait, attempts)
	}
	if ctx.Err() != nil {
		err := contextError(ctx)
		err.Attempts = attempts
		return err
	}
	return nil
}

func (c *Client) sleep(ctx context.Context, wait time.Duration, attempts int) error {
	if err := c.seam.Sleep(ctx, wait); err != nil {
		failed := newError(KindCancelled, "the sleep before a retry was ended").withCause(err, c.known.secrets)
		if ctx.Err() != nil {
			failed = contextError(ctx)
		}
		failed.Attempts = attempts
		return failed
	}
	return nil
}

// try makes one attempt: it replaces dead pooled connections, follows redirects, and reads the body of an error.
func (c *Client) try(ctx context.Context, k *call, retries int, end deadline) (*reply, *failure) {
	target, foreign := k.url, k.foreign
	for hops, replaced := 0, 0; ; {
		if end.expired() {
			return nil, &failure{err: newError(KindTimeout, "%s", errDeadline.Error()), permanent: true}
		}
		req, err := c.request(ctx, k, target, foreign, retries)
		if err != nil {
			return nil, c.transport.translate(err, nil)
		}
		resp, a, err := c.transport.send(ctx, req, k.limits, end)
		if err != nil {
			f := c.transport.translate(err, a)
			if f.err.Kind == KindConnection && replaced < maxReplaced && replaceable(err, f) {
				replaced++
				continue
			}
			return nil, f
		}
		if resp.StatusCode/100 == 2 {
			return &reply{Response: resp, attempt: a, call: k, client: c}, nil
		}
		body := readErrorBody(resp, a)
		if resp.StatusCode/100 != 3 {
			return nil, &failure{err: classify(resp.StatusCode, resp.Header, body, c.known.secrets), header: resp.Header}
		}
		hops++
		next, crossed, failed := c.follow(k, target, resp, hops)
		if failed != nil {
			failed.Body = body
			return nil, &failure{err: failed, permanent: true}
		}
		target, foreign = next, foreign || crossed
	}
}

// request makes the request of one attempt. Every attempt has the same body bytes.
func (c *Client) request(ctx context.Context, k *call, target *url.URL, foreign bool, retries int) (*http.Request, error) {
	req := &http.Request{
		Method: k.method, URL: target, Host: target.Host, Header: k.header.Clone(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		// net/http repeats a request by itself when it has GetBody or no body at all. With this body it never does.
		Body: io.NopCloser(bytes.NewReader(k.body)), ContentLength: int64(len(k.body)),
	}
	if len(k.body) == 0 && k.method != http.MethodGet && k.method != http.MethodHead && k.method != http.MethodDelete {
		req.Body = http.NoBody // else it would be sent chunked; these methods are never repeated
	}
	if retries > 0 {
		req.Header.Set("X-Chutes-Retry-Count", strconv.Itoa(retries))
	}
	if !foreign {
		if err := c.auth.Apply(ctx, req.Header, k.method, target.String(), k.body); err != nil {
			return nil, err
		}
	}
	for name, value := range k.settings.headers {
		if foreign && secretHeader(name) {
			continue
		}
		req.Header.Set(name, value)
	}
	for name, values := range req.Header {
		for _, value := range values {
			if err := checkHeader(name, value); err != nil {
				return nil, err
			}
		}
	}
	return req, nil
}

// readErrorBody reads at most [MaxBodyBytes] within errorBodyTime; a body that is cut short is as good as it gets.
func readErrorBody(resp *http.Response, a *attempt) []byte {
	timer := time.AfterFunc(errorBodyTime, func() { a.cancel(errIdleTimeout) })
	defer timer.Stop()
	defer func() { _ = resp.Body.Close() }()
	data, _ := io.ReadAll(io.LimitReader(resp.Body, MaxBodyBytes))
	return data
}

// follow decides where a redirect goes, or why it does not. crossed is true when the next origin is another one.
func (c *Client) follow(k *call, from *url.URL, resp *http.Response, hops int) (next *url.URL, crossed bool, failed *Error) {
	refuse := func(format string, args ...any) (*url.URL, bool, *Error) {
		e := newError(KindUnexpectedResponse, "%s", redact(fmt.Sprintf(format, args...), c.known.secrets))
		e.Status, e.Header, e.RequestID = resp.StatusCode, resp.Header, requestID(resp.Header, c.known.secrets)
		return nil, false, e
	}
	read := k.method == http.MethodGet || k.method == http.MethodHead
	switch resp.StatusCode {
	case 307, 308:
	case 301, 302, 303:
		if !read {
			return refuse("the server answered %s with a redirect (%d), which is not followed for this method", k.method, resp.StatusCode)
		}
	default:
		return refuse("the server answered with status %d, which is not followed", resp.StatusCode)
	}
	location := resp.Header.Get("Location")
	next, err := from.Parse(location)
	if location == "" || err != nil || next.Scheme != "http" && next.Scheme != "https" || next.Hostname() == "" {
		return refuse("the server answered with a redirect (%d) without a usable Location", resp.StatusCode)
	}
	if hops > MaxRedirects {
		return refuse("more than %d redirects", MaxRedirects)
	}
	next.User = nil
	crossed = origin(from) != origin(next)
	if crossed && !read {
		return refuse("a redirect from %s to %s is not followed: a request with a body stays on its origin", origin(from), origin(next))
	}
	return next, crossed, nil
}

// origin is scheme, host and port.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// fail makes an error about an answer whose headers are in.
func (r *reply) fail(kind Kind, format string, args ...any) *Error {
	e := newError(kind, "%s", redact(fmt.Sprintf(format, args...), r.client.known.secrets))
	e.Status, e.Header, e.RequestID, e.Attempts = r.StatusCode, r.Header, r.meta.RequestID, r.meta.Attempts
	return e
}

// broken is an error while the body was read.
func (r *reply) broken(err error) *Error {
	f := r.client.transport.translate(err, r.attempt)
	f.err.Status, f.err.Header, f.err.RequestID, f.err.Attempts = r.StatusCode, r.Header, r.meta.RequestID, r.meta.Attempts
	return f.err
}

// read reads the whole body.
func (r *reply) read() ([]byte, error) {
	defer func() { _ = r.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(r.Body, MaxJSONBytes+1))
	if err != nil {
		return nil, r.broken(err)
	}
	if len(data) > MaxJSONBytes {
		return nil, r.fail(KindTooLarge, "the answer is larger than %d bytes", MaxJSONBytes)
	}
	return data, nil
}

// readJSON reads a JSON answer and refuses a 200 that is none.
func (r *reply) readJSON() ([]byte, error) {
	data, err := r.read()
	if err != nil {
		return nil, err
	}
	if failed := r.checkJSON(data); failed != nil {
		return nil, failed
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

func (r *reply) checkJSON(data []byte) *Error {
	unexpected := func(format string, args ...any) *Error {
		e := r.fail(KindUnexpectedResponse, format, args...)
		e.Body = data[:min(len(data), MaxBodyBytes)]
		return e
	}
	contentType := r.Header.Get("Content-Type")
	trimmed := bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(bytes.TrimSpace(trimmed)) == 0:
		return unexpected("the server answered %d with an empty body where JSON was due", r.StatusCode)
	case json.Valid(trimmed):
	case looksLikeHTML(data, contentType):
		return unexpected("the server answered with an HTML page (%s) where JSON was due", htmlMessage(string(data[:min(len(data), MaxBodyBytes)])))
	default:
		return unexpected("the answer is not valid JSON: %s", snippet(trimmed))
	}
	if fieldOf(trimmed, "error") != nil {
		parsed := parseBody(trimmed, contentType)
		e := unexpected("the server answered %d with an error: %s", r.StatusCode, parsed.message)
		e.Code, e.Type = cleanMessage(parsed.code, r.client.known.secrets), cleanMessage(parsed.typ, r.client.known.secrets)
		return e
	}
	return nil
}

// snippet is the start of a text, for a message.
func snippet(data []byte) string {
	text := []rune(strings.ToValidUTF8(string(data[:min(len(data), 800)]), "\ufffd"))
	if len(text) > 200 {
		return string(text[:199]) + "…"
	}
	return string(text)
}

// decodeReply reads a JSON answer into T.
func decodeReply[T any](r *reply) (*T, error) {
	data, err := r.readJSON()
	if err != nil {
		return nil, err
	}
	v, err := decode[T](data, r.meta)
	if err != nil {
		failed := r.fail(KindUnexpectedResponse, "%s", err.Error())
		failed.Body = data[:min(len(data), MaxBodyBytes)]
		return nil, failed
	}
	return v, nil
}

// send builds and executes.
func (c *Client) send(ctx context.Context, op operation, options []Option) (*reply, error) {
	k, err := c.build(op, options)
	if err != nil {
		return nil, err
	}
	return c.execute(ctx, k)
}

// perform is what the generated methods call for a JSON object.
func perform[T any](ctx context.Context, c *Client, op operation, options []Option) (*T, error) {
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	return decodeReply[T](r)
}

// performList is perform for a bare array.
func performList[T any](ctx context.Context, c *Client, op operation, options []Option) ([]T, error) {
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	data, err := r.readJSON()
	if err != nil {
		return nil, err
	}
	items, err := decodeItems[T](data, r.meta)
	if err != nil {
		return nil, r.fail(KindUnexpectedResponse, "%s", err.Error())
	}
	return items, nil
}

// performText is perform for plain text.
func performText(ctx context.Context, c *Client, op operation, options []Option) (string, error) {
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
		query.Set(name, fmt.Sprint(v))
	} else if value.IsNull() {
		query.Set(name, "null")
	}
}

package chutes

import (
	"context"
	"errors"
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
	header     map[string]string
	body       any // nil = none; see kind
	kind       bodyKind
	accept     string
	surface    surface
	once       bool // not idempotent: sent once, whatever happens
	stream     bool // the body is read piece by piece
	foreign    bool // on none of our hosts: no credential of the client's
	forbidBody string
	end        deadline // where the call has begun before; else it begins when it is sent

	public     bool   // needs no credential
	purpose    string // what a hotkey signs where there is no body
	credential Auth   // in place of the client's
	guard      *guard
	endless    bool // a stream without an idle limit of its own

	// wake waits until a cold chute is hot; false where nothing is known to wait for. nil leaves cold chutes to the retries.
	wake func(context.Context, deadline) (bool, error)
}

// guard: the body may lack field only where the caller says so, and not both.
type guard struct {
	field, option, message string
}

// with adds a query parameter that the operation always sends.
func (op operation) with(name, value string) operation {
	op.query.Set(name, value)
	return op
}

// withHeader adds a header that the operation always sends.
func (op operation) withHeader(name, value string) operation {
	header := maps.Clone(op.header)
	if header == nil {
		header = map[string]string{}
	}
	header[name] = value
	op.header = header
	return op
}

// call is an operation made ready: URL, headers and body are fixed, the same for each attempt.
type call struct {
	id         string
	method     string
	url        *url.URL
	given      map[string]string // headers of the operation
	accept     string
	body       payload
	auth       Auth
	purpose    string
	public     bool
	surface    surface
	once       bool
	foreign    bool
	maxRetries int
	limits     limits
	settings   *settings
	model      string
	trail      *trail
	own        trail // the trail of a call that is no part of another one
	wake       func(context.Context, deadline) (bool, error)
	sent       http.Header // of the attempt under way
	end        deadline
}

// secrets are what no text about the call may show: what the client knows, and the credential that went out, which its provider may have forgotten.
func (k *call) secrets(c *Client) []string { return c.known.list(credentials(k.sent)...) }

// build resolves the options and fixes everything that the attempts share.
func (c *Client) build(ctx context.Context, op operation, options []Option) (*call, error) {
	s, err := resolve(c.settings, options, true)
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
	target, err := c.transport.parseURL(base, path)
	if err != nil {
		return nil, configError("the URL of %s cannot be read", op.id)
	}
	target.RawQuery = encodeQuery(op.query, s.query)
	k := &call{
		id: op.id, method: op.method, url: target, given: op.header, accept: first(op.accept, "application/json"), auth: c.auth, public: op.public, surface: op.surface, once: op.once,
		foreign: op.foreign, purpose: first(s.purpose, op.purpose), maxRetries: s.maxRetries, limits: limitsFor(op, s), settings: s,
		trail: s.trail, wake: op.wake, end: op.end,
	}
	if k.end.end.IsZero() {
		k.end = s.end
	}
	if k.trail == nil {
		k.trail = &k.own
		if s.models != nil {
			return nil, configError("WithModels has no meaning for %s", op.id)
		}
	}
	if body, ok := op.model(); ok {
		k.model = body.askedModel()
	}
	if op.credential != nil {
		k.auth = op.credential
		c.known.add(secretsOf(op.credential)...)
	}
	extra := c.extraFields(op, s)
	if op.forbidBody != "" && (op.body != nil || len(extra) > 0) {
		return nil, configError("%s", op.forbidBody)
	}
	if op.kind == bodyMultipart { // to look at the files takes time, which counts
		if k.end.end.IsZero() {
			k.end = newDeadline(k.limits.total, c.seam.Now)
		}
		within, cancel := k.end.bound(ctx)
		defer cancel()
		ctx = within
	}
	if k.body, err = c.encode(ctx, op, extra); err != nil {
		return nil, err
	}
	if err := op.guard.check(s.flags, k.body.data); err != nil {
		return nil, err
	}
	return k, nil
}

// extraFields are what the options add to the body. What the client adds to all of its bodies makes none of its own.
func (c *Client) extraFields(op operation, s *settings) map[string]any {
	if op.body != nil || op.kind == bodyFree {
		return s.body
	}
	extra := maps.Clone(s.body)
	maps.DeleteFunc(extra, func(name string, _ any) bool { _, always := c.settings.body[name]; return always })
	return extra
}

// reply is an answer whose headers are in.
type reply struct {
	*http.Response
	attempt *attempt
	call    *call
	client  *Client
	meta    *Response
	ctx     context.Context
	seen    streamWatch
	room    []byte // for the body; may be nil
}

// execute is the loop: admit, attempt, classify, decide, sleep.
func (c *Client) execute(ctx context.Context, k *call) (*reply, error) {
	t := k.trail
	if t.begun.IsZero() { // else another model of this call was asked before
		t.id, t.begun, t.end = callIDs.Add(1), time.Now(), k.end
		if t.end.end.IsZero() {
			t.end = newDeadline(k.limits.total, c.seam.Now)
		}
		c.budget.earn()
		c.watch.callStart(ctx, k)
	}
	woken := false
	for retries := 0; ; retries++ {
		r, f := c.attempt(ctx, k, retries)
		if f == nil {
			return r, nil
		}
		passedOn := slices.Contains(k.settings.failFast, f.err.Kind)
		if f.err.Kind == KindColdStart && k.wake != nil && !woken && !passedOn {
			// The wait takes the place of the retries: each of them would be a call to a chute that is known to be cold.
			woken = true
			start := c.seam.Now()
			hot, err := k.wake(ctx, t.end)
			if err != nil {
				c.watch.callEnd(ctx, k, f.err.Status, f.err.Kind, "", nil)
				return nil, err
			}
			if t.waited(c.seam.Now().Sub(start)); hot {
				retries = -1
				continue
			}
		}
		wait, again := decide(f, k, retries, t.end, c.seam.Random, c.budget)
		if again {
			t.waited(wait)
			c.watch.retry(ctx, k, f.err.Kind, wait)
			err := c.sleep(ctx, wait)
			if err == nil {
				continue
			}
			f.err = err
		}
		if t.mark(f.err); !passedOn {
			c.watch.callEnd(ctx, k, f.err.Status, f.err.Kind, "", nil)
		}
		return nil, f.err
	}
}

// attempt sends the request once, when the client's own limits admit it.
func (c *Client) attempt(ctx context.Context, k *call, retries int) (*reply, *failure) {
	t := k.trail
	free, refused := c.admit(ctx, t.end)
	if refused != nil {
		return nil, &failure{err: refused, permanent: true}
	}
	tell := c.watch.attempt(ctx, k, c.known)
	r, f := c.try(ctx, k, retries, t.end)
	if f != nil {
		if free(); !f.unsent {
			t.add(f.err.Status, f.err.Kind)
		}
		tell(f.err.Status, f.err.Kind, f.err.RequestID)
		return nil, f
	}
	if c.places != nil { // a stream that nobody reads or closes any more has ended with its context
		context.AfterFunc(r.attempt, free)
	}
	r.attempt.free(free)
	t.add(r.StatusCode, "")
	r.ctx, r.seen.reply = ctx, r
	r.meta = &Response{
		Status: r.StatusCode, Header: r.Header, RequestID: c.requestID(k, r.Header), Attempts: len(t.history), History: slices.Clone(t.history),
		Model: k.model, Tried: slices.Clone(t.tried),
	}
	if k.settings.capture != nil {
		*k.settings.capture = *r.meta
	}
	tell(r.StatusCode, "", r.meta.RequestID)
	return r, nil
}

// requestID is what the server calls the request, without secrets.
func (c *Client) requestID(k *call, header http.Header) string {
	if idOf(header) == "" {
		return "" // nothing to redact
	}
	return requestID(header, k.secrets(c))
}

// sleep sleeps on the seam; the error is ours.
func (c *Client) sleep(ctx context.Context, wait time.Duration) *Error {
	err := c.seam.Sleep(ctx, wait)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return contextError(ctx)
	}
	return newError(KindCancelled, "a sleep of the client was ended").withCause(err, c.known.list())
}

// try makes one attempt: it replaces dead pooled connections, follows redirects, and reads the body of an error.
func (c *Client) try(ctx context.Context, k *call, retries int, end deadline) (*reply, *failure) {
	target, crossed := k.url, false // to another origin, by a redirect
	for hops, replaced := 0, 0; ; {
		if end.expired() {
			return nil, &failure{err: newError(KindTimeout, "%s", errDeadline.Error()), permanent: true, unsent: true}
		}
		req, err := c.request(ctx, k, target, crossed, retries)
		if err != nil {
			var ours *Error
			errors.As(err, &ours) // as all that request says
			copied := *ours       // one error may reach many calls, and each writes its attempts into it
			return nil, &failure{err: &copied, permanent: true, unsent: true}
		}
		resp, a, err := c.transport.send(ctx, &req, k.limits, end)
		if err != nil {
			f := c.transport.translate(err, a)
			if f.err.Kind == KindConnection && replaced < maxReplaced && replaceable(err, f) {
				replaced++
				continue
			}
			return nil, f
		}
		c.limiter.observe(resp.Header, c.seam.Now())
		coding := foreignCoding(&req, resp)
		if resp.StatusCode/100 == 2 && coding == "" {
			return &reply{Response: resp, attempt: a, call: k, client: c}, nil
		}
		body := readErrorBody(resp, a)
		if coding != "" {
			body = nil // it tells nobody anything
		}
		if resp.StatusCode/100 == 2 {
			return nil, &failure{err: c.unusable(k, resp, nil, "the answer is in a coding nobody asked for: %s", coding), permanent: true}
		}
		if resp.StatusCode/100 != 3 {
			e := classify(resp.StatusCode, resp.Header, body, k.secrets(c))
			if k.foreign && (e.Kind == KindUnauthenticated || e.Kind == KindPermissionDenied) && len(credentials(k.sent)) == 0 {
				e.Message += fmt.Sprintf(" (the API key was not sent: %s is none of this client's hosts)", k.url.Host)
			}
			return nil, &failure{err: e, header: resp.Header}
		}
		hops++
		next, leaves, failed := c.follow(k, target, resp, body, hops)
		if failed != nil {
			return nil, &failure{err: failed, permanent: true}
		}
		target, crossed = next, crossed || leaves
	}
}

// request makes the request of one attempt. Every attempt has the same body bytes.
func (c *Client) request(ctx context.Context, k *call, target *url.URL, crossed bool, retries int) (req http.Request, err error) {
	req = http.Request{
		Method: k.method, URL: target, Host: target.Host, Header: k.headers(retries), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		// net/http repeats a request by itself when it has GetBody or no body at all. With this body it never does.
		Body: k.body.reader(), ContentLength: k.body.size,
	}
	if k.body.size == 0 && k.method != http.MethodGet && k.method != http.MethodHead && k.method != http.MethodDelete {
		req.Body = http.NoBody // else it would be sent chunked; these methods are never repeated
	}
	if !k.foreign && !crossed {
		if err := c.sign(ctx, k, &req); err != nil {
			return req, err
		}
	}
	for name, value := range k.settings.headers {
		if (crossed || k.foreign && value == c.settings.headers[name]) && (secretHeader(name) || name == "Host") {
			continue // what the call itself brings for a foreign host is meant for it
		}
		if name == "Host" { // net/http takes it from here only
			req.Host = value
			continue
		}
		req.Header.Set(name, value)
	}
	k.sent = req.Header
	for name, values := range req.Header {
		for _, value := range values {
			if err := checkHeader(name, value); err != nil {
				return req, err
			}
		}
	}
	return req, nil
}

// headers are those of the operation and of the client.
func (k *call) headers(retries int) http.Header {
	header, values := make(http.Header, 8), make([]string, 0, 4)
	set := func(name, value string) { // a header of one value, which stands beside those of the others
		values = append(values, value)
		header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	if k.body.contentType != "" {
		set("Content-Type", k.body.contentType)
	}
	for name, value := range k.given {
		header.Set(name, value)
	}
	set("User-Agent", userAgent)
	set("Accept", k.accept)
	if retries > 0 {
		set("X-Chutes-Retry-Count", strconv.Itoa(retries))
	}
	return header
}

// sign puts the credential on a request.
func (c *Client) sign(ctx context.Context, k *call, req *http.Request) error {
	if key, ok := k.auth.(*keyAuth); ok { // it looks at nothing else
		return key.put(req.Header)
	}
	within, cancel := k.trail.end.bound(ctx)
	defer cancel()
	err := k.auth.Apply(within, &AuthRequest{
		Header: req.Header, Method: k.method, URL: req.URL.String(), Operation: k.id, Purpose: k.purpose, Public: k.public, Now: c.seam.Now(), ctx: within, body: k.body,
	})
	var ours *Error
	switch {
	case err == nil:
		return nil
	case within.Err() != nil:
		return contextError(within)
	case errors.As(err, &ours):
		return err
	}
	return configError("the credential failed: %v", err).withCause(err, c.known.list())
}

// readErrorBody reads at most [MaxBodyBytes] within errorBodyTime; a body that is cut short is as good as it gets.
func readErrorBody(resp *http.Response, a *attempt) []byte {
	timer := time.AfterFunc(errorBodyTime, func() { a.cancel(errIdleTimeout) })
	defer timer.Stop()
	defer func() { _ = resp.Body.Close() }()
	data, _ := io.ReadAll(io.LimitReader(resp.Body, MaxBodyBytes))
	return data
}

// foreignCoding is what a body is coded in that net/http has not decoded and the caller has not asked for; "" if nothing.
func foreignCoding(req *http.Request, resp *http.Response) string {
	coding := strings.TrimSpace(resp.Header.Get("Content-Encoding"))
	if coding == "" || strings.EqualFold(coding, "identity") || resp.ContentLength == 0 || req.Method == http.MethodHead || req.Header.Get("Accept-Encoding") != "" {
		return ""
	}
	return coding
}

// unusable is the error of an answer that cannot be used, whatever its body says.
func (c *Client) unusable(k *call, resp *http.Response, body []byte, format string, args ...any) *Error {
	secrets := k.secrets(c)
	e := newError(KindUnexpectedResponse, "%s", redact(fmt.Sprintf(format, args...), secrets)).keep(body, secrets)
	e.Status, e.Header, e.RequestID = resp.StatusCode, redactHeaders(resp.Header, secrets), c.requestID(k, resp.Header)
	return e
}

// follow decides where a redirect goes, or why it does not. crossed is true when the next origin is another one.
func (c *Client) follow(k *call, from *url.URL, resp *http.Response, body []byte, hops int) (next *url.URL, crossed bool, failed *Error) {
	refuse := func(format string, args ...any) (*url.URL, bool, *Error) {
		return nil, false, c.unusable(k, resp, body, format, args...)
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
	if location == "" || err != nil || next.Scheme != "http" && next.Scheme != "https" || next.Hostname() == "" || !portFits(next) {
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

// portFits says whether a port can be one; none is.
func portFits(u *url.URL) bool {
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return u.Port() == "" || err == nil && n > 0
}

// origin is scheme, host and port.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

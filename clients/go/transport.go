package chutes

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chutes-client/chutes-client/clients/go/sse"
)

// Why one attempt was ended by us; found again with context.Cause.
var (
	errConnectTimeout   = errors.New("no connection within the connect limit")
	errFirstByteTimeout = errors.New("no answer within the first-byte limit")
	errIdleTimeout      = errors.New("silence for longer than the idle limit")
	errDeadline         = errors.New("the deadline of the call (WithDeadline) has passed")
	errClosed           = errors.New("closed by the caller")
)

// Reasons of failures that only retry decides on.
const reasonConnect = "connect"

// transport sends one attempt. It keeps connections, but never sends anything twice by itself: that is for execute to decide and to count.
type transport struct {
	http  *http.Transport
	other http.RoundTripper // in its place: a script, or what the caller gave
	known *keyring
}

func newTransport(settings *settings, known *keyring) (*transport, error) {
	caPEM, given := settings.caPEM, settings.transport
	switch {
	case given != nil && (len(caPEM) > 0 || settings.script != nil):
		return nil, configError("WithTransport brings its own certificates and answers: leave WithCA and WithScript out")
	case settings.script != nil:
		given = settings.script
	}
	if theirs, ok := given.(*http.Transport); ok {
		return &transport{http: copyTransport(theirs), known: known}, nil
	}
	var roots *x509.CertPool
	if len(caPEM) > 0 {
		system, err := x509.SystemCertPool()
		if err != nil {
			system = x509.NewCertPool()
		}
		system.AppendCertsFromPEM(caPEM)
		roots = system
	}
	config := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	t := &transport{other: given, known: known}
	t.http = &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		Protocols:           http1(),
		DialContext:         dial,
		TLSClientConfig:     config, // for connections through a proxy
		TLSHandshakeTimeout: ConnectTimeout,
		DialTLSContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return dialTLS(ctx, network, addr, config)
		},
		MaxIdleConns:        1024,
		MaxIdleConnsPerHost: 256,
		IdleConnTimeout:     90 * time.Second,
		WriteBufferSize:     16 << 10,
		ReadBufferSize:      16 << 10,
	}
	return t, nil
}

// http1 is HTTP/1.1 only: leaving a stream closes its own socket, and a connection that dies takes one call with it, not all.
func http1() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return protocols
}

// copyTransport is a caller's transport as this client needs it: its connections are seen, and carry one call at a time.
func copyTransport(theirs *http.Transport) *http.Transport {
	t := theirs.Clone()
	t.Protocols, t.ForceAttemptHTTP2, t.TLSNextProto = http1(), false, nil
	if t.TLSClientConfig != nil {
		t.TLSClientConfig.NextProtos = []string{"http/1.1"}
	}
	if t.DialContext == nil {
		t.DialContext = dial
	} else {
		t.DialContext = dialer(t.DialContext)
	}
	if t.DialTLSContext != nil {
		t.DialTLSContext = dialer(t.DialTLSContext)
	}
	return t
}

type connectKey struct{}

// connectContext bounds a dial by the connect limit of the call that asked for it.
func connectContext(ctx context.Context) (context.Context, context.CancelFunc) {
	limit, _ := ctx.Value(connectKey{}).(time.Duration)
	if limit == 0 {
		limit = ConnectTimeout
	}
	if limit == NoTimeout {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, errConnectTimeout)
}

var dial = dialer((&net.Dialer{KeepAlive: 30 * time.Second}).DialContext)

// dialer dials within the connect limit, and tracks the connection.
func dialer(inner func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := connectContext(ctx)
		defer cancel()
		conn, err := inner(ctx, network, addr)
		if err != nil {
			return nil, &connectError{err: err, timeout: context.Cause(ctx) == errConnectTimeout || isTimeout(err)}
		}
		return &trackedConn{Conn: conn}, nil
	}
}

func dialTLS(ctx context.Context, network, addr string, config *tls.Config) (net.Conn, error) {
	ctx, cancel := connectContext(ctx)
	defer cancel()
	raw, err := dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	config = config.Clone()
	config.ServerName, _, _ = net.SplitHostPort(addr)
	conn := tls.Client(raw, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, &connectError{err: err, timeout: context.Cause(ctx) == errConnectTimeout}
	}
	return conn, nil
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// connectError marks a failure before any byte of a request was sent.
type connectError struct {
	err     error
	timeout bool
}

func (e *connectError) Error() string { return e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

// trackedConn notes when bytes moved, which net/http does not tell.
type trackedConn struct {
	net.Conn
	lastRead  atomic.Int64 // Unix nanoseconds
	lastWrite atomic.Int64
	written   atomic.Int64 // bytes
	readEnded atomic.Int64 // when Read first failed
}

func (c *trackedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	now := time.Now().UnixNano()
	if n > 0 {
		c.lastRead.Store(now)
	}
	if err != nil {
		c.readEnded.CompareAndSwap(0, now)
	}
	return n, err
}

func (c *trackedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if n > 0 {
		c.lastWrite.Store(time.Now().UnixNano())
		c.written.Add(int64(n))
	}
	return n, err
}

func tracked(conn net.Conn) *trackedConn {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	t, _ := conn.(*trackedConn)
	return t
}

// attempt is one request on the wire, with the timers that may end it.
type attempt struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	parent context.Context
	limits limits

	mu        sync.Mutex
	conn      *trackedConn
	reused    bool
	gotConn   time.Time
	before    int64 // bytes that the connection had written before
	firstByte bool
	wrote     bool
	wait      *time.Timer // a connection, then the first byte, then idle while the headers come
	total     *time.Timer
	done      func() // frees what the attempt holds until its body is closed
}

// free says what to call when the body is closed.
func (a *attempt) free(done func()) { a.done = done }

// send sends the request once and returns when the headers are in. The answer's Body must be closed.
func (t *transport) send(parent context.Context, req *http.Request, l limits, end deadline) (*http.Response, *attempt, error) {
	ctx, cancel := context.WithCancelCause(parent)
	a := &attempt{ctx: ctx, cancel: cancel, parent: parent, limits: l}
	if left := end.remaining(); left != NoTimeout {
		a.total = time.AfterFunc(left, func() { cancel(errDeadline) })
	}
	if _, script := t.other.(*Script); t.other != nil && !script {
		a.gotConn = time.Now() // it may not tell of its connections
		a.wait = time.AfterFunc(l.firstByte, a.late)
	}
	trace := &httptrace.ClientTrace{
		GetConn: a.connecting,
		GotConn: a.connected,
		WroteRequest: func(httptrace.WroteRequestInfo) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.wrote = true
			// A long upload must not eat the wait for the answer.
			if a.wait != nil && !a.firstByte {
				a.wait.Reset(l.firstByte)
			}
		},
		GotFirstResponseByte: a.gotFirstByte,
	}
	ctx = context.WithValue(httptrace.WithClientTrace(ctx, trace), connectKey{}, l.connect)
	resp, err := t.roundTrip(req.WithContext(ctx))
	a.mu.Lock()
	if a.wait != nil {
		a.wait.Stop()
	}
	a.mu.Unlock()
	if err != nil {
		a.release(errClosed)
		a.hangUp()
		return nil, a, err
	}
	b := &body{inner: resp.Body, attempt: a}
	if a.limits.idle != NoTimeout {
		b.timer = time.AfterFunc(NoTimeout, b.silent)
	}
	resp.Body = b
	return resp, a, nil
}

func (t *transport) roundTrip(req *http.Request) (*http.Response, error) {
	if t.other != nil {
		return t.other.RoundTrip(req)
	}
	return t.http.RoundTrip(req)
}

// connecting bounds all that comes before a request can be written: the dial, a proxy's tunnel, TLS.
func (a *attempt) connecting(string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gotConn = (time.Time{}); a.wait != nil {
		a.wait.Stop()
	}
	a.wait = time.AfterFunc(a.limits.connect, a.late)
}

func (a *attempt) connected(info httptrace.GotConnInfo) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.conn, a.reused, a.gotConn = tracked(info.Conn), info.Reused, time.Now()
	if a.conn != nil {
		a.before = a.conn.written.Load()
		if info.Reused && closedByPeer(a.conn.Conn) {
			_ = a.conn.Close() // nothing can be written any more, so that nothing is lost by taking another one
		}
	}
	if !a.wait.Stop() {
		a.cancel(errConnectTimeout) // just now
	}
	a.wait.Reset(a.limits.firstByte)
}

// late runs when what the attempt waits for has not come within its limit.
func (a *attempt) late() {
	a.mu.Lock()
	defer a.mu.Unlock()
	cause := errFirstByteTimeout
	switch {
	case a.gotConn.IsZero():
		cause = errConnectTimeout
	case a.firstByte:
		cause = errIdleTimeout
	default:
		// While a long upload moves, nobody waits for an answer yet.
		if left := a.uploading(a.limits.firstByte); left > 0 {
			a.wait.Reset(left)
			return
		}
	}
	a.cancel(cause)
}

// uploading says how long a request that is still being written may go on without another byte; 0 if it is written or stands still.
func (a *attempt) uploading(limit time.Duration) time.Duration {
	if a.wrote || a.firstByte || a.conn == nil || a.conn.written.Load() == a.before {
		return 0
	}
	return limit - time.Since(time.Unix(0, a.conn.lastWrite.Load()))
}

func (a *attempt) gotFirstByte() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.firstByte = true
	if a.wait == nil {
		return
	}
	if a.wait.Stop() && a.limits.idle != NoTimeout {
		a.wait.Reset(a.limits.idle)
	}
}

// release stops the timers and ends the attempt; what was not read to its end is cut off.
func (a *attempt) release(why error) {
	if a.total != nil {
		a.total.Stop()
	}
	a.cancel(why)
}

// hangUp closes the socket of an attempt that failed. net/http does so, too, but at some later moment: who cancels a call may count on it.
func (a *attempt) hangUp() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.conn != nil {
		_ = a.conn.Close()
	}
}

// body is a response body under the idle limit. The limit counts only while somebody reads: a caller who takes a long time between two
// chunks is not a silent server.
type body struct {
	inner   io.ReadCloser
	attempt *attempt
	timer   *time.Timer
	reading atomic.Int64 // when the pending Read began, 0 if there is none
	armed   atomic.Bool  // the timer runs
	closed  sync.Once
}

func (b *body) Read(p []byte) (int, error) {
	if b.timer == nil {
		return b.inner.Read(p)
	}
	b.reading.Store(time.Now().UnixNano())
	// The timer goes on when the Read is over, since to stop it and to set it again for each would cost more than to read; silent finds out.
	if b.armed.CompareAndSwap(false, true) {
		b.timer.Reset(b.attempt.limits.idle)
	}
	n, err := b.inner.Read(p)
	b.reading.Store(0)
	return n, err
}

// silent runs when a Read may have been pending for the idle limit. Bytes may have come all the same (of a coded body, or of chunk framing).
func (b *body) silent() {
	since := b.reading.Load()
	if since == 0 {
		// Nobody reads. A Read that begins just now may have seen the timer armed, so that it is for this one to see the Read.
		b.armed.Store(false)
		if b.reading.Load() != 0 && b.armed.CompareAndSwap(false, true) {
			b.timer.Reset(b.attempt.limits.idle)
		}
		return
	}
	if c := b.attempt.conn; c != nil {
		since = max(since, c.lastRead.Load())
	}
	left := b.attempt.limits.idle - time.Duration(time.Now().UnixNano()-since)
	if left > 0 {
		b.timer.Reset(left)
		return
	}
	b.attempt.cancel(errIdleTimeout)
}

// Close ends the attempt. At the end of the body the connection goes back to the pool, before it the socket is closed at once.
func (b *body) Close() error {
	b.closed.Do(func() {
		if b.timer != nil {
			b.timer.Stop()
		}
		_ = b.inner.Close()
		b.attempt.release(errClosed)
		if b.attempt.done != nil {
			b.attempt.done()
		}
	})
	return nil
}

// translate is the one function that turns a foreign error into ours. a may be nil.
func (t *transport) translate(err error, a *attempt) *failure {
	f := &failure{}
	fail := func(kind Kind, text string) *failure {
		f.err = newError(kind, "%s", redact(text, t.known.list())).withCause(err, t.known.list())
		return f
	}
	var ours *Error
	var tooLarge *sse.TooLargeError
	var connect *connectError
	var limit error
	if a != nil {
		a.describe(f)
		limit = context.Cause(a.ctx)
	}
	switch {
	case errors.As(err, &ours):
		copied := *ours // one error may reach many calls, and each writes its attempts into it
		f.err, f.permanent = &copied, true
		return f
	case errors.As(err, &tooLarge):
		return fail(KindTooLarge, "an event of the stream is larger than the limit (see WithMaxEventBytes)")
	case limit == errConnectTimeout || errors.As(err, &connect) && connect.timeout:
		err = errConnectTimeout
		fail(KindTimeout, a.limits.say(errConnectTimeout))
		f.err.Reason = reasonConnect
		return f
	case limit == errFirstByteTimeout || limit == errIdleTimeout || limit == errDeadline:
		err = limit
		return fail(KindTimeout, a.limits.say(limit))
	case a != nil && a.parent.Err() != nil:
		f.err = contextError(a.parent)
		f.permanent = true
		return f
	case connect != nil:
		f.permanent = isCertificate(err)
		return fail(KindConnection, "cannot connect: "+connect.Error())
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fail(KindConnection, "the server closed the connection before the answer was complete")
	}
	f.permanent = isCertificate(err)
	return fail(KindConnection, "the connection failed: "+err.Error())
}

// say tells which limit was passed, and what sets it.
func (l limits) say(passed error) string {
	of, option := l.firstByte, "WithFirstByteTimeout"
	switch passed {
	case errConnectTimeout:
		of, option = l.connect, "WithConnectTimeout"
	case errIdleTimeout:
		of, option = l.idle, "WithIdleTimeout"
	case errDeadline:
		return passed.Error()
	}
	return fmt.Sprintf("%v of %v (%s)", passed, of, option)
}

// describe fills in what the wire tells about a failed attempt.
func (a *attempt) describe(f *failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f.firstByte = a.firstByte
	c := a.conn
	if c == nil {
		return
	}
	wrote := c.written.Load() > a.before
	if wrote {
		f.sinceWrite = time.Since(time.Unix(0, c.lastWrite.Load()))
	}
	ended := c.readEnded.Load()
	// Dead before it was used: nothing could be written, or the end had been read before the request went out.
	f.dead = a.reused && !a.firstByte && (!wrote || ended != 0 && ended <= a.gotConn.UnixNano())
}

// idleClosed is the text of net/http's unexported error for a connection that the server closed while it was idle.
const idleClosed = "server closed idle connection"

// replaceable says whether a failed attempt used a connection that was dead before, so that nothing was lost.
func replaceable(err error, f *failure) bool {
	return f.dead || !f.firstByte && strings.Contains(err.Error(), idleClosed)
}

// contextError is the error for a context of the caller's that has ended. What the caller gave as its cause is found with errors.Is.
func contextError(ctx context.Context) *Error {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != err {
		err = errors.Join(err, cause)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return newError(KindTimeout, "the deadline of the caller's context has passed").withCause(err, nil)
	}
	return newError(KindCancelled, "the caller's context was cancelled").withCause(err, nil)
}

func isCertificate(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid)
}

func (t *transport) close() { t.http.CloseIdleConnections() }

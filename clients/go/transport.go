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
	"net/url"
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

	alarms sync.Pool // of *alarm; of this client only, since a timer of a test's own time belongs to that test
	last   atomic.Pointer[parsedURL]
}

// parsedURL is the URL of the last call: the next one mostly goes to the same place.
type parsedURL struct {
	base, path string
	url        url.URL
}

// parseURL is url.Parse of a base and a path; the result is the caller's own.
func (t *transport) parseURL(base, path string) (*url.URL, error) {
	if last := t.last.Load(); last != nil && last.base == base && last.path == path {
		own := last.url
		return &own, nil
	}
	parsed, err := url.Parse(base + path)
	if err == nil {
		t.last.Store(&parsedURL{base: base, path: path, url: *parsed})
	}
	return parsed, err
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
	//lint:ignore SA1019 a caller who still dials by it must not be passed by
	old := t.Dial
	switch {
	case t.DialContext != nil:
		t.DialContext = dialer(t.DialContext)
	case old != nil:
		t.DialContext = dialer(func(_ context.Context, network, addr string) (net.Conn, error) { return old(network, addr) })
	default:
		t.DialContext = dial
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
		return track(conn), nil
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

// roundTrip sends a request and returns when the headers are in.
func (t *transport) roundTrip(req *http.Request) (*http.Response, error) {
	if t.other != nil {
		return t.other.RoundTrip(req)
	}
	return t.http.RoundTrip(req)
}

// translate is the one function that turns a foreign error into ours.
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
	a.describe(f)
	limit = context.Cause(a.Context)
	switch {
	case errors.As(err, &ours):
		copied := *ours // one error may reach many calls, and each writes its attempts into it
		f.err, f.permanent = &copied, true
		return f
	case errors.As(err, &tooLarge):
		return fail(KindTooLarge, "an event of the stream is larger than the limit (see WithMaxEventBytes)")
	case limit == errConnectTimeout || errors.As(err, &connect) && connect.timeout:
		err = errConnectTimeout
		fail(KindTimeout, a.say(errConnectTimeout))
		f.err.Reason = reasonConnect
		return f
	case limit == errFirstByteTimeout || limit == errIdleTimeout || limit == errDeadline:
		err = limit
		return fail(KindTimeout, a.say(limit))
	case a.parent.Err() != nil:
		f.err = contextError(a.parent)
		f.permanent = true
		return f
	case connect != nil:
		f.permanent = isCertificate(err)
		return fail(KindConnection, fmt.Sprintf("cannot connect to %s: %v", a.host, connect))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fail(KindConnection, fmt.Sprintf("%s closed the connection before the answer was complete", a.host))
	}
	f.permanent = isCertificate(err)
	return fail(KindConnection, fmt.Sprintf("the connection to %s failed: %v", a.host, err))
}

// say tells which limit was passed, of which host, and what sets it.
func (a *attempt) say(passed error) string {
	switch passed {
	case errConnectTimeout:
		return fmt.Sprintf("no connection to %s within the connect limit of %v (WithConnectTimeout)", a.host, a.limits.connect)
	case errFirstByteTimeout:
		return fmt.Sprintf("no answer from %s within the first-byte limit of %v (WithFirstByteTimeout)", a.host, a.limits.firstByte)
	case errIdleTimeout:
		return fmt.Sprintf("silence of %s for longer than the idle limit of %v (WithIdleTimeout)", a.host, a.limits.idle)
	}
	return passed.Error()
}

// idleClosed is the text of net/http's unexported error for a connection that the server closed while it was idle.
const idleClosed = "server closed idle connection"

// replaceable says whether a failed attempt used a connection that was dead before, so that nothing was lost.
func replaceable(err error, f *failure) bool {
	return f.dead || !f.firstByte && strings.Contains(err.Error(), idleClosed)
}

// contextError is the error for a context of the caller's that has ended. What the caller gave as its cause is found with errors.Is.
func contextError(ctx context.Context) *Error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == errDeadline {
		return newError(KindTimeout, "%s", errDeadline.Error()).withCause(errDeadline, nil)
	}
	if cause != err {
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

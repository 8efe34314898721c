package chutes

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ticks is a clock that nobody sets: nanoseconds since the process began.
func ticks() int64 { return int64(time.Since(clockStart)) }

var clockStart = time.Now().Add(-time.Second) // so that 0 is never now

// never is when a limit ends that there is not.
const never = math.MaxInt64

// later is when a limit ends that began there.
func later(from int64, limit time.Duration) int64 {
	if int64(limit) > never-from {
		return never
	}
	return from + int64(limit)
}

// trackedConn notes when bytes moved, which net/http does not tell.
type trackedConn struct {
	net.Conn
	peek      func() (closed bool)
	lastRead  atomic.Int64 // ticks
	lastWrite atomic.Int64
	written   atomic.Int64 // bytes
	readEnded atomic.Int64 // when Read first failed
}

func track(conn net.Conn) *trackedConn { return &trackedConn{Conn: conn, peek: peeker(conn)} }

func (c *trackedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	now := ticks()
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
		c.lastWrite.Store(ticks())
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

// alarm ends attempts that take too long, one after the other: it stays set when an attempt is over and rings for nothing then, once in a while,
// since to set a timer for each attempt and to stop it wakes a thread of the runtime each time.
type alarm struct {
	mu    sync.Mutex
	timer *time.Timer  // nil until it is set for the first time
	at    atomic.Int64 // ticks; 0 = not set
	of    *attempt     // nil between two
}

// alarm is one that looks after the attempt.
func (t *transport) alarm(of *attempt) *alarm {
	l, ok := t.alarms.Get().(*alarm)
	if !ok {
		l = &alarm{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of = of
	return l
}

// set lets it ring at that time at the latest.
func (l *alarm) set(at int64) {
	if set := l.at.Load(); at == never || set != 0 && set <= at {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if set := l.at.Load(); set != 0 && set <= at {
		return
	}
	l.at.Store(at)
	if wait := time.Duration(at - ticks()); l.timer == nil {
		l.timer = time.AfterFunc(wait, l.ring)
	} else {
		l.timer.Reset(wait)
	}
}

// ring looks at the attempt, and again when the next limit may have passed. A ring too many does no harm.
func (l *alarm) ring() {
	l.mu.Lock()
	l.at.Store(0)
	a := l.of
	l.mu.Unlock()
	if a != nil {
		l.set(a.look())
	}
}

// phase is what an attempt waits for.
type phase int

const (
	reading    phase = iota // the body, when somebody reads; and nothing before it is said
	connecting              // all that comes before a request can be written: the dial, a proxy's tunnel, TLS
	answering               // the first byte of an answer
	heading                 // the rest of its headers
)

// attempt is one request on the wire under the limits that may end it, and the context of it.
type attempt struct {
	context.Context // ended by cancel, or with the caller's
	cancel          context.CancelCauseFunc
	parent          context.Context
	limits          limits
	host            string
	trace           httptrace.ClientTrace
	transport       *transport
	alarm           *alarm
	total           int64       // ticks; when the call has to be over
	over            atomic.Bool // which it was
	body            body

	mu        sync.Mutex
	phase     phase
	since     int64 // ticks
	conn      *trackedConn
	reused    bool
	gotConn   int64 // ticks
	before    int64 // bytes that the connection had written before
	firstByte bool
	done      func() // frees what the attempt holds until its body is closed
}

// Value tells a dial how long it may take.
func (a *attempt) Value(key any) any {
	if key == (connectKey{}) {
		return a.limits.connect
	}
	return a.Context.Value(key)
}

// free says what to call when the body is closed.
func (a *attempt) free(done func()) { a.done = done }

// send sends the request once and returns when the headers are in. The answer's Body must be closed.
func (t *transport) send(parent context.Context, req *http.Request, l limits, end deadline) (*http.Response, *attempt, error) {
	a := &attempt{parent: parent, limits: l, host: req.URL.Host, transport: t, total: never}
	a.Context, a.cancel = context.WithCancelCause(parent)
	if left := end.remaining(); left != NoTimeout {
		a.total = later(ticks(), left)
	}
	a.alarm = t.alarm(a) // which may look at any time from now on
	a.alarm.set(a.total)
	a.trace = httptrace.ClientTrace{GetConn: a.connecting, GotConn: a.connected, GotFirstResponseByte: a.gotFirstByte, Got1xxResponse: a.hinted}
	if _, script := t.other.(*Script); t.other != nil && !script {
		a.sent() // it may not tell of its connections
		a.trace.WroteRequest = func(httptrace.WroteRequestInfo) { a.written() }
	}
	heed(a, req.Body)
	resp, err := t.roundTrip(req.WithContext(httptrace.WithClientTrace(a, &a.trace)))
	a.mu.Lock()
	a.phase = reading
	a.mu.Unlock()
	if err != nil {
		a.release(errClosed)
		a.hangUp()
		return nil, a, err
	}
	a.body.inner, a.body.attempt = resp.Body, a
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "x-gzip") && req.Header.Get("Accept-Encoding") == "" {
		a.body.inner = &gunzip{ReadCloser: resp.Body} // the older name of what net/http undoes
		resp.Header.Del("Content-Encoding")
		resp.ContentLength, resp.Uncompressed = -1, true
	}
	resp.Body = &a.body
	return resp, a, nil
}

// sent begins the wait for the answer of a transport whose connections cannot be seen.
func (a *attempt) sent() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.enter(answering, a.limits.firstByte)
	a.gotConn = a.since
}

// enter begins to wait for something. The caller has the lock.
func (a *attempt) enter(p phase, limit time.Duration) {
	a.phase, a.since = p, ticks()
	a.alarm.set(later(a.since, limit))
}

// connecting comes again where net/http takes another connection.
func (a *attempt) connecting(string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.gotConn = 0
	a.enter(connecting, a.limits.connect)
}

func (a *attempt) connected(info httptrace.GotConnInfo) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.conn, a.reused = tracked(info.Conn), info.Reused
	if a.conn != nil {
		a.before = a.conn.written.Load()
		if info.Reused && a.conn.peek() {
			_ = a.conn.Close() // nothing can be written any more, so that nothing is lost by taking another one
		}
	}
	a.enter(answering, a.limits.firstByte)
	a.gotConn = a.since
}

// written is for transports whose connections cannot be seen: a long upload must not eat the wait for the answer.
func (a *attempt) written() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.phase == answering {
		a.enter(answering, a.limits.firstByte)
	}
}

func (a *attempt) gotFirstByte() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.firstByte = true; a.phase == answering {
		a.enter(heading, a.limits.idle)
	}
}

// hinted goes back to the wait for the answer: a server that says 102 or 103 may work on it for as long as one that says nothing, and no longer.
func (a *attempt) hinted(int, textproto.MIMEHeader) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.phase == heading {
		a.phase, a.since, a.firstByte = answering, a.gotConn, false
		a.alarm.set(later(a.since, a.limits.firstByte))
	}
	return nil
}

// look ends the attempt if it has taken too long, else it says when to look again.
func (a *attempt) look() (next int64) {
	next, limit := a.due()
	if a.total < next {
		next, limit = a.total, errDeadline
	}
	if next > ticks() {
		return next
	}
	a.cancel(limit)
	a.over.Store(context.Cause(a.Context) == errDeadline)
	return never
}

// due says when the attempt has waited long enough for what it waits for.
func (a *attempt) due() (at int64, limit error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	since := a.since
	switch a.phase {
	case connecting:
		return later(since, a.limits.connect), errConnectTimeout
	case answering:
		// While a long upload moves, nobody waits for an answer yet.
		if a.conn != nil && a.conn.written.Load() > a.before {
			since = max(since, a.conn.lastWrite.Load())
		}
		return later(since, a.limits.firstByte), errFirstByteTimeout
	case heading:
		return later(since, a.limits.idle), errIdleTimeout
	}
	if since = a.body.reading.Load(); since == 0 {
		return never, nil // nobody reads
	}
	if a.conn != nil { // bytes may have come that were none for the reader: of a coded body, or of chunk framing
		since = max(since, a.conn.lastRead.Load())
	}
	return later(since, a.limits.idle), errIdleTimeout
}

// release ends the attempt; what was not read to its end is cut off. It is called once.
func (a *attempt) release(why error) {
	a.cancel(why)
	a.alarm.mu.Lock()
	a.alarm.of = nil
	a.alarm.mu.Unlock()
	a.transport.alarms.Put(a.alarm)
}

// hangUp closes the socket of an attempt that failed. net/http does so, too, but at some later moment: who cancels a call may count on it.
func (a *attempt) hangUp() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.conn != nil {
		_ = a.conn.Close()
	}
}

// describe fills in what the wire tells about a failed attempt.
func (a *attempt) describe(f *failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f.firstByte = a.firstByte
	c := a.conn
	if c == nil { // not connected, or a transport whose connections cannot be seen
		if a.gotConn != 0 {
			f.sinceWrite = time.Duration(ticks() - a.since)
		}
		return
	}
	wrote := c.written.Load() > a.before
	if wrote {
		f.sinceWrite = time.Duration(ticks() - c.lastWrite.Load())
	}
	ended := c.readEnded.Load()
	// Dead before it was used: nothing could be written, or the end had been read before the request went out.
	f.dead = a.reused && !a.firstByte && (!wrote || ended != 0 && ended <= a.gotConn)
}

// body is a response body under the idle limit. The limit counts only while somebody reads: a caller who takes a long time between two
// chunks is not a silent server.
type body struct {
	inner   io.ReadCloser
	attempt *attempt
	reading atomic.Int64 // when the pending Read began, 0 if there is none
	closed  sync.Once
}

func (b *body) Read(p []byte) (int, error) {
	now := ticks()
	b.reading.Store(now)
	b.attempt.alarm.set(later(now, b.attempt.limits.idle)) // it is set already, but for once in a while
	n, err := b.inner.Read(p)
	b.reading.Store(0)
	return n, err
}

// gunzip undoes gzip from its first read on.
type gunzip struct {
	io.ReadCloser
	plain *gzip.Reader
}

func (g *gunzip) Read(p []byte) (n int, err error) {
	if g.plain == nil {
		if g.plain, err = gzip.NewReader(g.ReadCloser); err != nil {
			return 0, err
		}
	}
	return g.plain.Read(p)
}

// Close ends the attempt. At the end of the body the connection goes back to the pool, before it the socket is closed at once.
func (b *body) Close() error {
	b.closed.Do(func() {
		_ = b.inner.Close()
		b.attempt.release(errClosed)
		if b.attempt.done != nil {
			b.attempt.done()
		}
	})
	return nil
}

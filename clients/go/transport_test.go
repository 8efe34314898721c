package chutes

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestSequentialCallsReuseOneConnection(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ := s.client(t)
	for range 5 {
		if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
			t.Fatal(err)
		}
	}
	if s.connections() != 1 {
		t.Fatalf("%d connections for 5 calls", s.connections())
	}
}

// A connection that the server closed while it was idle costs no retry, for a POST that must not be sent twice as well.
func TestDeadPooledConnectionIsReplaced(t *testing.T) {
	closed := make(chan struct{}, 16)
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, jsonAnswer(200, pong))
		_ = conn.Close()
		closed <- struct{}{}
		return false
	})
	c, clock := s.client(t, WithMaxRetries(0))
	for i := range 8 {
		answer, err := c.Chat.Completions.Create(ctx(t), chat())
		if err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
		if answer.Response().Attempts != 1 {
			t.Fatalf("call %d took %d attempts", i, answer.Response().Attempts)
		}
		<-closed
	}
	if len(s.seen()) != 8 || len(clock.Sleeps()) != 0 {
		t.Fatalf("%d requests, sleeps %v", len(s.seen()), clock.Sleeps())
	}
}

// net/http would send a GET again by itself; the attempts that we report must be those that the server saw.
func TestNetHTTPNeverRepeatsByItself(t *testing.T) {
	s := newRawServer(t, func(n int, conn net.Conn, _ rawRequest) bool {
		if n == 1 {
			_, _ = io.WriteString(conn, jsonAnswer(200, `[]`))
			return true
		}
		_ = conn.(*net.TCPConn).SetLinger(0) // RST under the request, on a reused connection first
		return false
	})
	c, _ := s.client(t, WithMaxRetries(2))
	if _, err := c.Bounties.List(ctx(t)); err != nil {
		t.Fatal(err)
	}
	_, err := c.Bounties.List(ctx(t))
	if e := wantKind(t, err, KindConnection); e.Attempts != 3 {
		t.Fatalf("attempts = %d", e.Attempts)
	}
	if n := len(s.seen()); n != 1+3 {
		t.Fatalf("the server saw %d requests, 1 and 3 attempts were made", n)
	}
}

func TestFirstByteTimeout(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool { return !closedWithin(conn, 5*time.Second) })
	c, _ := s.client(t, WithFirstByteTimeout(60*time.Millisecond), WithMaxRetries(1))
	_, err := c.Chat.Completions.Create(ctx(t), chat())
	if e := wantKind(t, err, KindTimeout); e.Attempts != 1 {
		t.Fatalf("a POST was tried %d times: the job may run", e.Attempts)
	}
	_, err = c.Bounties.List(ctx(t))
	if e := wantKind(t, err, KindTimeout); e.Attempts != 2 {
		t.Fatalf("a GET was tried %d times", e.Attempts)
	}
}

func TestIdleTimeoutAndPartial(t *testing.T) {
	var closed atomic.Bool
	over := make(chan struct{})
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, delta("He")))
		closed.Store(closedWithin(conn, 5*time.Second))
		close(over)
		return false
	})
	c, _ := s.client(t, WithIdleTimeout(80*time.Millisecond))
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	_, err = stream.Final()
	e := wantKind(t, err, KindTimeout)
	if e.Reason != ReasonIdleTimeout || e.Partial.Text() != "He" || e.Partial.Complete {
		t.Fatalf("reason %q, partial %q", e.Reason, e.Partial.Text())
	}
	<-over
	if !closed.Load() {
		t.Fatal("the socket stayed open")
	}
}

// The limit is for silence of the server: a reader who takes his time is none of it.
func TestSlowReaderIsNotIdle(t *testing.T) {
	s := newRawServer(t, answers(events(true, delta("a"), delta("b"), finish, done)))
	c, _ := s.client(t, WithIdleTimeout(60*time.Millisecond))
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range stream.Chunks() {
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(90 * time.Millisecond) // longer than the limit, between two reads
	}
}

func TestGzipIsDecodedEventByEvent(t *testing.T) {
	next := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("Accept-Encoding = %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for _, e := range []string{delta("a"), delta("b"), finish + done} {
			_, _ = io.WriteString(z, e)
			_ = z.Flush()
			w.(http.Flusher).Flush()
			<-next // goes on only when the client has seen the event
		}
		_ = z.Close()
	}))
	defer server.Close()
	c, err := New(WithAPIKey(testKey), WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range stream.Chunks() {
		if err != nil {
			t.Fatal(err)
		}
		n++
		next <- struct{}{}
	}
	if n != 3 {
		t.Fatalf("%d chunks", n)
	}
}

func TestContextOfTheCaller(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool { return !closedWithin(conn, 5*time.Second) })
	c, _ := s.client(t)
	cancelled, cancel := context.WithCancel(ctx(t))
	time.AfterFunc(30*time.Millisecond, cancel)
	_, err := c.Chat.Completions.Create(cancelled, chat())
	wantKind(t, err, KindCancelled)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrCancelled) {
		t.Fatal("the cause is not context.Canceled")
	}
	late, stop := context.WithTimeout(ctx(t), 30*time.Millisecond)
	defer stop()
	_, err = c.Chat.Completions.Create(late, chat())
	wantKind(t, err, KindTimeout)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal("the cause is not context.DeadlineExceeded")
	}
	if n := len(s.seen()); n != 2 {
		t.Fatalf("%d requests", n)
	}
	over, end := context.WithCancel(ctx(t))
	end()
	_, err = c.Chat.Completions.Create(over, chat())
	if e := wantKind(t, err, KindCancelled); e.Attempts != 0 || len(s.seen()) != 2 {
		t.Fatal("something was sent for a context that had ended")
	}
}

// What ended the caller's context is found in the error.
func TestCauseOfTheCallersContext(t *testing.T) {
	c, err := New(WithAPIKey(testKey))
	if err != nil {
		t.Fatal(err)
	}
	mine := errors.New("the user has closed the window")
	over, cancel := context.WithCancelCause(ctx(t))
	cancel(mine)
	_, err = c.Chat.Completions.Create(over, chat())
	wantKind(t, err, KindCancelled)
	if !errors.Is(err, mine) || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v", err)
	}
}

// All that comes before a request can be written counts towards the connect limit: a proxy that says nothing, and silence behind one.
func TestProxyThatHangs(t *testing.T) {
	for name, says := range map[string]string{"proxy": "", "tunnel": "HTTP/1.1 200 OK\r\n\r\n"} {
		proxy := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
			_, _ = io.WriteString(conn, says)
			_, _ = io.Copy(io.Discard, conn)
			return false
		})
		c, err := New(WithAPIKey(testKey), WithEndpoints(Endpoints{LLM: "https://llm.example/v1"}), WithConnectTimeout(100*time.Millisecond), WithMaxRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		at, _ := url.Parse(proxy.url())
		c.transport.http.Proxy = http.ProxyURL(at)
		begun := time.Now()
		_, err = c.Chat.Completions.Create(ctx(t), chat())
		e := wantKind(t, err, KindTimeout)
		if took := time.Since(begun); took > 3*time.Second || e.Reason != reasonConnect || e.Message != "no connection to llm.example within the connect limit of 100ms (WithConnectTimeout)" {
			t.Errorf("%s: %v after %v", name, e, took)
		}
	}
}

func TestTLS(t *testing.T) {
	var hits atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, pong)
	}))
	server.Config.ErrorLog = nil
	server.StartTLS()
	defer server.Close()
	untrusting, err := New(WithAPIKey(testKey), WithBaseURL(server.URL), WithSeam(NewVirtualClock(time.Now()).Seam()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = untrusting.Chat.Completions.Create(ctx(t), chat())
	e := wantKind(t, err, KindConnection)
	var verify *tls.CertificateVerificationError
	if e.Attempts != 1 || hits.Load() != 0 || !errors.As(err, &verify) {
		t.Fatalf("attempts %d, requests %d, %v", e.Attempts, hits.Load(), err)
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	trusting, err := New(WithAPIKey(testKey), WithBaseURL(server.URL), WithCA(ca))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trusting.Chat.Completions.Create(ctx(t), chat()); err != nil {
		t.Fatal(err)
	}
}

func TestRefusedConnectIsRetried(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	clock := NewVirtualClock(time.Now())
	c, err := New(WithAPIKey(testKey), WithBaseURL("http://"+address), WithSeam(clock.Seam()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Chat.Completions.Create(ctx(t), chat())
	if e := wantKind(t, err, KindConnection); e.Attempts != 3 || len(clock.Sleeps()) != 2 {
		t.Fatalf("attempts %d, sleeps %v", e.Attempts, clock.Sleeps())
	}
}

func TestBrokenAnswersAreOurErrors(t *testing.T) {
	for name, answer := range map[string]string{
		"garbage":         "\x16\x03\x01 what is this\r\n\r\n",
		"half a status":   "HTTP/1.1 20",
		"half a header":   "HTTP/1.1 200 OK\r\nContent-Le",
		"short body":      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + pong,
		"bad chunk":       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx\r\n",
		"missing chunk":   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n",
		"truncated gzip":  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xaa\x56",
		"no gzip at all":  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
		"unknown framing": "HTTP/1.1 200 OK\r\nTransfer-Encoding: cow\r\n\r\nmoo",
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
				_, _ = io.WriteString(conn, answer)
				return false
			})
			c, _ := s.client(t)
			_, err := c.Chat.Completions.Create(ctx(t), chat())
			if e := wantKind(t, err, KindConnection); e.Attempts != 1 || len(s.seen()) != 1 {
				t.Fatalf("attempts %d, requests %d: a byte had arrived", e.Attempts, len(s.seen()))
			}
		})
	}
}

func TestConnectionsDoNotLeak(t *testing.T) {
	closed := make(chan bool, 64)
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, delta("a"), delta("b")))
		closed <- closedWithin(conn, 5*time.Second)
		return false
	})
	c, _ := s.client(t)
	for i := range 32 {
		stream, err := c.Chat.Completions.Stream(ctx(t), chat())
		if err != nil {
			t.Fatal(err)
		}
		switch i % 3 {
		case 0:
			for range stream.Chunks() {
				break
			}
		case 1:
			_ = stream.Close()
		case 2:
			for chunk, err := range stream.Chunks() {
				if err != nil || chunk.Text() == "b" {
					break
				}
			}
		}
	}
	for i := range 32 {
		if !<-closed {
			t.Fatalf("stream %d stayed open", i)
		}
	}
}

func TestCloseFromAnotherGoroutine(t *testing.T) {
	closed := make(chan bool, 1)
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, delta("a")))
		closed <- closedWithin(conn, 5*time.Second)
		return false
	})
	c, _ := s.client(t)
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	for chunk, err := range stream.Chunks() {
		if err != nil {
			t.Fatalf("closing is no error: %v", err)
		}
		if chunk.Text() == "a" {
			time.AfterFunc(20*time.Millisecond, func() { _ = stream.Close() })
		}
	}
	if !<-closed {
		t.Fatal("the socket stayed open")
	}
	if p := stream.Partial(); p.Text() != "a" || p.Complete {
		t.Fatalf("partial = %+v", p)
	}
	if _, err := stream.Final(); !errors.Is(err, ErrStreamInterrupted) {
		t.Fatalf("Final after Close: %v", err)
	}
}

func TestTranslateKeepsTheCauseAndHidesTheKey(t *testing.T) {
	tr := &transport{known: &keyring{kept: []string{testKey}}}
	inner := fmt.Errorf("dial %s: %w", testKey, io.ErrClosedPipe)
	f := tr.translate(inner, &attempt{Context: t.Context(), parent: t.Context()})
	if !errors.Is(f.err, io.ErrClosedPipe) {
		t.Fatal("the cause is lost")
	}
	for _, format := range []string{"%v", "%+v", "%#v"} {
		for _, v := range []any{f.err, f.err.Unwrap()} {
			if text := fmt.Sprintf(format, v); containsKey(text) {
				t.Errorf("%s shows the key: %s", format, text)
			}
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportOfTheCaller(t *testing.T) {
	closed := make(chan bool, 1)
	s := newRawServer(t, func(_ int, conn net.Conn, r rawRequest) bool {
		if !strings.Contains(string(r.body), `"stream":true`) {
			_, _ = io.WriteString(conn, jsonAnswer(200, pong))
			return true
		}
		_, _ = io.WriteString(conn, events(false, delta("a")))
		closed <- closedWithin(conn, 5*time.Second)
		return false
	})
	dialed := 0
	own := &http.Transport{ForceAttemptHTTP2: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		dialed++
		return new(net.Dialer).DialContext(ctx, network, s.listener.Addr().String())
	}}
	c, err := New(WithAPIKey(testKey), WithBaseURL("http://gateway.example"), WithTransport(own))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
			t.Fatal(err)
		}
	}
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Close(); err != nil || !<-closed || dialed != 1 {
		t.Errorf("%d connections, %v", dialed, err)
	}
	if own.Protocols != nil {
		t.Error("the caller's transport was changed")
	}
	own.DialContext = nil
	own.Dial = func(network, _ string) (net.Conn, error) { return nil, errors.New("the older way to dial") } //lint:ignore SA1019 as callers may
	if c, err = New(WithAPIKey(testKey), WithBaseURL("http://gateway.example"), WithTransport(own), WithMaxRetries(0)); err == nil {
		_, err = c.Chat.Completions.Create(ctx(t), chat())
	}
	if e := wantKind(t, err, KindConnection); !strings.HasSuffix(e.Message, "cannot connect to gateway.example: the older way to dial") {
		t.Error(e)
	}
	for name, options := range map[string][]Option{"nil": {WithTransport(nil)}, "script": {WithTransport(own), WithScript(NewScript())}} {
		_, err := New(append(options, WithAPIKey(testKey))...)
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, "WithTransport") {
			t.Error(name, e)
		}
	}
}

func TestClientCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"username":%q}`, fmt.Sprint(len(r.TLS.PeerCertificates), r.Proto))
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	config := server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.Certificates = server.TLS.Certificates
	c, err := New(WithAPIKey(testKey), WithBaseURL(server.URL), WithTransport(&http.Transport{TLSClientConfig: config}))
	if err != nil {
		t.Fatal(err)
	}
	if me, err := c.Users.Me(ctx(t)); err != nil || me.Username != "1HTTP/1.1" {
		t.Error(me, err)
	}
}

// Whatever sends the requests, retries and limits are the client's.
func TestRoundTripperOfTheCaller(t *testing.T) {
	asked := 0
	silent := roundTripper(func(r *http.Request) (*http.Response, error) {
		if asked++; asked == 1 {
			return nil, errors.New("no luck with " + r.Header.Get("Authorization"))
		}
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	clock := NewVirtualClock(time.Unix(0, 0))
	c, err := New(WithAPIKey(testKey), WithTransport(silent), WithFirstByteTimeout(50*time.Millisecond), WithMaxRetries(1), WithSeam(clock.Seam()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Users.Me(ctx(t))
	if e := wantKind(t, err, KindTimeout); asked != 2 || e.Attempts != 2 || containsKey(fmt.Sprintf("%+v", e)) {
		t.Errorf("%d %+v", asked, e)
	}
	answer := roundTripper(func(r *http.Request) (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) })
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ = s.client(t, WithTransport(answer))
	for range 2 {
		if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
			t.Error(err)
		}
	}
}

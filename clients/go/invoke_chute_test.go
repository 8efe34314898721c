package chutes

import (
	"context"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Who waits for the look-up of another caller leaves with its own context or deadline.
func TestLookUpIsWaitedForWithinOnesOwnLimits(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	s := newRawServer(t, func(n int, conn net.Conn, r rawRequest) bool {
		if n == 1 {
			close(asked)
			<-answer
			_, _ = io.WriteString(conn, jsonAnswer(200, echoChute))
			return true
		}
		_, _ = io.WriteString(conn, jsonAnswer(200, `{}`))
		return true
	})
	c, _ := s.client(t)
	h := c.Chute("alice/echo")
	first := make(chan error, 1)
	go func() { _, err := h.Call(ctx(t), "/go", nil); first <- err }()
	<-asked
	short, cancel := context.WithTimeout(ctx(t), 50*time.Millisecond)
	defer cancel()
	_, err := h.Call(short, "/go", nil)
	wantKind(t, err, KindTimeout)
	_, err = h.Cords(ctx(t), WithDeadline(50*time.Millisecond))
	wantKind(t, err, KindTimeout)
	if id := h.warmupID(); id != "alice/echo" {
		t.Error(id)
	}
	close(answer)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if _, err := h.Call(ctx(t), "/go", nil); err != nil || len(s.seen()) != 3 {
		t.Errorf("%v after %d requests", err, len(s.seen()))
	}
}

// The key stays with the client's own hosts, whoever names another one.
func TestKeyOfAForeignChute(t *testing.T) {
	mine := newRawServer(t, answers(jsonAnswer(200, `{}`)))
	other := newRawServer(t, func(_ int, conn net.Conn, r rawRequest) bool {
		answer := jsonAnswer(200, `{}`)
		if r.header.Get("Authorization") == "" {
			answer = jsonAnswer(401, `{"detail":"who are you?"}`)
		}
		_, _ = io.WriteString(conn, answer)
		return true
	})
	c, _ := mine.client(t, WithHeader("Cookie", "of=the-client"))
	if _, err := c.Chute(mine.url()+"/somewhere").Call(ctx(t), "/x", nil); err != nil || mine.seen()[0].header.Get("Authorization") == "" {
		t.Errorf("a URL on a host of the client: %v", err)
	}
	_, err := c.Chute(other.url()).Call(ctx(t), "/x", nil)
	says := "who are you? (the API key was not sent: " + other.listener.Addr().String() + " is none of this client's hosts)"
	if e := wantKind(t, err, KindUnauthenticated); e.Message != says {
		t.Errorf("%q", e.Message)
	}
	_, err = c.Chute(other.url()).Chat.Completions.Create(ctx(t), chat())
	wantKind(t, err, KindUnauthenticated)
	_, err = c.Chute(other.url(), WithHeader("Authorization", "Bearer theirs")).Call(ctx(t), "/x", nil)
	if err != nil || other.seen()[2].header.Get("Authorization") != "Bearer theirs" {
		t.Errorf("a credential given for it: %v", err)
	}
	for _, r := range other.seen() {
		if r.header.Get("Cookie") != "" || containsKey(r.header.Get("Authorization")) {
			t.Error("a secret of the client went to a foreign host")
		}
	}
}

func TestOwnHosts(t *testing.T) {
	for template, hosts := range map[string]map[string]bool{
		"https://{slug}.chutes.ai": {
			"https://me-echo.chutes.ai": true, "https://ME-echo.chutes.ai:443": true, "https://api.chutes.ai": true, "http://me-echo.chutes.ai": false, "https://chutes.ai": false,
			"https://.chutes.ai": false, "https://a.b.chutes.ai": false, "https://evil.example/.chutes.ai": false, "https://xchutes.ai": false, "https://me.chutes.ai.evil.example": false,
		},
		"https://gw-{slug}.example": {"https://gw-me.example": true, "https://me.example": false, "https://gw-.example": false},
		"http://h:1/chute/{slug}":   {"http://h:1/other": true, "http://h:2/chute/me": false},
	} {
		c, err := New(WithAPIKey(testKey), WithEndpoints(Endpoints{Chute: template}))
		if err != nil {
			t.Fatal(err)
		}
		for host, want := range hosts {
			if u, err := url.Parse(host); err != nil || c.ours(u) != want {
				t.Errorf("%s with %s: want %v", host, template, want)
			}
		}
	}
}

func TestAHostIsNotWaitedFor(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{"detail":"No instances available"}`), jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	h := c.Chute(s.url() + "/own")
	if _, err := h.Call(ctx(t), "/x", nil, WithReady("wait")); err != nil || len(s.seen()) != 2 {
		t.Errorf("not retried as ever: %v", err)
	}
	for _, host := range []*ChuteClient{h, c.Chute("own.example")} {
		_, err := host.WaitReady(ctx(t), nil)
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, "names no chute") {
			t.Error(e)
		}
	}
}

// A stream that its own caller closes ends without an error, however it is read, in the loop or beside it.
func TestAPlainStreamClosedByItsCaller(t *testing.T) {
	s := newRawServer(t, func(n int, conn net.Conn, r rawRequest) bool {
		answers(events(false, "data: a\n\n"))(n, conn, r)
		return !closedWithin(conn, 5*time.Second)
	})
	c, _ := s.client(t)
	for name, read := range map[string]func(*EventStream, func()) error{
		"events": func(s *EventStream, each func()) (err error) {
			for _, err = range s.Events() {
				each()
			}
			return err
		},
		"bytes": func(s *EventStream, each func()) (err error) {
			for _, err = range s.Bytes() {
				each()
			}
			return err
		},
		"lines": func(s *EventStream, each func()) (err error) {
			for _, err = range s.Lines() {
				each()
			}
			return err
		},
	} {
		for _, beside := range []bool{false, true} {
			stream, err := c.Chute("me-echo").Stream(ctx(t), "/x", nil)
			if err != nil {
				t.Fatal(err)
			}
			leave := func() { _ = stream.Close() }
			if beside {
				leave = func() { time.AfterFunc(20*time.Millisecond, func() { _ = stream.Close() }) }
			}
			if err := read(stream, leave); err != nil {
				t.Errorf("%s, beside %v: %v", name, beside, err)
			}
		}
	}
}

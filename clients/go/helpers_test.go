package chutes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const testKey = "cpk_test_0123456789abcdef"

// rawServer answers with exact bytes. Each connection is served by its own goroutine; the handler sees the request and its number (from 1).
type rawServer struct {
	listener net.Listener
	mu       sync.Mutex
	requests []rawRequest
	conns    int
	wg       sync.WaitGroup
}

type rawRequest struct {
	method, path string
	header       http.Header
	body         []byte
	conn         int
}

func newRawServer(t *testing.T, handle func(n int, conn net.Conn, req rawRequest) (keep bool)) *rawServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{listener: listener}
	open := map[net.Conn]bool{}
	s.wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns++
			number := s.conns
			open[conn] = true
			s.mu.Unlock()
			s.wg.Go(func() { s.serve(conn, number, handle) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		s.mu.Lock()
		for conn := range open {
			_ = conn.Close()
		}
		s.mu.Unlock()
		s.wg.Wait()
	})
	return s
}

func (s *rawServer) serve(conn net.Conn, number int, handle func(int, net.Conn, rawRequest) bool) {
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		body, _ := io.ReadAll(req.Body)
		r := rawRequest{req.Method, req.URL.RequestURI(), req.Header, body, number}
		s.mu.Lock()
		s.requests = append(s.requests, r)
		n := len(s.requests)
		s.mu.Unlock()
		if !handle(n, conn, r) {
			return
		}
	}
}

func (s *rawServer) url() string { return "http://" + s.listener.Addr().String() }

func (s *rawServer) seen() []rawRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]rawRequest(nil), s.requests...)
}

func (s *rawServer) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// client makes a client of the server, with a virtual clock.
func (s *rawServer) client(t *testing.T, options ...Option) (*Client, *VirtualClock) {
	t.Helper()
	clock := NewVirtualClock(time.Unix(1_700_000_000, 0))
	clock.FixRandom(1 - 1e-12)
	all := append([]Option{WithAPIKey(testKey), WithBaseURL(s.url()), WithSeam(clock.Seam())}, options...)
	c, err := New(all...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, clock
}

// answers serves the n-th answer to the n-th request; the last repeats.
func answers(list ...string) func(int, net.Conn, rawRequest) bool {
	return func(n int, conn net.Conn, _ rawRequest) bool {
		answer := list[min(n, len(list))-1]
		_, _ = io.WriteString(conn, answer)
		return !strings.Contains(strings.ToLower(answer), "connection: close")
	}
}

func httpAnswer(status int, contentType, body string, headers ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\n", status, http.StatusText(status), len(body))
	if contentType != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", contentType)
	}
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	return b.String() + "\r\n" + body
}

func jsonAnswer(status int, body string, headers ...string) string {
	return httpAnswer(status, "application/json", body, headers...)
}

const pong = `{"id":"c1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"pong"},"finish_reason":"stop"}],"usage":{"total_tokens":3}}`

// events is a chunked SSE answer with one HTTP chunk per element; ended says whether the last chunk is sent.
func events(ended bool, list ...string) string {
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
	for _, e := range list {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(e), e)
	}
	if ended {
		b.WriteString("0\r\n\r\n")
	}
	return b.String()
}

func delta(content string) string {
	return fmt.Sprintf("data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%q}}]}\n\n", content)
}

const (
	finish = "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
	done   = "data: [DONE]\n\n"
)

func chat() ChatCompletionRequest {
	return ChatCompletionRequest{Model: "m", Messages: []ChatMessageParam{UserMessage("hi")}}
}

func wantKind(t *testing.T, err error, kind Kind) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T %v, want kind %s", err, err, kind)
	}
	if e.Kind != kind {
		t.Fatalf("kind is %s (%v), want %s", e.Kind, e, kind)
	}
	return e
}

// closedWithin waits until the peer has closed the connection.
func closedWithin(conn net.Conn, limit time.Duration) bool {
	_ = conn.SetReadDeadline(time.Now().Add(limit))
	_, err := conn.Read(make([]byte, 1))
	var timeout net.Error
	return err != nil && !(errors.As(err, &timeout) && timeout.Timeout())
}

func ctx(t *testing.T) context.Context { return t.Context() }

func contextWithCancel(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

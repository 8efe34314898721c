package chutes

import (
	"context"
	"io"
	"net"
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

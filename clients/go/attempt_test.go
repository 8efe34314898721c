package chutes

import (
	"net"
	"net/http"
	"testing"
	"time"
)

// What one attempt has set is still set when the next one begins: it must not end that one, and must not keep it from being ended in time.
func TestAnAlarmServesOneAttemptAfterTheOther(t *testing.T) {
	const short, long = 40 * time.Millisecond, 120 * time.Millisecond
	s := newRawServer(t, func(n int, conn net.Conn, r rawRequest) bool {
		switch n {
		case 2:
			time.Sleep(long)
		case 3:
			return !closedWithin(conn, 5*time.Second)
		}
		return answers(jsonAnswer(200, pong))(n, conn, r)
	})
	c, _ := s.client(t, WithMaxRetries(0))
	if _, err := c.Chat.Completions.Create(ctx(t), chat(), WithTimeout(short)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
		t.Fatalf("the limit of the call before: %v", err)
	}
	began := time.Now()
	_, err := c.Chat.Completions.Create(ctx(t), chat(), WithTimeout(short))
	wantKind(t, err, KindTimeout)
	if took := time.Since(began); took < short || took > 3*time.Second {
		t.Fatalf("ended after %v, the limit is %v", took, short)
	}
}

func TestAnAlarmIsSetForTheFirstOfItsTimes(t *testing.T) {
	a := &attempt{total: never}
	l := new(transport).alarm(a)
	soon, late := ticks()+int64(time.Hour), ticks()+int64(2*time.Hour)
	for _, step := range []struct{ at, want int64 }{{never, 0}, {late, late}, {soon, soon}, {late, soon}, {never, soon}} {
		if l.set(step.at); l.at.Load() != step.want {
			t.Fatalf("set to %d after it was told %d, want %d", l.at.Load(), step.at, step.want)
		}
	}
	l.ring()
	if at := l.at.Load(); at != 0 {
		t.Fatalf("set to %d for an attempt that waits for nothing", at)
	}
	if got := later(never-5, NoTimeout); got != never {
		t.Fatalf("no limit ends at %d", got)
	}
}

// Who says 103 works on the answer, and may take as long for it as one that says nothing; but not longer, however often it says so.
func TestAHintIsNoAnswer(t *testing.T) {
	const hint = "HTTP/1.1 103 Early Hints\r\n\r\n"
	hints := 1
	s := newRawServer(t, func(n int, conn net.Conn, r rawRequest) bool {
		for range hints {
			if _, err := conn.Write([]byte(hint)); err != nil {
				return false
			}
			time.Sleep(300 * time.Millisecond)
		}
		return answers(jsonAnswer(200, pong))(n, conn, r)
	})
	c, _ := s.client(t, WithMaxRetries(0))
	if _, err := c.Chat.Completions.Create(ctx(t), chat(), WithFirstByteTimeout(10*time.Second), WithIdleTimeout(150*time.Millisecond)); err != nil {
		t.Error(err)
	}
	hints = 5
	_, err := c.Chat.Completions.Create(ctx(t), chat(), WithFirstByteTimeout(150*time.Millisecond))
	wantKind(t, err, KindTimeout)
}

type around struct{ http.RoundTripper }

// Of a transport that was wrapped the connections cannot be seen; a job that may be billed is not begun again all the same.
func TestALateResetOfAWrappedTransportIsNotRepeated(t *testing.T) {
	for _, late := range []bool{false, true} {
		s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
			if late {
				time.Sleep(InvocationResetWindow + 100*time.Millisecond)
			}
			_ = conn.(*net.TCPConn).SetLinger(0)
			return false
		})
		c, _ := s.client(t, WithTransport(around{&http.Transport{DisableKeepAlives: true}}))
		_, err := c.Chat.Completions.Create(ctx(t), chat())
		if e := wantKind(t, err, KindConnection); (e.Attempts == 1) != late {
			t.Errorf("late %v: %d attempts", late, e.Attempts)
		}
	}
}

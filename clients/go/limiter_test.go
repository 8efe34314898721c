package chutes

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

func TestLimiterIsABucket(t *testing.T) {
	now := time.Unix(0, 0)
	none := newDeadline(NoTimeout, func() time.Time { return now })
	l := newLimiter(2, false, now)
	for i, want := range []time.Duration{0, 0, 30 * time.Second, 60 * time.Second} {
		if wait, ok := l.take(now, none); !ok || wait != want {
			t.Errorf("request %d waits %v, want %v", i+1, wait, want)
		}
	}
	l.giveBack() // the last one stopped waiting
	if wait, _ := l.take(now, none); wait != 60*time.Second {
		t.Errorf("its turn goes to the next one, who waits %v", wait)
	}
	now = now.Add(10 * time.Minute)
	for i, want := range []time.Duration{0, 0, 30 * time.Second} {
		if wait, _ := l.take(now, none); wait != want {
			t.Errorf("after a pause request %d waits %v, want %v", i+1, wait, want)
		}
	}
	soon := newDeadline(10*time.Second, func() time.Time { return now })
	if wait, ok := l.take(now, soon); ok {
		t.Errorf("a wait of %v is begun before a deadline of 10 s", wait)
	}
	if wait, _ := l.take(now, none); wait != 60*time.Second {
		t.Errorf("a wait that was not begun took a token: %v", wait)
	}
	if newLimiter(0, false, now) != nil {
		t.Error("off is no limiter")
	}
	if l = newLimiter(1e-300, false, now); l.tokens != 1 {
		t.Error(l.tokens)
	}
	for i := range 2 {
		if wait, _ := l.take(now, none); (wait > 10*365*24*time.Hour) != (i == 1) {
			t.Errorf("request %d waits %v", i+1, wait)
		}
	}
}

func TestLimiterTakesWhatTheServerSays(t *testing.T) {
	now := time.Unix(0, 0)
	none := newDeadline(NoTimeout, func() time.Time { return now })
	l := newLimiter(0, true, now)
	say := func(value string) {
		header := http.Header{}
		if value != "" {
			header.Set("X-Chutes-RL-User", value)
		}
		l.observe(header, now)
	}
	waits := func(want ...time.Duration) {
		t.Helper()
		for _, w := range want {
			if wait, _ := l.take(now, none); wait != w {
				t.Errorf("waits %v, want %v", wait, w)
			}
		}
	}
	waits(0, 0, 0)
	say("1")
	waits(0, time.Minute)
	say("")
	say("many")
	say("-3")
	waits(2 * time.Minute)
	say("inf")
	waits(0, 0, 0)
}

func TestRateLimitOfAClient(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(500, `{}`), jsonAnswer(200, pong)))
	c, clock := s.client(t, WithRateLimit(1), WithMaxRetries(1))
	if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
		t.Fatal(err)
	}
	// A retry takes a token, too: it waits for the backoff and for what the bucket then lacks.
	if got := clock.Sleeps(); len(got) != 2 || got[0].Round(time.Millisecond) != 500*time.Millisecond || (got[0]+got[1]).Round(time.Millisecond) != time.Minute {
		t.Errorf("sleeps %v", got)
	}
	_, err := c.Chat.Completions.Create(ctx(t), chat(), WithDeadline(time.Second))
	if e := wantKind(t, err, KindTimeout); e.Attempts != 0 || len(s.seen()) != 2 {
		t.Errorf("%d attempts, %d requests", e.Attempts, len(s.seen()))
	}
	if _, err := New(WithAPIKey(testKey), WithMaxConcurrency(0)); !errors.Is(err, ErrConfig) {
		t.Error(err)
	}
}

func TestMaxConcurrency(t *testing.T) {
	var mu sync.Mutex
	open, most := 0, 0
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		mu.Lock()
		open++
		most = max(most, open)
		mu.Unlock()
		<-time.After(5 * time.Millisecond)
		mu.Lock()
		open--
		mu.Unlock()
		_, _ = io.WriteString(conn, jsonAnswer(200, pong))
		return true
	})
	c, _ := s.client(t, WithMaxConcurrency(2))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { _, _ = c.Chat.Completions.Create(ctx(t), chat()) })
	}
	wg.Wait()
	if most != 2 {
		t.Errorf("%d requests at once", most)
	}
}

func TestStreamKeepsItsPlaceUntilItEnds(t *testing.T) {
	s := newRawServer(t, func(n int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, delta("a")))
		return n > 100
	})
	c, _ := s.client(t, WithMaxConcurrency(1))
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx(t), 30*time.Millisecond)
	defer cancel()
	_, err = c.Chat.Completions.Stream(short, chat())
	wantKind(t, err, KindTimeout)
	if len(s.seen()) != 1 {
		t.Errorf("%d requests beside an open stream", len(s.seen()))
	}
	_ = stream.Close()
	second, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Close()
}

// Who cancels a stream has left it, though nobody closes it.
func TestACancelledStreamGivesItsPlaceBack(t *testing.T) {
	s := newRawServer(t, answers(events(false, delta("a"))))
	c, _ := s.client(t, WithMaxConcurrency(1))
	for range 3 {
		left, cancel := context.WithCancel(ctx(t))
		if _, err := c.Chat.Completions.Stream(left, chat(), WithDeadline(10*time.Second)); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
}

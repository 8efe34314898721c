package chutes

import (
	"errors"
	"io"
	"net"
	"net/http"
	"reflect"
	"testing"
	"time"
)

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		ms, after string
		want      time.Duration
		ok        bool
	}{
		{"", "1", time.Second, true},
		{"", " 2 ", 2 * time.Second, true},
		{"", "0", 0, true},
		{"", "1.5", 1500 * time.Millisecond, true},
		{"250", "9", 250 * time.Millisecond, true},
		{"nonsense", "9", 9 * time.Second, true},
		{"-1", "9", 9 * time.Second, true},
		{"", "Sat, 21 Nov 2026 10:00:07 GMT", 7 * time.Second, true},
		{"", "Saturday, 21-Nov-26 10:00:07 GMT", 7 * time.Second, true},
		{"", "Sat Nov 21 10:00:07 2026", 7 * time.Second, true},
		{"", "Sat, 21 Nov 2026 09:00:00 GMT", 0, true},
		{"", "3, 5", 3 * time.Second, true},
		{"", "86400", 86400 * time.Second, true},
		{"", "Sunday, 06-Nov-94 08:49:37 GMT", 0, true},    // 2094 would be more than 50 years ahead
		{"", "Saturday, 21-Nov-76 10:00:07 GMT", 0, false}, // 2076 is not: a wait beyond all reason
		{"", "Saturday, 21-Nov-77 10:00:07 GMT", 0, true},  // 1977
		{"", "1_0", 0, false},
		{"", "0x10", 0, false},
		{"1_0", "", 0, false},
		{"", "-1", 0, false},
		{"", "NaN", 0, false},
		{"", "inf", 0, false},
		{"", "1e400", 0, false},
		{"", "99999999999999999999999999999999999", 0, false},
		{"", "Sat, 21 Nov 100000 10:00:00 GMT", 0, false},
		{"", "soon", 0, false},
		{"", "", 0, false},
	} {
		h := http.Header{}
		h.Set("Retry-After-Ms", tc.ms)
		h.Set("Retry-After", tc.after)
		if got, ok := parseRetryAfter(h, now); got != tc.want || ok != tc.ok {
			t.Errorf("ms %q after %q: %v %v, want %v %v", tc.ms, tc.after, got, ok, tc.want, tc.ok)
		}
	}
}

func TestBackoff(t *testing.T) {
	for n, want := range []time.Duration{500, 1000, 2000, 4000, 8000, 8000, 8000} {
		if got := backoff(n, KindServer, 1); got != want*time.Millisecond {
			t.Errorf("retry %d: %v", n, got)
		}
		if got := backoff(n, KindServer, 0); got != want*time.Millisecond/2 {
			t.Errorf("retry %d, no luck: %v", n, got)
		}
	}
	if got := backoff(0, KindCapacity, 1); got != time.Second {
		t.Errorf("capacity: %v", got)
	}
	if got := backoff(500, KindServer, 1); got != BackoffMax {
		t.Errorf("a huge count overflows: %v", got)
	}
}

func TestIsRetryable(t *testing.T) {
	answer := func(status int, body string, headers ...string) *failure {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &failure{err: classify(status, h, []byte(body), nil), header: h}
	}
	broken := func(kind Kind, since time.Duration) *failure {
		return &failure{err: newError(kind, "x"), sinceWrite: since}
	}
	get := &call{method: "GET", settings: &settings{}}
	put := &call{method: "PUT", settings: &settings{}}
	post := &call{method: "POST", surface: invocation, settings: &settings{}}
	for _, tc := range []struct {
		name           string
		f              *failure
		get, put, post bool
	}{
		{"400", answer(400, ""), false, false, false},
		{"408", answer(408, ""), true, true, true},
		{"409", answer(409, ""), false, false, true},
		{"422", answer(422, ""), false, false, false},
		{"429", answer(429, `{"detail":"x"}`), true, true, true},
		{"429 html", answer(429, "<html></html>", "Content-Type", "text/html"), false, false, false},
		{"429 html asked", answer(429, "<html></html>", "Content-Type", "text/html", "Retry-After", "1"), true, true, true},
		{"429 html dated", answer(429, "<html></html>", "Content-Type", "text/html", "Retry-After", "Sat, 21 Nov 2026 10:00:07 GMT"), true, true, true},
		{"429 quota", answer(429, `{"detail":"quota"}`), false, false, false},
		{"500", answer(500, ""), true, true, true},
		{"501", answer(501, ""), false, false, false},
		{"502 html", answer(502, "<html></html>", "Content-Type", "text/html"), true, true, true},
		{"503 cold", answer(503, `{"detail":"No instances available (yet)"}`), true, true, true},
		{"503 disabled", answer(503, `{"detail":"This chute is currently disabled."}`), false, false, false},
		{"504", answer(504, ""), true, false, false},
		{"505", answer(505, ""), false, false, false},
		{"520", answer(520, ""), true, true, true},
		{"530", answer(530, ""), false, false, false},
		{"400 told to", answer(400, "", "X-Should-Retry", "true"), true, true, true},
		{"503 told not to", answer(503, "", "X-Should-Retry", "false"), false, false, false},
		{"400 with Retry-After", answer(400, "", "Retry-After", "1"), false, false, false},
		{"reset", broken(KindConnection, time.Second), true, true, true},
		{"late reset", broken(KindConnection, 3*time.Second), true, true, false},
		{"no first byte", broken(KindTimeout, time.Second), true, false, false},
		{"no connect", &failure{err: &Error{Kind: KindTimeout, Reason: reasonConnect}}, true, true, true},
		{"after a byte", &failure{err: newError(KindConnection, "x"), firstByte: true}, false, false, false},
		{"certificate", &failure{err: newError(KindConnection, "x"), permanent: true}, false, false, false},
		{"cancelled", broken(KindCancelled, 0), false, false, false},
	} {
		if tc.f.header != nil {
			_, tc.f.asked = parseRetryAfter(tc.f.header, time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC))
		}
		for c, want := range map[*call]bool{get: tc.get, put: tc.put, post: tc.post} {
			if got := isRetryable(tc.f, c); got != want {
				t.Errorf("%s on %s: %v, want %v", tc.name, c.method, got, want)
			}
		}
	}
}

func TestDecide(t *testing.T) {
	now := time.Unix(0, 0)
	clock := func() time.Time { return now }
	answer := func(after string) *failure {
		h := http.Header{"Retry-After": {after}}
		return &failure{err: classify(503, h, nil, nil), header: h}
	}
	one := func() float64 { return 1 }
	for name, tc := range map[string]struct {
		after string
		c     call
		done  int
		total time.Duration
		wait  time.Duration
		again bool
	}{
		"backoff":             {"", call{maxRetries: 2}, 1, NoTimeout, time.Second, true},
		"given":               {"7", call{maxRetries: 2}, 0, NoTimeout, 7 * time.Second, true},
		"at the limit":        {"120", call{maxRetries: 2}, 0, NoTimeout, 120 * time.Second, true},
		"too long":            {"121", call{maxRetries: 2}, 0, NoTimeout, 0, false},
		"past the deadline":   {"7", call{maxRetries: 2}, 0, 5 * time.Second, 0, false},
		"used up":             {"1", call{maxRetries: 2}, 2, NoTimeout, 0, false},
		"sent once":           {"1", call{maxRetries: 2, once: true}, 0, NoTimeout, 0, false},
		"backoff past it all": {"", call{maxRetries: 2}, 0, 100 * time.Millisecond, 0, false},
	} {
		tc.c.settings = &settings{}
		f := answer(tc.after)
		wait, again := decide(f, &tc.c, tc.done, newDeadline(tc.total, clock), one, nil)
		if wait != tc.wait || again != tc.again {
			t.Errorf("%s: %v %v", name, wait, again)
		}
		if given, ok := parseRetryAfter(f.header, now); ok && f.err.RetryAfter != given {
			t.Errorf("%s: RetryAfter is %v", name, f.err.RetryAfter)
		}
	}
}

func TestRetryBudget(t *testing.T) {
	b := newRetryBudget()
	for i := range 10 {
		if !b.take() {
			t.Fatalf("retry %d of 10 refused", i)
		}
	}
	if b.take() {
		t.Fatal("an empty budget pays")
	}
	for range 10 {
		b.earn()
	}
	if !b.take() || b.take() {
		t.Fatal("ten calls earn exactly one retry")
	}
	for range 10000 {
		b.earn()
	}
	n := 0
	for b.take() {
		n++
	}
	if n != BudgetMax {
		t.Fatalf("the budget holds %d", n)
	}
}

func TestRetriesOverTheWire(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{"detail":"x"}`), jsonAnswer(429, `{"detail":"y"}`, "Retry-After: 3"), jsonAnswer(200, pong)))
	c, clock := s.client(t)
	answer, err := c.Chat.Completions.Create(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	if answer.Response().Attempts != 3 {
		t.Errorf("attempts %d", answer.Response().Attempts)
	}
	sleeps := clock.Sleeps()
	if len(sleeps) != 2 || sleeps[0].Round(time.Millisecond) != 500*time.Millisecond || sleeps[1] != 3*time.Second {
		t.Errorf("sleeps %v", sleeps)
	}
	seen := s.seen()
	for i, want := range []string{"", "1", "2"} {
		if got := seen[i].header.Get("X-Chutes-Retry-Count"); got != want {
			t.Errorf("request %d: retry count %q", i, got)
		}
		if !reflect.DeepEqual(seen[i].body, seen[0].body) || seen[i].header.Get("Authorization") != "Bearer "+testKey {
			t.Errorf("request %d differs", i)
		}
	}
	if s.connections() != 1 {
		t.Errorf("%d connections: an error's body was not drained", s.connections())
	}
}

// The window counts from the last byte written: a reset after it is a lost job that may be billed.
func TestResetWindow(t *testing.T) {
	for name, tc := range map[string]struct {
		wait     time.Duration
		attempts int
	}{"at once": {0, 3}, "late": {InvocationResetWindow + 150*time.Millisecond, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
				closedWithin(conn, tc.wait)
				_ = conn.(*net.TCPConn).SetLinger(0)
				return false
			})
			c, _ := s.client(t)
			_, err := c.Chat.Completions.Create(ctx(t), chat())
			if e := wantKind(t, err, KindConnection); e.Attempts != tc.attempts || len(s.seen()) != tc.attempts {
				t.Fatalf("attempts %d, requests %d", e.Attempts, len(s.seen()))
			}
		})
	}
}

func TestOnceIsOnce(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{"detail":"x"}`, "X-Should-Retry: true", "Retry-After: 1")))
	c, _ := s.client(t)
	_, err := c.Chutes.Create(ctx(t), ChuteArgs{Name: "x"}, nil)
	if e := wantKind(t, err, KindUnavailable); e.Attempts != 1 || len(s.seen()) != 1 {
		t.Fatalf("attempts %d", e.Attempts)
	}
}

func TestSleepIsEndedByTheCaller(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{"detail":"x"}`)))
	c, err := New(WithAPIKey(testKey), WithBaseURL(s.url()), WithSeam(Seam{Random: func() float64 { return 1 }}))
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := contextWithCancel(t)
	time.AfterFunc(50*time.Millisecond, cancel)
	start := time.Now()
	_, err = c.Chat.Completions.Create(short, chat())
	if e := wantKind(t, err, KindCancelled); e.Attempts != 1 || time.Since(start) > 400*time.Millisecond {
		t.Fatalf("attempts %d after %v", e.Attempts, time.Since(start))
	}
}

func TestBodyIsNotRetriedAfterHeaders(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
		return false
	})
	c, _ := s.client(t)
	_, err := c.Bounties.List(ctx(t))
	wantKind(t, err, KindConnection)
	if !errors.Is(err, ErrConnection) || len(s.seen()) != 1 {
		t.Fatalf("%d requests", len(s.seen()))
	}
}

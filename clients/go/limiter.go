package chutes

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// limiter is a bucket of tokens, one for each request on its way out. A nil limiter is off.
type limiter struct {
	mu     sync.Mutex
	auto   bool
	rate   float64 // requests per minute; 0 = no limit
	tokens float64 // below zero: promised to those who wait
	at     time.Time
}

// newLimiter starts with a full bucket; auto starts without a limit until the server names one.
func newLimiter(perMinute float64, auto bool, now time.Time) *limiter {
	if perMinute <= 0 && !auto {
		return nil
	}
	l := &limiter{auto: auto, at: now}
	l.set(perMinute, now)
	return l
}

func (l *limiter) size() float64 { return max(1, l.rate) }

// set changes rate and size. What was in the bucket stays, as far as it fits; where there was no limit, it is full.
func (l *limiter) set(perMinute float64, now time.Time) {
	l.fill(now)
	fresh := l.rate == 0
	if l.rate = perMinute; fresh {
		l.tokens = l.size()
	}
	l.tokens = min(l.tokens, l.size())
}

func (l *limiter) fill(now time.Time) {
	if now.After(l.at) {
		l.tokens = min(l.size(), l.tokens+now.Sub(l.at).Minutes()*l.rate)
		l.at = now
	}
}

// take takes a token and says how long to wait for it; false when the wait would not end before the deadline, and then nothing is taken.
func (l *limiter) take(now time.Time, end deadline) (wait time.Duration, ok bool) {
	if l == nil {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate == 0 {
		return 0, true
	}
	l.fill(now)
	if missing := 1 - l.tokens; missing > 1e-9 {
		wait = time.Duration(min(math.Ceil(missing/l.rate*float64(time.Minute)), math.MaxInt64/2)) // a rate may be next to none
	}
	if wait > 0 && !end.fits(wait) {
		return wait, false
	}
	l.tokens--
	return wait, true
}

// giveBack returns the token of somebody who stopped waiting.
func (l *limiter) giveBack() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens = min(l.size(), l.tokens+1)
}

// observe takes the limit of an answer, in requests per minute ("inf": none). What is absent or no number changes nothing.
func (l *limiter) observe(header http.Header, now time.Time) {
	if l == nil || !l.auto {
		return
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(header.Get("X-Chutes-RL-User")), 64)
	if err != nil || math.IsNaN(n) || n <= 0 {
		return
	}
	if math.IsInf(n, 1) {
		n = 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n != l.rate {
		l.set(n, now)
	}
}

// places bounds how many requests are open at once. nil is no bound.
type places chan struct{}

// take waits for a place within the deadline; the place is freed by calling free, more than once if need be.
func (p places) take(ctx context.Context, end deadline) (free func(), err *Error) {
	if p == nil {
		return func() {}, nil
	}
	var over <-chan time.Time
	if left := end.remaining(); left != NoTimeout {
		timer := time.NewTimer(left)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case p <- struct{}{}:
		if ctx.Err() != nil { // both at once: who has left takes no place
			<-p
			return nil, contextError(ctx)
		}
		return sync.OnceFunc(func() { <-p }), nil
	case <-ctx.Done():
		return nil, contextError(ctx)
	case <-over:
		return nil, newError(KindTimeout, "%s while waiting for another request of this client to end", errDeadline)
	}
}

// admit waits until a request may be sent: for the rate, then for a place.
func (c *Client) admit(ctx context.Context, end deadline) (free func(), err *Error) {
	if ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	wait, ok := c.limiter.take(c.seam.Now(), end)
	if !ok {
		return nil, newError(KindTimeout, "the rate limit of this client asks to wait %v, which is beyond the deadline of the call", wait)
	}
	if wait > 0 {
		if err := c.sleep(ctx, wait); err != nil {
			c.limiter.giveBack()
			return nil, err
		}
	}
	return c.places.take(ctx, end)
}
